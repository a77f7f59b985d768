"""How far the EA's clock is from the hub's (protocol 2.10)."""

from collections import deque

import attrs

from bitten.rules.session.effects import Alarm, Effect, Send
from bitten.rules.session.settings import SessionSettings
from bitten.wire.session import Ping, Pong

SAMPLES = 8
UNANSWERED = 16
"""Pings that are remembered: a pong that comes later than that tells nothing. And answers, for who asks for one."""


@attrs.frozen(order=True)
class RoundTrip:
    """One ping and its pong."""

    ms: int
    """From the ping to the pong, by the hub's clock."""
    offset: int
    """The EA's clock minus the hub's, ms, if the pong took half of that."""


class PeerClock:
    """Estimates the offset from the fastest of the last pongs; before the first one, from the hello."""

    def __init__(self, hello_time: int, now: int) -> None:
        self._pings: dict[int, int] = {}
        self._samples: deque[RoundTrip] = deque(maxlen=SAMPLES)
        self._answers: dict[int, RoundTrip] = {}
        self._nonce = 0
        self._best = RoundTrip(0, hello_time - now)
        """Kept, because each fire asks."""

    @property
    def offset(self) -> int:
        """The EA's clock minus the hub's, ms."""
        return self._best.offset

    def answer(self, nonce: int) -> RoundTrip | None:
        """What came of a ping; None: no pong yet, or it is long ago."""
        return self._answers.get(nonce)

    def apart(self, limit: int) -> bool:
        """Even if all of the round trip was one way, the clocks are more than `limit` ms apart."""
        return abs(self._best.offset) > limit + self._best.ms // 2

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
        found = RoundTrip(now - sent, time + (now - sent) // 2 - now)
        self._answers[nonce] = found
        if len(self._answers) > UNANSWERED:
            del self._answers[min(self._answers)]
        self._samples.append(found)
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
        self.newest = 0
        """The nonce of the last ping; 0: there was none."""
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
        self.due_at, self.newest = now + self._period, self._clock.ping(now)
        return [Send(Ping(session=self._session, nonce=self.newest, time=now)), *self._warn()]

    def answer(self, nonce: int) -> RoundTrip | None:
        """What came of a ping; None: no pong yet, or it is long ago."""
        return self._clock.answer(nonce)

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
