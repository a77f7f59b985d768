"""What waits until a burst of messages has been handed over: then all of it is known, and the newest is enough."""

from collections.abc import Callable

import attrs


@attrs.define
class Burst:
    """One for the feedback socket, whose reader says when a burst is over."""

    _waiting: list[Callable[[], None]] = attrs.field(factory=list)

    def afterwards(self, act: Callable[[], None]) -> None:
        """Call `act`, which must not raise, once this burst is over."""
        self._waiting.append(act)

    def over(self) -> None:
        """It is over."""
        waiting, self._waiting = self._waiting, []
        for act in waiting:
            act()
