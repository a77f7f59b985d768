"""What goes wrong with ZMQ under trio, each thing seen to happen before it was made impossible here."""

import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest
import trio
import zmq
from trio.testing import wait_all_tasks_blocked

from bitten.sockets.channel import DealerChannel, PullChannel, RouterChannel, Sent
from bitten.sockets.context import Context, Socket, open_context
from bitten.sockets.options import SocketOptions, opening
from bitten.sockets.tcp import bind_tcp, close_bound
from tests.sockets.peers import TIMEOUT_MS, Peers, eventually, has_edge, receive, unsigned

BULK = 16_384


def bare_router(context: Context, options: SocketOptions | None = None) -> tuple[Socket, RouterChannel]:
    """A channel together with its socket, to look at what lies below it."""
    with opening(context, zmq.ROUTER, options or SocketOptions()) as socket:
        bind_tcp(socket, "127.0.0.1", 0)
        return socket, RouterChannel(socket)


async def send_until(channel: RouterChannel, name: bytes, wanted: Sent, body: bytes) -> int:
    """Send until the answer is `wanted`; how many were accepted before."""
    before = channel.statistics().sent
    with trio.fail_after(TIMEOUT_MS / 1000):
        while channel.send_to(name, body) is not wanted:
            await trio.lowlevel.checkpoint()
    return channel.statistics().sent - before


class TestFramesInjectedToShiftIdentities:
    async def test_no_frame_of_a_stranger_becomes_a_message_of_another(
        self, router: RouterChannel, peers: Peers
    ) -> None:
        ann = await peers.greeted(router, b"ann")
        eve = await peers.greeted(router, b"eve")
        eve.send_multipart([b"one", b"ann", b"close everything"])
        eve.send_multipart([b"", b"ann"])
        eve.send(b"honest")
        ann.send(b"tick")
        assert sorted(await receive(router, 2)) == [(b"ann", b"tick"), (b"eve", b"honest")]
        assert router.statistics().malformed_frames == 2

    @pytest.mark.parametrize("frames", [2, 3, 64, 65, 66, 129])
    async def test_whatever_the_number_of_frames_the_next_message_is_whole(
        self, router: RouterChannel, peers: Peers, frames: int
    ) -> None:
        eve = await peers.greeted(router, b"eve")
        for n in range(3):
            eve.send_multipart([b"ann"] * frames)
            eve.send(b"%d" % n)
        assert await receive(router, 3) == [(b"eve", b"0"), (b"eve", b"1"), (b"eve", b"2")]
        assert router.statistics().malformed_frames == 3

    async def test_feedback_drops_them_too(self, pull: PullChannel, peers: Peers) -> None:
        eve = peers.push(pull.endpoint)
        eve.send_multipart([b"{}", b"{}"])
        eve.send(b"honest")
        with trio.fail_after(5):
            assert await pull.receive_batch() == [(b"honest", "")]
        assert pull.statistics().malformed_frames == 1

    async def test_a_message_of_very_many_frames_holds_up_no_other_task(
        self, router: RouterChannel, peers: Peers
    ) -> None:
        eve = await peers.greeted(router, b"eve")
        eve.send_multipart([b""] * 6_400)
        eve.send(b"after")
        turns = 0

        async def count_turns() -> None:
            nonlocal turns
            while True:
                turns += 1
                await trio.lowlevel.checkpoint()

        async with trio.open_nursery() as nursery:
            nursery.start_soon(count_turns)
            assert await receive(router, 1) == [(b"eve", b"after")]
            nursery.cancel_scope.cancel()
        assert turns >= 100


class TestEdgesEaten:
    async def test_by_a_send(self, context: Context, peers: Peers, nursery: trio.Nursery) -> None:
        socket, channel = bare_router(context)
        with channel:
            ann, _bob = await peers.greeted(channel, b"ann"), await peers.greeted(channel, b"bob")
            got: list[tuple[bytes, bytes]] = []

            async def read() -> None:
                got.extend(unsigned(await channel.receive_batch()))

            nursery.start_soon(read)
            await wait_all_tasks_blocked()
            ann.send(b"tick")
            assert has_edge(socket.fileno(), TIMEOUT_MS)
            while has_edge(socket.fileno()):
                channel.send_to(b"bob", b"fire")
            await eventually(lambda: got == [(b"ann", b"tick")])
            assert channel.statistics().kicks == 1

    async def test_by_a_look_of_a_receiver_that_is_then_cancelled(
        self, context: Context, peers: Peers, nursery: trio.Nursery
    ) -> None:
        socket, channel = bare_router(context)
        with channel:
            ann = await peers.greeted(channel, b"ann")
            got: list[tuple[bytes, bytes]] = []

            async def read() -> None:
                got.extend(unsigned(await channel.receive_batch()))

            nursery.start_soon(read)
            await wait_all_tasks_blocked()
            ann.send(b"tick")
            assert has_edge(socket.fileno(), TIMEOUT_MS)
            with trio.CancelScope() as scope:
                scope.cancel()
                await channel.receive_batch()
            assert scope.cancelled_caught
            assert not has_edge(socket.fileno())
            await eventually(lambda: got == [(b"ann", b"tick")])

    async def test_by_a_receiver_that_leaves_the_rest_to_a_sleeping_one(self, context: Context, peers: Peers) -> None:
        socket, channel = bare_router(context)
        got: list[tuple[bytes, bytes]] = []

        async def read_one() -> None:
            got.extend(unsigned(await channel.receive_batch(1)))

        with channel:
            ann = await peers.greeted(channel, b"ann")
            async with trio.open_nursery() as nursery:
                for _ in range(3):
                    nursery.start_soon(read_one)
                await wait_all_tasks_blocked()
                for n in range(3):
                    ann.send(b"%d" % n)
                assert has_edge(socket.fileno(), TIMEOUT_MS)
                nursery.cancel_scope.deadline = trio.current_time() + 5
        assert got == [(b"ann", b"0"), (b"ann", b"1"), (b"ann", b"2")]

    async def test_when_the_task_that_slept_on_the_descriptor_is_cancelled(
        self, router: RouterChannel, peers: Peers, nursery: trio.Nursery
    ) -> None:
        ann = await peers.greeted(router, b"ann")
        got: list[tuple[bytes, bytes]] = []
        leader = trio.CancelScope()

        async def lead() -> None:
            with leader:
                await router.receive_batch()

        async def follow() -> None:
            got.extend(unsigned(await router.receive_batch()))

        nursery.start_soon(lead)
        await wait_all_tasks_blocked()
        nursery.start_soon(follow)
        await wait_all_tasks_blocked()
        leader.cancel()
        await wait_all_tasks_blocked()
        ann.send(b"tick")
        await eventually(lambda: got == [(b"ann", b"tick")])

    async def test_between_the_two_directions_of_one_socket(self, context: Context, nursery: trio.Nursery) -> None:
        hub: Socket
        with context.socket(zmq.DEALER) as hub:
            hub.set(zmq.RCVHWM, 2)
            port = hub.bind_to_random_port("tcp://127.0.0.1")
            options = SocketOptions(send_hwm=2, receive_hwm=2)
            with DealerChannel.connect(context, f"tcp://127.0.0.1:{port}", options) as client:
                got: list[bytes] = []

                async def read() -> None:
                    while True:
                        got.extend(await client.receive_batch())

                async def write() -> None:
                    for n in range(1_000):
                        await client.send(b"%d" % n)

                nursery.start_soon(read)
                nursery.start_soon(write)
                for n in range(1_000):
                    await eventually(lambda: hub.poll(0) > 0)
                    assert hub.recv() == b"%d" % n
                    hub.send(b"%d" % n)
                await eventually(lambda: got == [b"%d" % n for n in range(1_000)])
                nursery.cancel_scope.cancel()


def fill(socket: Socket, name: bytes) -> int:
    """Send to a peer until ZMQ says that its queue is full; how many were accepted."""
    accepted = 0
    try:
        while True:
            socket.send_multipart([name, b"x"], zmq.NOBLOCK)
            accepted += 1
    except zmq.Again:
        return accepted


async def test_a_full_queue_is_believed_only_when_it_is_full(context: Context, peers: Peers) -> None:
    socket, channel = bare_router(context, SocketOptions(send_hwm=10))
    with channel:
        ann = await peers.greeted(channel, b"ann")
        for _ in range(50):
            for _ in range(fill(socket, b"ann")):
                ann.recv()
            assert channel.send_to(b"ann", b"y") is Sent.SENT
            assert ann.recv() == b"y"


class TestAFullPeer:
    OPTIONS = SocketOptions(send_hwm=5, send_buffer_bytes=4_096)
    SLOW = {int(zmq.RCVHWM): 1, int(zmq.RCVBUF): 4_096}  # noqa: RUF012

    async def test_is_told_apart_and_the_others_are_served(self, context: Context, peers: Peers) -> None:
        with RouterChannel.bind_tcp(context, "127.0.0.1", 0, self.OPTIONS) as channel:
            await peers.greeted(channel, b"frozen", self.SLOW)
            bob = await peers.greeted(channel, b"bob")
            await send_until(channel, b"frozen", Sent.FULL, bytes(BULK))
            assert channel.send_to(b"bob", b"fire") is Sent.SENT
            assert bob.recv() == b"fire"

    async def test_makes_nobody_spin(self, context: Context, peers: Peers, nursery: trio.Nursery) -> None:
        with RouterChannel.bind_tcp(context, "127.0.0.1", 0, self.OPTIONS) as channel:
            await peers.greeted(channel, b"frozen", self.SLOW)
            bob = await peers.greeted(channel, b"bob")
            await send_until(channel, b"frozen", Sent.FULL, bytes(BULK))
            received = channel.statistics().received

            async def read() -> None:
                while True:
                    await channel.receive_batch()

            nursery.start_soon(read)
            await wait_all_tasks_blocked()
            before = channel.statistics().wakeups
            for n in range(10):
                bob.send(b"tick")
                await eventually(lambda n=n: channel.statistics().received == received + n + 1)  # type: ignore[misc]
            await wait_all_tasks_blocked()
            assert channel.statistics().wakeups - before <= 20
            nursery.cancel_scope.cancel()

    async def test_can_be_sent_to_again_when_it_has_read(self, context: Context, peers: Peers) -> None:
        with RouterChannel.bind_tcp(context, "127.0.0.1", 0, self.OPTIONS) as channel:
            slow = await peers.greeted(channel, b"slow", self.SLOW)
            accepted = await send_until(channel, b"slow", Sent.FULL, bytes(BULK))
            for _ in range(accepted):
                slow.recv()
            assert channel.send_to(b"slow", b"fire") is Sent.SENT
            assert slow.recv() == b"fire"


async def test_sent_is_not_delivered(router: RouterChannel, peers: Peers) -> None:
    ann = await peers.greeted(router, b"ann", {int(zmq.RCVHWM): 1})
    assert [router.send_to(b"ann", b"fire") for _ in range(20)] == [Sent.SENT] * 20
    ann.close(linger=0)
    await send_until(router, b"ann", Sent.GONE, b"fire")


def test_small_buffers_keep_a_frozen_hub_from_being_fed_stale_quotes(context: Context, peers: Peers) -> None:
    options = SocketOptions(receive_hwm=10, receive_buffer_bytes=4_096)
    with PullChannel.bind_tcp(context, "127.0.0.1", 0, options) as frozen:
        ea = peers.push(frozen.endpoint, {int(zmq.SNDHWM): 10, int(zmq.SNDBUF): 4_096})
        stale = 0
        while ea.poll(50, zmq.POLLOUT):
            ea.send(bytes(100), zmq.NOBLOCK)
            stale += 1
        assert 0 < stale < 500


async def test_a_second_peer_with_a_routing_id_that_is_taken_stays_deaf(router: RouterChannel, peers: Peers) -> None:
    ann = await peers.greeted(router, b"ann")
    eve = peers.dealer(router.endpoint, b"ann")
    eve.send(b"I am ann now")
    bob = await peers.greeted(router, b"bob")
    for n in range(20):
        ann.send(b"%d" % n)
        bob.send(b"%d" % n)
    messages = await receive(router, 40)
    assert (b"ann", b"I am ann now") not in messages
    assert router.send_to(b"ann", b"fire") is Sent.SENT
    assert ann.recv() == b"fire"
    assert not eve.poll(0)


class TestACancelledReceive:
    async def test_takes_nothing(self, router: RouterChannel, peers: Peers) -> None:
        ann = await peers.greeted(router, b"ann")
        sent = [b"%d" % n for n in range(200)]
        for body in sent:
            ann.send(body)
        got: list[bytes] = []
        with trio.fail_after(5):
            while len(got) < len(sent):
                with trio.CancelScope() as scope:
                    scope.cancel()
                    await router.receive_batch()
                assert scope.cancelled_caught
                got += [body for _, body, _ in await router.receive_batch(7)]
        assert got == sent

    async def test_while_it_sleeps_loses_no_message_that_comes_then(self, router: RouterChannel, peers: Peers) -> None:
        ann = await peers.greeted(router, b"ann")
        for n in range(50):
            scope, got = trio.CancelScope(), list[tuple[bytes, bytes]]()

            async def read(scope: trio.CancelScope = scope, got: list[tuple[bytes, bytes]] = got) -> None:
                with scope:
                    got.extend(unsigned(await router.receive_batch()))

            async with trio.open_nursery() as nursery:
                nursery.start_soon(read)
                await wait_all_tasks_blocked()
                ann.send(b"%d" % n)
                scope.cancel()
            got += [] if got else await receive(router, 1)
            assert got == [(b"ann", b"%d" % n)]


class TestClosingWhileWaiting:
    @pytest.mark.parametrize("leaves_its_address", [True, False])
    async def test_wakes_every_receiver(self, context: Context, peers: Peers, leaves_its_address: bool) -> None:
        socket, bare = bare_router(context)
        channel = RouterChannel(socket, close_bound) if leaves_its_address else bare
        await peers.greeted(channel, b"ann")
        closed = 0

        async def read() -> None:
            nonlocal closed
            with pytest.raises(trio.ClosedResourceError):
                await channel.receive_batch()
            closed += 1

        with trio.fail_after(5):
            async with trio.open_nursery() as nursery:
                for _ in range(3):
                    nursery.start_soon(read)
                await wait_all_tasks_blocked()
                channel.close()
        assert closed == 3

    async def test_wakes_a_sender(self, context: Context, nursery: trio.Nursery) -> None:
        client = DealerChannel.connect(context, "tcp://127.0.0.1:1", SocketOptions(send_hwm=1))
        client.send_nowait(b"queued")

        async def write() -> None:
            with pytest.raises(trio.ClosedResourceError):
                await client.send(b"no room")

        nursery.start_soon(write)
        await wait_all_tasks_blocked()
        client.close()

    async def test_refuses_what_comes_after(self, router: RouterChannel) -> None:
        router.close()
        router.close()
        with pytest.raises(trio.ClosedResourceError):
            await router.receive_batch()
        with pytest.raises(trio.ClosedResourceError):
            router.send_to(b"ann", b"fire")


def open_socket(context: Context) -> object:
    return context.socket(zmq.ROUTER)


def monitored(context: Context) -> object:
    socket = context.socket(zmq.ROUTER)
    return socket, socket.get_monitor_socket()


def unsent(context: Context) -> object:
    socket = context.socket(zmq.PUSH)
    socket.set(zmq.LINGER, -1)
    socket.connect("tcp://127.0.0.1:1")
    socket.send(b"for nobody")
    return socket


def channel(context: Context) -> object:
    return RouterChannel.bind_tcp(context, "127.0.0.1", 0)


@pytest.mark.parametrize("leave", [open_socket, monitored, unsent, channel])
def test_a_context_ends_whatever_was_left_in_it(leave: Callable[[Context], object]) -> None:
    left: list[object] = []

    def run() -> None:
        with open_context() as context:
            left.append(leave(context))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(TIMEOUT_MS / 1000)
    assert not thread.is_alive()
    assert len(left) == 1


PEER = """
import sys, zmq
socket = zmq.Context().socket(zmq.DEALER)
socket.set(zmq.ROUTING_ID, b"ann")
socket.connect(sys.argv[1])
socket.send(b"hello")
import time; time.sleep(60)
"""


@pytest.mark.process
async def test_a_killed_peer_is_gone(router: RouterChannel) -> None:
    async with trio.open_nursery() as nursery:
        start = partial(trio.run_process, [sys.executable, "-c", PEER, router.endpoint], check=False)
        peer = await nursery.start(start)
        assert await receive(router, 1) == [(b"ann", b"hello")]
        assert router.send_to(b"ann", b"fire") is Sent.SENT
        peer.kill()
    await send_until(router, b"ann", Sent.GONE, b"fire")


def test_many_may_come_at_once(context: Context) -> None:
    with opening(context, zmq.ROUTER, SocketOptions()) as socket:
        assert socket.get(zmq.BACKLOG) == 4_096
        socket.close()


async def test_who_sends_too_much_is_dropped_and_nobody_else(router: RouterChannel, peers: Peers) -> None:
    ann = await peers.greeted(router, b"ann")
    eve = await peers.greeted(router, b"eve")
    eve.send(bytes(65_537))
    with suppress(zmq.Again):  # Where the link is down by now, nothing can be behind it any more.
        eve.send(b"behind it", zmq.NOBLOCK)
    await send_until(router, b"eve", Sent.GONE, b"fire")
    ann.send(bytes(65_536))
    assert await receive(router, 1) == [(b"ann", bytes(65_536))]
    assert router.send_to(b"ann", b"fire") is Sent.SENT
    assert ann.recv() == b"fire"
