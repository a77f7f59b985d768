"""The paper EA's machine: what the hub says, the market's ticks and the time go in, messages to send come out.

It has no sockets and no clock. Its effects are the ledger's, and the ledger is written before anything is sent.
"""

from collections.abc import Callable

import attrs
from loguru import logger

from bitten.paper import wire_view
from bitten.paper.account import PaperAccount
from bitten.paper.bar_book import BarBook
from bitten.paper.chronicle import Chronicle
from bitten.paper.commands import Commands
from bitten.paper.ea_values import Channel, Counters, Identity, Sending, State
from bitten.paper.greeting import Backoff, hello, history, specs
from bitten.paper.hub_time import HubTime
from bitten.paper.market import MarketTick
from bitten.paper.moment import Moment
from bitten.paper.outbox import Outbox
from bitten.paper.pulse import Pulse
from bitten.paper.trader import Trader
from bitten.wire.codec import FromEa, FromHub
from bitten.wire.commands import Ack, Cancel, Close, Fire, History, Modify, Query, Resend
from bitten.wire.session import Bye, ByeReason, Goodbye, Live, Ping, Pong, Welcome

GREETING_MS = 5_000
LOST_AFTER = 2.4
_FOR_GOOD = frozenset(
    {
        ByeReason.PROTOCOL_VERSION,
        ByeReason.UNKNOWN_USER,
        ByeReason.USER_MISMATCH,
        ByeReason.USER_REVOKED,
        ByeReason.WRONG_ACCOUNT,
        ByeReason.SUPERSEDED,
    }
)
"""After these another try would be answered in the same way."""


class Ea:
    """One EA on one account. `now` is everywhere the EA's own clock, milliseconds, never going back.

    `latency` gives the milliseconds that pass before the broker is asked.
    """

    def __init__(
        self,
        identity: Identity,
        account: PaperAccount,
        bars: BarBook,
        latency: Callable[[], int] = lambda: 0,
    ) -> None:
        self._identity = identity
        self._account = account
        self._ledger = account.ledger
        self._chronicle = Chronicle(account)
        self._commands = Commands(account, self._chronicle, latency)
        self._bars = bars
        self._outbox = Outbox(self._ledger)
        self._pulse = Pulse(account)
        self._hub_time = HubTime()
        self.counters = Counters()
        self._trader = Trader(self._ledger, identity.press, self.counters)
        self.state = State.WAITING
        self.retry_at = 0
        self.refusal: Bye | None = None
        """The hub's word that ended this EA for good."""
        self.market_time = account.broker.time
        self.commanded_at = 0
        """When the hub's last command came."""
        self.telemetry_ms = identity.telemetry_ms
        """The pace of this session's periods."""
        self._session = ""
        self._backoff = Backoff(identity.telemetry_ms)
        self._greeted_at = self._heard_at = 0

    @property
    def busy(self) -> bool:
        """A command is being carried out, or an event is not acked."""
        return self._commands.busy or self._ledger.unacked > 0

    @property
    def in_session(self) -> bool:
        """Welcomed, and not lost since."""
        return self.state in (State.PREPARING, State.LIVE)

    # The market

    def tick(self, tick: MarketTick) -> None:
        """The market's next quote: stops and targets are worked, the bars grow; the next `timer` sends it."""
        self._bars.add(tick)
        self._pulse.tick(tick)
        self.market_time = max(self.market_time, tick.time)
        if self._account.tick(tick):
            self._chronicle.tell()

    def recall(self, tick: MarketTick) -> None:
        """A quote that the broker has had in an earlier life: for the bars alone."""
        self._bars.add(tick)

    def advance(self, market_time: int) -> None:
        """Market time goes on without a quote; pending orders may expire."""
        self.market_time = max(self.market_time, market_time)
        orders = self._account.broker.orders()
        self._account.broker.advance(self.market_time)
        if orders != self._account.broker.orders():
            self._chronicle.tell()

    # The hub

    def connect(self, now: int) -> list[Sending]:
        """Both sockets are open anew: greet."""
        self.state = State.GREETING
        self._greeted_at = now
        self._session = ""
        self.telemetry_ms = self._identity.telemetry_ms
        return self._send(now, [Sending(Channel.COMMAND, hello(self._identity, self._account, now))])

    def receive(self, message: FromHub, now: int) -> list[Sending]:
        """A message from the command channel. Those of another session are dropped and counted (protocol 2.4)."""
        if isinstance(message, Welcome):
            if self.state is not State.GREETING or message.echo != self._greeted_at:
                self.counters.foreign += 1
                return []
            return self._send(now, self._welcomed(message, now))
        if isinstance(message, Bye):
            return self._dismissed(message, now)
        if not self.in_session or message.session != self._session:
            self.counters.foreign += 1
            return []
        self._heard_at = now
        return self._send(now, [*self._handle(message, now), *self._events(now)])

    def timer(self, now: int) -> list[Sending]:
        """Everything that is due by now. Call it after the sockets were drained (protocol 2.8)."""
        if self.state is State.GREETING and now - self._greeted_at >= self._moment(now).scaled(GREETING_MS):
            self._start_over(now, "the hub did not answer the hello")
        elif self.in_session and now - self._heard_at >= LOST_AFTER * self.telemetry_ms:
            self._start_over(now, f"nothing heard from the hub for {now - self._heard_at} ms")
        self._commands.work(self._moment(now))
        events = self._send(now, self._events(now))
        return [*events, *self._send(now, list(self._pulse.due(self._moment(now))))]

    def leave(self, reason: str) -> list[Sending]:
        """End for good; the hub is told where there is a session."""
        in_session, self.state = self.in_session, State.ENDED
        self._pulse.end()
        return [Sending(Channel.COMMAND, Goodbye(session=self._session, reason=reason))] if in_session else []

    # Greeting and preparing (protocol 2.1 to 2.5)

    def _welcomed(self, welcome: Welcome, now: int) -> list[Sending]:
        self._session = welcome.session
        if welcome.ack >= self._ledger.next_event:
            self._ledger.renew()
            self._start_over(now, f"the hub holds event {welcome.ack}, which this ledger never wrote: it is renewed")
            return [Sending(Channel.COMMAND, Goodbye(session=welcome.session, reason="ledger renewed"))]
        self.state = State.PREPARING
        self.telemetry_ms = welcome.telemetry_ms
        self._hub_time.welcomed(self._greeted_at, welcome.time)
        self._heard_at = now
        moment = self._moment(now)
        self._outbox.restart(moment)
        self._outbox.ack(welcome.ack, moment)
        logger.info("connected: welcome of epoch {}, {}", welcome.epoch, ", ".join(welcome.symbols) or "no symbols")
        if missing := set(welcome.symbols) - set(self._account.broker.specs):
            logger.warning("the hub asks for {}, which this market has not", ", ".join(sorted(missing)))
        bars, ready = history(self._bars, welcome, self.market_time)
        self._pulse.begin(welcome, ready, moment)
        prepared: list[FromEa] = [
            *specs(self._account, welcome),
            *bars,
            *wire_view.snapshot(self._account, welcome.session),
            ready,
        ]
        return [*(Sending(Channel.FEEDBACK, message) for message in prepared), *self._events(now)]

    def _dismissed(self, bye: Bye, now: int) -> list[Sending]:
        ours = self.state is State.GREETING if not bye.session else self.in_session and bye.session == self._session
        if not ours:
            self.counters.foreign += 1
        elif bye.reason in _FOR_GOOD:
            self.state, self.refusal = State.ENDED, bye
            self._pulse.end()
        else:
            self._start_over(now, f"the hub said bye: {bye.reason} {bye.message}".rstrip())
        return []

    def _start_over(self, now: int, why: str) -> None:
        wait = self._backoff.next()
        self.retry_at = now + wait
        logger.warning("{}: {}; next try in {} ms", "lost" if self.in_session else "not connected", why, wait)
        self._pulse.end()
        self.state = State.WAITING

    # In session

    def _handle(self, message: FromHub, now: int) -> list[Sending]:
        moment = self._moment(now)
        match message:
            case Live():
                self._go_live(moment)
            case Ping():
                pong = Pong(session=self._session, nonce=message.nonce, time=now, echo=message.time)
                return [Sending(Channel.COMMAND, pong)]
            case Pong():
                self._hub_time.ponged(message.echo, message.time, now)
            case Ack():
                self._outbox.ack(message.n, moment)
            case Resend():
                self._outbox.resend(message.from_, moment)
            case Fire() | Modify() | Close() | Cancel() | Query() | History():
                self.commanded_at = now
                self._commands.take(message, moment)
                self._commands.work(moment)
            case _:
                self._trader.hear(message, moment)
        return []

    def _go_live(self, moment: Moment) -> None:
        if self.state is not State.LIVE:
            logger.info("live" if self.counters.lives == 0 else "live again: reconnected")
            self.counters.lives += 1
            self._pulse.live(moment)
        self.state = State.LIVE
        self._backoff.reset()
        self._outbox.restart(moment)

    def _events(self, now: int) -> list[Sending]:
        if not self.in_session:
            return []
        due = self._outbox.due(self._moment(now))
        return [Sending(Channel.FEEDBACK, attrs.evolve(event, session=self._session)) for event in due]

    def _moment(self, now: int) -> Moment:
        return Moment(now, self._hub_time.at(now), self.market_time, self.telemetry_ms)

    def _send(self, now: int, sendings: list[Sending]) -> list[Sending]:
        if any(each.channel is Channel.FEEDBACK for each in sendings):
            self._pulse.sent(now)
        return sendings
