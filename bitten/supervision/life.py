"""What a supervisor keeps of each child: its place, and the life that is being lived there."""

import attrs
import trio

from bitten.supervision.report import ChildState, ChildStatistics
from bitten.supervision.restart import Restart
from bitten.supervision.spec import Child


@attrs.define(eq=False)
class Life:
    """One run of a child's body."""

    number: int
    # The shield keeps an outer cancellation, which would reach all children at once, from disturbing their order.
    scope: trio.CancelScope = attrs.field(factory=lambda: trio.CancelScope(shield=True))
    ready_at: float | None = None
    wanted: bool = True  # False: it is being stopped, so that its end says nothing about its health
    settled: trio.Event = attrs.field(factory=trio.Event)  # it has started, or it never will
    ended: trio.Event = attrs.field(factory=trio.Event)


@attrs.define(eq=False)
class Slot:
    """A child's place in its supervisor, which its lives follow each other in."""

    child: Child
    life: Life | None = None
    pending: bool = True  # to be started
    retired: bool = False  # to be forgotten when it ends
    lives: int = 0
    restarts: int = 0
    failures: int = 0
    stop_timeouts: int = 0
    last_error: str | None = None

    @property
    def state(self) -> ChildState:
        """Where it is, for people."""
        if self.life is None:
            return ChildState.WAITING if self.pending else ChildState.ENDED
        if not self.life.wanted:
            return ChildState.STOPPING
        return ChildState.STARTING if self.life.ready_at is None else ChildState.RUNNING

    def interrupt(self) -> None:
        """It will be started anew for another's sake, or, when that is not its way, it is gone for good."""
        self.retired |= self.child.restart is Restart.TEMPORARY and self.lives > 0
        self.pending = not self.retired
        if self.life is not None:
            self.life.wanted = False

    def statistics(self) -> ChildStatistics:
        """A snapshot for `status`."""
        mailbox = self.child.mailbox
        return ChildStatistics(
            name=self.child.name,
            state=self.state,
            lives=self.lives,
            restarts=self.restarts,
            failures=self.failures,
            stop_timeouts=self.stop_timeouts,
            last_error=self.last_error,
            mailbox=None if mailbox is None else mailbox.statistics(),
        )
