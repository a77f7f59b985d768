"""Following in a live hub: what was vetoed is followed to its end on its source's quotes, and a restart says so."""

from pathlib import Path

from trio.testing import MockClock

from bitten.messages import FollowedTo
from bitten.rules.facts import Followed, VerdictGiven
from tests.actors.bench import AUTO, Ea, hub, journaled
from tests.scenarios.live import HubTarget

ONE = {"paper": AUTO}
TWO = {"paper": AUTO, "other": AUTO}


def ends(target: HubTarget) -> list[tuple[FollowedTo, float | None, str]]:
    return [(fact.end, fact.r, fact.why) for fact in journaled(target, Followed)]


async def test_what_was_vetoed_is_followed_to_its_target(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=TWO, patterns=("Once",), shields=("Never",)) as target:
        ea, other = Ea(target), Ea(target, "other", login=2)
        for each in (ea, other):
            await each.go_live()
        await ea.tick()
        (given,) = journaled(target, VerdictGiven)
        assert given.verdict.vetoed
        await other.tick(after_ms=1_000, bid=1.2, ask=1.3)  # another's quote is nothing to it
        await ea.tick(after_ms=2_000)
        assert ends(target) == []
        await ea.tick(after_ms=3_000, bid=given.verdict.signal.tp, ask=given.verdict.signal.tp)
        assert ends(target) == [(FollowedTo.TARGET, 1.0, "")]
        assert target.hub.scribe.ledger.following == {}
        await ea.tick(after_ms=4_000, bid=1.0, ask=1.0)
        assert len(ends(target)) == 1


async def test_an_end_that_came_while_the_source_was_away_is_unknown(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE, patterns=("Once",), shields=("Never",)) as target:
        ea = Ea(target)
        await ea.go_live()
        await ea.tick()
        await ea.say("goodbye")
        await ea.go_live()
        await ea.tick(after_ms=60_001, bid=1.2, ask=1.2)
        assert ends(target) == [(FollowedTo.UNKNOWN, None, "its source was away for 60 s")]


async def test_a_restart_leaves_an_end_unknown_and_says_so_once(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE, patterns=("Once",), shields=("Never",)) as target:
        ea = Ea(target)
        await ea.go_live()
        await ea.tick()
        (found,) = target.hub.scribe.ledger.following.values()
    for _ in range(2):
        async with hub(tmp_path, mock_clock, users=ONE, patterns=()) as target:
            await target.settle()
            (end,) = journaled(target, Followed)
            assert (end.signal_id, end.end, end.why) == (
                *(found.id, FollowedTo.UNKNOWN),
                "the hub was started anew before it ended",
            )
