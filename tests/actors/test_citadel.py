"""From signals to verdicts: each is journaled, a veto lets nothing through, a size makes the lot smaller."""

from pathlib import Path

import attrs
import pytest
from trio.testing import MockClock

from bitten.messages import Arrived, Evaluate, ShieldClass
from bitten.rules.facts import Denial, Intent, SignalFound, VerdictGiven
from tests.actors.bench import AUTO, Ea, hub, journaled

ONE = {"paper": AUTO}


async def test_a_verdict_is_journaled_and_its_size_is_the_lots(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE, shields=("Doubtful",)) as target:
        ea = Ea(target)
        await ea.go_live()
        await ea.tick()
        (fire,) = await ea.got("fire")
        (given,) = journaled(target, VerdictGiven)
        verdict = given.verdict
        assert (verdict.score, verdict.shield, verdict.size) == (7.0, ShieldClass.ACTIVE, 0.75)
        assert [(part.name, part.points) for part in verdict.parts] == [("doubtful", -3.0)]
        assert (fire["lot"], fire["signal_id"]) == (0.75, verdict.signal.id)
        (signal,) = await ea.got("signal")
        assert signal["shield"] == "SHIELD_ACTIVE"


async def test_what_is_vetoed_is_journaled_with_its_reason_and_neither_fired_nor_shown(
    tmp_path: Path, mock_clock: MockClock, log_lines: list[str]
) -> None:
    async with hub(tmp_path, mock_clock, users=ONE, shields=("Never",)) as target:
        ea = Ea(target)
        await ea.go_live()
        await ea.tick()
        (given,) = journaled(target, VerdictGiven)
        assert (given.verdict.vetoed, [veto.sentence for veto in given.verdict.vetoes]) == (True, ["it is a bad day"])
        assert (journaled(target, Intent), journaled(target, Denial)) == ([], [])
        assert await ea.got("signal") == []
        assert any("vetoed: it is a bad day" in line for line in log_lines)


async def test_a_broken_shield_is_benched_once_and_every_verdict_says_that_it_is_missing(
    tmp_path: Path, mock_clock: MockClock, log_lines: list[str]
) -> None:
    async with hub(tmp_path, mock_clock, users=ONE, shields=("BrokenShield", "Doubtful")) as target:
        ea = Ea(target)
        await ea.go_live()
        for ms in (0, 1_000):
            await ea.tick(after_ms=ms)
        for given in journaled(target, VerdictGiven):
            assert [part.name for part in given.verdict.parts] == ["doubtful", "broken"]
        assert len(await ea.got("fire")) == 2
        assert [line for line in log_lines if "benched" in line] == [
            "shield broken benched: ZeroDivisionError: a plug-in's own fault"
        ]
        assert target.hub.desk.status().benched == ("broken: ZeroDivisionError: a plug-in's own fault",)


async def test_a_signal_whose_source_is_gone_is_not_judged(
    tmp_path: Path, mock_clock: MockClock, log_lines: list[str]
) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await ea.go_live()
        await ea.tick()
        (found,) = journaled(target, SignalFound)
        target.hub.citadel.mailbox.post(attrs.evolve(found.signal, source="nobody"))
        await target.settle()
        assert len(journaled(target, VerdictGiven)) == 1
        assert f"signal {found.signal.id} is not judged: its source or its bars are gone" in log_lines


@pytest.mark.parametrize(
    ("full", "says"), [("citadel", "signal {} is not judged"), ("fire_router", "nobody is fired at for signal {}")]
)
async def test_who_finds_no_room_says_so_and_lives(
    full: str, says: str, tmp_path: Path, mock_clock: MockClock, log_lines: list[str]
) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await ea.go_live()
        await ea.tick()
        signal = journaled(target, SignalFound)[-1].signal
        if full == "citadel":
            target.hub.citadel.mailbox.capacity = 1
            target.hub.citadel.mailbox.post(attrs.evolve(signal, source="nobody"))
        else:
            target.hub.router.mailbox.capacity = 1
            target.hub.router.mailbox.post(Arrived(user="nobody"))
        target.hub.venom.mailbox.hand(Evaluate(symbol=signal.symbol, trigger="tick", at=target.now + 1))
        await target.settle()
        refused = journaled(target, SignalFound)[-1].signal.id
        assert refused != signal.id
        assert f"mailbox {full} is full (1 unread): {says.format(refused)}" in log_lines
        assert {child.restarts for child in target.hub.brains.statistics().children} == {0}


async def test_the_throttle_eases_after_silence_until_somebody_fires(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE, base=3.5, throttle=True) as target:
        ea = Ea(target)
        await ea.go_live()
        seconds = (1, 1_021, 1_351, 1_353)
        for each in seconds:
            for ms in (-1_000, 0):  # the first of the two may only close a bar
                await ea.tick(after_ms=each * 1_000 + ms)
        given = {fact.verdict.signal.made_at - target.now: fact.verdict for fact in journaled(target, VerdictGiven)}
        at = [given[each * 1_000] for each in seconds]
        sizes = [(each.shield, each.size) for each in at]
        unverified = (ShieldClass.UNVERIFIED, 0.0)
        assert sizes == [unverified, unverified, (ShieldClass.VOLATILITY, 0.5), unverified]
        assert [part.sentence for part in at[2].parts] == [
            "the throttle has eased what is traded from 4 to 3.5: step 1"
        ]
        assert [fire["signal_id"] for fire in await ea.got("fire")] == [at[2].signal.id]
