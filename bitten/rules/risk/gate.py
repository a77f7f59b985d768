"""The gate: one check after the other, in the order of the trade's rules; the first that says no is the denial.

Sizing comes first, because the daily loss, the margin and the value are those of the fire with its lots. A check that
needs what an earlier look did not find (no spec, no quote, no stop) leaves it to the check that names it.
"""

from collections.abc import Callable
from decimal import Decimal
from math import inf

import attrs

from bitten.messages import Signal
from bitten.rules.risk.denial import DenialCode, Denied
from bitten.rules.risk.order import Order, budget, draft, value
from bitten.rules.risk.settings import Mode, RiskSettings, Tier
from bitten.rules.risk.situation import Situation
from bitten.units import SECOND_MS, Direction, SymbolSpec, TradingState

_OPEN_TO = {"full": tuple(Direction), "long_only": (Direction.BUY,), "short_only": (Direction.SELL,)}
"""By a symbol's trade mode."""


@attrs.frozen
class Case:
    """What a check looks at."""

    now: Situation
    settings: RiskSettings
    tier: Tier
    order: Order | None
    signal: Signal
    """What is to be fired."""


Check = Callable[[Case], Denied | None]


def decide(situation: Situation, settings: RiskSettings, tier: Tier) -> Order | Denied:
    """The order to send, or why not."""
    order = draft(situation, settings, tier)
    case = Case(situation, settings, tier, order, situation.signal)
    for check in CHECKS:
        denied = check(case)
        if denied is not None:
            return denied
    # No spec, no quote and no stop have a check of their own each.
    assert order is not None
    return order


def _deny(code: DenialCode, message: str) -> Denied:
    return Denied(code=code, message=message)


# Where a sum of doubles is held to a limit, it is rounded first, to be free of the noise of binary fractions. What is
# within the limit as it stands is within it rounded, too, so that is looked at first: rounding takes most of the time.


def _trading_state(case: Case) -> Denied | None:
    if case.now.hub_state is case.now.user_state is TradingState.ACTIVE:
        return None
    states = (("hub-wide", case.now.hub_state), ("for this user", case.now.user_state))
    why = f": {case.now.trading_why}" if case.now.trading_why else ""
    for state, code in ((TradingState.HALTED, DenialCode.HALTED), (TradingState.REDUCING, DenialCode.REDUCING)):
        for whose, set_to in states:
            if set_to is state:
                return _deny(code, f"trading is {state} {whose}{why}")
    return None


def _session(case: Case) -> Denied | None:
    if case.now.session_state != "live":
        return _deny(DenialCode.SESSION_NOT_LIVE, f"the session is {case.now.session_state}, not live")
    if not case.now.clocks_agree:
        return _deny(DenialCode.CLOCK_SKEW, "the clocks of EA and hub are too far apart")
    if case.now.busy:
        return _deny(DenialCode.BUSY, "the EA has a command outstanding, or the hub cannot take another")
    return None


def _freshness(case: Case) -> Denied | None:
    late = case.now.market_now - case.signal.expires
    if late >= 0:
        return _deny(DenialCode.SIGNAL_EXPIRED, f"the signal expired {late / SECOND_MS:.1f} s ago")
    late = case.now.hub_now - case.now.request_expires
    if case.now.request_expires and late >= 0:
        return _deny(DenialCode.REQUEST_EXPIRED, f"the request expired {late / SECOND_MS:.1f} s ago")
    if case.now.size <= 0:
        return _deny(DenialCode.VETOED, "CITADEL vetoed the signal")
    if case.now.conflict:
        return _deny(DenialCode.CORRELATED, case.now.conflict)
    return None


def _mode(case: Case) -> Denied | None:
    mode = case.now.mode
    if mode not in case.tier.modes:
        return _deny(DenialCode.MODE, f"mode {mode} is not among the tier's: {', '.join(case.tier.modes) or 'none'}")
    if mode is Mode.MANUAL and not case.now.pressed:
        return _deny(DenialCode.MODE, "mode manual: nobody has pressed FIRE")
    if mode is Mode.SEMI and not (case.now.pressed or case.now.counted):
        return _deny(DenialCode.COUNTDOWN, "mode semi: no countdown has gone by with the session live all along")
    if case.now.passed:
        return _deny(DenialCode.PASSED, f"the trader said no to signal {case.signal.id}")
    return None


def _already_fired(case: Case) -> Denied | None:
    if case.now.already_fired:
        return _deny(DenialCode.ALREADY_FIRED, f"signal {case.signal.id} has been fired for this user")
    return None


def _lock(case: Case) -> Denied | None:
    lock = case.now.lock
    if lock is not None and case.now.market_now < lock.until:
        left = (lock.until - case.now.market_now) / 60_000
        return _deny(DenialCode.LOCKED, f"locked for {left:.1f} more minutes of market time: {lock.reason}")
    return None


def _shots(case: Case) -> Denied | None:
    shots, allowed = case.now.exposure.shots_today, case.tier.shots_a_day
    return _deny(DenialCode.SHOTS, f"{shots} of {allowed} shots of the day are spent") if shots >= allowed else None


def _open_positions(case: Case) -> Denied | None:
    count, allowed = case.now.exposure.open_positions, case.tier.open_at_once
    return _deny(DenialCode.OPEN_POSITIONS, f"{count} of {allowed} positions are open") if count >= allowed else None


def _daily_loss(case: Case) -> Denied | None:
    if not case.signal.sl:
        return _deny(DenialCode.NO_STOP, "the signal has no stop")
    funds, exposure = case.now.funds, case.now.exposure
    opening = funds.opening_equity or 0.0
    if not min(funds.balance, funds.equity, opening) > 0:
        known = "not known" if funds.opening_equity is None else f"{opening:.2f}"
        have = f"balance {funds.balance:.2f}, equity {funds.equity:.2f}, the day's opening equity {known}"
        return _deny(DenialCode.NO_EQUITY, f"{have}: each must be above 0")
    lost, fire = max(0.0, -exposure.realised_today), case.order.risk if case.order else 0.0
    total, cap = lost + exposure.open_risk + fire, opening * case.tier.daily_loss_cap_pct / 100
    if not total <= cap and not round(total, 8) <= round(cap, 8):
        parts = f"lost today {lost:.2f}, at risk {exposure.open_risk:.2f}, this fire {fire:.2f}"
        return _deny(DenialCode.DAILY_LOSS, f"{parts}: together above the day's cap of {cap:.2f}")
    return None


def _margin_level(case: Case) -> Denied | None:
    funds, order, spec = case.now.funds, case.order, case.now.spec
    needed = value(order, spec) / funds.leverage if order and spec else 0.0
    if needed > funds.free_margin:
        return _deny(
            DenialCode.MARGIN_LEVEL, f"the fire needs a margin of {needed:.2f}, free are {funds.free_margin:.2f}"
        )
    margin, least = funds.margin + needed, case.settings.margin_level_pct
    level = funds.equity / margin * 100 if margin > 0 else inf
    if not level >= least and not round(level, 8) >= least:
        return _deny(
            DenialCode.MARGIN_LEVEL, f"the margin level would be {level:.1f} %, at least {least:g} % is needed"
        )
    return None


def _tradable(case: Case) -> Denied | None:
    spec, direction = case.now.spec, case.signal.direction
    if spec is None:
        return _deny(DenialCode.NO_SPEC, f"the user's broker has not described {case.signal.symbol}")
    if direction not in _OPEN_TO.get(spec.trade_mode, ()):
        return _deny(
            DenialCode.TRADE_MODE, f"{spec.symbol} is {spec.trade_mode} at the broker, {direction} opens nothing"
        )
    if not spec.is_open(case.now.market_now + case.now.utc_offset):
        return _deny(DenialCode.MARKET_CLOSED, f"{spec.symbol} is not traded at this time of the broker's week")
    return None


def _stops(case: Case) -> Denied | None:
    order, spec, quote = case.order, case.now.spec, case.now.quote
    if order is None or spec is None or quote is None:
        return None
    # A broker measures from the side on which the position would be closed; a pending order's from its entry.
    reference = quote.exit(order.direction) if order.kind == "market" else order.entry
    sign = order.direction.sign
    for name, level, towards in (("stop", order.sl, -sign), ("target", order.tp, sign)):
        away = round(spec.points(level - reference) * towards, 6)
        if level and (away <= 0 or away < spec.stops_level):
            message = f"{name} {level} is {away:g} points from {reference}, at least {spec.stops_level} are needed"
            return _deny(DenialCode.STOPS, message)
    return None


def _volume(case: Case) -> Denied | None:
    order, spec, asked = case.order, case.now.spec, case.now.terms.lot
    if order is None or spec is None:
        return None
    if asked:
        return _asked_lots(asked, order, spec, case)
    if order.lot > 0 or _too_few_lots(spec, case.settings):
        return None
    return _deny(DenialCode.VOLUME, f"the risk allows fewer lots than the symbol's least, {spec.volume_min:g}")


def _asked_lots(asked: float, order: Order, spec: SymbolSpec, case: Case) -> Denied | None:
    """What an operator asks for is fired as it is, or denied: it is never cut."""
    if not spec.volume_min <= asked <= spec.volume_max or spec.floor_lot(Decimal(str(asked))) != Decimal(str(asked)):
        allowed = f"{spec.volume_min:g} to {spec.volume_max:g} in steps of {spec.volume_step:g}"
        return _deny(DenialCode.VOLUME, f"{asked:g} lots: {spec.symbol} allows {allowed}")
    allowed_loss = budget(case.now, case.tier)
    if Decimal(str(order.risk)) > allowed_loss:
        return _deny(DenialCode.RISK, f"{asked:g} lots would lose {order.risk:.2f}, allowed are {allowed_loss:.2f}")
    return None


def _quote(case: Case) -> Denied | None:
    quote, symbol = case.now.quote, case.signal.symbol
    if quote is None:
        return _deny(DenialCode.NO_QUOTE, f"no quote of {symbol} has come from the user's EA")
    age = case.now.market_now - quote.time
    if age > case.settings.max_quote_age_s * SECOND_MS:
        allowed = case.settings.max_quote_age_s
        return _deny(
            DenialCode.STALE_QUOTE, f"the newest quote is {age / SECOND_MS:.1f} s old, allowed are {allowed} s"
        )
    if quote.crossed:
        return _deny(DenialCode.CROSSED_QUOTE, f"the newest quote is crossed: bid {quote.bid}, ask {quote.ask}")
    return None


def _pending(case: Case) -> Denied | None:
    order, spec, quote = case.order, case.now.spec, case.now.quote
    if order is None or spec is None or quote is None or order.kind == "market":
        return None
    price, towards = quote.entry(order.direction), order.direction.sign * (1 if order.kind == "stop" else -1)
    away = round(spec.points(order.entry - price) * towards, 6)
    if away <= 0 or away < spec.stops_level:
        what = f"a {order.direction} {order.kind} at {order.entry} is {away:g} points from {price}"
        return _deny(DenialCode.ENTRY, f"{what}, at least {max(spec.stops_level, 1)} are needed")
    return None


def _collar(case: Case) -> Denied | None:
    order, spec = case.order, case.now.spec
    if order is None or spec is None or order.kind != "market":
        return None
    pips = abs(order.entry - case.signal.entry) / spec.pip
    if pips > case.settings.collar_pips and (pips := round(pips, 6)) > case.settings.collar_pips:
        message = f"price {order.entry} is {pips:g} pips from the signal's {case.signal.entry}"
        return _deny(DenialCode.PRICE_COLLAR, f"{message}, allowed are {case.settings.collar_pips:g}")
    return None


def _lots_and_value(case: Case) -> Denied | None:
    order, spec, settings = case.order, case.now.spec, case.settings
    if order is None or spec is None:
        return None
    if _too_few_lots(spec, settings):
        message = f"a fire may have {settings.max_lots:g} lots, the symbol's least are {spec.volume_min:g}"
        return _deny(DenialCode.LOTS, message)
    if order.lot > settings.max_lots:
        return _deny(DenialCode.LOTS, f"{order.lot:g} lots: a fire may have {settings.max_lots:g}")
    worth = value(order, spec)
    if worth > settings.max_value:
        return _deny(DenialCode.VALUE, f"the fire opens {worth:.2f}, allowed are {settings.max_value:.2f}")
    return None


def _too_few_lots(spec: SymbolSpec, settings: RiskSettings) -> bool:
    return settings.max_lots < spec.volume_min


def _fires_per_minute(case: Case) -> Denied | None:
    pace, settings = case.now.pace, case.settings
    for whose, fired, allowed in (
        ("the user", pace.user_last_minute, settings.fires_per_minute_user),
        ("the hub", pace.hub_last_minute, settings.fires_per_minute_hub),
    ):
        if fired >= allowed:
            return _deny(DenialCode.FIRES_PER_MINUTE, f"{whose} fired {fired} times in a minute, allowed are {allowed}")
    return None


def _repeated(case: Case) -> Denied | None:
    if case.now.pace.tripped:
        return _deny(DenialCode.REPEATED, case.now.pace.tripped)
    fired, allowed = case.now.pace.like_last_ten_minutes, case.settings.like_fires
    if fired >= allowed:
        what = f"{fired} fires of {case.signal.direction} {case.signal.symbol} in ten minutes"
        ends = f"`bitten rearm --user {case.now.user} --why TEXT` ends it"
        return _deny(DenialCode.REPEATED, f"{what}, allowed are {allowed}; {ends}")
    return None


CHECKS: tuple[Check, ...] = (
    _trading_state,
    _session,
    _freshness,
    _mode,
    _already_fired,
    _lock,
    _shots,
    _open_positions,
    _daily_loss,
    _margin_level,
    _tradable,
    _stops,
    _volume,
    _quote,
    _pending,
    _collar,
    _lots_and_value,
    _fires_per_minute,
    _repeated,
)
"""In the order in which they are made."""
