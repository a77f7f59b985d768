"""A stage for supervisors: children with a scripted life each, and a record of what happened when."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import attrs
import trio

from bitten.mailbox import DeadLetters
from bitten.nursery import (
    Backoff,
    Body,
    Child,
    ChildState,
    Limits,
    Ready,
    Restart,
    Strategy,
    SupervisionEvent,
    Supervisor,
    SupervisorSpec,
    at_once,
)

E = TypeVar("E", bound=SupervisionEvent)
Life = Callable[[], Awaitable[None]]

AT_ONCE = Backoff(first=0)
PATIENT = Limits(intensity=1000, in_a_row=100)


class Boom(Exception):
    """The crash of a child in these tests."""


async def forever() -> None:
    await trio.sleep_forever()


async def returns() -> None:
    await trio.lowlevel.checkpoint()


async def crashes() -> None:
    await trio.lowlevel.checkpoint()
    raise Boom


async def is_shut_down() -> None:
    """Ends in a cancellation that its supervisor has not asked for."""
    raise await stray_cancellation()


async def stray_cancellation() -> trio.Cancelled:
    """A cancellation that has left its scope, as no code should let it."""
    with trio.CancelScope() as scope:
        scope.cancel()
        try:
            await trio.lowlevel.checkpoint()
        except trio.Cancelled as cancelled:
            stray = cancelled
            raise
    return stray


def after(seconds: float, life: Life) -> Life:
    """`life`, begun after `seconds`."""

    async def run() -> None:
        await trio.sleep(seconds)
        await life()

    return run


def stubborn(seconds: float) -> Life:
    """A life that takes `seconds` to end once it is cancelled."""

    async def run() -> None:
        try:
            await trio.sleep_forever()
        finally:
            with trio.CancelScope(shield=True):
                await trio.sleep(seconds)

    return run


@attrs.define
class Stage:
    """Makes children and supervisors and keeps what they did, with times of the test's clock from its beginning."""

    events: list[SupervisionEvent] = attrs.field(factory=list)
    dead_letters: DeadLetters = attrs.field(factory=DeadLetters)
    begun: float = attrs.field(factory=trio.current_time)
    starts: list[tuple[str, float]] = attrs.field(factory=list)
    stops: list[tuple[str, float]] = attrs.field(factory=list)

    @property
    def now(self) -> float:
        return round(trio.current_time() - self.begun, 6)

    @property
    def order(self) -> str:
        """The names of the lives in the order in which they began."""
        return " ".join(name for name, _ in self.starts)

    def body(self, name: str, *lives: Life) -> Body:
        """A body that leads `lives` one after the other, the last for ever again, and writes down begin and end."""
        script = list(lives)

        async def run() -> None:
            self.starts.append((name, self.now))
            life = script.pop(0) if len(script) > 1 else script[0]
            try:
                await life()
            finally:
                self.stops.append((name, self.now))

        return at_once(run)

    def child(self, name: str, *lives: Life, restart: Restart = Restart.PERMANENT, stop_timeout: float = 5.0) -> Child:
        """A child with a scripted life; without one it stays for ever."""
        return Child(name, self.body(name, *(lives or (forever,))), restart, stop_timeout=stop_timeout)

    def supervisor(
        self,
        *children: Child,
        name: str = "sup",
        strategy: Strategy = Strategy.ONE_FOR_ONE,
        limits: Limits = PATIENT,
        backoff: Backoff = AT_ONCE,
    ) -> Supervisor:
        """A supervisor whose limits are out of the way and whose restarts are immediate, unless told otherwise."""
        spec = SupervisorSpec(name, children, strategy, limits, backoff)
        return Supervisor(spec, self.dead_letters, self.events.append)

    async def run_for(self, seconds: float, supervisor: Supervisor) -> None:
        """Run it, and cancel it after `seconds`."""
        with trio.move_on_after(seconds) as scope:
            await supervisor.run()
        assert scope.cancelled_caught, f"{supervisor.spec.name} ended by itself"

    def of(self, kind: type[E]) -> list[E]:
        """The events of a kind."""
        return [event for event in self.events if isinstance(event, kind)]


def states(supervisor: Supervisor) -> dict[str, ChildState]:
    """Where each child is."""
    return {child.name: child.state for child in supervisor.statistics().children}


def never_ready(life: Life) -> Body:
    """The body of a child that never reports that it has started."""

    async def run(_: Ready) -> None:
        await life()

    return run
