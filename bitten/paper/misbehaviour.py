"""Misbehaviour on request, seeded, so that a fault that was found can be had again: none by default.

It sits where a real one would: between the EA and its broker (`FaultyBroker`), between the EA and the network
(`FaultyLink`), in the market (`Gaps`), and in the terminal's one thread (`Freezes`).
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from random import Random

import attrs

from bitten.errors import BittenError
from bitten.paper.account import Dealer
from bitten.paper.broker import Broker
from bitten.paper.broker_values import Deal, OrderRequest, Result, Retcode
from bitten.paper.market import MarketTick
from bitten.units import SymbolSpec
from bitten.wire.account import Heartbeat, Ready, Telemetry
from bitten.wire.codec import FromEa
from bitten.wire.events import Event
from bitten.wire.market import Tick, Ticks


# `object` and no attrs.Attribute[...] in the signature: attrs passes whatever the field holds.
def _probability(_: object, attribute: "attrs.Attribute[float]", value: float) -> None:
    if not 0 <= value <= 1:
        raise ValueError(f"{attribute.name}={value}: a probability is between 0 and 1")


def _milliseconds(_: object, attribute: "attrs.Attribute[int]", value: int) -> None:
    if not 0 <= value <= 600_000:
        raise ValueError(f"{attribute.name}={value}: milliseconds are between 0 and 600000")


def _skew(_: object, attribute: "attrs.Attribute[int]", value: int) -> None:
    if not -3_600_000 <= value <= 3_600_000:
        raise ValueError(f"{attribute.name}={value}: a clock is off by -3600000 to 3600000 milliseconds")


def _copies(_: object, attribute: "attrs.Attribute[int]", value: int) -> None:
    if not 1 <= value <= 1_000:
        raise ValueError(f"{attribute.name}={value}: a quote is sent 1 to 1000 times")


def _pips(_: object, attribute: "attrs.Attribute[int]", value: int) -> None:
    if not 0 <= value <= 1_000:
        raise ValueError(f"{attribute.name}={value}: pips are between 0 and 1000")


@attrs.frozen(kw_only=True)
class Misbehaviour:
    """How often, each a probability from 0 to 1, and for how long. Raises ValueError for anything outside."""

    latency_ms: int = attrs.field(default=0, validator=_milliseconds)
    """Before the broker is asked."""
    requote: float = attrs.field(default=0.0, validator=_probability)
    """A request is answered with 10004, again and again with this probability."""
    reject: float = attrs.field(default=0.0, validator=_probability)
    """A request is answered with 10006 and not carried out."""
    timeout: float = attrs.field(default=0.0, validator=_probability)
    """A request is answered with 10012 and carried out at the next tick."""
    partial: float = attrs.field(default=0.0, validator=_probability)
    """Half of a market order's lots are filled, on the step, and the remainder is cancelled: 10010."""
    rewrite: float = attrs.field(default=0.0, validator=_probability)
    """An order's comment is replaced by one of the broker's own."""
    blind_ms: int = attrs.field(default=0, validator=_milliseconds)
    """How long after its start the terminal shows neither positions nor orders."""
    lose: float = attrs.field(default=0.0, validator=_probability)
    """A message is not sent. Specs, bars and the snapshot are spared: nothing repeats them within a session."""
    double: float = attrs.field(default=0.0, validator=_probability)
    """A message is sent twice; the same are spared."""
    flood: int = attrs.field(default=1, validator=_copies)
    """How often each quote is sent."""
    gap: float = attrs.field(default=0.0, validator=_probability)
    """The market jumps before a quote, up or down, and stays there."""
    gap_pips: int = attrs.field(default=0, validator=_pips)
    """How far it jumps."""
    skew_ms: int = attrs.field(default=0, validator=_skew)
    """How far the terminal's clock is ahead of the machine's."""
    freeze_ms: int = attrs.field(default=0, validator=_milliseconds)
    """How long the terminal neither reads nor sends."""
    freeze: float = attrs.field(default=0.0, validator=_probability)
    """The terminal freezes, judged each second."""
    seed: int = 0

    @classmethod
    def parse(cls, text: str) -> "Misbehaviour":
        """From `lose=0.05,double=0.1,latency_ms=50`. Raises BittenError, which names what is wrong and allowed."""
        values: dict[str, float] = {}
        for part in filter(None, text.replace(" ", "").split(",")):
            name, _, number = part.partition("=")
            kind = _KINDS.get(name)
            if kind is None:
                raise BittenError(f"misbehaviour {name!r} is not known; there are {', '.join(_KINDS)}")
            try:
                values[name] = kind(number)
            except ValueError:
                wanted = "a whole number" if kind is int else "a number"
                raise BittenError(f"misbehaviour {part!r}: {wanted} belongs after the =") from None
        try:
            return cls(**values)  # type: ignore[arg-type]  # each was made by its field's own type
        except ValueError as error:
            raise BittenError(f"misbehaviour {error}") from None


_KINDS: dict[str, type[int] | type[float]] = {
    field.name: int if field.type is int else float for field in attrs.fields(Misbehaviour)
}


class FaultyBroker:
    """A broker behind a bad connection: it refuses, requotes, or leaves in doubt what it did."""

    def __init__(self, broker: Broker, faults: Misbehaviour, random: Random) -> None:
        self._broker = broker
        self.faults = faults
        """As it misbehaves from now on."""
        self._random = random
        self._late: list[Callable[[], Result]] = []

    def open(self, request: OrderRequest) -> Result:
        """Open a position or place a pending order, perhaps, and perhaps not all of it."""
        partial, rewrite = self._random.random(), self._random.random()
        if rewrite < self.faults.rewrite:
            request = attrs.evolve(request, comment="[dealing desk]")
        if partial < self.faults.partial and request.kind == "market":
            return self._perhaps(lambda: self._open_half(request))
        return self._perhaps(lambda: self._broker.open(request))

    def close(self, ticket: int, lot: float) -> Result:
        """Close a position, perhaps."""
        return self._perhaps(lambda: self._broker.close(ticket, lot))

    def modify(self, ticket: int, *, sl: float | None, tp: float | None) -> Result:
        """Move stop or target, perhaps."""
        return self._perhaps(lambda: self._broker.modify(ticket, sl=sl, tp=tp))

    def cancel(self, ticket: int) -> Result:
        """Withdraw a pending order, perhaps."""
        return self._perhaps(lambda: self._broker.cancel(ticket))

    def tick(self, tick: MarketTick) -> list[Deal]:
        """Take a quote, then carry out what was said to have timed out. Returns the deals of both."""
        deals = self._broker.tick(tick)
        late, self._late = self._late, []
        made = {result.deal for result in (carry_out() for carry_out in late) if result.deal}
        return deals + [deal for deal in self._broker.deals_since(self._broker.time) if deal.deal in made]

    def _open_half(self, request: OrderRequest) -> Result:
        spec = self._broker.specs.get(request.symbol)
        half = spec.floor_lot(Decimal(str(request.lot)) / 2) if spec else Decimal(0)
        if spec is None or half < Decimal(str(spec.volume_min)):
            return self._broker.open(request)
        result = self._broker.open(attrs.evolve(request, lot=float(half)))
        return attrs.evolve(result, retcode=Retcode.DONE_PARTIAL) if result.retcode is Retcode.DONE else result

    def _perhaps(self, carry_out: Callable[[], Result]) -> Result:
        # One draw a fault, always in this order, so that a fault's rate changes no other's luck.
        reject, requote, timeout = (self._random.random() for _ in range(3))
        if reject < self.faults.reject:
            return Result(retcode=Retcode.REJECT)
        if requote < self.faults.requote:
            return Result(retcode=Retcode.REQUOTE)
        if timeout < self.faults.timeout:
            self._late.append(carry_out)
            return Result(retcode=Retcode.TIMEOUT)
        return carry_out()


class FaultyLink:
    """How often a message leaves: 0, 1 or 2 times, and quotes in a flood more often."""

    def __init__(self, faults: Misbehaviour, random: Random) -> None:
        self._faults = faults
        self._random = random

    def copies(self, message: FromEa) -> int:
        """How often to send `message`."""
        if not isinstance(message, Event | Tick | Ticks | Telemetry | Heartbeat | Ready):
            return 1
        lose, double = self._random.random(), self._random.random()
        if lose < self._faults.lose:
            return 0
        copies = 2 if double < self._faults.double else 1
        return copies * self._faults.flood if isinstance(message, Tick | Ticks) else copies


class Gaps:
    """The market as it jumps; in the next life of the terminal it is where it would have been without."""

    def __init__(self, faults: Misbehaviour, random: Random, specs: Mapping[str, SymbolSpec]) -> None:
        self._faults = faults
        self._random = random
        self._specs = specs
        self._shift: dict[str, int] = {}
        """Pips, by symbol."""

    def at(self, tick: MarketTick) -> MarketTick:
        """The quote, as far off as the market has jumped so far."""
        luck, up = self._random.random(), self._random.random() < 0.5
        if luck < self._faults.gap:
            pips = self._faults.gap_pips if up else -self._faults.gap_pips
            self._shift[tick.symbol] = self._shift.get(tick.symbol, 0) + pips
        shift = self._shift.get(tick.symbol, 0)
        if not shift:
            return tick
        spec = self._specs[tick.symbol]
        bid, ask = (spec.round_price(price + shift * spec.pip) for price in (tick.bid, tick.ask))
        return attrs.evolve(tick, bid=bid, ask=ask) if bid > 0 else tick


class Freezes:
    """When the terminal freezes, and for how long."""

    def __init__(self, faults: Misbehaviour, random: Random) -> None:
        self._faults = faults
        self._random = random
        self._judged: int | None = None

    def at(self, second: int) -> int:
        """Milliseconds to freeze for now; each second of the EA's clock is judged once, the first is spared."""
        if self._judged is None:
            self._judged = second
        freezing = False
        if second > self._judged:
            freezing = self._random.random() < self._faults.freeze
            self._judged = second
        return self._faults.freeze_ms if freezing else 0


def dealer_for(broker: Broker, faults: Misbehaviour, random: Random) -> Dealer:
    """The broker itself where it is to behave."""
    behaves = not (faults.reject or faults.requote or faults.timeout or faults.partial or faults.rewrite)
    return broker if behaves else FaultyBroker(broker, faults, random)
