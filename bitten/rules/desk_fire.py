"""A fire that an operator describes, as the signal and the verdict that the gate judges: no pattern, no shields."""

from bitten.messages import ShieldClass, Signal, SignalKind, Timeframe, Verdict
from bitten.rules.orders import FireWish
from bitten.rules.terminal import TerminalView
from bitten.units import MINUTE_MS

PATTERN = "DESK"


def described(wish: FireWish, view: TerminalView) -> Verdict:
    """What the wish amounts to now, on the user's own feed. Without a quote its entry is 0, and the gate says so."""
    quote = view.quote(wish.symbol)
    price = 0.0 if quote is None else quote.entry(wish.direction)
    signal = Signal(
        id=wish.signal_id,
        symbol=wish.symbol,
        direction=wish.direction,
        kind=SignalKind.RAPID_ASSAULT,
        pattern=PATTERN,
        timeframe=Timeframe.M1,
        entry=price if wish.kind == "market" else wish.entry,
        sl=wish.sl,
        tp=wish.tp,
        score=0.0,
        spread=0.0 if quote is None else quote.ask - quote.bid,
        regime="",
        evidence=(),
        source=wish.user,
        made_at=view.market_now,
        expires=view.market_now + MINUTE_MS,
    )
    return Verdict(signal=signal, score=0.0, shield=ShieldClass.UNVERIFIED, size=1.0, parts=(), vetoes=())
