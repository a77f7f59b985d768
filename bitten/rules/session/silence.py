"""How long an EA may be silent, on both channels or on one (protocol 2.8)."""

from bitten.rules.session.settings import SessionSettings
from bitten.rules.session.table import State

STALE_TENTHS, LOST_TENTHS = 12, 24
"""Tenths of `telemetry_ms`."""
BUSY_MS = 30_000
"""A blocking call that carries out a command may take so long."""
PREPARING_MS = 120_000
"""Gathering specs and bars may take so long."""


class Silence:
    """When the EA was last heard, and what it may be doing since. All times are hub time, ms."""

    def __init__(self, settings: SessionSettings, now: int) -> None:
        self._stale_after = settings.telemetry_ms * STALE_TENTHS // 10
        self._lost_after = settings.telemetry_ms * LOST_TENTHS // 10
        self._busy_for = settings.scaled(BUSY_MS)
        self._preparing_for = settings.scaled(PREPARING_MS)
        self._outstanding: dict[str, int] = {}
        self.heard_at = now
        """When anything was heard."""
        self.told_at = now
        """When something was heard on the feedback channel, which alone tells what the account does."""
        self._answering_since: int | None = None
        """Since when only the command channel speaks, without a silence of its own; None: it does not."""

    def told(self, now: int) -> None:
        """A message came on the feedback channel."""
        self.heard_at = self.told_at = now
        self._answering_since = None

    def answered(self, now: int) -> None:
        """A message came on the command channel: it says nothing of the other one."""
        if self._answering_since is None or now >= self.heard_at + self._lost_after:
            self._answering_since = now
        self.heard_at = now

    def commanded(self, command_id: str, now: int) -> None:
        """A command is on its way: the EA may be inside a blocking call from now on."""
        self._outstanding = {each: since for each, since in self._outstanding.items() if now < since + self._busy_for}
        self._outstanding[command_id] = now

    def concluded(self, command_id: str) -> None:
        """The command's outcome was told."""
        self._outstanding.pop(command_id, None)

    def quiet(self, now: int) -> bool:
        """Nothing was heard of the account for 1.2 periods."""
        return now >= self.told_at + self._stale_after

    def busy(self, now: int) -> bool:
        """Silence may be a blocking call: a command is outstanding that was sent not too long ago."""
        return now < self._busy_until()

    def stale_at(self, state: State) -> int | None:
        """When the session becomes stale if nothing is heard; None: never from this state."""
        if state not in (State.RECONCILING, State.LIVE):
            return None
        return max(self.heard_at + self._stale_after, self._busy_until())

    def lost_at(self, state: State) -> int | None:
        """When the session is lost if nothing is heard; None: it is lost already, or over."""
        if state in (State.LOST, State.ENDED):
            return None
        if state is State.GREETED:
            return self.heard_at + self._preparing_for
        return max(self.heard_at + self._lost_after, self._busy_until())

    def feedback_lost(self, state: State) -> bool:
        """The EA has answered on the command channel for 2.4 periods while nothing came on the feedback channel.

        An EA that answers is not inside a blocking call, so there is no busyness to allow for; gathering specs and
        bars may take it longer.
        """
        if self._answering_since is None:
            return False
        allowed = self._preparing_for if state is State.GREETED else self._lost_after
        return self.heard_at - self._answering_since >= allowed

    def _busy_until(self) -> int:
        # No later than the longest call after the last word: commands sent into a silence do not prolong it.
        newest = max(self._outstanding.values(), default=None)
        return 0 if newest is None else min(self.heard_at, newest) + self._busy_for
