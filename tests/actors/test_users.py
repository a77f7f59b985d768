"""Users while the hub runs: each change holds at once, is journaled, and ends or tells whom it concerns."""

from pathlib import Path

import attrs
import pytest
import zmq
from trio.testing import MockClock

from bitten.errors import ExitCode
from bitten.keys import KeyPair
from bitten.rules.access import Access, fingerprint
from bitten.rules.facts import UserChanged
from bitten.units import TradingState
from bitten.wire.acts import ClosePosition, OrderAnswer
from bitten.wire.desk import DeskRequest, Refusal, SetTrading, TradingAnswer
from bitten.wire.users import (
    Enrol,
    PendingAnswer,
    PendingRequest,
    SetAccess,
    SetKey,
    UserAnswer,
    UsersAnswer,
    UsersRequest,
    UserStatus,
)
from tests.actors.bench import AUTO, Ea, denied, fired, full_disk, hub, journaled
from tests.faults.guests import house
from tests.scenarios.live import HubTarget

TWO = {"alice": AUTO, "bob": AUTO}
KEY = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
"""A public key that libzmq's own documentation shows."""


def access(user: str, to: Access, why: str = "a dispute") -> SetAccess:
    return SetAccess(user=user, access=to, why=why, who="op")


def enrol(user: str, **fields: object) -> Enrol:
    table = {"tier": "OPEN", "mode": "auto", "public_key": KEY, "server": "", "login": 0, "accept_live": False}
    return Enrol(user=user, why="", who="op", **{**table, **fields})  # type: ignore[arg-type]  # each of its own type


def done(target: HubTarget, request: DeskRequest) -> UserAnswer:
    """What the desk did."""
    answer = target.hub.desk.act(request)
    assert isinstance(answer, UserAnswer), answer
    return answer


def refused(target: HubTarget, request: DeskRequest) -> Refusal:
    """Why the desk did not do it."""
    answer = target.hub.desk.act(request)
    assert isinstance(answer, Refusal), answer
    return answer


def listed(target: HubTarget) -> dict[str, UserStatus]:
    """The users by name."""
    answer = target.hub.desk.act(UsersRequest())
    assert isinstance(answer, UsersAnswer)
    return {each.user: each for each in answer.users}


async def test_a_disabled_user_may_only_lower_exposure_until_enabled(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=TWO, sources=("alice",)) as target:
        alice, bob = Ea(target, "alice", login=1), Ea(target, "bob", login=2)
        for ea in (alice, bob):
            await ea.go_live()
            await ea.tick()
        fire = await fired(alice)
        await alice.filled(fire)
        await alice.got("trading")

        answer = done(target, access("alice", Access.DISABLED))
        assert (answer.change, answer.session, answer.trading) == ("disabled", "told", TradingState.REDUCING)
        assert (answer.why, answer.open_positions) == ("disabled: a dispute", 1)
        assert [(each["state"], each["reason"]) for each in await alice.got("trading")] == [
            ("reducing", "disabled: a dispute")
        ]
        assert await bob.got("trading") == []

        # A resume does not lift it, and says so.
        resumed = target.hub.desk.act(SetTrading(user="alice", state=TradingState.ACTIVE, why="go", who="op"))
        assert isinstance(resumed, TradingAnswer)
        assert (resumed.after, resumed.why) == (TradingState.REDUCING, "disabled: a dispute")

        await bob.got("fire")
        await alice.tick(after_ms=1_000)
        code, message = await denied(alice)
        assert (code, message.endswith("disabled: a dispute")) == ("reducing", True)
        await bob.tick(after_ms=1_000)
        assert len(await bob.got("fire")) == 1
        closed = target.hub.desk.act(ClosePosition(user="alice", ticket=5, lot=0.0, who="op"))
        assert isinstance(closed, OrderAnswer)
        assert len(await alice.got("close")) == 1

        assert done(target, access("alice", Access.ENABLED, "settled")).trading is TradingState.ACTIVE
        assert [each["state"] for each in await alice.got("trading")] == ["active"]
        assert [(fact.user, fact.change, fact.why, fact.who) for fact in journaled(target, UserChanged)] == [
            ("alice", "disabled", "a dispute", "op"),
            ("alice", "enabled", "settled", "op"),
        ]


async def test_a_reason_is_as_long_as_the_wire_carries(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=TWO) as target:
        alice = Ea(target, "alice", login=1)
        await alice.go_live()
        done(target, access("alice", Access.DISABLED, "x" * 512))
        (told,) = await alice.got("trading")
        assert told["reason"] == "disabled: " + "x" * 502


async def test_a_revoked_user_is_sent_away_and_still_tracked(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=TWO, sources=("alice",)) as target:
        alice = Ea(target, "alice", login=1)
        await alice.go_live()
        await alice.tick()
        await alice.filled(await fired(alice))
        answer = done(target, access("alice", Access.REVOKED))
        assert (answer.change, answer.session, answer.open_positions) == ("revoked", "ended", 1)
        (bye,) = await alice.got("bye")
        assert bye["reason"] == "user_revoked"
        again = Ea(target, "alice", login=1, peer="again")
        await again.say("hello", user="alice", ea="L-alice", account={"login": 1})
        assert [each["reason"] for each in await again.got("bye")] == ["user_revoked"]
        shown = listed(target)["alice"]
        assert (shown.access, shown.why, shown.session) == (Access.REVOKED, "a dispute", "")
        assert (shown.login, shown.open_positions, shown.trading) == (1, 1, TradingState.REDUCING)


async def test_an_enrolled_user_is_welcome_at_once(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=TWO) as target:
        answer = done(target, enrol("carol", server="Broker", login=3))
        assert (answer.change, answer.session, answer.trading) == ("enrolled", "", TradingState.ACTIVE)
        carol = Ea(target, "carol", login=3)
        await carol.go_live(account={"server": "Broker", "login": 3})
        shown = listed(target)
        assert list(shown) == ["alice", "bob", "carol"]
        assert shown["carol"] == UserStatus(
            user="carol",
            tier="OPEN",
            mode="auto",
            access=Access.ENABLED,
            why="",
            fingerprint=fingerprint(KEY),
            login=3,
            server="Broker",
            session="live",
            trading=TradingState.ACTIVE,
            open_positions=0,
        )
        assert [fact.fingerprint for fact in journaled(target, UserChanged)] == [fingerprint(KEY)]


@pytest.mark.parametrize(
    ("request_", "said", "code"),
    [
        (enrol("alice"), "user 'alice' is known to this hub already", ExitCode.ERROR),
        (enrol("carol", tier="GOLD"), "[users.carol] tier = 'GOLD': must be one of OPEN", ExitCode.CONFIGURATION),
        (enrol("carol", public_key="short"), "[users.carol] public_key = 'short'", ExitCode.CONFIGURATION),
        (access("carol", Access.DISABLED), "user 'carol' is not known to this hub", ExitCode.USAGE),
        (SetKey(user="carol", public_key=KEY, why="", who="op"), "user 'carol' is not known", ExitCode.USAGE),
    ],
)
async def test_what_is_refused_changes_nothing(
    tmp_path: Path, mock_clock: MockClock, request_: DeskRequest, said: str, code: ExitCode
) -> None:
    async with hub(tmp_path, mock_clock, users=TWO) as target:
        before = target.hub.current.config
        refusal = refused(target, request_)
        assert said in refusal.message
        assert refusal.exit_code == code
        assert target.hub.current.config is before
        assert journaled(target, UserChanged) == []


async def test_a_key_belongs_to_one_user(tmp_path: Path, mock_clock: MockClock) -> None:
    users = TWO | {"alice": attrs.evolve(AUTO, public_key=KEY)}
    async with hub(tmp_path, mock_clock, users=users) as target:
        assert "is that of" in refused(target, enrol("carol")).message
        assert "is that of" in refused(target, SetKey(user="bob", public_key=KEY, why="", who="op")).message


async def test_with_a_full_disk_only_what_is_stricter_is_done(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=TWO) as target:
        with full_disk(tmp_path):
            assert refused(target, access("alice", Access.ENABLED)).message.startswith("not done: ")
            assert refused(target, enrol("carol")).message.startswith("not done: ")
            assert done(target, access("alice", Access.DISABLED)).trading is TradingState.HALTED
            assert target.hub.current.config.users["alice"].access is Access.DISABLED
        await target.advance(1_000)
        assert [fact.change for fact in journaled(target, UserChanged)] == ["disabled"]
        assert listed(target)["alice"].trading is TradingState.REDUCING


async def test_an_account_that_is_another_users_now_ends_the_session(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=TWO) as target:
        alice = Ea(target, "alice", login=1)
        await alice.go_live(account={"server": "Broker", "login": 1})
        done(target, enrol("carol", server="Broker", login=1))
        assert [each["reason"] for each in await alice.got("bye")] == ["wrong_account"]


async def test_nobody_knocks_at_a_plain_hub(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=TWO) as target:
        assert target.hub.desk.act(PendingRequest()) == PendingAnswer(keys=())


# Under CURVE, over real sockets


@pytest.fixture
def another_key() -> str:
    """Of an EA that was set up anew."""
    public, _ = zmq.curve_keypair()
    return public.decode()


async def test_a_rotated_key_is_refused_at_once_and_its_session_ended(tmp_path: Path, another_key: str) -> None:
    async with house(tmp_path, "alice", "bob") as home:
        alice, bob = await home.live("alice", 1), await home.live("bob", 2)
        home.hub.desk.act(SetKey(user="alice", public_key=another_key, why="lost laptop", who="op"))
        while (said := await alice.heard())["type"] != "bye":
            pass
        assert said["reason"] == "user_revoked"
        # Its connection was admitted, and is still there: a hello on it begins nothing.
        assert (await alice.greets("alice", account={"login": 1}))["reason"] == "user_revoked"
        home.guest(home.keys["alice"]).say("hello", user="alice")
        await home.counted("unknown_key")
        bob.say("ping")
        assert home.hub.around.roster.of("bob") is not None
        assert home.hub.around.roster.of("alice") is None


async def test_a_revoked_key_does_not_come_in_and_an_enabled_one_does(tmp_path: Path) -> None:
    async with house(tmp_path, "alice") as home:
        home.hub.desk.act(access("alice", Access.REVOKED))
        home.guest(home.keys["alice"]).say("hello", user="alice")
        await home.counted("unknown_key")
        home.hub.desk.act(access("alice", Access.ENABLED))
        await home.live("alice", 1)


async def test_a_key_that_knocked_is_pending_until_it_is_enrolled(tmp_path: Path) -> None:
    async with house(tmp_path, "alice") as home:
        home.keys["carol"] = KeyPair.make(tmp_path / "carol.key")
        home.guest(home.keys["carol"]).say("hello", user="carol")
        await home.counted("unknown_key", 2)
        answer = home.hub.desk.act(PendingRequest())
        assert isinstance(answer, PendingAnswer)
        (pending,) = answer.keys
        assert (pending.public_key, pending.fingerprint) == (
            home.keys["carol"].public,
            fingerprint(home.keys["carol"].public),
        )
        assert pending.address == "127.0.0.1"
        assert pending.count >= 2
        home.hub.desk.act(enrol("carol", tier="NIBBLER", mode="manual", public_key=pending.public_key))
        await home.live("carol", 3)
        assert home.hub.desk.act(PendingRequest()) == PendingAnswer(keys=())
