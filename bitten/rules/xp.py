"""XP: what closing deals earn, and what they do to a user's rank, risk and locks.

`judge_close` says once per closing deal what it earned, as a fact; `fold` adds facts up. Nothing else earns XP.

Where the trade's rules leave a choice:

- A deal is one of these, the first that holds: **target** (closed there, not at one pulled in by hand), **break-even**
  (net within what the spread costs; to open and shut at once costs just that, and is none), **profit**, **panic**,
  **stop**.
- A partial close earns its share of the position's lots, rounded down, so that no way to cut a position up earns more
  than closing it whole. Whether the position was won is judged at its last deal, by all of them together; within the
  spread it is neither, and the streak stays as it is.
- One win is no streak: the second win in a row earns the first bonus.
- XP may fall below zero: at a floor, a panic close would cost nothing.
- A deal that is told after the broker's day has changed earns XP and counts in the streak, but cannot lock that day.
"""

from collections.abc import Mapping
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum

import attrs

from bitten.rules.facts import Closing, XpAwarded
from bitten.settings import setting
from bitten.units import MINUTE_MS
from bitten.wire.events import CloseReason

MOST = 10**9
"""Upper end of the ranges of counts and points: far enough to lift any limit."""


@attrs.frozen
class XpSettings:
    """XP: points, ranks, and what losses do to risk."""

    target: int = setting(100, "XP for a close at the target.", ge=-MOST, le=MOST)
    profit: int = setting(50, "XP for any other close in profit.", ge=-MOST, le=MOST)
    break_even: int = setting(25, "XP for a close within the spread of its entry.", ge=-MOST, le=MOST)
    stop: int = setting(10, "XP for a stop that was honoured.", ge=-MOST, le=MOST)
    panic: int = setting(-50, "XP for a close by hand, in loss, too early.", ge=-MOST, le=MOST)
    streak: int = setting(25, "XP for each win in a row, from the second on.", ge=-MOST, le=MOST)
    streak_most: int = setting(5, "Wins of one streak that earn it.", ge=0, le=MOST)
    target_share: float = setting(
        0.9,
        "Part of the way to the target that a close there must have made.",
        gt=0,
        le=1,
        why="a broker fills a target with slippage; one that the trader pulled in by hand is not the target.",
    )
    panic_share: float = setting(
        0.5, "Part of the stop distance before which a close by hand, in loss, is a panic.", ge=0, le=1
    )
    daily_target: int = setting(100, "XP for reaching the daily target, once a day.", ge=-MOST, le=MOST)
    daily_target_pct: float = setting(2.0, "Daily target, in % of the day's opening equity.", gt=0, le=MOST)
    soldier: int = setting(1_000, "XP of a SOLDIER.", ge=1, le=MOST)
    veteran: int = setting(5_000, "XP of a VETERAN.", ge=1, le=MOST)
    elite: int = setting(15_000, "XP of an ELITE.", ge=1, le=MOST)
    legend: int = setting(50_000, "XP of a LEGEND.", ge=1, le=MOST)
    half_risk_losses: int = setting(3, "Losses in a row from which risk is halved, until a win.", ge=1, le=MOST)
    lock_losses: int = setting(4, "Losses in a row from which each further one locks the user.", ge=1, le=MOST)
    lock_minutes: int = setting(60, "Minutes of market time that such a lock lasts.", ge=0, le=MOST)
    medic_share: float = setting(
        0.5, "Part of the daily loss cap at which risk is halved for the rest of the day.", gt=0, le=MOST
    )


class Earned(StrEnum):
    """Why XP was earned, as an award lists it."""

    TARGET = "target"
    PROFIT = "profit"
    BREAK_EVEN = "break_even"
    STOP = "stop"
    PANIC = "panic"
    STREAK = "streak"
    DAILY_TARGET = "daily_target"


class Rank(StrEnum):
    """A user's rank, lowest first."""

    RECRUIT = "RECRUIT"
    SOLDIER = "SOLDIER"
    VETERAN = "VETERAN"
    ELITE = "ELITE"
    LEGEND = "LEGEND"


@attrs.frozen(kw_only=True)
class ClosedDeal:
    """A closing deal of ours, with what was known of its position when it was opened."""

    closing: Closing
    filled: float
    """Lots of the position when it was opened."""
    entry: float
    """Price at which it was opened."""
    sl: float
    """Stop with which it was fired, 0: none."""
    tp: float
    """Target that BITTEN gave it, 0: none."""
    spread_cost: float
    """What the spread at the close is worth for all its lots, account currency."""
    opening_equity: float | None
    """Of the deal's broker's day; None: not known, and nothing is measured by it."""
    day_ends: int
    """Market time at which the deal's broker's day ends."""

    @property
    def move(self) -> float:
        """Price distance from entry to close, in the position's favour."""
        return _clean((self.closing.event.price - self.entry) * self.closing.event.direction.sign)


@attrs.frozen
class PartClosed:
    """What the judged deals of a position that is still open came to."""

    lot: float
    net: float


@attrs.frozen(kw_only=True)
class Standing:
    """A user's score, and what it does to risk."""

    xp: int = 0
    streak: int = 0
    """Wins (positive) or losses (negative) in a row."""
    day: int = 0
    """The newest broker's day with a deal."""
    realised_day: float = 0.0
    """What that day's deals realised, account currency."""
    target_day: int = -1
    """The newest day whose target was reached."""
    locked_until: int = 0
    """Market time."""
    lock_reason: str = ""
    half_risk: str = ""
    """Why risk is halved until a win."""
    medic: str = ""
    """Why risk is halved for the rest of `day`."""
    part_closed: Mapping[int, PartClosed] = attrs.field(factory=dict)
    """By ticket."""

    def locked(self, now: int) -> bool:
        """No fire at market time `now`; `locked_until` and `lock_reason` say until when and why."""
        return now < self.locked_until

    def half_risk_on(self, day: int) -> str:
        """Why risk is halved on a broker's day; "": it is not."""
        return self.half_risk or (self.medic if day == self.day else "")


def rank_of(xp: int, settings: XpSettings) -> Rank:
    """The highest rank that `xp` reaches."""
    return max((rank for rank, least in _ladder(settings) if xp >= least), default=Rank.RECRUIT, key=list(Rank).index)


def next_rank_at(xp: int, settings: XpSettings) -> int:
    """XP at which the next rank is reached; 0 at the highest."""
    return min((least for _, least in _ladder(settings) if least > xp), default=0)


def fold(standing: Standing, award: XpAwarded) -> Standing:
    """The standing after an award. Each deal's award is to be folded in once."""
    newer = award.day > standing.day
    today = award.day >= standing.day
    realised = _clean((0.0 if newer else standing.realised_day) + (award.profit if today else 0.0))
    parts = {ticket: part for ticket, part in standing.part_closed.items() if ticket != award.ticket}
    if award.closed_lot:
        parts[award.ticket] = PartClosed(award.closed_lot, award.closed_net)
    return Standing(
        xp=standing.xp + award.points,
        streak=award.streak,
        day=max(award.day, standing.day),
        realised_day=realised,
        target_day=award.day if Earned.DAILY_TARGET in award.reasons else standing.target_day,
        locked_until=award.locked_until,
        lock_reason=award.lock_reason,
        half_risk=award.half_risk,
        medic=award.medic if today else standing.medic,
        part_closed=parts,
    )


def judge_close(standing: Standing, deal: ClosedDeal, settings: XpSettings, daily_loss_cap_pct: float) -> XpAwarded:
    """What a closing deal earns, and what follows for the user's risk.

    `daily_loss_cap_pct` is the tier's, in % of the day's opening equity. Call it once per deal, in the journal's order.
    """
    closing, event = deal.closing, deal.closing.event
    part = _with_earlier(standing, deal)
    last = deal.filled <= 0 or part.lot >= deal.filled
    streak = _streak_after(standing.streak, part.net, deal.spread_cost) if last else standing.streak
    earned = _earned(deal, settings)
    if last and standing.streak < streak and 2 <= streak <= settings.streak_most + 1:
        earned[Earned.STREAK] = settings.streak
    realised = _realised(standing, closing)
    if _reaches_target(standing, deal, realised, settings):
        earned[Earned.DAILY_TARGET] = settings.daily_target
    lock = _lock(standing, deal, streak, realised, settings, daily_loss_cap_pct)
    return XpAwarded(
        user=closing.user,
        account=closing.account,
        deal=event.deal,
        points=sum(earned.values()),
        reasons=tuple(earned),
        day=closing.day,
        profit=closing.net,
        streak=streak,
        locked_until=lock[0],
        lock_reason=lock[1],
        half_risk=f"{-streak} losses in a row" if -streak >= settings.half_risk_losses else "",
        medic=_medic(deal, realised, settings, daily_loss_cap_pct),
        ticket=event.ticket,
        closed_lot=0.0 if last else part.lot,
        closed_net=0.0 if last else part.net,
    )


def _ladder(settings: XpSettings) -> tuple[tuple[Rank, int], ...]:
    return (
        (Rank.SOLDIER, settings.soldier),
        (Rank.VETERAN, settings.veteran),
        (Rank.ELITE, settings.elite),
        (Rank.LEGEND, settings.legend),
    )


def _clean(number: float) -> float:
    """A sum or difference freed of binary dust, so that it may be held against a limit."""
    return round(number, 8)


def _with_earlier(standing: Standing, deal: ClosedDeal) -> PartClosed:
    """The position's judged deals, this one included. Lots add up in decimal: 0.1 + 0.2 is not 0.3 in binary."""
    event = deal.closing.event
    before = standing.part_closed.get(event.ticket, PartClosed(0.0, 0.0))
    lot = float(Decimal(str(before.lot)) + Decimal(str(event.lot)))
    return PartClosed(lot, _clean(before.net + deal.closing.net))


def _streak_after(streak: int, net: float, spread_cost: float) -> int:
    if _even(net, spread_cost):
        return streak
    return max(streak, 0) + 1 if net > 0 else min(streak, 0) - 1


def _even(net: float, spread_cost: float) -> bool:
    return net == 0 or _clean(abs(net)) < _clean(spread_cost)


def _earned(deal: ClosedDeal, settings: XpSettings) -> dict[str, int]:
    why = _kind(deal, settings)
    if why is None:
        return {}
    points = {
        Earned.TARGET: settings.target,
        Earned.BREAK_EVEN: settings.break_even,
        Earned.PROFIT: settings.profit,
        Earned.PANIC: settings.panic,
        Earned.STOP: settings.stop,
    }[why]
    # Rounded towards less: ten small panics must not be cheaper than one, nor ten small wins dearer.
    return {why: int((points * _share(deal)).to_integral_value(rounding=ROUND_FLOOR))}


def _share(deal: ClosedDeal) -> Decimal:
    """The deal's part of the position, above 0 to 1."""
    if deal.filled <= 0:
        return Decimal(1)
    return min(Decimal(str(deal.closing.event.lot)) / Decimal(str(deal.filled)), Decimal(1))


def _kind(deal: ClosedDeal, settings: XpSettings) -> Earned | None:
    event, net = deal.closing.event, deal.closing.net
    way = _clean(settings.target_share * abs(deal.tp - deal.entry))
    if event.reason is CloseReason.TP and deal.tp and deal.move >= way:
        return Earned.TARGET
    if _even(net, deal.spread_cost * float(_share(deal))):
        return Earned.BREAK_EVEN
    if net > 0:
        return Earned.PROFIT
    early = _clean(settings.panic_share * abs(deal.entry - deal.sl))
    if event.reason is CloseReason.MANUAL and deal.sl and -deal.move < early:
        return Earned.PANIC
    return Earned.STOP if event.reason is CloseReason.SL else None


def _realised(standing: Standing, closing: Closing) -> float | None:
    """What the deal's day has realised with it; None where that day is over."""
    if closing.day < standing.day:
        return None
    return _clean((standing.realised_day if closing.day == standing.day else 0.0) + closing.net)


def _reaches_target(standing: Standing, deal: ClosedDeal, realised: float | None, settings: XpSettings) -> bool:
    if realised is None or not deal.opening_equity or standing.target_day >= deal.closing.day:
        return False
    return realised >= _clean(deal.opening_equity * settings.daily_target_pct / 100)


def _medic(deal: ClosedDeal, realised: float | None, settings: XpSettings, cap_pct: float) -> str:
    if realised is None or not deal.opening_equity:
        return ""
    limit = _clean(deal.opening_equity * cap_pct / 100 * settings.medic_share)
    return f"medic: the day's loss of {-realised:.2f} has reached {limit:.2f}" if -realised >= limit else ""


def _lock(
    standing: Standing, deal: ClosedDeal, streak: int, realised: float | None, settings: XpSettings, cap_pct: float
) -> tuple[int, str]:
    """Until when the user is locked from now on, and why: the lock that lasts longest."""
    time = deal.closing.event.time
    locks = [(standing.locked_until, standing.lock_reason)] if standing.locked(time) else []
    if streak < standing.streak and -streak >= settings.lock_losses:
        locks.append((time + settings.lock_minutes * MINUTE_MS, f"{-streak} losses in a row"))
    if realised is not None and deal.opening_equity:
        cap = _clean(deal.opening_equity * cap_pct / 100)
        if -realised >= cap:
            locks.append((deal.day_ends, f"the day's loss of {-realised:.2f} has reached the cap of {cap:.2f}"))
    return max(locks, default=(0, ""), key=lambda lock: lock[0])
