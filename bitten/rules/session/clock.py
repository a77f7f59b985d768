"""How far the EA's clock is from the hub's (protocol 2.10)."""

from collections import deque

from bitten.rules.session.effects import Alarm, Effect, Send
from bitten.rules.session.settings import SessionSettings
from bitten.wire.session import Ping, Pong

SAMPLES = 8
UNANSWERED = 16
"""Pings that are remembered: a pong that comes later than that tells nothing."""


class PeerClock:
    """Estimates the offset from the fastest of the last pongs; before the first one, from the hello."""

    def __init__(self, hello_time: int, now: int) -> None:
        self._pings: dict[int, int] = {}
        self._samples: deque[tuple[int, int]] = deque(maxlen=SAMPLES)
        self._nonce = 0
        self._best = (0, hello_time - now)
        """Round trip and offset, ms; kept, because each fire asks."""

    @property
    def offset(self) -> int:
        """The EA's clock minus the hub's, ms."""
        return self._best[1]

    def apart(self, limit: int) -> bool:
        """Even if all of the round trip was one way, the clocks are more than `limit` ms apart."""
        round_trip, offset = self._best
        return abs(offset) > limit + round_trip // 2

    def ping(self, now: int) -> int:
        """The nonce of a ping that leaves now."""
        self._nonce += 1
        self._pings[self._nonce] = now
        if len(self._pings) > UNANSWERED:
            del self._pings[min(self._pings)]
        return self._nonce

    def pong(self, nonce: int, echo: int, time: int, now: int) -> bool:
        """Take the answer to a ping. False: no such ping is open."""
        sent = self._pings.get(nonce)
        if sent is None or sent != echo:
            return False
        del self._pings[nonce]
        round_trip = now - sent
        self._samples.append((round_trip, time + round_trip // 2 - now))
        self._best = min(self._samples)
        return True


class Pulse:
    """Pings the EA every `telemetry_ms`, so that it hears something and its clock is known; warns of the skew once."""

    def __init__(self, session: str, hello_time: int, settings: SessionSettings, now: int) -> None:
        self._session = session
        self._clock = PeerClock(hello_time, now)
        self._period = settings.telemetry_ms
        self._limit = settings.max_clock_skew_ms
        self._warned = False
        self.due_at = now
        """When the next ping is due; hub time, ms."""

    @property
    def offset(self) -> int:
        """The EA's clock minus the hub's, ms."""
        return self._clock.offset

    @property
    def skewed(self) -> bool:
        """The clocks are certainly further apart than is allowed."""
        return self._clock.apart(self._limit)

    def ping(self, now: int) -> list[Effect]:
        """Ask now."""
        self.due_at = now + self._period
        return [Send(Ping(session=self._session, nonce=self._clock.ping(now), time=now)), *self._warn()]

    def pong(self, pong: Pong, now: int) -> list[Effect] | None:
        """Take an answer; None: nothing was asked that it answers."""
        if not self._clock.pong(pong.nonce, pong.echo, pong.time, now):
            return None
        return self._warn()

    def _warn(self) -> list[Effect]:
        before, self._warned = self._warned, self.skewed
        if before or not self._warned:
            return []
        return [Alarm("clock_skew", f"the EA's clock is {self.offset:+} ms from the hub's: no fires")]
