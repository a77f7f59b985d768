"""The courier: hands one message to one service, in a thread of the route's own; not an actor, but its legs."""

from collections.abc import Callable
from functools import partial

import attrs
import trio

from bitten.destinations import NotSent
from bitten.rules.alerts import Message, RouteSettings

GRACE_S = 1.0
"""That a message on its way is given when the hub stops: one that arrived must not be sent again."""

Send = Callable[[RouteSettings, Message, float], None]
"""Blocking, for about so many seconds. Raises `NotSent`."""


@attrs.define(eq=False)
class Courier:
    """A thread cannot be ended: one that hangs holds up its route, which gets no second one, and nothing else."""

    send: Send
    _threads: dict[str, trio.CapacityLimiter] = attrs.field(factory=dict)
    _scopes: set[trio.CancelScope] = attrs.field(factory=set)
    """Of the sends under way."""

    async def carry(self, name: str, route: RouteSettings, message: Message, timeout_s: float) -> str:
        """Why it was not sent on the route called `name`; "": it was.

        A cancellation does not end it at once, since it may have arrived already: see `hurry`.
        """
        thread = self._threads.setdefault(name, trio.CapacityLimiter(1))
        busy = thread.available_tokens < 1
        with trio.CancelScope(deadline=trio.current_time() + timeout_s, shield=True) as scope:
            self._scopes.add(scope)
            try:
                work = partial(self.send, route, message, timeout_s)
                await trio.to_thread.run_sync(work, abandon_on_cancel=True, limiter=thread)
            except NotSent as error:
                return str(error)
            finally:
                self._scopes.discard(scope)
        if not scope.cancelled_caught:
            return ""
        return "the send before this one still hangs" if busy else f"no answer within {timeout_s:g} s"

    async def hurry(self) -> None:
        """Until cancelled do nothing; then give what is under way `GRACE_S`, and no longer."""
        try:
            await trio.sleep_forever()
        finally:
            for scope in self._scopes:
                scope.deadline = min(scope.deadline, trio.current_time() + GRACE_S)
