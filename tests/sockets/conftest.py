from collections.abc import Iterator

import pytest
import zmq

from bitten.sockets.channel import PullChannel, RouterChannel
from bitten.sockets.context import Context, open_context
from tests.sockets.peers import Peers


@pytest.fixture
def context() -> Iterator[Context]:
    with open_context() as context:
        yield context


@pytest.fixture
def peers() -> Iterator[Peers]:
    context: Context = zmq.Context()
    peers = Peers(context)
    yield peers
    peers.close()
    context.destroy(linger=0)


@pytest.fixture
def router(context: Context) -> Iterator[RouterChannel]:
    with RouterChannel.bind_tcp(context, "127.0.0.1", 0) as channel:
        yield channel


@pytest.fixture
def pull(context: Context) -> Iterator[PullChannel]:
    with PullChannel.bind_tcp(context, "127.0.0.1", 0) as channel:
        yield channel
