"""What a journal tells of a run, gathered for its report: trades, the way of the account, XP, signals (pure)."""

from collections import Counter
from collections.abc import Iterable

import attrs

from bitten.messages import Evidence, Signal
from bitten.rules.citadel.record import Case, Record
from bitten.rules.facts import Closing, Confirmed, Denial, Entry, EquityNoted, Intent, SignalFound, XpAwarded
from bitten.units import Direction

ENOUGH = 1e-9
"""Lots of which nobody can tell from none."""


@attrs.frozen(kw_only=True)
class Trade:
    """A position that a fire opened. Money in the account's currency, times market milliseconds."""

    user: str
    fire_id: str
    signal_id: str
    pattern: str
    symbol: str
    direction: Direction
    lot: float
    opened: int
    planned: float
    """The price at which it was decided."""
    entry: float
    """The price at which it was filled."""
    sl: float
    tp: float
    risk: float
    """What the stop would have lost."""
    closed: int = 0
    """Its last closing deal; 0: some of it is open."""
    exit: float = 0.0
    """The mean price of its closing deals, by lots; 0: none yet."""
    reason: str = ""
    left: float
    gross: float = 0.0
    commission: float = 0.0
    """What was charged, zero or below."""
    swap: float = 0.0
    evidence: tuple[Evidence, ...] = ()

    @property
    def net(self) -> float:
        """What it realised, with all that was charged."""
        return self.gross + self.commission + self.swap

    @property
    def r(self) -> float | None:
        """The net result in parts of its risk; None where none is known."""
        return self.net / self.risk if self.risk > 0 else None

    @property
    def slippage(self) -> float:
        """What the way from the planned price to the fill cost, by the worth of its stop distance; below 0: it cost."""
        distance = abs(self.planned - self.sl)
        worse = self.entry - self.planned if self.direction is Direction.BUY else self.planned - self.entry
        return -worse * self.risk / distance if distance > 0 and self.sl else 0.0


@attrs.frozen(kw_only=True)
class Point:
    """The account at a time."""

    time: int
    balance: float
    equity: float


@attrs.define
class Gathering:
    """Takes entries in their order."""

    trades: dict[tuple[str, str], Trade] = attrs.field(factory=dict)
    """By user and fire."""
    equity: dict[str, list[Point]] = attrs.field(factory=dict)
    """By user."""
    xp: dict[str, list[tuple[int, int]]] = attrs.field(factory=dict)
    """By user: time and score."""
    denials: Counter[tuple[str, str]] = attrs.field(factory=Counter)
    """By user and code."""
    entries: int = 0
    _signals: dict[str, Signal] = attrs.field(factory=dict)
    _intents: dict[tuple[str, str], Intent] = attrs.field(factory=dict)
    _deals: dict[tuple[str, int], int] = attrs.field(factory=dict)
    """When a user's deal was made."""
    _record: Record = attrs.field(factory=Record)

    @classmethod
    def of(cls, entries: Iterable[Entry], user: str = "") -> "Gathering":
        """Of a whole journal; only what concerns `user`, where one is named."""
        found = cls()
        for entry in entries:
            if user in ("", getattr(entry.fact, "user", user)):
                found.apply(entry)
        return found

    def cases(self) -> list[Case]:
        """The signals that have a verdict, and what came of each."""
        return list(self._record.cases())

    def users(self) -> list[str]:
        """Who traded, or whose account was noted."""
        return sorted({*self.equity, *(user for user, _ in self.trades), *self.xp, *(user for user, _ in self.denials)})

    def apply(self, entry: Entry) -> None:
        """Take a fact into account."""
        self.entries += 1
        self._record.apply(entry)
        match entry.fact:
            case SignalFound(signal=signal):
                self._signals[signal.id] = signal
            case Intent(action="fire") as intent:
                self._intents[intent.user, intent.id] = intent
            case Confirmed() as confirmed:
                self._confirmed(confirmed)
            case Closing() as closing:
                self._closed(closing)
            case EquityNoted() as noted:
                point = Point(time=noted.time, balance=noted.balance, equity=noted.equity)
                self.equity.setdefault(noted.user, []).append(point)
            case XpAwarded() as award:
                self._awarded(award)
            case Denial(user=user, code=code):
                self.denials[user, code] += 1
            case _:
                pass

    def _confirmed(self, confirmed: Confirmed) -> None:
        event, key = confirmed.event, (confirmed.user, confirmed.event.id)
        intent = self._intents.get(key)
        if intent is None or event.status not in ("filled", "partial") or key in self.trades:
            return
        signal = self._signals.get(intent.signal_id)
        self.trades[key] = Trade(
            user=confirmed.user,
            fire_id=event.id,
            signal_id=intent.signal_id,
            pattern="by hand" if signal is None else signal.pattern,
            symbol=intent.symbol,
            direction=intent.direction,
            lot=event.lot,
            left=event.lot,
            opened=event.time,
            planned=intent.entry or event.price,
            entry=event.price,
            sl=intent.sl,
            tp=intent.tp,
            risk=intent.risk,
            commission=event.commission,
            evidence=() if signal is None else signal.evidence,
        )

    def _closed(self, closing: Closing) -> None:
        event, key = closing.event, (closing.user, closing.event.fire_id)
        self._deals[closing.user, event.deal] = event.time
        trade = self.trades.get(key)
        if trade is None:
            return
        before, left = trade.lot - trade.left, max(trade.left - event.lot, 0.0)
        self.trades[key] = attrs.evolve(
            trade,
            left=left,
            exit=(trade.exit * before + event.price * event.lot) / (before + event.lot),
            closed=event.time if left < ENOUGH else 0,
            reason=event.reason,
            gross=trade.gross + event.profit,
            commission=trade.commission + event.commission,
            swap=trade.swap + event.swap,
        )

    def _awarded(self, award: XpAwarded) -> None:
        way = self.xp.setdefault(award.user, [])
        time, score = way[-1] if way else (0, 0)
        way.append((self._deals.get((award.user, award.deal), time), score + award.points))
