"""The fire router when something gives way: a halt in between, an EA that is deaf or gone, a disk, a crash."""

from pathlib import Path

import pytest
from trio.testing import MockClock

from bitten.actors.fire_router import FireRouter
from bitten.actors.session import Session
from bitten.messages import Verdict
from bitten.rules.facts import Action, Denial, Intent, TradingSet, Withdrawn
from bitten.rules.fire import Life
from bitten.rules.risk import DenialCode
from bitten.units import DAY_MS, TradingState
from tests.actors.bench import AUTO, MANUAL, Ea, book_of, denied, fired, full_disk, hub, journaled
from tests.scenarios.live import TIGHT
from tests.scenarios.script import START, Json

ONE = {"paper": AUTO}
TWO = {"alice": AUTO, "bob": AUTO}


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
        after = (
            "fire_router",
            "sockets",
            "sessions",
            "acceptor",
            "flattener",
            "desk",
            "brains",
            "archivist",
            "tidings",
        )
        below = dict.fromkeys(after, 2)
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


async def test_a_press_that_died_with_the_hub_is_denied_once_when_its_user_is_back(
    tmp_path: Path, mock_clock: MockClock
) -> None:
    event: Json = {"type": "fire_request", "session": "S-0", "n": 1, "signal_id": "SIG", "expires": START + 60_000}
    account: Json = {"server": "Broker", "login": 100}
    pressed: Json = {"user": "paper", "account": account, "ea": "L-paper", "digest": "d", "event": event}
    for again in (False, True):
        facts: tuple[tuple[str, Json], ...] = () if again else (("requested", pressed),)
        async with hub(tmp_path, mock_clock, users={"paper": MANUAL}, facts=facts) as target:
            ea = Ea(target, peer=f"link {again}", next_event=2)
            await ea.go_live(first_event=2, life=2 + again)
            told = [(each["signal_id"], each["code"]) for each in await ea.got("denied")]
            assert told == ([] if again else [("SIG", DenialCode.REQUEST_EXPIRED)])
            assert [fact.signal_id for fact in journaled(target, Denial)] == ["SIG"]
            assert journaled(target, Intent) == []
