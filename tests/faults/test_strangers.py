"""Faults 23, 24 and 25: strangers, recorded bytes, and an enrolled EA that says it is somebody else."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest
import trio
import zmq
from loguru import logger
from zmq.utils import z85

from bitten.actors.gatekeeper import REMEMBERED
from bitten.keys import KeyPair
from bitten.rules.access import Admission, Directory, fingerprint
from bitten.rules.facts import Draft
from bitten.settings import Secret
from tests.faults.guests import HANDSHAKE_MS, House, house
from tests.scenarios.samples import fact
from tests.sockets.peers import eventually


async def test_who_is_enrolled_is_live_and_its_messages_are_its_own(tmp_path: Path) -> None:
    async with house(tmp_path, "alice") as home:
        await home.live("alice", login=100)
        session = home.hub.around.roster.of("alice")
        assert session is not None
        assert session.line.sender == f"alice/{fingerprint(home.keys['alice'].public)}"
        assert home.hub.suspicions.counts == {}


@pytest.mark.parametrize("who", ["no key", "a wrong key", "a wrong server key"])
async def test_fault_23_no_message_of_a_stranger_reaches_an_actor(tmp_path: Path, who: str) -> None:
    async with house(tmp_path, "alice") as home:
        alice = await home.live("alice", login=100)
        before = home.received()
        stranger = KeyPair.make(tmp_path / "stranger.key")
        guest = {
            "no key": lambda: home.guest(None),
            "a wrong key": lambda: home.guest(stranger),
            "a wrong server key": lambda: home.guest(home.keys["alice"], server=stranger.public),
        }[who]()
        guest.say("hello", user="alice")
        guest.session = alice.session
        guest.say("tick")
        await home.refused(times=2)  # One a port.
        assert home.received() == before
        assert home.hub.around.roster.session(alice.session) is not None
        alice.say("ping", nonce=7)
        while (heard := await alice.heard())["type"] != "pong":
            pass
        assert heard["nonce"] == 7


async def test_fault_23_a_key_that_knocked_is_remembered_for_the_operator(tmp_path: Path) -> None:
    async with house(tmp_path, "alice") as home:
        stranger = KeyPair.make(tmp_path / "stranger.key")
        home.guest(stranger)
        await home.counted("unknown_key", times=2)
        assert home.hub.gatekeeper is not None
        (knocked,) = home.hub.gatekeeper.knocked.values()
        assert (knocked.public_key, knocked.address, knocked.count) == (stranger.public, "127.0.0.1", 2)
        await home.hub.scribe.drained()
        assert home.told() == [("", "unknown_key")]


A_FEW = 20


async def test_fault_23_a_key_that_knocks_again_is_not_hidden_by_many_that_knock_once(tmp_path: Path) -> None:
    async with house(tmp_path, "alice") as home:
        again, late = KeyPair(*_pair()), KeyPair(*_pair())
        for _ in range(2):
            home.guest(again)
        await home.counted("unknown_key", times=4)
        for number in range(1, REMEMBERED + 2):
            home.guest(KeyPair(*_pair()))
            if number % A_FEW == 0 or number == REMEMBERED + 1:
                # All at once would be more than the system lets wait at a port, and some would never have knocked.
                await home.counted("unknown_key", times=4 + 2 * number)
        home.guest(late)
        await home.counted("unknown_key", times=6 + 2 * (REMEMBERED + 1))
        assert home.hub.gatekeeper is not None
        knocked = home.hub.gatekeeper.knocked
        assert len(knocked) == REMEMBERED
        assert (knocked[again.public].count, knocked[late.public].count) == (4, 2)


async def test_a_gatekeeper_that_crashed_asks_nobody_to_wait_for_ever(tmp_path: Path) -> None:
    """Its question is lost, and that connection closed; who is in stays, and the next one comes in."""
    async with house(tmp_path, "alice", "bob") as home:
        alice, keeper = await home.live("alice", login=100), home.hub.gatekeeper
        assert keeper is not None
        good = keeper.directory

        class Poisoned(Directory):
            def admit(self, public_key: str) -> Admission | None:
                assert keeper is not None
                keeper.directory = good
                raise RuntimeError(f"poisoned by {public_key}")

        keeper.directory = Poisoned()
        before = descriptors()
        lost = home.guest(home.keys["bob"])
        lost.say("hello", user="bob")
        await eventually(lambda: gatekeepers_lives(home) == 2)
        await home.counted("handshake_failed")
        lost.close()
        await eventually(lambda: descriptors() <= before)
        assert (await home.guest(home.keys["bob"]).greets("bob", account={"login": 101}))["type"] == "welcome"
        alice.say("ping", nonce=7)
        while (await alice.heard())["type"] != "pong":
            pass
        assert home.hub.around.roster.session(alice.session) is not None


def gatekeepers_lives(home: House) -> int:
    """How often the gatekeeper was started."""
    return next(each.lives for each in home.hub.root.statistics().children if each.name == "gatekeeper")


async def test_fault_23_who_says_nothing_is_not_kept(tmp_path: Path) -> None:
    async with house(tmp_path, "alice") as home:
        host, port = home.endpoints[0].removeprefix("tcp://").split(":")
        async with await trio.open_tcp_stream(host, int(port)) as stream:
            with trio.fail_after(HANDSHAKE_MS / 1000 + 5):
                while await stream.receive_some(64):
                    pass


class Tap:
    """A TCP link to one port of the hub, which keeps what the client says, and can say it again."""

    def __init__(self, endpoint: str) -> None:
        self._host, port = endpoint.removeprefix("tcp://").split(":")
        self._port = int(port)
        self.said = bytearray()
        self.doubling = False
        self.dropped = False

    async def serve(self, nursery: trio.Nursery) -> str:
        """Take connections, at the endpoint that is returned."""
        (listener,) = await trio.open_tcp_listeners(0, host="127.0.0.1")
        nursery.start_soon(trio.serve_listeners, self._link, [listener])
        return f"tcp://127.0.0.1:{listener.socket.getsockname()[1]}"

    async def replay(self) -> bytes:
        """Say what was recorded, on a connection of one's own; all that the hub answers until it hangs up."""
        answered = bytearray()
        async with await trio.open_tcp_stream(self._host, self._port) as stream:
            with trio.CancelScope() as scope:
                scope.deadline = trio.current_time() + 10
                try:
                    await stream.send_all(bytes(self.said))
                    async for some in stream:
                        answered += some
                except trio.BrokenResourceError:
                    pass
            assert not scope.cancelled_caught, "the hub did not hang up"
        return bytes(answered)

    async def _link(self, client: trio.SocketStream) -> None:
        async with client, await trio.open_tcp_stream(self._host, self._port) as hub, trio.open_nursery() as nursery:
            nursery.start_soon(self._pass_back, hub, client, nursery.cancel_scope)
            async for some in client:
                self.said += some
                await hub.send_all(bytes(some) * (2 if self.doubling else 1))

    async def _pass_back(self, hub: trio.SocketStream, client: trio.SocketStream, link: trio.CancelScope) -> None:
        # A connection that the hub ends in the middle of a sentence is reset.
        with suppress(trio.BrokenResourceError):
            async for some in hub:
                await client.send_all(some)
        self.dropped = True
        link.cancel()


async def tapped(home: House, nursery: trio.Nursery) -> tuple[Tap, Tap, tuple[str, str]]:
    """Taps on both ports, and where a client finds them."""
    taps = [Tap(endpoint) for endpoint in home.endpoints]
    return taps[0], taps[1], (await taps[0].serve(nursery), await taps[1].serve(nursery))


async def test_fault_24_a_recorded_connection_says_nothing_again(tmp_path: Path) -> None:
    async with house(tmp_path, "alice") as home, trio.open_nursery() as nursery:
        command, feedback, ends = await tapped(home, nursery)
        alice = home.guest(home.keys["alice"], endpoints=ends)
        await alice.greets("alice")
        alice.say("spec")
        await eventually(lambda: home.received() == 2)
        for tap in (command, feedback):
            await tap.replay()
        await home.refused(times=2)
        assert home.received() == 2
        nursery.cancel_scope.cancel()


async def test_fault_24_bytes_doubled_inside_a_connection_end_it(tmp_path: Path) -> None:
    async with house(tmp_path, "alice") as home, trio.open_nursery() as nursery:
        _, feedback, ends = await tapped(home, nursery)
        alice = home.guest(home.keys["alice"], endpoints=ends)
        await alice.greets("alice")
        alice.say("spec")
        await eventually(lambda: home.received() == 2)
        feedback.doubling = True
        alice.say("tick")
        await eventually(lambda: feedback.dropped and home.received() >= 3)
        await home.guest(home.keys["alice"]).greets("alice", boot="b2", life=2)
        assert home.received() == 4, "once, not twice"
        nursery.cancel_scope.cancel()


async def as_another_user(home: House) -> None:
    """Bob's key says hello as Alice."""
    bye = await home.guest(home.keys["bob"]).greets("alice", account={"login": 101})
    assert (bye["type"], bye["reason"]) == ("bye", "user_mismatch")


async def with_anothers_account(home: House) -> None:
    """Bob says hello with Alice's login."""
    bye = await home.guest(home.keys["bob"]).greets("bob", account={"login": 100})
    assert (bye["type"], bye["reason"]) == ("bye", "wrong_account")


async def with_anothers_session(home: House) -> None:
    """Bob uses Alice's session id, on both ports."""
    alice = home.hub.around.roster.of("alice")
    assert alice is not None
    bob = home.guest(home.keys["bob"])
    bob.session = alice.id
    bob.say("tick", bid=9.0, ask=9.1)
    bob.say("ping")
    bob.say("goodbye")
    await home.counted("foreign_session", times=3)
    assert alice.view.quote("EURUSD") is None
    assert home.hub.around.roster.of("alice") is alice


async def with_anothers_fire(home: House) -> None:
    """Bob confirms a fire that is Alice's."""
    home.hub.scribe.journal.append(Draft("test", 1, fact("intent", {"id": "F1", "user": "alice"})))
    bob = await home.live("bob", login=101)
    bob.say("confirmation", id="F1", status="filled")
    await home.counted("foreign_id")
    book = home.hub.scribe.ledger.book_of("alice")
    assert book is not None
    assert book.unresolved.keys() == {"F1"}
    assert book.holdings == {}


async def alice_has_traded(home: House) -> None:
    """Alice's fire was filled as position 5, and a part of it was closed by deal 51."""
    home.hub.scribe.journal.append(Draft("test", 1, fact("intent", {"id": "F1", "user": "alice"})))
    alice = home.guest(home.keys["alice"])
    assert (await alice.greets("alice", boot="b2", life=2))["type"] == "welcome"
    for kind in ("spec", "snapshot", "ready"):
        alice.say(kind)
    alice.say("confirmation", n=1, id="F1", status="filled", ticket=5, deal=50)
    alice.say("closed", n=2, ticket=5, deal=51, fire_id="F1", lot=0.01)
    while (heard := await alice.heard())["type"] != "ack" or heard["n"] != 2:
        pass


async def with_anothers_ticket(home: House) -> None:
    """Bob says that he closed Alice's position."""
    await alice_has_traded(home)
    bob = await home.live("bob", login=101)
    bob.say("closed", ticket=5, deal=99, fire_id="")
    await home.counted("foreign_ticket")
    book = home.hub.scribe.ledger.book_of("alice")
    assert book is not None
    assert book.holdings.keys() == {5}


async def with_anothers_deal(home: House) -> None:
    """Bob tells Alice's deal as his own."""
    await alice_has_traded(home)
    bob = await home.live("bob", login=101)
    bob.say("closed", ticket=99, deal=51, fire_id="")
    await home.counted("foreign_deal")


async def with_a_copied_ledger(home: House) -> None:
    """Another process of Alice's on a copy of her ledger, with her key."""
    bye = await home.guest(home.keys["alice"]).greets("alice", boot="b2")
    assert (bye["type"], bye["reason"]) == ("bye", "already_connected")


@pytest.mark.parametrize(
    ("claims", "user", "what"),
    [
        (as_another_user, "bob", "user_mismatch"),
        (with_anothers_account, "bob", "wrong_account"),
        (with_anothers_session, "bob", "foreign_session"),
        (with_anothers_fire, "bob", "foreign_id"),
        (with_anothers_ticket, "bob", "foreign_ticket"),
        (with_anothers_deal, "bob", "foreign_deal"),
        (with_a_copied_ledger, "alice", "already_connected"),
    ],
)
async def test_fault_25_an_enrolled_ea_that_claims_what_is_not_its_own(
    tmp_path: Path, claims: Callable[[House], Awaitable[None]], user: str, what: str
) -> None:
    lines: list[str] = []
    sink = logger.add(lines.append, format="{message}", level="WARNING")
    try:
        async with house(tmp_path, "alice", "bob") as home:
            await home.live("alice", login=100)
            await claims(home)
            await home.hub.scribe.drained()
            alice = home.hub.around.roster.of("alice")
            assert alice is not None
            assert alice.live
            assert home.told() == [(user, what)]
            assert set(home.hub.suspicions.counts) == set(home.hub.desk.status().security) == {what}
            assert len([line for line in lines if what in line]) == 1
    finally:
        logger.remove(sink)


async def test_a_question_that_is_none_is_not_answered(tmp_path: Path) -> None:
    """Only libzmq asks; whatever else came by would be of this process."""
    async with house(tmp_path, "alice") as home:
        with home.hub.command.channel._socket.context.socket(zmq.DEALER) as asker:
            asker.linger = 0
            asker.connect("inproc://zeromq.zap.01")
            asker.send_multipart([b"", b"1.0", b"1", b"bitten", b"", b"", b"NULL"])
            asker.send_multipart([b"no empty frame"])
            await home.counted("zap_malformed", times=2)
            key = z85.decode(home.keys["alice"].public)
            asker.send_multipart([b"", b"1.0", b"2", b"bitten", b"", b"", b"CURVE", key])
            asker.send_multipart([b"", b"1.0", b"3", b"elsewhere", b"", b"", b"CURVE", key])
            await eventually(lambda: bool(asker.poll(0)))
            user_id = f"alice/{fingerprint(home.keys['alice'].public)}".encode()
            assert asker.recv_multipart() == [b"", b"1.0", b"2", b"200", b"OK", user_id, b""]
            await eventually(lambda: bool(asker.poll(0)))
            assert asker.recv_multipart() == [b"", b"1.0", b"3", b"400", b"no", b"", b""]


def descriptors() -> int:
    """Open descriptors of this process, the hub's among them."""
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_fault_36_strangers_who_stay_and_strangers_who_knock(tmp_path: Path) -> None:
    """They are closed, counted and forgotten; who is enrolled is served meanwhile, by the same session."""
    silent, knocking = 200, 60
    async with house(tmp_path, "alice") as home:
        alice = await home.live("alice", login=100)
        before = descriptors()
        host, port = home.endpoints[0].removeprefix("tcp://").split(":")
        staying = [await trio.open_tcp_stream(host, int(port)) for _ in range(silent)]
        for _ in range(knocking):
            home.guest(None).close()
            stranger = home.guest(KeyPair(*_pair()))
            alice.say("ping", nonce=7)
            while (await alice.heard())["type"] != "pong":
                pass
            stranger.close()
        for stream in staying:
            with trio.fail_after(HANDSHAKE_MS / 1000 + 10), suppress(trio.BrokenResourceError):
                while await stream.receive_some(64):
                    pass
            await stream.aclose()
        await home.counted("handshake_failed", times=silent)
        await eventually(lambda: descriptors() <= before)
        assert home.hub.gatekeeper is not None
        assert len(home.hub.gatekeeper.knocked) <= REMEMBERED
        assert [session.id for session in home.hub.around.roster if session.live] == [alice.session]
        assert len(home.told()) <= 2, "once a minute and kind"


def _pair() -> tuple[str, Secret]:
    public, secret = zmq.curve_keypair()
    return public.decode(), Secret(secret.decode())


async def test_fault_37_an_enrolled_ea_that_floods_or_never_reads_slows_only_itself(tmp_path: Path) -> None:
    async with house(tmp_path, "alice", "bob") as home:
        alice, bob = await home.live("alice", login=100), await home.live("bob", login=101)
        allowed = home.hub.current.config.session.max_messages_per_s
        for number in range(20):
            for _ in range(5 * allowed):  # 100 times what is allowed, in well under a second
                alice.say("tick", symbol="GBPUSD")
            alice.say("ping", nonce=number)  # She reads no answer.
            bob.say("ping", nonce=number)
            while (heard := await bob.heard())["type"] != "pong":
                pass
            assert heard["nonce"] == number
        sessions = {status.user: status for status in home.hub.desk.status().sessions}
        assert {user: status.state for user, status in sessions.items()} == {"alice": "live", "bob": "live"}
        assert sessions["alice"].dropped["over the rate"] > 0
        assert sessions["bob"].dropped["over the rate"] == 0
