"""A terminal as its messages have shown it last: quotes, conditions, account, and what time it is in its market."""

import attrs

from bitten.units import DAY_MS, MINUTE_MS, Quote, SymbolSpec
from bitten.wire.account import Heartbeat, Telemetry
from bitten.wire.base import Position
from bitten.wire.events import Closed, Confirmation
from bitten.wire.market import Bars, Spec, Tick, Ticks


@attrs.define
class TerminalView:
    """Newest wins. Times are market time, ms (docs/architecture.md, "Two clocks")."""

    utc_offset: int
    """Broker time minus UTC, ms."""
    market_now: int = 0
    """The newest time in ticks, bars, heartbeats, telemetry, confirmations and closings."""
    specs: dict[str, SymbolSpec] = attrs.field(factory=dict)
    telemetry: Telemetry | None = None
    _quotes: dict[str, tuple[float, float, int]] = attrs.field(factory=dict)
    _noted_minute: int = -1
    _day_ends: int = 0

    @property
    def day(self) -> int:
        """The broker's day: days since 1970 in broker time."""
        return (self.market_now + self.utc_offset) // DAY_MS

    @property
    def positions(self) -> tuple[Position, ...]:
        """The account's open positions as the terminal showed them last."""
        return self.telemetry.positions if self.telemetry else ()

    @property
    def hindrance(self) -> str:
        """Why the terminal could not carry out a fire, by its own word; "": it could."""
        if self.telemetry is None or (self.telemetry.connected and self.telemetry.trade_allowed):
            return ""
        return "without trading allowed" if self.telemetry.connected else "without a connection to its broker"

    @property
    def broker_ping_ms(self) -> float | None:
        """The terminal's last ping to its broker, ms; None: it has not told one (protocol 4.1)."""
        if self.telemetry is None or self.telemetry.broker_ping_ms < 0:
            return None
        return self.telemetry.broker_ping_ms

    def position(self, ticket: int) -> Position | None:
        """An open position as the terminal showed it last."""
        return next((each for each in self.positions if each.ticket == ticket), None)

    def quote(self, symbol: str) -> Quote | None:
        """The symbol's newest quote."""
        known = self._quotes.get(symbol)
        return None if known is None else Quote(*known)

    def tick(self, symbol: str, bid: float, ask: float, time: int) -> None:
        """Take a quote. Called for every tick received."""
        self._quotes[symbol] = (bid, ask, time)
        if time > self.market_now:
            self.market_now = time

    def new_day(self) -> bool:
        """True once a broker's day, when market time has come to it. Called for every tick received."""
        if self.market_now < self._day_ends:
            return False
        self._day_ends = (self.day + 1) * DAY_MS - self.utc_offset
        return True

    def see(self, message: object) -> None:
        """Take what any other message tells about conditions, account or time."""
        match message:
            case Tick(symbol=symbol, bid=bid, ask=ask, time=time):
                self.tick(symbol, bid, ask, time)
            case Ticks(symbol=symbol, rows=rows):
                for time, bid, ask in rows:
                    self.tick(symbol, bid, ask, time)
            case Spec() as spec:
                self.specs[spec.symbol] = spec
            case Bars(rows=rows) if rows:
                self._pass_to(rows[-1][0])
            case Heartbeat(time=time) | Confirmation(time=time) | Closed(time=time):
                self._pass_to(time)
            case Telemetry() as telemetry:
                # A terminal that has lost its broker shows an empty list: what was open is still open.
                known = telemetry if telemetry.connected else attrs.evolve(telemetry, positions=self.positions)
                self.telemetry = known
                self.utc_offset = telemetry.utc_offset
                self._pass_to(telemetry.time)
            case _:
                pass

    def new_minute(self) -> bool:
        """True once a minute of market time: the account is to be noted."""
        minute = self.market_now // MINUTE_MS
        new, self._noted_minute = minute != self._noted_minute, minute
        return new

    def _pass_to(self, time: int) -> None:
        self.market_now = max(self.market_now, time)
