"""Position care against the paper EA and its broker: the whole life of a runner."""

from pathlib import Path

from trio.testing import MockClock

from bitten.rules.facts import Intent
from bitten.units import MINUTE_MS
from tests.actors.bench import AUTO, book_of, hub, journaled
from tests.actors.test_care import earned
from tests.faults.paper import BID, SPREAD, PaperEa, agree, paper, the_fire
from tests.scenarios.live import HubTarget

ONE = {"paper": AUTO}
ENTRY = round(BID + SPREAD, 5)


async def a_quiet_hour(ea: PaperEa) -> int:
    """Eighty minutes of six pips up and down, so that there is an ATR; returns how far market time is ahead."""
    for minute in range(1, 81):
        await ea.tick(BID + (0.0003 if minute % 2 else -0.0003), after_ms=minute * MINUTE_MS)
    return 81 * MINUTE_MS


def steps(target: HubTarget) -> list[str]:
    return [each.care for each in journaled(target, Intent) if each.care]


async def test_from_the_fire_to_the_end_of_the_runner(tmp_path: Path, mock_clock: MockClock) -> None:
    facts = earned(5_000)
    async with hub(tmp_path, mock_clock, users=ONE, patterns=("OnceFarTarget",), facts=facts) as target:
        with paper(target, tmp_path) as ea:
            await ea.live()
            await ea.tick()
            fire = the_fire(ea)
            ahead = await a_quiet_hour(ea)
            assert steps(target) == []
            await ea.tick(round(ENTRY + 0.001, 5), after_ms=ahead)
            await ea.wait(2_000)
            (position,) = ea.broker.positions()
            assert steps(target)[:3] == ["break_even", "half", "runner"]
            assert position.lot == fire.lot / 2
            assert position.tp == 0
            assert position.sl >= ENTRY
            before = position.sl
            for pips in (30, 60, 90):
                await ea.tick(round(ENTRY + pips * 0.0001, 5), after_ms=ahead + pips * 1_000)
                (position,) = ea.broker.positions()
                assert position.sl > before
                before = position.sl
            assert set(steps(target)[3:]) == {"trail"}
            # Beyond the target that it was fired with, it ran on; the trail ends it.
            await ea.tick(round(before - 0.0001, 5), after_ms=ahead + 100_000)
            assert ea.broker.positions() == ()
            assert book_of(target).holdings == {}
            agree(ea)
