"""Markets drawn by hand: bars in pips around a price, upside down on request."""

from collections.abc import Sequence

from bitten.messages import Bar, Timeframe
from bitten.rules.series import Bars, bars_of
from bitten.rules.venom.context import MarketView
from bitten.units import Direction, Quote, SymbolSpec

START = 1_325_491_200_000  # Monday 2012-01-02 08:00 UTC
M5_MS = Timeframe.M5.ms
Row = tuple[float, float, float, float, float]
"""Open, high, low, close in pips from 1.1, and volume."""

SPEC = SymbolSpec(
    symbol="EURUSD",
    digits=5,
    point=0.00001,
    tick_size=0.00001,
    tick_value=1.0,
    contract_size=100_000.0,
    volume_min=0.01,
    volume_max=100.0,
    volume_step=0.01,
    stops_level=0,
    freeze_level=0,
    filling=("ioc",),
    trade_mode="full",
    hours=(),
)
QUIET: Row = (0, 2, -2, 0, 100)


def price(pips: float) -> float:
    return round(1.1 + pips * 0.0001, 7)


def flipped(rows: Sequence[Row]) -> list[Row]:
    """The same drawing upside down."""
    return [(-o, -low, -high, -c, volume) for o, high, low, c, volume in rows]


def facing(direction: Direction, rows: Sequence[Row], drawn_for: Direction) -> Sequence[Row]:
    """The drawing for `direction`, when it was made for `drawn_for`."""
    return rows if direction is drawn_for else flipped(rows)


def drawn(rows: Sequence[Row], skip_before: int | None = None) -> Bars:
    """M5 bars one after the other; with five minutes missing before the bar at `skip_before`."""
    bars = []
    for place, (o, high, low, c, volume) in enumerate(rows):
        late = skip_before is not None and place >= skip_before % len(rows)
        time = START + (place + late) * M5_MS
        bars.append(Bar(time, price(o), price(high), price(low), price(c), volume))
    return bars_of(bars)


def seen(bars: Bars, spec: SymbolSpec = SPEC, quote: Quote | None = None, at: int | None = None) -> MarketView:
    """The market at the close of the last bar (or of an empty history)."""
    end = int(bars.time[-1]) + M5_MS if len(bars) else START
    newest = quote or Quote(price(0), price(1), end - 1000)
    empty = bars_of([])
    return MarketView(
        symbol=spec.symbol,
        at=end if at is None else at,
        quote=newest,
        spec=spec,
        frames=lambda timeframe: bars if timeframe is Timeframe.M5 else empty,
    )
