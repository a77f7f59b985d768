"""Who says hello, and what becomes of it: bound, superseded, refused, or put off while nothing can be journaled."""

from pathlib import Path

from trio.testing import MockClock

from bitten.rules.facts import Greeted, SecurityEvent, SessionChanged
from bitten.units import Account
from tests.actors.bench import MANUAL, Ea, entries, full_disk, hub, journaled
from tests.scenarios.script import Json

ONE = {"paper": MANUAL}
TWO = {"alice": MANUAL, "bob": MANUAL}
BOUND: tuple[str, Json] = (
    "greeted",
    {"user": "alice", "account": {"server": "Broker", "login": 1}, "ea": "L", "epoch": 4, "life": 1, "boot": "b"},
)


async def test_the_first_hello_binds_before_it_is_welcomed(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        welcome = await Ea(target).hello()
        (greeted,) = journaled(target, Greeted)
        assert (greeted.user, greeted.account, greeted.ea, greeted.epoch) == (
            "paper",
            Account("Broker", 100),
            "L-paper",
            1,
        )
        assert welcome["epoch"] == 1
        assert isinstance(entries(target)[0].fact, Greeted)


async def test_a_binding_and_its_epochs_outlive_the_hub(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=TWO, facts=(BOUND,)) as target:
        stranger = Ea(target, "alice", login=2, peer="stranger")
        await stranger.say("hello", user="alice", account={"login": 2})
        (bye,) = await stranger.got("bye")
        assert (bye["reason"], bye["message"]) == ("wrong_account", "user 'alice' trades 1@Broker, not 2@Broker")
        assert (await Ea(target, "alice", login=1).hello())["epoch"] == 5


async def test_a_second_ledger_is_refused_and_is_a_security_event(
    tmp_path: Path, mock_clock: MockClock, log_lines: list[str]
) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await ea.go_live()
        other = Ea(target, peer="other")
        await other.say("hello", ea="L-other", boot="b2")
        (bye,) = await other.got("bye")
        assert bye["reason"] == "already_connected"
        (event,) = journaled(target, SecurityEvent)
        assert (event.user, event.what) == ("paper", "already_connected")
        assert "L-other" in event.detail
        assert target.hub.acceptor.refused == 1
        assert any(line.startswith("paper: already_connected: another ledger, L-other") for line in log_lines)
        assert [session.live for session in target.hub.around.roster] == [True]


async def test_the_same_ea_again_supersedes_its_session_and_leaves_one(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        first = Ea(target)
        await first.go_live()
        again = Ea(target, peer="again")
        await again.go_live(life=2, boot="b2")
        (bye,) = await first.got("bye")
        assert (bye["reason"], bye["session"]) == ("superseded", first.session)
        assert [session.id for session in target.hub.around.roster] == [again.session]
        (child,) = target.hub.sessions.statistics().children
        assert child.name == again.session
        assert [each.state for each in journaled(target, SessionChanged) if each.epoch == 1][-1] == "ended"


async def test_where_nothing_can_be_journaled_the_present_session_stays(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        first = Ea(target)
        await first.go_live()
        with full_disk(tmp_path):
            again = Ea(target, peer="again")
            await again.say("hello", ea="L-paper", life=2, boot="b2")
            assert await target.expect("again") is None
            assert [session.id for session in target.hub.around.roster] == [first.session]
            assert await first.got("bye") == []


async def test_a_malformed_hello_is_counted_and_not_answered(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await ea.say("hello", protocol="1")
        assert target.hub.acceptor.malformed == 1
        assert await target.expect(ea.peer) is None
        assert await ea.hello()


async def test_without_a_journal_nobody_is_greeted_and_with_it_again_everybody_is(
    tmp_path: Path, mock_clock: MockClock, log_lines: list[str]
) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        with full_disk(tmp_path):
            await ea.say("hello", ea="L-paper")
            assert await target.expect(ea.peer) is None
            assert list(target.hub.around.roster) == []
            assert any(line.startswith("paper not greeted: journal") for line in log_lines)
        await target.advance(1_000)
        ea.peer = "again"
        await ea.go_live()
        assert all(child.restarts == 0 for child in target.hub.root.statistics().children)


async def test_hellos_do_not_make_a_journal_writable(
    tmp_path: Path, mock_clock: MockClock, log_lines: list[str]
) -> None:
    async with hub(tmp_path, mock_clock, users=TWO) as target:
        alice, bob = Ea(target, "alice", login=1), Ea(target, "bob", login=2)
        await alice.go_live()
        with full_disk(tmp_path):
            for life in (1, 2, 3):
                bob.peer = f"bob {life}"
                await bob.say("hello", user="bob", ea="L-bob", life=life, account={"login": 2})
            assert target.hub.scribe.failure
            assert [told["state"] for told in await alice.got("trading")] == ["halted"]
            assert not any(line.startswith("journal writable again") for line in log_lines)


async def test_a_scribe_that_can_take_no_more_puts_hellos_off(
    tmp_path: Path, mock_clock: MockClock, log_lines: list[str]
) -> None:
    async with hub(tmp_path, mock_clock, users=TWO) as target:
        alice = Ea(target, "alice", login=1)
        await alice.go_live()
        with full_disk(tmp_path):
            target.hub.scribe.mailbox.capacity = 1
            for signal in "AB":
                await alice.event("pass", signal_id=signal)
            await Ea(target, "bob", login=2).say("hello", user="bob", ea="L-bob", account={"login": 2})
            assert any(line.startswith("bob not greeted: journal") for line in log_lines)
        await target.advance(1_000)
        await Ea(target, "bob", login=2, peer="bob again").hello()
        assert all(child.restarts == 0 for child in target.hub.root.statistics().children)


async def test_a_session_that_nobody_supervises_is_replaced(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target:
        ea = Ea(target)
        await ea.go_live()
        (left_behind,) = target.hub.around.roster
        await ea.say("goodbye")
        target.hub.around.roster.enter(left_behind)  # As where its supervisor ended before it was started.
        await ea.go_live(life=2, boot="b2")
        assert [session.id for session in target.hub.around.roster] == [ea.session]
        assert all(child.restarts == 0 for child in target.hub.root.statistics().children)
