"""Channels on a good day: what they take, send, count and refuse."""

import pytest
import trio
import zmq
from trio.testing import assert_checkpoints, wait_all_tasks_blocked

from bitten.errors import AddressError
from bitten.sockets.channel import DealerChannel, PullChannel, RouterChannel, Sent, Signed
from bitten.sockets.context import Context, open_context
from bitten.sockets.options import SocketOptions
from tests.sockets.peers import Peers, receive


async def test_a_message_and_its_answer(router: RouterChannel, peers: Peers) -> None:
    ann = peers.dealer(router.endpoint, b"ann")
    ann.send(b"hello")
    assert await receive(router, 1) == [(b"ann", b"hello")]
    assert router.send_to(b"ann", b"welcome") is Sent.SENT
    assert ann.recv_multipart() == [b"welcome"]


async def test_a_burst_comes_in_order_and_in_batches(pull: PullChannel, peers: Peers) -> None:
    ea = peers.push(pull.endpoint)
    sent = [b"%d" % n for n in range(500)]
    for body in sent:
        ea.send(body)
    batches: list[list[Signed]] = []
    with trio.fail_after(5):
        while sum(map(len, batches)) < len(sent):
            batches.append(await pull.receive_batch(10))
    assert [body for batch in batches for body, _ in batch] == sent
    assert all(1 <= len(batch) <= 10 for batch in batches)


async def test_a_receive_always_passes_a_checkpoint(pull: PullChannel, peers: Peers) -> None:
    ea = peers.push(pull.endpoint)
    for _ in range(3):
        ea.send(b"tick")
    with trio.fail_after(5), assert_checkpoints():
        await pull.receive_batch(1)
    with trio.fail_after(5), assert_checkpoints():
        await pull.receive_batch(1)


async def test_a_dealer_talks_to_a_router(router: RouterChannel, context: Context) -> None:
    with DealerChannel.connect(context, router.endpoint) as client:
        with assert_checkpoints():
            await client.send(b"status")
        ((name, body),) = await receive(router, 1)
        assert body == b"status"
        assert router.send_to(name, b"fine") is Sent.SENT
        with trio.fail_after(5):
            assert await client.receive_batch() == [b"fine"]


async def test_a_dealer_without_room_says_so_and_waits(context: Context) -> None:
    with DealerChannel.connect(context, "tcp://127.0.0.1:1", SocketOptions(send_hwm=2)) as client:
        client.send_nowait(b"1")
        client.send_nowait(b"2")
        with pytest.raises(trio.WouldBlock):
            client.send_nowait(b"3")
        async with trio.open_nursery() as nursery:
            nursery.start_soon(client.send, b"3")
            await wait_all_tasks_blocked()
            nursery.cancel_scope.cancel()
        assert (client.statistics().sent, client.statistics().full) == (2, 1)


async def test_statistics_count(router: RouterChannel, peers: Peers) -> None:
    ann = await peers.greeted(router, b"ann")
    router.send_to(b"ann", b"fire")
    router.send_to(b"nobody", b"fire")
    async with trio.open_nursery() as nursery:
        nursery.start_soon(receive, router, 1)
        await wait_all_tasks_blocked()
        ann.send_multipart([b"a", b"b"])
        ann.send(b"four")
    seen = router.statistics()
    assert (seen.received, seen.bytes_in, seen.malformed_frames) == (2, len(b"hello") + len(b"four"), 1)
    assert (seen.sent, seen.full, seen.gone) == (1, 0, 1)
    assert seen.endpoint == router.endpoint
    assert seen.wakeups >= 1


async def test_closing_may_let_the_last_words_out(context: Context, peers: Peers) -> None:
    router = RouterChannel.bind_tcp(context, "127.0.0.1", 0)
    # A peer that never reconnects drops what it has not read as soon as the connection ends, whatever the hub does.
    options = {int(zmq.RECONNECT_IVL): 1_000}
    eas = {name: await peers.greeted(router, name, options) for name in (b"%d" % n for n in range(50))}
    for name in eas:
        assert router.send_to(name, b"bye " + name) is Sent.SENT
    router.close(linger_ms=10_000)
    for name, ea in eas.items():
        assert ea.recv() == b"bye " + name


def test_a_socket_of_another_kind_is_refused(context: Context) -> None:
    with context.socket(zmq.DEALER) as socket, pytest.raises(ValueError, match="RouterChannel needs a ROUTER socket"):
        RouterChannel(socket)


@pytest.mark.parametrize("field", ["max_message_bytes", "send_hwm", "receive_hwm", "backlog", "send_buffer_bytes"])
def test_no_limit_can_be_lifted_altogether(field: str) -> None:
    with pytest.raises(ValueError, match=field):
        SocketOptions(**{field: 0})  # type: ignore[arg-type]


class TestBindingTcp:
    def test_port_0_is_one_that_the_system_chooses(self, router: RouterChannel) -> None:
        host, _, port = router.endpoint.rpartition(":")
        assert host == "tcp://127.0.0.1"
        assert 1024 <= int(port) <= 65_535

    def test_a_port_in_use_is_named_with_what_to_do(self, context: Context, router: RouterChannel) -> None:
        port = int(router.endpoint.rpartition(":")[2])
        with pytest.raises(AddressError) as refused:
            PullChannel.bind_tcp(context, "127.0.0.1", port)
        assert str(refused.value) == (
            f"tcp://127.0.0.1:{port}: cannot bind: a program listens there already: stop it (another hub?), "
            "or configure another port"
        )

    async def test_a_closed_channel_leaves_its_port_to_the_next(
        self, context: Context, router: RouterChannel, peers: Peers
    ) -> None:
        port = int(router.endpoint.rpartition(":")[2])
        await peers.greeted(router, b"ann")
        router.close()
        with open_context() as other:
            for n in range(50):
                with RouterChannel.bind_tcp((context, other)[n % 2], "127.0.0.1", port) as again:
                    assert again.endpoint == router.endpoint

    @pytest.mark.parametrize("host", ["192.0.2.1", "no such host", "::1"])
    def test_an_address_that_is_not_ours_is_named(self, context: Context, host: str) -> None:
        with pytest.raises(AddressError, match=rf"^tcp://{host}:0: cannot bind: "):
            RouterChannel.bind_tcp(context, host, 0)

    @pytest.mark.parametrize("port", [-1, 65_536, 99_999])
    def test_a_port_out_of_range_is_named(self, context: Context, port: int) -> None:
        with pytest.raises(AddressError, match=rf"port {port}, allowed is 0 to 65535$"):
            RouterChannel.bind_tcp(context, "127.0.0.1", port)

    def test_an_endpoint_that_cannot_be_reached_is_named(self, context: Context) -> None:
        with pytest.raises(AddressError, match=r"^ipc:///.*: cannot connect: "):
            DealerChannel.connect(context, "ipc:///" + "x" * 200)


def test_a_context_has_room_for_as_many_sockets_as_asked() -> None:
    with open_context(io_threads=2, max_sockets=5) as context:
        assert (context.get(zmq.IO_THREADS), context.get(zmq.MAX_SOCKETS)) == (2, 5)
