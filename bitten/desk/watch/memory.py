"""What the looks so far amount to: the newest one and how old it is, rates, and the way that equity went."""

from collections import deque

import attrs

from bitten.desk.watch.looking import Look
from bitten.wire.lately import LogLine, LogRequest

OLD_S = 3.0
"""From then on an answer is no longer shown as what is: two looks have failed, or one hangs."""
RATE_S = 10.0
"""Over which a rate is taken: short enough to follow a burst, long enough for one tick a second to look like it."""
POINTS = 60
"""Of equity, one a look."""


@attrs.define
class Memory:
    """All times are seconds of the watcher's own steady clock; the hub's clock may be another machine's idea."""

    newest: Look | None = None
    answered: float = 0.0
    """When the newest look came in."""
    trouble: str = ""
    """Why the look after it failed; "": it did not."""
    fresh_lines: tuple[LogLine, ...] = ()
    """Of the newest look."""
    lost_lines: int = 0
    """Between the look before and these."""
    _counts: deque[tuple[float, dict[str, int]]] = attrs.field(factory=deque)
    _equity: dict[str, deque[float]] = attrs.field(factory=dict)
    _seen: LogRequest = attrs.field(factory=LogRequest)

    @property
    def seen(self) -> LogRequest:
        """What to ask for: the lines that were not seen yet."""
        return self._seen

    def take(self, look: Look, now: float) -> None:
        """A look came in. Another hub than before counts anew."""
        if look.log.hub != self._seen.hub:
            self._counts.clear()
        newest = look.log.lines[-1].n if look.log.lines else self._seen.since if self._counts else 0
        self._seen = LogRequest(hub=look.log.hub, since=newest)
        self.newest, self.answered, self.trouble = look, now, ""
        self.fresh_lines, self.lost_lines = look.log.lines, look.log.lost if self._counts else 0
        self._counts.append((now, {stage.name: stage.count for stage in look.status.stages}))
        while len(self._counts) > 2 and self._counts[1][0] <= now - RATE_S:
            self._counts.popleft()
        for session in look.status.sessions:
            if session.equity is not None:
                self._equity.setdefault(session.user, deque(maxlen=POINTS)).append(session.equity)

    def fail(self, trouble: str) -> None:
        """A look failed."""
        self.trouble = trouble

    def age(self, now: float) -> float:
        """Of the newest answer."""
        return now - self.answered

    def is_old(self, now: float) -> bool:
        """Whether what is known must not be shown as what is."""
        return self.newest is None or self.age(now) >= OLD_S

    def rate(self, stage: str) -> float | None:
        """Of a stage, a second; None: two looks are needed."""
        (begin, before), (end, after) = self._counts[0], self._counts[-1]
        return None if end <= begin else (after.get(stage, 0) - before.get(stage, 0)) / (end - begin)

    def equity(self, user: str) -> tuple[float, ...]:
        """The user's, oldest first."""
        return tuple(self._equity.get(user, ()))
