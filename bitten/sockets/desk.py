"""The desk socket: the operator's commands, on an ipc path that only the hub's own user can reach."""

from collections.abc import Callable

import attrs
import msgspec

from bitten.errors import ExitCode, Malformed
from bitten.sockets.channel import RouterChannel
from bitten.wire.desk import DeskAnswer, DeskRequest, Refusal, desk_requests

Act = Callable[[DeskRequest], DeskAnswer]


@attrs.define(eq=False)
class Desk:
    """Answers each request with what was done."""

    channel: RouterChannel
    act: Act

    async def run(self) -> None:
        """Answer until cancelled. An operator who does not read the answer has it dropped."""
        while True:
            for routing_id, raw, _ in await self.channel.receive_batch():
                self.channel.send_to(routing_id, msgspec.json.encode(self._answer(raw)))

    def _answer(self, raw: bytes) -> DeskAnswer:
        try:
            request = desk_requests.decode(raw)
        except Malformed as error:
            return Refusal(message=f"the hub does not know this request: {error}", exit_code=int(ExitCode.USAGE))
        return self.act(request)
