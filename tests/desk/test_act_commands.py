"""`bitten fire`, `close` and `halt --flatten`: what no hub needs to be asked for is refused before one is."""

from pathlib import Path

import pytest

from bitten.errors import ExitCode
from tests.test_cli import Bitten

OWN = ("fire", "amy", "--symbol", "EURUSD")


@pytest.fixture
def nobody(tmp_path: Path) -> str:
    """A configuration at whose desk no hub answers."""
    path = tmp_path / "nobody.toml"
    path.write_text(f'[desk]\npath = "{tmp_path}/desk.sock"\n[users.amy]\n', encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("fire", "amy"), "name a SIGNAL, or a --symbol"),
        (("fire", "amy", "S1", "--symbol", "EURUSD"), "name a SIGNAL, or a --symbol"),
        (("fire", "amy", "S1", "--sl", "1.1"), "a signal has its own direction and levels"),
        (OWN, "is needed with --symbol: one of BUY, SELL"),
        ((*OWN, "--direction", "up"), "'up' is not one of"),
        ((*OWN, "--direction", "buy", "--limit", "1", "--stop", "2"), "a pending order has one of --limit and --stop"),
        ((*OWN, "--direction", "buy", "--minutes", "5"), "a pending order has one of --limit and --stop"),
        (("close",), "name a TICKET, --user or --symbol"),
        (("close", "7", "--lot", "-1"), "greater than or equal to 0"),
        (("cancel", "0"), "greater than or equal to 1"),
        (("halt", "--why", "news", "--flatten", "--json"), "with --json nothing is asked: add --yes"),
        (("halt",), "Missing option '--why'"),
    ],
)
def test_a_mistake_is_named(arguments: tuple[str, ...], says: str, bitten: Bitten, nobody: str) -> None:
    refused = bitten(*arguments, "--config", nobody)
    assert (refused.code, refused.out) == (ExitCode.USAGE, "")
    assert says in " ".join(refused.err.split())


@pytest.mark.parametrize(
    "arguments",
    [
        ("signals",),
        ("positions", "--user", "amy"),
        ("fire", "amy", "S1", "--yes"),
        ("close", "--user", "amy"),
        ("modify", "7", "--sl", "1.1"),
        ("cancel", "7"),
        ("rearm", "--why", "looked"),
        ("unlock", "amy", "--why", "looked"),
        ("halt", "--flatten", "--yes", "--why", "news"),
    ],
)
def test_without_a_hub_it_says_so(arguments: tuple[str, ...], bitten: Bitten, nobody: str) -> None:
    refused = bitten(*arguments, "--config", nobody)
    assert (refused.code, refused.out) == (ExitCode.NOT_RUNNING, "")
    assert "no hub at" in refused.err
