from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest
import trio
from trio.abc import Instrument
from trio.testing import MockClock

from tests.nursery.stage import Stage


@pytest.fixture
async def stage() -> Stage:
    return Stage()


def run_on_mock_clock(main: Callable[[], Awaitable[None]], *, clock: None, instruments: Sequence[Instrument]) -> None:
    """As `trio.run`, on a clock that jumps to the next deadline whenever everybody waits."""
    assert clock is None
    trio.run(main, clock=MockClock(autojump_threshold=0), instruments=instruments)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever asks for the stage cannot wait on the wall clock, without having to ask for another clock as well."""
    for item in items:
        here = item.path.is_relative_to(Path(__file__).parent)
        if here and isinstance(item, pytest.Function) and "stage" in item.fixturenames:
            item.add_marker(pytest.mark.trio(run=run_on_mock_clock), append=False)
