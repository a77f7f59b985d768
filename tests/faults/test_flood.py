"""Fault 18: an EA floods at 100 times its allowance. It costs itself what is too much, and nobody else anything."""

from pathlib import Path

from trio.testing import MockClock

from bitten.messages import Bar, Timeframe
from bitten.rules.facts import Intent, Passed
from bitten.units import MINUTE_MS
from tests.actors.bench import AUTO, MANUAL, Ea, hub, journaled
from tests.scenarios.live import HubTarget

ALLOWED = 5
FLOOD = 100 * ALLOWED
MINUTES = 6


def over_the_rate(target: HubTarget, user: str) -> int:
    """Messages of the user's session beyond its allowance."""
    (status,) = [each for each in target.hub.desk.status().sessions if each.user == user]
    return status.dropped["over the rate"]


def bar(start: int, bids: list[float]) -> Bar:
    """What ticks make, worked out plainly."""
    return Bar(start, bids[0], max(bids), min(bids), bids[-1], float(len(bids)))


async def test_fault_18_a_flood_is_conflated_and_costs_nobody_else(tmp_path: Path, mock_clock: MockClock) -> None:
    users = {"alice": MANUAL, "bob": AUTO}
    async with hub(tmp_path, mock_clock, users=users, sources=("bob", "alice"), max_messages_per_s=ALLOWED) as target:
        alice, bob = Ea(target, "alice", login=1), Ea(target, "bob", login=2)
        await bob.go_live()
        await alice.go_live()
        await alice.say("spec", symbol="GBPUSD")
        await target.advance(1_000)
        before, begin = over_the_rate(target, "alice"), (target.now // MINUTE_MS + 1) * MINUTE_MS
        made: list[Bar] = []
        for minute in range(MINUTES):
            start = begin + minute * MINUTE_MS
            bids = [1.5 + (7 * n % 50) / 1e4 + minute / 1e3 for n in range(FLOOD)]
            flood = [
                alice.frame("tick", symbol="GBPUSD", time=start + n, bid=bid, ask=bid + 1e-4)
                for n, bid in enumerate(bids)
            ]
            half = len(flood) // 2
            await target.inject_all("alice", "feedback", flood[:half])
            await target.inject_all("bob", "feedback", [bob.frame("tick", time=start, bid=1.1, ask=1.10008)])
            await target.inject_all("alice", "feedback", flood[half:])
            made.append(bar(start, bids[:ALLOWED]))
            await target.advance(1_000)

        # What was too much is counted, of the newest price is kept all the same.
        assert over_the_rate(target, "alice") - before == MINUTES * (FLOOD - ALLOWED)
        session = target.hub.around.roster.of("alice")
        assert session is not None
        quote = session.view.quote("GBPUSD")
        assert quote is not None
        assert quote.time == begin + (MINUTES - 1) * MINUTE_MS + FLOOD - 1
        # Bars are of the ticks that were let in, and right.
        view = target.hub.venom.brain.market("GBPUSD", begin + 5 * MINUTE_MS)
        assert view is not None
        assert [each for each in view.frames(Timeframe.M1).values() if each.open_time >= begin] == made[:5]
        # Her events are taken.
        await alice.event("pass", signal_id="A")
        assert [(passed.user, passed.event.n) for passed in journaled(target, Passed)] == [("alice", 1)]
        # Bob was served as if nothing were: each of his ticks made its fire, and none was conflated.
        assert over_the_rate(target, "bob") == 0
        assert [fire.entry for fire in journaled(target, Intent) if fire.user == "bob"] == [1.10008] * len(
            await bob.got("fire")
        )
        assert len(journaled(target, Intent)) >= ALLOWED
