"""The line to an EA that does not read: what waits for it is bounded, and of what is said again anyway the newest."""

import zmq
from msgspec.json import decode

from bitten.actors.line import OUTBOX, Line
from bitten.clock import HubClock
from bitten.sockets.channel import RouterChannel, Sent
from bitten.sockets.command import Command
from bitten.sockets.context import Context, open_context
from bitten.sockets.options import SocketOptions
from bitten.wire.commands import Ack
from tests.sockets.peers import Peers

SMALL = SocketOptions(send_hwm=5, send_buffer_bytes=4_096)
SLOW = {int(zmq.RCVHWM): 1, int(zmq.RCVBUF): 4_096}


async def test_an_ea_that_never_reads_costs_no_more_than_its_outbox() -> None:
    theirs: Context = zmq.Context()
    with open_context() as context, theirs, RouterChannel.bind_tcp(context, "127.0.0.1", 0, SMALL) as channel:
        peers = Peers(theirs)
        ea = await peers.greeted(channel, b"slow", SLOW)
        line, said = Line(Command(channel, HubClock.start(), lambda *_: None), b"slow"), 0

        def say() -> None:
            nonlocal said
            line.say(Ack(session="S", n=said))
            said += 1

        while not line.full:
            say()
        queued = said - 1
        for _ in range(OUTBOX + 9):  # One waits already.
            say()
        assert line.dropped == 10
        assert line.command_now(b"a command does not wait here") is Sent.FULL
        heard: list[int] = []
        while not heard or heard[-1] < said - 1:
            line.flush()
            heard.append(decode(ea.recv())["n"])
        assert heard == [*range(queued), *range(queued + 10, said)]
        assert line.command_now(b"there is room again") is Sent.SENT
        peers.close()
