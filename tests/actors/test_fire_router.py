"""From a signal to a command or to a denial, through all actors and over TCP."""

import json
from pathlib import Path

import pytest
from trio.testing import MockClock

from bitten.actors.fire_router import FireRouter
from bitten.actors.line import Line
from bitten.actors.session import Session
from bitten.config import UserSettings
from bitten.journal import JournalReader
from bitten.messages import Verdict
from bitten.rules.book import Book
from bitten.rules.facts import Action, Denial, Intent, TradingSet, Withdrawn
from bitten.rules.facts import Sent as SentFact
from bitten.rules.fire import Life, is_ours
from bitten.rules.risk import DenialCode
from bitten.sockets.channel import Sent
from bitten.units import DAY_MS, TradingState
from bitten.wire.desk import SetTrading
from tests.actors.bench import ASK, AUTO, MANUAL, Ea, entries, full_disk, hub, journaled
from tests.scenarios.live import TIGHT, HubTarget
from tests.scenarios.script import START, Json

ONE = {"paper": AUTO}
TWO = {"alice": AUTO, "bob": AUTO}


async def fired(ea: Ea) -> Json:
    """The one command that the EA was sent."""
    (fire,) = await ea.got("fire")
    return fire


async def denied(ea: Ea) -> tuple[object, str]:
    """Code and message of the one denial that the EA was told."""
    (denial,) = await ea.got("denied")
    assert await ea.got("fire") == []
    return denial["code"], str(denial["message"])


def set_trading(target: HubTarget, state: TradingState, user: str = "") -> None:
    target.hub.desk.act(SetTrading(user=user, state=state, why="news", who="op"))


def book_of(target: HubTarget, user: str = "paper") -> Book:
    book = target.hub.scribe.ledger.book_of(user)
    assert book is not None
    return book


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


async def test_semi_is_not_available(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users={"paper": UserSettings(tier="OPEN", mode="semi")}) as target:
        ea = Ea(target)
        await ea.go_live()
        await ea.tick()
        assert (await denied(ea))[0] == "not_available"


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


async def test_a_halt_between_the_router_and_the_socket_holds(
    tmp_path: Path, mock_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        execute = Session.execute

        def halted_meanwhile(session: Session, intent: Intent) -> str:
            halt = TradingSet(user="", state=TradingState.HALTED, why="news", who="op")
            target.hub.scribe.write("desk", halt)
            return execute(session, intent)

        monkeypatch.setattr(Session, "execute", halted_meanwhile)
        ea = Ea(target)
        await ea.go_live()
        await ea.tick()
        code, message = await denied(ea)
        assert (code, message) == ("halted", "halted: news")
        (withdrawn,) = journaled(target, Withdrawn)
        command = book_of(target).commands[withdrawn.id]
        assert (command.life, book_of(target).day(command.intent.day).shots) == (Life.WITHDRAWN, 0)
        assert book_of(target).open_count() == 0


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


async def test_an_ea_that_does_not_read_is_denied_and_holds_up_nobody(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=TWO, sources=("alice",), options=TIGHT) as target:
        alice, bob = Ea(target, "alice", login=1), Ea(target, "bob", login=2)
        for ea in (alice, bob):
            await ea.go_live()
        target.deafen("bob")
        await target.inject_all("bob", "command", [bob.frame("ping", nonce=n) for n in range(1_000)])
        session = target.hub.around.roster.of("bob")
        assert session is not None
        assert session.line.full
        await bob.tick()
        await alice.tick()
        assert await fired(alice)
        (denial,) = journaled(target, Denial)
        assert (denial.user, denial.code) == ("bob", "busy")
        assert [intent.user for intent in journaled(target, Intent)] == ["alice"]


async def test_without_a_journal_nothing_fires_and_with_it_again_all_goes_on(
    tmp_path: Path, mock_clock: MockClock, log_lines: list[str]
) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await ea.go_live()
        with full_disk(tmp_path):
            await ea.tick()
            code, message = await denied(ea)
            assert (code, "disk is full" in message) == ("halted", True)
            (told,) = await ea.got("trading")
            assert told["state"] == "halted"
            await ea.tick(after_ms=1_000)
            assert (await denied(ea))[0] == "halted"
            assert [each.live for each in target.hub.around.roster] == [True]
        await target.advance(1_000)
        (told,) = await ea.got("trading")
        assert told["state"] == "active"
        await ea.tick(after_ms=2_000)
        assert await fired(ea)
        assert [denial.code for denial in journaled(target, Denial)] == ["halted", "halted"]
        assert all(child.restarts == 0 for child in target.hub.root.statistics().children)
        assert any(line.startswith("journal writable again") for line in log_lines)


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


async def test_a_hub_that_is_stopping_fires_no_more(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await ea.go_live()
        target.hub.close_the_gate()
        await ea.tick()
        assert await denied(ea) == ("halted", "the hub is stopping")
        assert journaled(target, Intent) == []


async def test_an_ea_that_is_gone_gets_nothing_and_its_fire_is_withdrawn(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=TWO, sources=("alice",)) as target:
        alice, bob = Ea(target, "alice", login=1), Ea(target, "bob", login=2)
        for ea in (alice, bob):
            await ea.go_live()
        await bob.tick()
        await target.vanish("bob")
        await alice.tick()
        assert await fired(alice)
        (withdrawn,) = journaled(target, Withdrawn)
        assert withdrawn.reason == "the EA's queue is gone"
        assert book_of(target, "bob").commands[withdrawn.id].life is Life.WITHDRAWN
        assert [(denial.user, denial.code) for denial in journaled(target, Denial)] == [("bob", "busy")]


async def test_what_was_fired_before_a_restart_counts_after_it(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await ea.go_live()
        for second in range(5):
            await ea.tick(after_ms=second * 1_000)
        fires = await ea.got("fire")
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await ea.hello(life=2, boot="b2")
        await ea.say("spec")
        for number, fire in enumerate(fires, 1):
            await ea.filled(fire, ticket=number)
            await ea.closed(fire, 1.0, ticket=number)
        await ea.say("snapshot", next_event=ea.next_event)
        await ea.say("ready")
        await ea.telemetry()
        assert await ea.got("live")
        assert book_of(target).day(START // DAY_MS).shots == 5
        await ea.tick(after_ms=5_000)
        code, message = await denied(ea)
        assert (code, "5 fires of BUY EURUSD in ten minutes" in message) == ("repeated", True)


async def test_a_crash_of_the_router_ends_the_sessions_which_come_back(
    tmp_path: Path, mock_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await ea.go_live()
        consider = FireRouter._consider
        faults = iter([ZeroDivisionError("a fault of ours")])

        def faulty(router: FireRouter, verdict: Verdict) -> None:
            for fault in faults:
                raise fault
            consider(router, verdict)

        monkeypatch.setattr(FireRouter, "_consider", faulty)
        await ea.tick()
        (bye,) = await ea.got("bye")
        assert bye["reason"] == "shutdown"
        await target.advance(5_000)
        children = {child.name: child for child in target.hub.root.statistics().children}
        lives = {name: child.lives for name, child in children.items()}
        above = dict.fromkeys(("watchdog", "scribe"), 1)
        below = dict.fromkeys(("fire_router", "sockets", "sessions", "acceptor", "desk", "brains"), 2)
        assert lives == {**above, **below}
        assert target.hub.desk.status().dead_letters == 1
        await ea.go_live(life=2, boot="b2")
        await ea.tick(after_ms=1_000)
        assert await fired(ea)


async def test_what_one_users_numbers_break_is_that_users_session(
    tmp_path: Path, mock_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with hub(tmp_path, mock_clock, users=TWO, sources=("alice",)) as target:
        alice, bob = Ea(target, "alice", login=1), Ea(target, "bob", login=2)
        for ea in (bob, alice):
            await ea.go_live()
        refusal = Session.refusal

        def faulty(session: Session, action: Action) -> str:
            assert session.user != "bob", "a fault of ours"
            return refusal(session, action)

        monkeypatch.setattr(Session, "refusal", faulty)
        await bob.tick()
        await alice.tick()
        assert await fired(alice)
        assert len(await bob.got("bye")) == 1
        assert all(child.restarts == 0 for child in target.hub.root.statistics().children)
