"""The wheel works outside the checkout."""

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from bitten import config

pytestmark = pytest.mark.process

ROOT = Path(__file__).resolve().parents[2]
BUILD_S = 300.0
"""A cold cache downloads the build's tools first."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that `pip install .` would install, built as it builds it."""
    if subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, check=False).returncode:
        pytest.skip("no pip in this environment: the wheel cannot be built")
    folder = tmp_path_factory.mktemp("wheel")
    building = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--quiet", "--wheel-dir", str(folder), str(ROOT)]
    built = subprocess.run(building, capture_output=True, text=True, timeout=BUILD_S, check=False)
    assert built.returncode == 0, built.stderr
    (found,) = folder.glob("bitten-*.whl")
    return found


def test_the_default_configuration_is_packed(wheel: Path) -> None:
    with ZipFile(wheel) as packed:
        assert packed.read("bitten/bitten.toml") == config.packaged().read_bytes()
        assert "bitten/py.typed" in packed.namelist()
        assert not [name for name in packed.namelist() if name.startswith(("tests/", "benchmarks/"))]


def test_it_runs_where_the_checkout_is_not(wheel: Path, tmp_path: Path) -> None:
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    elsewhere.mkdir()
    with ZipFile(wheel) as packed:
        packed.extractall(site)
    checked = subprocess.run(
        [sys.executable, "-m", "bitten", "check"],
        cwd=elsewhere,
        env={**os.environ, "PYTHONPATH": str(site)},  # Before an editable install, which comes last.
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (checked.returncode, checked.stderr) == (0, "")
    assert checked.stdout.startswith(f"{site / 'bitten' / 'bitten.toml'}: good: 1 users")
