"""Gathers what the risk gate looks at: from the ledger, the session and the clock, at one moment."""

from collections import deque
from math import inf

import attrs

from bitten.actors.scribe import Scribe
from bitten.actors.session import Session
from bitten.clock import HubClock
from bitten.messages import Signal, Verdict
from bitten.rules.book import Book, Day
from bitten.rules.facts import Intent
from bitten.rules.ledger import STRICTNESS
from bitten.rules.risk import Exposure, Funds, Lock, Mode, Pace, Situation
from bitten.units import MINUTE_MS, Direction, TradingState

LIKE_MS = 10 * MINUTE_MS


@attrs.define
class Window:
    """Times of the last `length` ms, counted without being kept longer."""

    length: int
    _times: deque[int] = attrs.field(factory=deque)

    def add(self, time: int) -> None:
        """Something happened."""
        self._times.append(time)

    def count(self, now: int) -> int:
        """How often in the window that ends now."""
        while self._times and self._times[0] <= now - self.length:
            self._times.popleft()
        return len(self._times)

    def clear(self) -> None:
        """Begin anew."""
        self._times.clear()


@attrs.define
class Paces:
    """How often was fired: by the hub, by each user, and alike."""

    _hub: Window = attrs.field(factory=lambda: Window(MINUTE_MS))
    _users: dict[str, Window] = attrs.field(factory=dict)
    _like: dict[tuple[str, str, Direction], Window] = attrs.field(factory=dict)

    def fired(self, intent: Intent, hub_time: int) -> None:
        """A fire was decided."""
        self._hub.add(hub_time)
        self._user_window(intent.user).add(hub_time)
        self._like_window(intent.user, intent.symbol, intent.direction).add(intent.market_time)

    def of(self, user: str, signal: Signal, hub_now: int, market_now: int, tripped: str) -> Pace:
        """What the gate looks at."""
        return Pace(
            user_last_minute=self._user_window(user).count(hub_now),
            hub_last_minute=self._hub.count(hub_now),
            like_last_ten_minutes=self._like_window(user, signal.symbol, signal.direction).count(market_now),
            tripped=tripped,
        )

    def rearm(self, user: str) -> None:
        """A person has looked at a user's like fires; at everybody's, where user is ""."""
        for key, window in self._like.items():
            if user in ("", key[0]):
                window.clear()

    def _user_window(self, user: str) -> Window:
        window = self._users.get(user)
        if window is None:
            window = self._users[user] = Window(MINUTE_MS)
        return window

    def _like_window(self, user: str, symbol: str, direction: Direction) -> Window:
        window = self._like.get((user, symbol, direction))
        if window is None:
            window = self._like[user, symbol, direction] = Window(LIKE_MS)
        return window


def situation(
    verdict: Verdict,
    session: Session,
    book: Book,
    mode: Mode,
    paces: Paces,
    scribe: Scribe,
    clock: HubClock,
    *,
    asked_until: int,
) -> Situation:
    """A user and a signal now. `asked_until`: hub time until which the trader's request counts; 0: nobody asked."""
    signal, ledger, view = verdict.signal, scribe.ledger, session.view
    user, now = session.user, clock.now()
    standing = ledger.standing(user)
    trading, hub, told = scribe.trading_of(user), scribe.trading_of(""), session.machine.trading
    machine, day = session.machine, view.day
    own = trading.state if trading.user else TradingState.ACTIVE
    return Situation(
        signal=signal,
        size=verdict.size,
        mode=mode,
        pressed=asked_until > 0,
        request_expires=asked_until,
        already_fired=not book.may_fire(signal.id),
        hub_state=hub.state,
        user_state=max(own, told.state, key=STRICTNESS.__getitem__),
        trading_why=trading.why if trading.state is not TradingState.ACTIVE else told.reason,
        session_state=view.hindrance or machine.state,
        clocks_agree=machine.clocks_agree,
        # A deal that XP has not judged yet may be the one that locks the user.
        # And whatever else the session would refuse now: nothing is intended that could not be sent.
        busy=session.line.full
        or bool(machine.refusal("fire", now))
        or any(account == session.account for account, _ in ledger.unjudged),
        lock=Lock(standing.locked_until, standing.lock_reason) if standing.locked_until else None,
        half_risk=standing.half_risk_on(day),
        funds=_funds(session, book.day(day)),
        exposure=_exposure(session, book, book.day(day)),
        pace=paces.of(user, signal, now, view.market_now, ledger.tripped.get(user, "")),
        spec=view.specs.get(signal.symbol),
        quote=view.quote(signal.symbol),
        utc_offset=view.utc_offset,
        market_now=view.market_now,
        hub_now=now,
    )


def _funds(session: Session, day: Day) -> Funds:
    telemetry = session.view.telemetry
    return Funds(
        balance=telemetry.balance if telemetry else 0.0,
        equity=telemetry.equity if telemetry else 0.0,
        margin=telemetry.margin if telemetry else 0.0,
        free_margin=telemetry.free_margin if telemetry else 0.0,
        leverage=session.machine.greeting.hello.account.leverage,
        opening_equity=day.opening_equity,
    )


def _exposure(session: Session, book: Book, day: Day) -> Exposure:
    return Exposure(
        shots_today=day.shots,
        open_positions=book.open_count(),
        realised_today=day.realised,
        open_risk=open_risk(session, book),
    )


def open_risk(session: Session, book: Book) -> float:
    """Loss if every stop hits: of our positions, of fires without an outcome, of what else the account holds.

    Where a stop stands is the terminal's word: the trader may have moved it since it was journaled.
    """
    positions = session.view.positions
    if not (book.unresolved or book.holdings or positions):
        return 0.0
    fires = [command.intent for command in book.unresolved.values() if command.intent.action == "fire"]
    shown = {position.ticket: position for position in positions}
    total = sum(fire.risk for fire in fires)
    for ticket, holding in book.holdings.items():
        sl = shown[ticket].sl if ticket in shown else holding.sl
        total += _loss(session, holding.symbol, holding.direction, holding.price, sl, holding.left)
    counted = {fire.magic for fire in fires}
    for position in positions:
        if position.ticket not in book.holdings and position.magic not in counted:
            total += _loss(session, position.symbol, position.direction, position.open_price, position.sl, position.lot)
    return total


def _loss(session: Session, symbol: str, direction: Direction, price: float, sl: float, lot: float) -> float:
    """0 for a stop that locks a profit in; infinite without a stop, or where the symbol's value is not known."""
    spec = session.view.specs.get(symbol)
    if not sl or spec is None:
        return inf
    return max(0.0, spec.value((price - sl) * direction.sign, lot))
