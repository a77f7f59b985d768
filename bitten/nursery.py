"""Supervision: who restarts whom, how often, in which order they stop, and when to give up. After Erlang's supervisor.

A child and a supervisor are data, refused with a reason where they are written down. A *crash* is an `Exception` that
leaves a child's body; a cancellation is none, and a return is none. A supervisor whose children fail too often raises
`RestartIntensityReached`, which is a crash of its own in its parent; at the root it ends the process.

What stopping means in trio: a child is cancelled, and given its stop timeout. One that has not ended by then cannot be
killed; it is reported (`StopTimedOut`), the others are stopped without waiting for it, no second life is started beside
it, and its supervisor ends when it does.

No loop waits for exits here. Each life reports its end at the moment it ends, and each recovery (stop those that
depend, wait out the backoff, start in order) is a task of its own. So a supervisor is never deaf, no exit is late,
nothing is concluded from "nobody is alive just now", and two lives of one child never overlap.

The pieces stand in `bitten.supervision`: specs, the restart decision, reports, crashes, the watchdog of deaf tasks.
"""

from collections.abc import Callable, Sequence
from math import inf
from types import FrameType

import trio

from bitten.errors import BittenError
from bitten.mailbox import DeadLetter, DeadLetters
from bitten.supervision.crash import crash_in
from bitten.supervision.life import Life, Slot
from bitten.supervision.report import (
    Buried,
    ChildState,
    ChildStatistics,
    Ended,
    GaveUp,
    Restarting,
    RestartIntensityReached,
    Started,
    StopTimedOut,
    SupervisionEvent,
    SupervisorStatistics,
)
from bitten.supervision.restart import Backoff, Exit, Limits, Restart, decide, wants_restart
from bitten.supervision.spec import BadSpec, Body, Child, DuplicateChild, Ready, Strategy, SupervisorSpec, at_once

__all__ = [
    "Backoff",
    "BadSpec",
    "Body",
    "Buried",
    "Child",
    "ChildState",
    "ChildStatistics",
    "DuplicateChild",
    "Ended",
    "Exit",
    "GaveUp",
    "Limits",
    "NoSuchChild",
    "NotSupervising",
    "Ready",
    "Restart",
    "RestartIntensityReached",
    "Restarting",
    "StartTimedOut",
    "Started",
    "StopTimedOut",
    "Strategy",
    "SupervisionEvent",
    "Supervisor",
    "SupervisorSpec",
    "SupervisorStatistics",
    "at_once",
]


class NoSuchChild(BittenError, LookupError):
    """A supervisor has no child of that name."""


class NotSupervising(BittenError):
    """A child was added to a supervisor that is not running, or is stopping."""


class StartTimedOut(BittenError):
    """A child did not report that it has started within its start timeout; it counts as a crash."""


def _nobody_waits() -> None:
    """The `ready` of a root."""


class Supervisor:
    """Runs the children of a spec. Its `run` is a body, so that supervisors nest, and may be run again once it ended.

    `dead_letters` is shared by a whole tree. `on_event` is called synchronously; what it raises ends the supervisor.
    """

    def __init__(
        self, spec: SupervisorSpec, dead_letters: DeadLetters, on_event: Callable[[SupervisionEvent], None]
    ) -> None:
        self.spec = spec
        self._dead_letters = dead_letters
        self._on_event = on_event
        self._nursery: trio.Nursery | None = None
        self._begin(_nobody_waits)

    async def run(self, ready: Ready = _nobody_waits) -> None:
        """Start the children in order, call `ready` when all have started, and keep them until cancelled.

        When it is cancelled or gives up it stops them in reverse order, one at a time; what was added to it is
        forgotten. It ends only when the last child has. Raises `RestartIntensityReached` when it gives up.
        """
        if self._nursery is not None:
            raise RuntimeError(f"supervisor {self.spec.name} is running already")
        self._begin(ready)
        try:
            async with trio.open_nursery() as self._nursery:
                try:
                    self._recover(self._slots, 0)
                    await self._over.wait()
                finally:
                    await self._close()
        finally:
            self._nursery = None
        if self._failure is not None:
            raise self._failure

    def add(self, child: Child) -> None:
        """Start another child, after those there are, without waiting for it. For one_for_one only.

        Raises `DuplicateChild` while one of that name lives or waits, `NotSupervising`, and `BadSpec` when the
        supervisor is a rest_for_one.
        """
        self._require_one_for_one()
        if self._nursery is None or self._closing:
            raise NotSupervising(f"supervisor {self.spec.name} is not running, so {child.name} cannot start")
        namesake = self._find(child.name)
        if namesake is not None and namesake.state is not ChildState.ENDED:
            raise DuplicateChild(f"supervisor {self.spec.name}: a child named {child.name} is {namesake.state}")
        if namesake is not None:
            self._slots.remove(namesake)
        slot = Slot(child)
        self._slots.append(slot)
        self._recover([slot], 0)

    async def stop(self, name: str) -> None:
        """Stop a child for good and forget it: cancel it and wait until it has ended, or its stop timeout is over.

        One that has not ended by then keeps its name until it does. Raises `NoSuchChild`, and `BadSpec` when the
        supervisor is a rest_for_one.
        """
        self._require_one_for_one()
        slot = self._find(name)
        if slot is None:
            raise NoSuchChild(f"supervisor {self.spec.name} has no child named {name}")
        slot.retired, slot.pending = True, False
        if slot.life is None:
            self._slots.remove(slot)
        await self._stop([slot])

    def statistics(self) -> SupervisorStatistics:
        """A snapshot for `status`."""
        return SupervisorStatistics(
            name=self.spec.name,
            strategy=self.spec.strategy,
            running=self._nursery is not None,
            children=tuple(slot.statistics() for slot in self._slots),
        )

    def _begin(self, ready: Ready) -> None:
        self._ready = ready
        self._slots = [Slot(child) for child in self.spec.children]
        self._restarts: tuple[float, ...] = ()
        self._recovery = trio.CancelScope()
        self._failure: RestartIntensityReached | None = None
        self._over = trio.Event()
        self._closing = False

    def _require_one_for_one(self) -> None:
        if self.spec.strategy is not Strategy.ONE_FOR_ONE:
            raise BadSpec(
                f"supervisor {self.spec.name}: children come and go under one_for_one only; the order of a "
                f"{self.spec.strategy} is its spec's"
            )

    def _find(self, name: str) -> Slot | None:
        return next((slot for slot in self._slots if slot.child.name == name), None)

    def _running_nursery(self) -> trio.Nursery:
        assert self._nursery is not None
        return self._nursery

    def _recover(self, group: Sequence[Slot], delay: float) -> None:
        """Stop what lives in `group`, wait `delay` seconds, start the group in order: all of it beside the rest."""
        if self.spec.strategy is Strategy.REST_FOR_ONE:
            # The recovery under way is of a group that this one continues or contains.
            self._recovery.cancel()
        self._recovery = trio.CancelScope()
        for slot in group:
            slot.interrupt()
        self._running_nursery().start_soon(self._bring_up, tuple(group), delay, self._recovery)

    async def _bring_up(self, group: Sequence[Slot], delay: float, scope: trio.CancelScope) -> None:
        with scope:
            await self._stop(group)
            await trio.sleep(delay)
            for slot in group:
                if slot.life is not None:  # it outlived its stop timeout
                    await slot.life.ended.wait()
                await trio.lowlevel.checkpoint_if_cancelled()
                if slot.pending:
                    await self._start(slot)
            if not any(slot.pending for slot in self._slots):
                self._ready()

    async def _start(self, slot: Slot) -> None:
        slot.lives += 1
        life = slot.life = Life(slot.lives)
        self._running_nursery().start_soon(self._live, slot, life, name=f"{self.spec.name}/{slot.child.name}")
        await life.settled.wait()

    async def _live(self, slot: Slot, life: Life) -> None:
        error: Exception | None = None
        exit_ = Exit.NORMAL
        life.scope.deadline = trio.current_time() + slot.child.start_timeout
        try:
            with life.scope:
                if life.wanted:  # what it depends on may have ended since its turn came
                    await slot.child.body(lambda: self._started(slot, life))
        except BaseException as raised:  # noqa: BLE001 - judging what a child raised is the whole point
            exit_ = Exit.SHUTDOWN
            error = crash_in(raised)
        finally:
            slot.life = None
            life.ended.set()
        if life.scope.cancelled_caught:
            exit_ = Exit.SHUTDOWN
            if life.wanted and error is None:
                error = StartTimedOut(f"{slot.child.name} has not started in {slot.child.start_timeout:g} s")
        self._ended(slot, life, Exit.ABNORMAL if error is not None else exit_, error)
        life.settled.set()

    def _started(self, slot: Slot, life: Life) -> None:
        if life.ready_at is not None or life.ended.is_set() or not life.wanted:
            return
        life.ready_at = trio.current_time()
        life.scope.deadline = inf
        slot.pending = False
        life.settled.set()
        self._on_event(Started(self.spec.name, slot.child.name, life.ready_at, life.number))

    def _ended(self, slot: Slot, life: Life, exit_: Exit, error: Exception | None) -> None:
        """Process an exit. Only that of a life that was wanted leads to a decision; any other is old news."""
        self._on_event(Ended(self.spec.name, slot.child.name, trio.current_time(), exit_, error))
        if error is not None:
            slot.last_error = repr(error)
        self._bury(slot, exit_, error)
        if slot.retired:
            self._slots.remove(slot)
        if not life.wanted or self._closing:
            return
        if wants_restart(slot.child.restart, exit_):
            self._fail(slot, life, error)
            return
        slot.pending = False
        if slot.child.restart is Restart.TEMPORARY:
            self._slots.remove(slot)

    def _bury(self, slot: Slot, exit_: Exit, error: Exception | None) -> None:
        """A life that returned has finished with its message; any other has left it in the middle."""
        letters = slot.child.mailbox.take_in_hand() if slot.child.mailbox is not None else ()
        if exit_ is Exit.NORMAL:
            return
        actor = f"{self.spec.name}/{slot.child.name}"
        for message in letters:
            reason = repr(error) if error is not None else "stopped"
            letter = DeadLetter(actor=actor, message=message, error=reason, time=trio.current_time())
            self._dead_letters.bury(letter)
            self._on_event(Buried(self.spec.name, slot.child.name, letter.time, letter))

    def _fail(self, slot: Slot, life: Life, error: Exception | None) -> None:
        now = trio.current_time()
        lived = now - life.ready_at if life.ready_at is not None else 0.0
        slot.failures = self.spec.backoff.failures(slot.failures, lived)
        decision = decide(self._restarts, now, slot.failures, self.spec.limits)
        self._restarts = decision.restarts
        if decision.give_up is not None:
            self._give_up(slot, decision.give_up, error)
            return
        slot.restarts += 1
        delay = self.spec.backoff.delay(slot.failures)
        self._on_event(Restarting(self.spec.name, slot.child.name, now, delay, slot.failures))
        at = self._slots.index(slot)
        self._recover(self._slots[at:] if self.spec.strategy is Strategy.REST_FOR_ONE else [slot], delay)

    def _give_up(self, slot: Slot, reason: str, error: Exception | None) -> None:
        self._closing = True  # from here on, not from when `run` wakes: exits in between must restart nobody
        self._failure = RestartIntensityReached(self.spec.name, slot.child.name, reason)
        self._failure.__cause__ = error
        self._over.set()
        self._on_event(GaveUp(self.spec.name, slot.child.name, trio.current_time(), self._failure))

    async def _close(self) -> None:
        self._closing = True
        self._running_nursery().cancel_scope.cancel()  # reaches the recoveries; the lives are shielded
        with trio.CancelScope(shield=True):
            await self._stop(self._slots)

    async def _stop(self, slots: Sequence[Slot]) -> None:
        """Cancel what lives in `slots`, the last first, each once the one before has ended or used up its time."""
        for slot in reversed(tuple(slots)):
            life = slot.life
            if life is None:
                continue
            life.wanted = False
            life.scope.cancel()
            with trio.move_on_after(slot.child.stop_timeout) as patience:
                await life.ended.wait()
            if patience.cancelled_caught:
                slot.stop_timeouts += 1
                after = slot.child.stop_timeout
                self._on_event(StopTimedOut(self.spec.name, slot.child.name, trio.current_time(), after))


def actor_at(frame: FrameType | None) -> str | None:
    """Which child's own task, as `supervisor/child`, runs in the thread whose innermost frame is `frame`.

    A running body stands on the frame that keeps its life, so this costs the living nothing, as an instrument would.
    """
    while frame is not None and frame.f_code is not Supervisor._live.__code__:
        frame = frame.f_back
    if frame is None:
        return None
    return f"{frame.f_locals['self'].spec.name}/{frame.f_locals['slot'].child.name}"
