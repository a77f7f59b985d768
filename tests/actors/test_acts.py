"""An operator's fires, closes and cancels: through the gate, in the operator's name, with what came of each."""

from pathlib import Path

import attrs
import pytest
from trio.testing import MockClock

from bitten.rules.facts import Denial, Intent
from bitten.units import Direction, OrderKind, TradingState
from bitten.wire.acts import (
    CancelOrder,
    ClosePosition,
    FireNow,
    ModifyPosition,
    OrderAnswer,
    OutcomeAnswer,
    OutcomeRequest,
)
from bitten.wire.book import SignalsAnswer, SignalsRequest
from bitten.wire.desk import DeskRequest, Refusal, SetTrading
from bitten.wire.lately import RestraintsAnswer, RestraintsRequest
from tests.actors.bench import ASK, MANUAL, OPEN, Ea, fired, hub, journaled
from tests.scenarios.live import HubTarget
from tests.scenarios.script import Json

ONE = {"paper": MANUAL}
OWN = FireNow(
    user="paper", signal_id="", symbol="EURUSD", direction=Direction.BUY, sl=1.09908, tp=1.102, why="a hunch", who="op"
)
LIMIT = attrs.evolve(OWN, kind="limit", entry=1.099, sl=1.098, good_for=60_000)


def sent(target: HubTarget, request: DeskRequest) -> OrderAnswer:
    answer = target.hub.desk.act(request)
    assert isinstance(answer, OrderAnswer), answer
    return answer


def refused(target: HubTarget, request: DeskRequest) -> str:
    answer = target.hub.desk.act(request)
    assert isinstance(answer, Refusal), answer
    return answer.message


def outcome(target: HubTarget, id_: str) -> OutcomeAnswer:
    answer = target.hub.desk.act(OutcomeRequest(user="paper", id=id_))
    assert isinstance(answer, OutcomeAnswer), answer
    return answer


async def ready(target: HubTarget) -> tuple[Ea, str]:
    """Live in mode manual, with a signal that stands."""
    ea = Ea(target)
    await ea.go_live()
    await ea.tick()
    (signal,) = await ea.got("signal")
    return ea, str(signal["signal_id"])


async def placed(target: HubTarget, ea: Ea, ticket: int = 9) -> Json:
    """A limit order stands; its fire."""
    sent(target, LIMIT)
    fire = await fired(ea)
    await ea.event(
        "confirmation", id=fire["id"], status="placed", ticket=ticket, deal=0, price=fire["entry"], lot=fire["lot"]
    )
    return fire


async def test_a_signal_is_fired_in_the_operators_name(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea, signal = await ready(target)
        answer = sent(target, FireNow(user="paper", signal_id=signal, why="good", who="op"))
        fire = await fired(ea)
        assert (fire["signal_id"], fire["id"], answer.user) == (signal, answer.id, "paper")
        assert answer.what == "fire BUY 1 lots of EURUSD at 1.10008 sl 1.09908 tp 1.10108"
        (intent,) = journaled(target, Intent)
        assert (intent.who, intent.why) == ("op", "good")
        assert outcome(target, answer.id).life == "sent"
        await ea.filled(fire)
        told = outcome(target, answer.id)
        assert (told.life, told.good, told.ticket, told.lot, told.price) == ("filled", True, 5, 1.0, ASK)
        # Once is enough: the gate knows it.
        again = refused(target, FireNow(user="paper", signal_id=signal, why="more", who="op"))
        assert again.startswith("denied: already_fired: ")
        assert len(await ea.got("denied")) == 1
        (denial,) = journaled(target, Denial)
        assert (denial.code, denial.who, denial.why) == ("already_fired", "op", "more")


async def test_what_is_described_is_sized_by_its_stop(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea, _ = await ready(target)
        ids = [sent(target, request).id for request in (OWN, attrs.evolve(OWN, lot=0.3))]
        fires = await ea.got("fire")
        assert [(fire["lot"], fire["entry"], fire["sl"], fire["tp"]) for fire in fires] == [
            (1.0, ASK, 1.09908, 1.102),
            (0.3, ASK, 1.09908, 1.102),
        ]
        assert [fire["id"] for fire in fires] == ids
        assert len({fire["signal_id"] for fire in fires}) == 2


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"sl": 0.0}, "denied: no_stop: "),
        ({"sl": 1.102}, "denied: stops: "),
        ({"lot": 1.01}, "denied: risk: 1.01 lots would lose 101.00, allowed are 100.00"),
        ({"lot": 0.001}, "denied: volume: "),
        ({"symbol": "XAUUSD"}, "denied: no_spec: "),
        (
            {"kind": "stop", "entry": 1.09, "sl": 1.089},
            "denied: entry: a BUY stop at 1.09 is -1008 points",
        ),
        ({"signal_id": "S1"}, "a fire is of a signal or of a symbol, one of them"),
        ({"symbol": ""}, "a fire is of a signal or of a symbol, one of them"),
        ({"symbol": "", "signal_id": "S1"}, "denied: signal_expired: no signal S1 stands any more"),
        ({"user": "nobody"}, "user 'nobody' is not configured; known are paper"),
    ],
)
async def test_the_gate_is_the_same_for_an_operator(
    change: dict[str, object], says: str, tmp_path: Path, mock_clock: MockClock
) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea, _ = await ready(target)
        assert refused(target, attrs.evolve(OWN, **change)).startswith(says)  # type: ignore[arg-type]
        assert await ea.got("fire") == []
        assert journaled(target, Intent) == []


async def test_a_halt_holds_an_operator_too_and_who_is_away_is_denied(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        assert refused(target, OWN) == "denied: session_not_live: paper is not connected"
        await ready(target)
        target.hub.desk.act(SetTrading(user="", state=TradingState.HALTED, why="news", who="op"))
        assert refused(target, OWN) == "denied: halted: trading is halted hub-wide: news"


async def test_the_signals_that_stand_say_what_came_of_each(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users={**ONE, "bob": MANUAL}) as target:
        ea, signal = await ready(target)

        def listed() -> list[tuple[str, int, dict[str, str]]]:
            answer = target.hub.desk.act(SignalsRequest())
            assert isinstance(answer, SignalsAnswer)
            return [(each.id, each.left_ms, each.users) for each in answer.signals]

        assert listed() == [(signal, 60_000, {"paper": "", "bob": ""})]
        answer = sent(target, FireNow(user="paper", signal_id=signal, why="", who="op"))
        assert listed() == [(signal, 60_000, {"paper": f"fired {answer.id}", "bob": ""})]
        await ea.say("heartbeat", time=target.now + 60_000)
        assert listed() == []


async def test_what_the_gate_kept_back_is_remembered(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        refused(target, OWN)
        kept = target.hub.desk.act(RestraintsRequest())
        assert isinstance(kept, RestraintsAnswer)
        assert [(each.user, each.code, each.message) for each in kept.denials] == [
            ("paper", "session_not_live", "paper is not connected")
        ]
        assert (kept.denials[0].time, kept.locks) == (target.now, ())


async def test_closes_and_changes_say_who_and_what_came_of_them(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea, signal = await ready(target)
        sent(target, FireNow(user="paper", signal_id=signal, why="", who="op"))
        await ea.filled(await fired(ea))
        changed = sent(target, ModifyPosition(user="paper", ticket=5, sl=1.0995, tp=None, why="safer", who="op"))
        closed = sent(target, ClosePosition(user="paper", ticket=5, lot=0.4, why="enough", who="op"))
        await ea.event("confirmation", id=changed.id, status="done", ticket=5)
        await ea.event("confirmation", id=closed.id, status="rejected", ticket=5, message="market closed")
        assert (outcome(target, changed.id).life, outcome(target, changed.id).good) == ("done", True)
        told = outcome(target, closed.id)
        assert (told.life, told.final, told.good, told.message) == ("rejected", True, False, "market closed")
        whys = {intent.action: (intent.who, intent.why) for intent in journaled(target, Intent)}
        assert whys == {"fire": ("op", ""), "modify": ("op", "safer"), "close": ("op", "enough")}


# Pending orders


@pytest.mark.parametrize(("kind", "entry"), [("limit", 1.099), ("stop", 1.101)])
async def test_a_pending_order_leaves_as_the_protocol_says(
    kind: OrderKind, entry: float, tmp_path: Path, mock_clock: MockClock
) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea, _ = await ready(target)
        answer = sent(target, attrs.evolve(LIMIT, kind=kind, entry=entry, sl=round(entry - 0.001, 5)))
        assert f"fire BUY {kind} 1 lots of EURUSD at {entry:g}" in answer.what
        fire = await fired(ea)
        assert (fire["kind"], fire["entry"], fire["good_till"]) == (kind, entry, target.now + 60_000)


async def test_an_order_that_stands_counts_as_a_position_and_with_its_risk(
    tmp_path: Path, mock_clock: MockClock
) -> None:
    for tier, code in (
        (attrs.evolve(OPEN, open_at_once=1), "open_positions"),
        (attrs.evolve(OPEN, daily_loss_cap_pct=1.5), "daily_loss"),
    ):
        async with hub(tmp_path / code, mock_clock, users=ONE, tier=tier) as target:
            ea, _ = await ready(target)
            await placed(target, ea)
            assert refused(target, OWN).startswith(f"denied: {code}: ")


async def test_an_order_that_stands_is_cancelled_also_under_a_halt(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea, _ = await ready(target)
        fire = await placed(target, ea)
        told = outcome(target, str(fire["id"]))
        assert (told.life, told.final, told.good, told.ticket) == ("placed", False, True, 9)
        target.hub.desk.act(SetTrading(user="", state=TradingState.HALTED, why="news", who="op"))
        answer = sent(target, CancelOrder(user="", ticket=9, why="gone", who="op"))
        (cancel,) = await ea.got("cancel")
        assert (cancel["id"], cancel["ticket"]) == (answer.id, 9)
        await ea.event("confirmation", id=fire["id"], status="cancelled", ticket=9, deal=0, price=0.0, lot=0.0)
        await ea.event("confirmation", id=answer.id, status="done", ticket=9, deal=0, price=0.0, lot=0.0)
        assert (outcome(target, str(fire["id"])).life, outcome(target, answer.id).life) == ("cancelled", "done")
        assert target.hub.scribe.ledger.book_of("paper").open_count() == 0  # type: ignore[union-attr]
        message = "ticket 9: no pending order of ours at an EA that is connected"
        assert refused(target, CancelOrder(user="", ticket=9, why="", who="op")) == message


@pytest.mark.parametrize("restart", [False, True])
async def test_an_order_that_stands_becomes_a_position(restart: bool, tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea, _ = await ready(target)
        fire = await placed(target, ea)
        if not restart:
            await filled_later(target, ea, fire)
        n = ea.next_event
    if restart:
        async with hub(tmp_path, mock_clock, users=ONE) as target:
            ea = Ea(target, next_event=n)
            await ea.hello()
            await ea.say("spec")
            known = {"ticket": 9, "magic": fire["magic"], "fire_id": fire["id"], "symbol": "EURUSD", "direction": "BUY"}
            order = {**known, **{key: fire[key] for key in ("kind", "lot", "sl", "tp")}, "price": fire["entry"]}
            await ea.say("snapshot", next_event=n, orders=[order])
            await ea.say("ready")
            assert await ea.got("live")
            assert outcome(target, str(fire["id"])).ticket == 9
            await filled_later(target, ea, fire)


async def filled_later(target: HubTarget, ea: Ea, fire: Json) -> None:
    """Price came to the order: what is told of it, and what the hub knows then."""
    await ea.event("confirmation", id=fire["id"], status="filled", ticket=9, deal=1, price=1.09899, lot=fire["lot"])
    told = outcome(target, str(fire["id"]))
    assert (told.life, told.ticket, told.price) == ("filled", 9, 1.09899)
    sent(target, ClosePosition(user="paper", ticket=9, lot=0.0, who="op"))
    message = "ticket 9: no pending order of ours at an EA that is connected"
    assert refused(target, CancelOrder(user="", ticket=9, why="", who="op")) == message
