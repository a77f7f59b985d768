"""History gone through: BITTEN's replay against NautilusTrader's backtest, on the same quotes, in turn, in one process.

Both have the quotes in memory as they like them before the clock starts. BITTEN runs VENOM with its seven patterns on
M5, CITADEL, the gate, the simulated broker and XP; NautilusTrader the EMA cross that comes with it, on 5-minute bars.
"""

import gc
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from statistics import median

import attrs

from bitten.errors import BittenError
from bitten.paper.feed import recorded_bars
from bitten.replay.engine import Replay
from bitten.replay.market import Market, load
from bitten.sections import Config

MONTH = ("GBPUSD_2012-02_M1_bid.csv.gz", "GBPUSD_2012-02_M1_ask.csv.gz")
_MILLION = 1_000_000


@attrs.frozen
class Replayed:
    """Ticks a second, each a median over the rounds; `ratio` is the median of the rounds' own ratios."""

    ticks_per_s: int
    nautilus_ticks_per_s: int
    ratio: float


def measure(rounds: int, most: int) -> Replayed:
    """Go through the first quotes of the month, at most so many, by turns.

    Raises BittenError where the data or NautilusTrader is not there.
    """
    market = _first(load(recorded_bars(*_files()), _silent), most)
    ours, theirs = _bitten(market), _nautilus(market)
    ours(), theirs()  # What is loaded or compiled at the first use is not what is measured.
    pairs = [(len(market) / _timed(ours), len(market) / _timed(theirs)) for _ in range(rounds)]
    return Replayed(
        ticks_per_s=round(median(pair[0] for pair in pairs)),
        nautilus_ticks_per_s=round(median(pair[1] for pair in pairs)),
        ratio=round(median(mine / other for mine, other in pairs), 2),
    )


def _timed(run: Callable[[], float]) -> float:
    gc.collect()
    gc.freeze()  # The quotes of either side are no garbage, and the other one is not to walk through them.
    try:
        return run()
    finally:
        gc.unfreeze()


def _files() -> tuple[Path, Path]:
    """The month of one-minute bars, in `shared/data` beside a folder above the checkout."""
    for folder in Path(__file__).resolve().parents:
        bid, ask = (folder / "shared" / "data" / name for name in MONTH)
        if bid.is_file() and ask.is_file():
            return bid, ask
    raise BittenError(f"no {MONTH[0]} in shared/data beside a folder above the checkout")


def _silent(_what: str, _done: int, _total: int) -> None:
    pass


def _first(market: Market, most: int) -> Market:
    return attrs.evolve(
        market,
        time=market.time[:most],
        bid=market.bid[:most],
        ask=market.ask[:most],
        places={symbol: places[places < most] for symbol, places in market.places.items()},
    )


def _bitten(market: Market) -> Callable[[], float]:
    config = Config()

    def run() -> float:
        replay = Replay(config, market, "APEX")
        began = time.perf_counter()
        replay.run(_silent)
        return time.perf_counter() - began

    return run


def _nautilus(market: Market) -> Callable[[], float]:
    try:
        from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
        from nautilus_trader.config import LoggingConfig
        from nautilus_trader.examples.strategies.ema_cross import EMACross, EMACrossConfig
        from nautilus_trader.model import BarType, Money, Price, Quantity, QuoteTick, Venue
        from nautilus_trader.model.currencies import USD
        from nautilus_trader.model.enums import AccountType, OmsType
        from nautilus_trader.test_kit.providers import TestInstrumentProvider
    except ImportError as error:
        raise BittenError(f"NautilusTrader is not here ({error}): pip install 'bitten[benchmark]'") from None
    venue = Venue("SIM")
    instrument = TestInstrumentProvider.default_fx_ccy("GBP/USD", venue)
    size = Quantity.from_int(_MILLION)
    columns = zip(market.time.tolist(), market.bid.tolist(), market.ask.tolist(), strict=True)
    quotes = [
        QuoteTick(instrument.id, Price(bid, 5), Price(ask, 5), size, size, at * _MILLION, at * _MILLION)
        for at, bid, ask in columns
    ]
    bars = BarType.from_str(f"{instrument.id}-5-MINUTE-BID-INTERNAL")

    def run() -> float:
        engine = BacktestEngine(BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True)))
        engine.add_venue(
            venue=venue,
            oms_type=OmsType.HEDGING,
            account_type=AccountType.MARGIN,
            base_currency=USD,
            starting_balances=[Money(_MILLION, USD)],
        )
        engine.add_instrument(instrument)
        engine.add_data(quotes)
        engine.add_strategy(
            EMACross(EMACrossConfig(instrument_id=instrument.id, bar_type=bars, trade_size=Decimal(100_000)))
        )
        began = time.perf_counter()
        engine.run()
        took = time.perf_counter() - began
        engine.dispose()
        return took

    return run
