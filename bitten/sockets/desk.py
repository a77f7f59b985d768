"""The desk socket: the operator's commands, on an ipc path that only the hub's own user can reach."""

from collections.abc import Awaitable, Callable

import attrs
import msgspec
import trio

from bitten.errors import ExitCode, Malformed
from bitten.sockets.channel import RouterChannel
from bitten.wire.desk import DeskAnswer, DeskRequest, Refusal, SlowRequest, desk_requests

Act = Callable[[DeskRequest], DeskAnswer]


@attrs.define(eq=False)
class Desk:
    """Answers each request with what was done."""

    channel: RouterChannel
    act: Act
    act_slowly: Callable[[SlowRequest], Awaitable[DeskAnswer]]
    """For requests that take their time, and for which no other waits."""

    async def run(self) -> None:
        """Answer until cancelled. An operator who does not read the answer has it dropped."""
        async with trio.open_nursery() as nursery:
            while True:
                for routing_id, raw, _ in await self.channel.receive_batch():
                    request = _decoded(raw)
                    if isinstance(request, SlowRequest):
                        nursery.start_soon(self._act_slowly, routing_id, request)
                    else:
                        self._say(routing_id, request if isinstance(request, Refusal) else self.act(request))

    async def _act_slowly(self, routing_id: bytes, request: SlowRequest) -> None:
        self._say(routing_id, await self.act_slowly(request))

    def _say(self, routing_id: bytes, answer: DeskAnswer) -> None:
        self.channel.send_to(routing_id, msgspec.json.encode(answer))


def _decoded(raw: bytes) -> DeskRequest | SlowRequest | Refusal:
    try:
        return desk_requests.decode(raw)
    except Malformed as error:
        return Refusal(message=f"the hub does not know this request: {error}", exit_code=int(ExitCode.USAGE))
