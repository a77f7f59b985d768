"""How often was fired: what the gate's throttles count."""

from collections import deque

import attrs

from bitten.messages import Signal
from bitten.rules.facts import Intent
from bitten.rules.risk.situation import Pace
from bitten.units import MINUTE_MS, Direction

LIKE_MS = 10 * MINUTE_MS


@attrs.define
class Window:
    """Times of the last `length` ms, counted without being kept longer."""

    length: int
    _times: deque[int] = attrs.field(factory=deque)

    def add(self, time: int) -> None:
        """Something happened."""
        self._times.append(time)

    def count(self, now: int) -> int:
        """How often in the window that ends now."""
        while self._times and self._times[0] <= now - self.length:
            self._times.popleft()
        return len(self._times)

    def clear(self) -> None:
        """Begin anew."""
        self._times.clear()


@attrs.define
class Paces:
    """How often was fired: by the hub, by each user, and alike."""

    newest: int = 0
    """Market time of the newest fire; 0: none yet."""
    _hub: Window = attrs.field(factory=lambda: Window(MINUTE_MS))
    _users: dict[str, Window] = attrs.field(factory=dict)
    _like: dict[tuple[str, str, Direction], Window] = attrs.field(factory=dict)

    def fired(self, intent: Intent, hub_time: int, *, rearmed: bool = False) -> None:
        """A fire was decided. `rearmed`: a person has looked at it since, so it is not like the next one."""
        self.newest = max(self.newest, intent.market_time)
        self._hub.add(hub_time)
        self._user_window(intent.user).add(hub_time)
        if not rearmed:
            self._like_window(intent.user, intent.symbol, intent.direction).add(intent.market_time)

    def of(self, user: str, signal: Signal, hub_now: int, market_now: int, tripped: str) -> Pace:
        """What the gate looks at."""
        return Pace(
            user_last_minute=self._user_window(user).count(hub_now),
            hub_last_minute=self._hub.count(hub_now),
            like_last_ten_minutes=self._like_window(user, signal.symbol, signal.direction).count(market_now),
            tripped=tripped,
        )

    def rearm(self, user: str) -> None:
        """A person has looked at a user's like fires; at everybody's, where user is ""."""
        for key, window in self._like.items():
            if user in ("", key[0]):
                window.clear()

    def _user_window(self, user: str) -> Window:
        window = self._users.get(user)
        if window is None:
            window = self._users[user] = Window(MINUTE_MS)
        return window

    def _like_window(self, user: str, symbol: str, direction: Direction) -> Window:
        window = self._like.get((user, symbol, direction))
        if window is None:
            window = self._like[user, symbol, direction] = Window(LIKE_MS)
        return window
