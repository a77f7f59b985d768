"""Limits of the configuration, on the hub that it makes: sessions, and the longest frame."""

from pathlib import Path

import attrs
import zmq
from trio.testing import MockClock

from bitten.channels import open_channels
from tests.actors.bench import MANUAL, Ea, hub
from tests.actors.conftest import log_lines as log_lines
from tests.faults.guests import unguarded
from tests.sockets.peers import Peers, eventually

THREE = {"alice": MANUAL, "bob": MANUAL, "carol": MANUAL}
LONGER = 100_000


async def test_who_comes_to_a_full_hub_is_told_and_let_in_when_another_has_left(
    tmp_path: Path, mock_clock: MockClock, log_lines: list[str]
) -> None:
    async with hub(tmp_path, mock_clock, users=THREE) as target:
        current = target.hub.current
        current.config = attrs.evolve(current.config, session=attrs.evolve(current.config.session, max_sessions=2))
        alice, bob, carol = (Ea(target, name, login=login) for login, name in enumerate(THREE, start=1))
        await alice.hello()
        await bob.hello()
        await carol.say("hello", user="carol", ea="L-carol", account={"login": 3})
        (bye,) = await carol.got("bye")
        assert (bye["reason"], target.hub.acceptor.refused) == ("hub_full", 1)
        assert any(line.startswith("carol refused: hub_full: the hub has 2 sessions") for line in log_lines)
        await bob.say("goodbye")
        assert (await carol.hello())["epoch"] == 1


async def test_a_frame_as_long_as_the_configuration_allows_is_heard_and_none_longer(tmp_path: Path) -> None:
    plain = unguarded(tmp_path, ("alice",))
    longer = attrs.evolve(plain, sockets=attrs.evolve(plain.sockets, max_frame_bytes=LONGER))
    with open_channels(longer) as channels, zmq.Context() as context:
        peers = Peers(context)
        dealer = peers.dealer(channels.command.endpoint, b"alice")
        push = peers.push(channels.feedback.endpoint)
        for peer, channel in ((dealer, channels.command), (push, channels.feedback)):
            peer.send(bytes(LONGER))
            assert len(await channel.receive_batch()) == 1
            with peer.get_monitor_socket(zmq.EVENT_DISCONNECTED) as monitor:
                peer.send(bytes(LONGER + 1))
                await eventually(lambda: bool(monitor.poll(0)))
                peer.disable_monitor()
        peers.close()
