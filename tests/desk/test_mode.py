"""`bitten mode`: written where the user stands, within what the tier allows."""

from pathlib import Path

import pytest

from bitten.config import load
from bitten.errors import ExitCode
from tests.test_cli import Bitten


@pytest.fixture
def config(tmp_path: Path) -> str:
    """Two users of different tiers; no hub is running."""
    path = tmp_path / "hub.toml"
    desk = f'[desk]\npath = "{tmp_path}/desk.sock"\n'
    path.write_text(f'{desk}[users.ann]\ntier = "FANG"  # earned\n[users.ben]\n', encoding="utf-8")
    return str(path)


def test_a_mode_is_written_where_the_user_stands(bitten: Bitten, config: str) -> None:
    done = bitten("mode", "ann", "semi", "--why", "on holiday", "--config", config)
    assert (done.code, done.out.splitlines()) == (
        ExitCode.OK,
        ["ann: mode semi: no hub is running: it takes effect at the next start", f"written: {config}"],
    )
    assert (load(Path(config)).users["ann"].mode, "# earned" in Path(config).read_text(encoding="utf-8")) == (
        "semi",
        True,
    )


@pytest.mark.parametrize(
    ("user", "mode", "code", "says"),
    [
        ("ann", "auto", ExitCode.USAGE, "auto: tier FANG allows manual, semi"),
        ("ben", "semi", ExitCode.USAGE, "semi: tier NIBBLER allows manual"),
        ("ann", "fast", ExitCode.USAGE, "'fast' is not one of 'manual', 'semi', 'auto'"),
        ("cat", "semi", ExitCode.USAGE, "user 'cat' is not configured; known are ann, ben"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_written(
    user: str, mode: str, code: ExitCode, says: str, bitten: Bitten, config: str
) -> None:
    before = Path(config).read_text(encoding="utf-8")
    refused = bitten("mode", user, mode, "--config", config)
    assert (refused.code, says in refused.err, refused.out) == (code, True, ""), refused.err
    assert Path(config).read_text(encoding="utf-8") == before
