"""What is done from the watch: the effect that is named, what is asked, and the request that it makes."""

from collections.abc import Mapping

import attrs
import pytest

from bitten.desk.watch import acting
from bitten.desk.watch.acting import Act
from bitten.units import TradingState
from bitten.wire.acts import CancelOrder, ClosePosition, FireNow, OrderAnswer
from bitten.wire.desk import SetTrading, TradingAnswer
from tests.desk.watch.samples import LOOK, SIGNAL, SIGNALS


def request(act: Act | None, told: Mapping[str, str]) -> object:
    """What is sent, whoever asks."""
    assert act is not None
    assert told.keys() == {each.name for each in act.fields}
    made = act.request(told)
    assert getattr(made, "who", "")
    return attrs.evolve(made, who="op")  # type: ignore[arg-type]  # each of them has it


@pytest.mark.parametrize(
    ("act", "state"), [(acting.halt(), TradingState.HALTED), (acting.resume(), TradingState.ACTIVE)]
)
def test_the_trading_state_needs_a_reason(act: Act, state: TradingState) -> None:
    assert [(each.name, each.needed) for each in act.fields] == [("user", False), ("why", True)]
    expected = SetTrading(user="bob", state=state, why="news", who="op")
    assert request(act, {"user": "bob", "why": "news"}) == expected


def test_a_signal_is_fired_for_who_has_it_before_them() -> None:
    act = acting.fire(LOOK, SIGNAL)
    assert act is not None
    assert act.effect == (
        "FIRE BUY EURUSD at 1.1002 sl 1.0952 tp 1.1077, SHIELD_ACTIVE, as many lots as the risk allows."
    )
    assert (act.fields[0].value, act.fields[0].needed) == ("bob", True)
    assert request(act, {"user": "bob", "why": ""}) == FireNow(user="bob", signal_id=SIGNAL, why="", who="op")
    free = attrs.evolve(SIGNALS.signals[0], users={"alice": "", "bob": ""})
    both = acting.fire(attrs.evolve(LOOK, signals=attrs.evolve(SIGNALS, signals=(free,))), SIGNAL)
    assert both is not None
    assert (both.fields[0].value, both.fields[0].hint) == ("", "one of alice, bob")
    assert acting.fire(LOOK, "GONE") is None


def test_a_position_is_closed_and_a_pending_order_cancelled() -> None:
    act = acting.close(LOOK, "position alice 7")
    assert act is not None
    assert act.effect == "CLOSE alice's BUY 0.3 EURUSD at 1.1002, ticket 7."
    assert request(act, {"why": "late"}) == ClosePosition(user="alice", ticket=7, lot=0.0, why="late", who="op")
    order = acting.close(LOOK, "command alice F9")
    assert order is not None
    assert order.effect == "CANCEL alice's pending SELL 0.2 GBPUSD, ticket 9."
    assert request(order, {"why": ""}) == CancelOrder(user="alice", ticket=9, why="", who="op")


@pytest.mark.parametrize("key", ["position alice 9", "position bob 7", "command alice F7", ""])
def test_what_is_not_there_any_more_is_not_closed(key: str) -> None:
    assert acting.close(LOOK, key) is None


def test_the_answer_in_a_line() -> None:
    active, halted = TradingState.ACTIVE, TradingState.HALTED
    done = TradingAnswer(scope="hub", before=active, set_to=halted, after=halted, why="news", told=("bob",))
    assert acting.said(done) == "hub: active -> halted; told bob"
    sent = OrderAnswer(id="C1", user="bob", what="close 0.1 EURUSD")
    assert acting.said(sent) == "bob: sent: close 0.1 EURUSD (C1)"
