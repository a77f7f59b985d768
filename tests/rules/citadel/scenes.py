"""Scenes for the shields: a drawn market, and a signal from the middle of it, upside down on request."""

from collections.abc import Callable, Mapping, Sequence

import attrs
from hypothesis import strategies as st

from bitten.messages import Signal, SignalKind, Timeframe
from bitten.rules.citadel import Points, Scene, Shield, Veto
from bitten.rules.series import Bars, bars_of
from bitten.rules.venom.context import MarketView
from bitten.units import Direction, Quote, SymbolSpec
from tests.rules.venom.drawn import M5_MS, SPEC, START, Row, drawn, flipped, price

SPREAD_PIPS = 1.0
QUIET: Row = (0, 2, -2, 0, 100)


def signal(direction: Direction = Direction.BUY, stop: float = 20, target: float = 30, regime: str = "range") -> Signal:
    """At a bid of 1.1 and an ask a pip above it; distances in pips from the entry."""
    entry = SPREAD_PIPS if direction is Direction.BUY else 0.0
    return Signal(
        id="S1",
        symbol=SPEC.symbol,
        direction=direction,
        kind=SignalKind.RAPID_ASSAULT,
        pattern="P",
        timeframe=Timeframe.M5,
        entry=price(entry),
        sl=price(entry - direction.sign * stop),
        tp=price(entry + direction.sign * target),
        score=80.0,
        spread=price(SPREAD_PIPS) - price(0),
        regime=regime,
        evidence=(),
        source="u",
        made_at=START,
        expires=START + 1_800_000,
    )


def scene(
    rows: Mapping[Timeframe, Sequence[Row]] | None = None,
    direction: Direction = Direction.BUY,
    *,
    at: int = START,
    spec: SymbolSpec = SPEC,
    utc_offset: int = 0,
    stop: float = 20,
    target: float = 30,
    regime: str = "range",
) -> Scene:
    """The scene as drawn for a BUY; for a SELL the same drawing upside down."""
    turned: Callable[[Sequence[Row]], Sequence[Row]] = list if direction is Direction.BUY else flipped
    frames = {frame: drawn(turned(each)) for frame, each in (rows or {}).items()}
    empty: Bars = bars_of([])
    market = MarketView(
        symbol=spec.symbol,
        at=at,
        quote=Quote(price(0), price(SPREAD_PIPS), at - 1_000),
        spec=spec,
        frames=lambda timeframe: frames.get(timeframe, empty),
    )
    made = attrs.evolve(signal(direction, stop, target, regime), made_at=at)
    return Scene(signal=made, market=market, utc_offset=utc_offset)


def points(shield: Shield, of: Scene) -> float | None:
    """What a shield that gives points says; None where it says nothing."""
    answer = shield.judge(of)
    assert answer is None or isinstance(answer, Points)
    return None if answer is None else answer.points


def low_at(depth: float, before: int = 5, after: int = 5) -> list[Row]:
    """Quiet bars with a swing low of `depth` pips among them."""
    return [QUIET] * before + [(0, 2, depth, 0, 100)] + [QUIET] * after


def high_at(height: float, before: int = 5, after: int = 5) -> list[Row]:
    """Quiet bars with a swing high of `height` pips among them."""
    return [QUIET] * before + [(0, height, -2, 0, 100)] + [QUIET] * after


any_row = st.tuples(*(st.integers(-60, 60) for _ in range(4))).map(
    lambda four: (float(four[0]), float(max(four)), float(min(four)), float(four[1]), 100.0)
)
any_rows = st.lists(any_row, max_size=160)
any_scene = st.builds(
    scene,
    st.dictionaries(st.sampled_from((Timeframe.M5, Timeframe.M15, Timeframe.H1, Timeframe.H4)), any_rows),
    st.sampled_from(Direction),
    at=st.integers(0, 4_000).map(lambda n: START + n * M5_MS),
    spec=st.sampled_from((SPEC, attrs.evolve(SPEC, hours=((1_260, 8_520),)))),
    stop=st.integers(5, 60),
    target=st.integers(5, 120),
    regime=st.sampled_from(("trend_up", "trend_down", "range")),
)
"""Scenes of any market."""

__all__ = ["Points", "Veto", "any_scene", "high_at", "low_at", "points", "scene", "signal"]
