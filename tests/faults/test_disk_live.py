"""Fault 4: the disk fails at the first, second, ... write of a trading hub, until that meets none of its writes.

Fires are refused, closes pass, sessions stay, the operator is told; and the hub recovers without a restart. An EA that
returns meanwhile takes its session's place once it is journaled that it does, and not before.
"""

from pathlib import Path

import apsw
import pytest
from trio.testing import MockClock

from bitten.actors.scribe import RETRY_S
from bitten.journal import Durability
from bitten.rules.facts import Greeted, Intent
from bitten.units import TradingState
from bitten.wire.acts import ClosePosition, OrderAnswer
from tests.actors.bench import AUTO, Ea, hub, journaled
from tests.faults.disk import faulty_disk

ERRORS = {
    "disk-full": (apsw.SQLITE_FULL, Durability.PROCESS),
    "i/o-error": (apsw.SQLITE_IOERR_WRITE, Durability.PROCESS),
    "fsync-fails": (apsw.SQLITE_IOERR_FSYNC, Durability.POWER),
}


@pytest.mark.parametrize("nth", range(1, 13))
@pytest.mark.parametrize("error", ERRORS)
async def test_fault_04_fires_are_refused_and_closes_pass_until_the_disk_is_well(
    error: str, nth: int, tmp_path: Path, mock_clock: MockClock
) -> None:
    code, durability = ERRORS[error]
    with faulty_disk() as disk:
        async with hub(tmp_path, mock_clock, users={"paper": AUTO}, durability=durability) as target:
            ea = Ea(target)
            await ea.go_live()
            await ea.tick()
            (first,) = await ea.got("fire")
            await ea.filled(first)
            await target.settle()

            disk.fail(nth, code)
            sent, second = [str(first["id"])], 0
            codes: list[object] = []
            while not codes:
                second += 1
                await ea.tick(after_ms=second * 1_000)
                sent += [str(fire["id"]) for fire in await ea.got("fire")]
                codes += [denial["code"] for denial in await ea.got("denied")]
            assert codes == ["halted"]
            status = target.hub.desk.status()
            assert (status.trading, [each.state for each in status.sessions]) == (TradingState.HALTED, ["live"])
            assert status.trading_why.startswith("journal: ")
            assert status.journal.failure
            answer = target.hub.desk.act(ClosePosition(user="paper", ticket=5, lot=0.0, who="op"))
            assert isinstance(answer, OrderAnswer)
            (close,) = await ea.got("close")
            assert close["ticket"] == 5

            disk.heal()
            await target.advance(int(RETRY_S * 1_000) + 1)
            assert target.hub.desk.status().trading is TradingState.ACTIVE
            await ea.tick(after_ms=(second + 1) * 1_000)
            sent += [str(fire["id"]) for fire in await ea.got("fire")]
            assert len(sent) >= 2
            decided = [intent.id for intent in journaled(target, Intent) if intent.action == "fire"]
            assert len(set(decided)) == len(decided)
            assert set(sent) <= set(decided)


@pytest.mark.parametrize("nth", range(1, 9))
@pytest.mark.parametrize("error", ERRORS)
async def test_fault_04_a_session_is_superseded_only_by_one_that_is_journaled(
    error: str, nth: int, tmp_path: Path, mock_clock: MockClock
) -> None:
    code, durability = ERRORS[error]
    with faulty_disk() as disk:
        async with hub(tmp_path, mock_clock, users={"paper": AUTO}, durability=durability) as target:
            first = Ea(target)
            await first.go_live()
            disk.fail(nth, code)
            again = Ea(target, peer="again")
            await again.say("hello", ea="L-paper", life=2, boot="b2")
            replaced = any(greeted.life == 2 for greeted in journaled(target, Greeted))
            byes = [bye["reason"] for bye in await first.got("bye")]
            assert byes == (["superseded"] if replaced else [])

            disk.heal()
            await target.advance(int(RETRY_S * 1_000) + 1)
            if not replaced:
                await first.event("pass", signal_id="A")
                assert [ack["n"] for ack in await first.got("ack")] == [1]
            last = Ea(target, peer="last", next_event=first.next_event)
            welcome = await last.go_live(life=3, boot="b3")
            assert welcome["epoch"] == len(journaled(target, Greeted))
            assert [session.id for session in target.hub.around.roster] == [last.session]
            await last.tick(after_ms=1_000)
            assert len(await last.got("fire")) == 1
