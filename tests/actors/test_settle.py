"""What neither the EA nor a deal can end, the operator settles: journaled, and looked at again at once."""

from pathlib import Path

import pytest
from trio.testing import MockClock

from bitten.rules.facts import Settled
from bitten.units import TradingState
from bitten.wire.desk import Refusal, Settle, SettleAnswer, SetTrading, TradingAnswer
from bitten.wire.events import SettledAs
from tests.scenarios.live import live_hub
from tests.scenarios.runner import play
from tests.scenarios.script import Setup, parse

MISSING = """\
# 0.0 The journal holds a position open that the account does not show, and the history does not tell its closing.
ea> hello
hub> welcome {"session": "$session"}
ea> confirmation {"n": 1, "id": "F1", "status": "filled", "lot": 0.1}
hub> ack {"n": 1}
ea> snapshot {"next_event": 2}
ea> ready
hub> history {"id": "$history"}
ea> confirmation {"n": 2, "id": "$history", "status": "done", "ticket": 0, "deal": 0, "price": 0, "lot": 0}
hub> ack {"n": 2}
hub> live
hub> trading {"state": "reducing"}
"""
FOREIGN = """\
# 0.0 A command was addressed to a ledger that is not here.
ea> hello {"ea": "L2"}
hub> welcome {"session": "$session"}
ea> snapshot
ea> ready
hub> live
hub> trading {"state": "reducing"}
"""
CONFLICT = """\
# 0.0 A number is used again with other content.
include live.part
ea> pass {"n": 1}
hub> ack {"n": 1}
ea> pass {"n": 1, "signal_id": "OTHER"}
hub> trading {"state": "reducing"}
ea> goodbye
"""
AGAIN = """\
# 0.0 The same EA is back.
ea:back> hello {"first_event": 2, "next_event": 2, "life": 2, "boot": "b2"}
hub:back> welcome {"session": "$session", "ack": 1}
hub:back> trading {"state": "reducing"}
ea:back> snapshot {"next_event": 2}
ea:back> ready
hub:back> live
"""
SETUP = Setup(facts=(("intent", {"id": "F1"}),))


def settle(id_: str, outcome: SettledAs) -> Settle:
    return Settle(user="", id=id_, outcome=outcome, why="seen at the broker", who="op")


@pytest.mark.parametrize(
    ("story", "id_", "outcome"),
    [(MISSING, "5", SettledAs.CLOSED_UNSEEN), (FOREIGN, "F1", SettledAs.NEVER_SEEN)],
    ids=["position", "command"],
)
async def test_what_is_settled_lets_the_session_trade_again(
    story: str, id_: str, outcome: SettledAs, tmp_path: Path, mock_clock: MockClock
) -> None:
    async with live_hub(SETUP, tmp_path, mock_clock) as target:
        await play(parse("story", story), target)
        answer = target.hub.desk.act(settle(id_, outcome))
        assert isinstance(answer, SettleAnswer)
        assert (answer.user, answer.outcome) == ("paper", outcome)
        told = await target.expect("ea")
        assert told is not None
        assert (told["type"], told["state"]) == ("trading", "active")
        book = target.hub.scribe.ledger.book_of("paper")
        assert book is not None
        assert book.open_count() == 0
        facts = [entry.fact for entry in target.hub.scribe.journal.read()]
        assert any(isinstance(fact, Settled) and fact.why == "seen at the broker" for fact in facts)


@pytest.mark.parametrize(
    "request_", [settle("F9", SettledAs.REJECTED), settle("77", SettledAs.CLOSED_UNSEEN)], ids=["command", "ticket"]
)
async def test_what_needs_no_settling_is_refused(request_: Settle, tmp_path: Path, mock_clock: MockClock) -> None:
    async with live_hub(SETUP, tmp_path, mock_clock) as target:
        answer = target.hub.desk.act(request_)
        assert isinstance(answer, Refusal)
        assert request_.id in answer.message
        assert len(list(target.hub.scribe.journal.read())) == 1


async def test_what_was_held_outlives_the_session_until_the_operator_resumes_the_user(
    tmp_path: Path, mock_clock: MockClock
) -> None:
    async with live_hub(Setup(), tmp_path, mock_clock) as target:
        await play(parse("conflict", CONFLICT), target)
        await play(parse("again", AGAIN), target)
        for user, state in (("", "reducing"), ("paper", "active")):
            resume = SetTrading(user=user, state=TradingState.ACTIVE, why="looked at the ledger", who="op")
            assert isinstance(target.hub.desk.act(resume), TradingAnswer)
            told = await target.expect("back") if user else None
            assert told is None or told["state"] == state
            (session,) = target.hub.desk.status().sessions
            assert session.trading == state
