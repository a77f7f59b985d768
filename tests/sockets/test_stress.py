"""Every message exactly once, both ways, through readers that are cancelled all the time."""

import random
from collections import Counter

import pytest
import trio

from bitten.sockets.channel import RouterChannel, Sent
from bitten.sockets.context import Socket
from tests.sockets.peers import Peers

PEERS = 6
MESSAGES = 1_000


def talk(peer: Socket, rng: random.Random) -> int:
    """Send every number once, wait for an answer to each, at most a few outstanding; the number of answers."""
    answers = 0
    for n in range(MESSAGES):
        peer.send(b"%d" % n)
        while n - answers > rng.randint(0, 30):
            peer.recv()
            answers += 1
    while answers < MESSAGES:
        peer.recv()
        answers += 1
    return answers


async def read(channel: RouterChannel, rng: random.Random, got: "Counter[tuple[bytes, bytes]]") -> None:
    """Answer what comes, in a receive that is cancelled after a random moment, for ever."""
    while True:
        with trio.move_on_after(rng.random() * 0.0005):
            while True:
                for name, body, _ in await channel.receive_batch(rng.randint(1, 64)):
                    got[name, body] += 1
                    assert channel.send_to(name, body) is Sent.SENT


@pytest.mark.parametrize("seed", range(3))
async def test_exactly_once_both_ways(router: RouterChannel, peers: Peers, seed: int) -> None:
    got: Counter[tuple[bytes, bytes]] = Counter()
    answers: list[int] = []

    async def run(number: int) -> None:
        peer = peers.dealer(router.endpoint, b"peer%d" % number)
        answers.append(await trio.to_thread.run_sync(talk, peer, random.Random(seed * 100 + number)))

    with trio.fail_after(30):
        async with trio.open_nursery() as readers:
            for number in range(3):
                readers.start_soon(read, router, random.Random(seed * 10 + number), got)
            async with trio.open_nursery() as talkers:
                for number in range(PEERS):
                    talkers.start_soon(run, number)
            readers.cancel_scope.cancel()
    assert answers == [MESSAGES] * PEERS
    assert got == {(b"peer%d" % number, b"%d" % n): 1 for number in range(PEERS) for n in range(MESSAGES)}
    assert router.statistics().received == router.statistics().sent == PEERS * MESSAGES
