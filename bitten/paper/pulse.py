"""What an EA sends by itself in a session: ticks, ready, telemetry, pings, heartbeats (protocol 2.5, 3, 4)."""

from collections.abc import Iterator

from bitten.paper import wire_view
from bitten.paper.account import PaperAccount
from bitten.paper.ea_values import Channel, Sending
from bitten.paper.market import MarketTick
from bitten.paper.moment import Moment
from bitten.paper.quotes import Quotes
from bitten.wire.account import Heartbeat, Ready
from bitten.wire.codec import FromEa
from bitten.wire.session import Ping, Welcome

READY_MS = 1_000
HEARTBEAT_MS = 1_000


class Pulse:
    """Begins with each welcome; silent without a session."""

    def __init__(self, account: PaperAccount) -> None:
        self._account = account
        self._quotes = Quotes()
        self._session = ""
        self._ready: Ready | None = None
        self._nonce = 0
        self._sent_at = self._ready_at = self._ping_at = self._telemetry_at = 0

    def begin(self, welcome: Welcome, ready: Ready, moment: Moment) -> None:
        """A session was granted: `ready` is repeated until it is live."""
        self._session = welcome.session
        self._quotes.welcome(welcome.symbols)
        self._ready, self._ready_at = ready, moment.ea + moment.scaled(READY_MS)
        self._ping_at, self._telemetry_at = moment.ea, moment.ea + moment.telemetry_ms

    def live(self, moment: Moment) -> None:
        """The session went live: the account is told at once."""
        self._ready, self._telemetry_at = None, moment.ea

    def end(self) -> None:
        """The session is over: its ticks are of no use to the next one."""
        self._session = ""
        self._quotes.welcome(())

    def tick(self, tick: MarketTick) -> None:
        """A quote to send with the next `due`."""
        self._quotes.add(tick)

    def sent(self, now: int) -> None:
        """Something was sent on the feedback channel: no heartbeat is needed there for a while."""
        self._sent_at = now

    def due(self, moment: Moment) -> Iterator[Sending]:
        """What is to be sent now."""
        if not self._session:
            return
        silent = moment.ea - self._sent_at >= moment.scaled(HEARTBEAT_MS)
        for message in self._feedback(moment):
            silent = False
            yield Sending(Channel.FEEDBACK, message)
        if moment.ea >= self._ping_at:
            # A hub that is heard from is asked too, each period: its clock drifts, and a stale one is asked in time.
            self._ping_at = moment.ea + moment.telemetry_ms
            self._nonce += 1
            yield Sending(Channel.COMMAND, Ping(session=self._session, nonce=self._nonce, time=moment.ea))
        if silent:
            next_event = self._account.ledger.next_event
            beat = Heartbeat(session=self._session, time=moment.market, next_event=next_event)
            yield Sending(Channel.FEEDBACK, beat)

    def _feedback(self, moment: Moment) -> Iterator[FromEa]:
        yield from self._quotes.take(self._session)
        if self._ready is not None and moment.ea >= self._ready_at:
            self._ready_at = moment.ea + moment.scaled(READY_MS)
            yield self._ready
        if moment.ea >= self._telemetry_at:
            self._telemetry_at = moment.ea + moment.telemetry_ms
            yield from wire_view.telemetry(self._account, self._session, moment)
