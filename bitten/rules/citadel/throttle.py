"""The throttle: where nothing has passed for long, what a signal must score to be traded eases in steps, to a floor.

    nothing passed for      20      35      50 min
    least score       4 ─────┐
                             └ 3.5 ──┐
                                     └ 3 ─────┐
                                              └ 2.5

Off by default: a shield that loosens through silence surprises. Silence is market time since the last signal that
passed; what was eased stays so until somebody fires.
"""

import attrs

from bitten.rules.citadel.settings import CitadelSettings
from bitten.units import MINUTE_MS


@attrs.frozen
class Ease:
    """What a signal must score now to be traded."""

    least: float
    sentence: str


class Throttle:
    """Remembers when something passed last. All times are market time."""

    def __init__(self, settings: CitadelSettings) -> None:
        self._on = settings.throttle
        minutes = (settings.throttle_first, settings.throttle_second, settings.throttle_third)
        self._minutes = tuple(sorted(minutes))
        self._usual, self._floor = settings.volatility_at, min(settings.throttle_floor, settings.volatility_at)
        self._step = settings.throttle_step
        self._steps = 0
        self._since: int | None = None
        self._fired = 0

    def ease(self, at: int, fired: int) -> Ease | None:
        """For a signal made at `at`, where the newest fire was at `fired` (0: none yet). None: all is as usual.

        The silence begins with the first signal that it is asked about.
        """
        if not self._on:
            return None
        if fired > self._fired:
            self._fired, self._steps = fired, 0
            self._since = max(fired, self._since or 0)
        if self._since is None:
            self._since = at
        silent = (at - self._since) // MINUTE_MS
        self._steps = max(self._steps, sum(silent >= each for each in self._minutes))
        if not self._steps:
            return None
        least = max(self._floor, round(self._usual - self._steps * self._step, 6))
        return Ease(
            least, f"the throttle has eased what is traded from {self._usual:g} to {least:g}: step {self._steps}"
        )

    def passed(self, at: int) -> None:
        """A signal that was made at `at` passed."""
        self._since = at if self._since is None else max(at, self._since)
