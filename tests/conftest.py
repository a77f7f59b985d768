"""Fixtures that tests of several floors share."""

from pathlib import Path

import pytest
from hypothesis import settings

# A machine that is busy with something else must not fail a property by its clock
settings.register_profile("bitten", deadline=None)
settings.load_profile("bitten")


@pytest.fixture(scope="session")
def market_data() -> Path:
    """The folder of recorded market data, `shared/data` beside a folder above; the test skips where there is none."""
    for folder in Path(__file__).resolve().parents:
        data = folder / "shared" / "data"
        if data.is_dir():
            return data
    pytest.skip("no recorded market data: shared/data is not beside the checkout")
