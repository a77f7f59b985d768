"""The courier: hands one message to one service, in a thread of the route's own; not an actor, but its legs."""

from collections.abc import Callable
from functools import partial
from math import inf

import attrs
import trio

from bitten.destinations import NotSent
from bitten.rules.alerts import Message, RouteSettings

GRACE_S = 1.0
"""That a message on its way is given when the hub stops: one that arrived must not be sent again."""

Send = Callable[[RouteSettings, Message, float], None]
"""Blocking, for about so many seconds. Raises `NotSent`."""


@attrs.define(eq=False)
class Errand:
    """A message that a thread has been given. The thread writes, the loop reads."""

    message: Message
    arrived: bool = False
    over: bool = False


@attrs.define(eq=False)
class Courier:
    """A thread cannot be ended: one that hangs holds up its route, which gets no second one, and nothing else."""

    send: Send
    _given_up: dict[str, Errand] = attrs.field(factory=dict)
    """By route: what took longer than it might, and may arrive yet."""
    _threads: trio.CapacityLimiter = attrs.field(factory=lambda: trio.CapacityLimiter(inf))
    """Not those that the hub's disks have; there is one a route."""
    _scopes: set[trio.CancelScope] = attrs.field(factory=set)
    """Of the sends under way."""

    async def carry(self, name: str, route: RouteSettings, message: Message, timeout_s: float) -> str:
        """Why it was not sent on the route called `name`; "": it was.

        A cancellation does not end it at once, since it may have arrived already: see `hurry`.
        """
        if name in self._given_up and not self._given_up[name].over:
            return "the send before this one still hangs"
        errand = Errand(message)
        with trio.CancelScope(deadline=trio.current_time() + timeout_s, shield=True) as scope:
            self._scopes.add(scope)
            try:
                work = partial(self._run, errand, route, timeout_s)
                await trio.to_thread.run_sync(work, abandon_on_cancel=True, limiter=self._threads)
            except NotSent as error:
                return str(error)
            finally:
                self._scopes.discard(scope)
        if scope.cancelled_caught:
            self._given_up[name] = errand
            return f"no answer within {timeout_s:g} s"
        return ""

    def late(self, name: str) -> Message | None:
        """A message that was given up on a route, and has arrived since; each is named once."""
        errand = self._given_up.get(name)
        if errand is None or not errand.over:
            return None
        del self._given_up[name]
        return errand.message if errand.arrived else None

    def _run(self, errand: Errand, route: RouteSettings, timeout_s: float) -> None:
        """In a thread."""
        try:
            self.send(route, errand.message, timeout_s)
            errand.arrived = True
        finally:
            errand.over = True

    async def hurry(self) -> None:
        """Until cancelled do nothing; then give what is under way `GRACE_S`, and no longer."""
        try:
            await trio.sleep_forever()
        finally:
            for scope in self._scopes:
                scope.deadline = min(scope.deadline, trio.current_time() + GRACE_S)
