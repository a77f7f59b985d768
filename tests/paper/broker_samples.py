"""A broker for tests: one account, two symbols, prices that are easy to reckon with.

One lot of EURUSD makes 1 dollar a point; quotes are bid 1.10000, ask 1.10010 until a test says otherwise.
"""

import attrs

from bitten.paper.broker import Broker
from bitten.paper.broker_values import BrokerAccount, Deal, OrderRequest, PendingKind
from bitten.paper.market import MarketTick
from bitten.units import Direction, SymbolSpec

BUY, SELL = Direction.BUY, Direction.SELL
BID, ASK = 1.10000, 1.10010
NOON = 1_700_049_600_000
"""Wednesday 2023-11-15 12:00 UTC."""

EURUSD = SymbolSpec(
    symbol="EURUSD",
    digits=5,
    point=0.00001,
    tick_size=0.00001,
    tick_value=1.0,
    contract_size=100_000.0,
    volume_min=0.01,
    volume_max=50.0,
    volume_step=0.01,
    stops_level=10,
    freeze_level=0,
    filling=("fok", "ioc"),
    trade_mode="full",
    hours=(),
)
GBPUSD = attrs.evolve(EURUSD, symbol="GBPUSD")
ACCOUNT = BrokerAccount(server="Paper-1", login=7, deposit=10_000.0, leverage=100)


def broker_with(*specs: SymbolSpec, account: BrokerAccount = ACCOUNT, quoted: bool = True) -> Broker:
    """A broker of these symbols (EURUSD alone by default), each quoted at BID and ASK unless `quoted` is false."""
    broker = Broker(account, {spec.symbol: spec for spec in specs or (EURUSD,)})
    for spec in specs or (EURUSD,):
        if quoted:
            broker.tick(MarketTick(spec.symbol, BID, ASK, NOON))
    return broker


def quote(broker: Broker, bid: float, ask: float, *, symbol: str = "EURUSD", later: int = 1000) -> list[Deal]:
    """A tick `later` ms after the newest one, and the deals that came of it."""
    return broker.tick(MarketTick(symbol, bid, ask, broker.time + later))


def market(
    direction: Direction = BUY,
    lot: float = 1.0,
    *,
    symbol: str = "EURUSD",
    entry: float | None = None,
    sl: float = 0.0,
    tp: float = 0.0,
) -> OrderRequest:
    """A market order at BID or ASK, unless `entry` says otherwise."""
    if entry is None:
        entry = ASK if direction is BUY else BID
    return OrderRequest(symbol=symbol, direction=direction, kind="market", lot=lot, entry=entry, sl=sl, tp=tp)


def pending(
    kind: PendingKind,
    direction: Direction,
    entry: float,
    *,
    good_till: int = 0,
    sl: float = 0.0,
    tp: float = 0.0,
) -> OrderRequest:
    """A pending order of one lot of EURUSD."""
    return OrderRequest(
        symbol="EURUSD", direction=direction, kind=kind, lot=1.0, entry=entry, sl=sl, tp=tp, good_till=good_till
    )
