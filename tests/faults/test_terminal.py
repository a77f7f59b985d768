"""Fault 40: a broker that rewrites comments, and a terminal that shows nothing right after its login."""

from pathlib import Path

from trio.testing import MockClock

from bitten.paper.market import MarketTick
from bitten.rules.facts import Intent
from bitten.rules.fire import Life
from bitten.wire.desk import Release
from bitten.wire.events import Status
from tests.actors.bench import AUTO, book_of, hub, journaled
from tests.faults.paper import BID, SPREAD, agree, opened, paper, the_fire, told

ONE = {"paper": AUTO}
ONCE = ("Once",)
TARGET = BID + 0.002


async def test_fault_40_found_by_magic_where_comments_are_rewritten(tmp_path: Path, mock_clock: MockClock) -> None:
    folder = tmp_path / "ea"
    async with hub(tmp_path, mock_clock, users=ONE, patterns=ONCE) as target:
        with paper(target, folder) as first:
            first.misbehave(rewrite=1.0, timeout=1.0)
            await first.live()
            await first.tick()
            id_ = the_fire(first).id
            assert told(target, id_) == [(Status.UNKNOWN, "timeout")]
        # The terminal is closed when the broker carries the order out.
        first.dealer.tick(MarketTick("EURUSD", BID, round(BID + SPREAD, 5), target.now + 1_000))
        (position,) = first.broker.positions()
        assert (position.comment, position.magic) == ("[dealing desk]", journaled(target, Intent)[0].magic)
        target.hub.desk.act(Release(user="paper", who="op"))
        with opened(folder) as ledger:
            second = first.successor(ledger, "b2")
            await second.live()
            await second.wait(1_000)
            assert (Status.FILLED, "") in told(target, id_)
            assert book_of(target).commands[id_].life is Life.FILLED
            assert [*book_of(target).holdings] == [position.ticket]
            agree(second)


async def test_fault_40_nothing_is_believed_gone_that_is_not_shown(tmp_path: Path, mock_clock: MockClock) -> None:
    folder = tmp_path / "ea"
    async with hub(tmp_path, mock_clock, users=ONE, patterns=ONCE) as target:
        with paper(target, folder) as first:
            await first.live()
            await first.tick()
            (ticket,) = book_of(target).holdings
        target.hub.desk.act(Release(user="paper", who="op"))
        with opened(folder) as ledger:
            second = first.successor(ledger, "b2")
            second.account.blind = True
            await second.live()
            await second.wait(5_000)
            # The deals were told again, and no closing was among them.
            assert len(second.got("history")) == 1
            (session,) = target.hub.desk.status().sessions
            assert (session.trading.value, str(ticket) in session.reason) == ("reducing", True)
            assert [*book_of(target).holdings] == [ticket]

            second.account.blind = False
            await second.wait(5_000)
            (session,) = target.hub.desk.status().sessions
            assert (session.trading.value, session.reason) == ("active", "")
            agree(second)

            await second.tick(TARGET)
            assert book_of(target).holdings == {}
            agree(second)
