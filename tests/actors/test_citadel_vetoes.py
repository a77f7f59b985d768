"""Vetoes that look beyond the signal's own market: the other sources' quotes, and what is open when it is fired."""

from math import exp, sin
from pathlib import Path

import pytest
from trio.testing import MockClock

from bitten.messages import Timeframe
from bitten.rules.facts import Denial, VerdictGiven
from tests.actors.bench import AUTO, Ea, denied, fired, hub, journaled
from tests.scenarios.script import START

TWO = {"alice": AUTO, "bob": AUTO}


@pytest.mark.parametrize(("pct", "vetoed"), [(0.4, False), (0.6, True)])
async def test_sources_that_disagree_veto_the_symbol(
    tmp_path: Path, mock_clock: MockClock, pct: float, vetoed: bool
) -> None:
    shields = ("disagreement",)
    async with hub(tmp_path, mock_clock, users=TWO, shields=shields, sources=("alice", "bob")) as target:
        alice, bob = Ea(target, "alice", login=1), Ea(target, "bob", login=2)
        for ea in (alice, bob):
            await ea.go_live()
        factor = 1 + pct / 100
        await bob.tick(bid=1.1 * factor, ask=1.10008 * factor)
        await alice.tick(after_ms=1_000)
        alone, given = journaled(target, VerdictGiven)
        assert (alone.verdict.vetoed, given.verdict.vetoed) == (False, vetoed)
        assert [veto.name for veto in given.verdict.vetoes] == ["disagreement"] * vetoed


async def test_who_is_no_source_cannot_disagree(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=TWO, shields=("disagreement",), sources=("alice",)) as target:
        alice, eve = Ea(target, "alice", login=1), Ea(target, "bob", login=2)
        for ea in (alice, eve):
            await ea.go_live()
        await eve.tick(bid=2.0, ask=2.1)
        await alice.tick()
        assert [given.verdict.vetoed for given in journaled(target, VerdictGiven)] == [False]


def history(sign: int) -> list[list[float]]:
    """60 closed M15 bars of a market that swings; the other way round for -1."""
    rows = []
    for n in range(60):
        close = 1.1 * exp(sign * 1e-3 * sin(n * n))
        rows.append([START - START % Timeframe.M15.ms - (60 - n) * Timeframe.M15.ms, close, close, close, close, 9])
    return rows


async def correlated(target_ea: Ea, sign: int, held: str) -> None:
    """An EA with the history of two symbols that go together, and one position of the second."""
    await target_ea.go_live()
    for symbol, way in (("EURUSD", 1), ("GBPUSD", sign)):
        await target_ea.say("spec", symbol=symbol)
        await target_ea.say("bars", symbol=symbol, timeframe="M15", rows=history(way))
    position = {
        "ticket": 7,
        "symbol": "GBPUSD",
        "direction": held,
        "lot": 0.1,
        "open_price": 1.2,
        "open_time": START,
        "sl": 1.2,
        "tp": 0.0,
        "profit": 0.0,
        "magic": 0,
        "fire_id": "",
    }
    await target_ea.telemetry(positions=[position])


@pytest.mark.parametrize(
    ("sign", "held", "same"), [(1, "BUY", True), (1, "SELL", False), (-1, "SELL", True), (-1, "BUY", False)]
)
async def test_what_is_open_already_under_another_name_is_not_fired(
    tmp_path: Path, mock_clock: MockClock, sign: int, held: str, same: bool
) -> None:
    async with hub(tmp_path, mock_clock, users=TWO, shields=("correlation",), sources=("alice",)) as target:
        alice, bob = Ea(target, "alice", login=1), Ea(target, "bob", login=2)
        await correlated(alice, sign, held)
        await bob.go_live()
        for ea in (bob, alice):
            await ea.tick()
        (given,) = journaled(target, VerdictGiven)
        (conflict,) = given.verdict.conflicts
        assert (conflict.symbol, given.verdict.vetoed) == ("GBPUSD", False)
        await fired(bob)  # whose account holds nothing
        if same:
            code, message = await denied(alice)
            assert (code, message) == ("correlated", conflict.sentence)
            assert message.startswith(f"{held} GBPUSD is the same bet: r = {sign:+d}.00 over ")
            assert [(fact.user, fact.code) for fact in journaled(target, Denial)] == [("alice", "correlated")]
        else:
            assert (await fired(alice))["symbol"] == "EURUSD"
