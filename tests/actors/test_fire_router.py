"""From a signal to a command or to a denial, through all actors and over TCP."""

import json
from pathlib import Path

import pytest
from trio.testing import MockClock

from bitten.actors.line import Line
from bitten.journal import JournalReader
from bitten.rules.facts import Denial, Intent
from bitten.rules.facts import Sent as SentFact
from bitten.rules.fire import is_ours
from bitten.rules.risk import DenialCode
from bitten.sockets.channel import Sent
from bitten.units import TradingState
from bitten.wire.desk import SetTrading
from tests.actors.bench import ASK, AUTO, MANUAL, Ea, denied, entries, fired, hub, journaled
from tests.scenarios.live import HubTarget
from tests.scenarios.script import START, Json

ONE = {"paper": AUTO}
TWO = {"alice": AUTO, "bob": AUTO}


def set_trading(target: HubTarget, state: TradingState, user: str = "") -> None:
    target.hub.desk.act(SetTrading(user=user, state=state, why="news", who="op"))


async def test_in_auto_mode_a_tick_becomes_a_fire(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await ea.go_live()
        await ea.tick()
        fire = await fired(ea)
        assert (fire["session"], fire["symbol"], fire["direction"], fire["kind"]) == (
            ea.session,
            "EURUSD",
            "BUY",
            "market",
        )
        assert (fire["entry"], fire["sl"], fire["tp"], fire["lot"]) == (ASK, 1.09908, 1.10108, 1.0)
        assert fire["signal_id"] == f"EVERY_TICK:EURUSD:M5:{START}:B"
        assert (fire["deviation"], fire["good_till"], fire["expires"]) == (30, 0, START + 5_000)
        assert is_ours(int(str(fire["magic"])))


async def test_the_intent_is_durable_before_the_command_leaves(
    tmp_path: Path, mock_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    durable: list[list[str]] = []
    hand_over = Line.command_now

    def spy(line: Line, raw: bytes) -> Sent:
        with JournalReader.open(tmp_path / "journal.sqlite") as reader:
            durable.append([entry.fact.raw for entry in reader.read() if isinstance(entry.fact, Intent)])
        return hand_over(line, raw)

    monkeypatch.setattr(Line, "command_now", spy)
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await ea.go_live()
        await ea.tick()
        fire = await fired(ea)
        ((raw,),) = durable
        assert json.loads(raw) == fire
        intent, sent = entries(target, Intent, SentFact)
        assert isinstance(intent.fact, Intent)
        assert (sent.causes, intent.fact.id, intent.fact.ea) == ((intent.seq,), fire["id"], "L-paper")


async def test_the_same_signal_fires_once(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await ea.go_live()
        await ea.tick()
        first = await fired(ea)
        await ea.tick(bid=1.10001)  # Of the same market time, and so the same signal.
        code, message = await denied(ea)
        assert (code, str(first["signal_id"]) in message) == ("already_fired", True)
        assert len(journaled(target, Intent)) == 1


async def test_each_user_gets_a_fire_of_their_own(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=TWO, sources=("alice",)) as target:
        alice, bob = Ea(target, "alice", login=1), Ea(target, "bob", login=2)
        for ea in (alice, bob):
            await ea.go_live()
        await bob.tick()
        await alice.tick()
        one, other = await fired(alice), await fired(bob)
        assert one["signal_id"] == other["signal_id"]
        for differs in ("id", "magic", "session"):
            assert one[differs] != other[differs]
        assert [intent.user for intent in journaled(target, Intent)] == ["alice", "bob"]


async def test_a_manual_user_is_shown_the_signal_and_fires_by_pressing(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users={"paper": MANUAL}) as target:
        ea = Ea(target)
        await ea.go_live()
        await ea.tick()
        (signal,) = await ea.got("signal")
        assert (signal["mode"], signal["shield"], signal["expires"]) == ("manual", "SHIELD_APPROVED", START + 60_000)
        assert await ea.got("fire") == []
        assert await ea.got("denied") == []
        n = await ea.event("fire_request", signal_id=signal["signal_id"], expires=target.now + 1)
        assert (await fired(ea))["signal_id"] == signal["signal_id"]
        assert [ack["n"] for ack in await ea.got("ack")] == [n]


@pytest.mark.parametrize(
    ("changes", "code", "says"),
    [
        ({"expires": START}, DenialCode.REQUEST_EXPIRED, "the request expired 0.0 s ago"),
        ({"expires": 0}, DenialCode.REQUEST_EXPIRED, "the request expired"),
        ({"signal_id": "SIG"}, DenialCode.SIGNAL_EXPIRED, "no signal SIG stands any more"),
    ],
    ids=["late", "long ago", "unknown signal"],
)
async def test_a_press_that_cannot_count_is_acked_and_denied(
    changes: Json, code: DenialCode, says: str, tmp_path: Path, mock_clock: MockClock
) -> None:
    async with hub(tmp_path, mock_clock, users={"paper": MANUAL}) as target:
        ea = Ea(target)
        await ea.go_live()
        await ea.tick()
        (signal,) = await ea.got("signal")
        n = await ea.event(
            "fire_request", **{"signal_id": signal["signal_id"], "expires": target.now + 1_000, **changes}
        )
        found, message = await denied(ea)
        assert (found, says in message) == (code, True), message
        assert [ack["n"] for ack in await ea.got("ack")] == [n]
        assert journaled(target, Intent) == []


async def test_a_signal_whose_life_is_over_in_market_time_is_denied(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users={"paper": MANUAL}) as target:
        ea = Ea(target)
        await ea.go_live()
        await ea.tick()
        (signal,) = await ea.got("signal")
        await ea.tick(after_ms=60_000)
        await ea.event("fire_request", signal_id=signal["signal_id"], expires=target.now + 1_000)
        assert (await denied(ea))[0] == "signal_expired"


@pytest.mark.parametrize(
    ("state", "user"),
    [(TradingState.HALTED, ""), (TradingState.REDUCING, ""), (TradingState.HALTED, "paper")],
    ids=["hub halted", "hub reducing", "user halted"],
)
async def test_a_trading_state_denies_with_its_code(
    state: TradingState, user: str, tmp_path: Path, mock_clock: MockClock
) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await ea.go_live()
        set_trading(target, state, user)
        (told,) = await ea.got("trading")
        assert (told["state"], told["reason"]) == (state, "news")
        await ea.tick()
        code, message = await denied(ea)
        assert (code, "news" in message) == (state.value, True)
        (denial,) = journaled(target, Denial)
        assert (denial.user, denial.code) == ("paper", state.value)


async def test_a_users_halt_halts_nobody_else(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=TWO, sources=("alice",)) as target:
        alice, bob = Ea(target, "alice", login=1), Ea(target, "bob", login=2)
        for ea in (alice, bob):
            await ea.go_live()
        set_trading(target, TradingState.HALTED, "alice")
        await bob.tick()
        await alice.tick()
        assert (await denied(alice))[0] == "halted"
        assert (await fired(bob))["symbol"] == "EURUSD"


async def test_a_session_that_is_held_to_reducing_is_denied_so_and_nothing_is_intended(
    tmp_path: Path, mock_clock: MockClock
) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await ea.go_live()
        await ea.event("pass", signal_id="A")
        await ea.say("pass", n=1, signal_id="B")  # The same number says something else (protocol 6.5).
        (told,) = await ea.got("trading")
        assert told["state"] == "reducing"
        await ea.tick()
        code, message = await denied(ea)
        assert (code, "event 1 came again with other content" in message) == ("reducing", True)
        assert journaled(target, Intent) == []


async def test_a_session_that_is_not_live_is_not_fired_at(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await ea.hello()
        await ea.say("spec")
        await ea.telemetry()
        await ea.tick()
        assert (await denied(ea))[0] == "session_not_live"


async def test_a_session_that_fell_silent_is_not_fired_at(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=TWO, sources=("alice",)) as target:
        alice, bob = Ea(target, "alice", login=1), Ea(target, "bob", login=2)
        for ea in (alice, bob):
            await ea.go_live()
        await target.advance(4_000)
        await alice.say("heartbeat")
        await target.advance(2_500)
        await alice.tick()
        assert (await denied(bob))[0] == "session_not_live"
        assert await fired(alice)


async def test_after_a_rejection_a_new_press_is_a_new_leg(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users={"paper": MANUAL}) as target:
        ea = Ea(target)
        await ea.go_live()
        await ea.tick()
        (signal,) = await ea.got("signal")
        press = {"signal_id": signal["signal_id"], "expires": target.now + 1_000}
        await ea.event("fire_request", **press)
        first = await fired(ea)
        await ea.event("confirmation", id=first["id"], status="rejected", ticket=0, deal=0, lot=0.0, retcode=10006)
        await ea.event("fire_request", **press)
        second = await fired(ea)
        assert first["id"] != second["id"]
        assert [intent.leg for intent in journaled(target, Intent)] == [1, 2]
        await ea.filled(second)
        await ea.event("fire_request", **press)
        assert (await denied(ea))[0] == "already_fired"


async def test_a_press_while_the_first_fire_has_no_outcome_is_denied(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users={"paper": MANUAL}) as target:
        ea = Ea(target)
        await ea.go_live()
        await ea.tick()
        (signal,) = await ea.got("signal")
        press = {"signal_id": signal["signal_id"], "expires": target.now + 1_000}
        await ea.event("fire_request", **press)
        assert await fired(ea)
        await ea.event("fire_request", **press)
        assert (await denied(ea))[0] == "already_fired"
