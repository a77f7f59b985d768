"""Gathers what the risk gate looks at: from the ledger, the terminal and the session, at one moment."""

from math import inf

import attrs

from bitten.messages import Verdict
from bitten.rules.book import Book, Day
from bitten.rules.facts import TradingSet
from bitten.rules.ledger import STRICTNESS, Ledger
from bitten.rules.risk.pace import Paces
from bitten.rules.risk.settings import Mode
from bitten.rules.risk.situation import AT_MARKET, Exposure, Funds, Lock, Situation, Terms
from bitten.rules.terminal import TerminalView
from bitten.units import Account, Direction, TradingState
from bitten.wire.session import Trading


@attrs.frozen(kw_only=True)
class Trader:
    """A user whose EA is connected."""

    user: str
    account: Account
    leverage: int
    """What the account's hello says, at least 1."""
    view: TerminalView
    state: str
    """The session's, as `rules.session` has it."""
    clocks_agree: bool
    busy: bool
    """A command is outstanding at the EA, or the hub cannot take another."""
    told: Trading
    """What the session says of the trading state."""
    hub: TradingSet
    """What holds hub-wide."""
    own: TradingSet
    """What holds for this user, the hub's included."""


def situation(
    verdict: Verdict,
    trader: Trader,
    ledger: Ledger,
    mode: Mode,
    paces: Paces,
    hub_now: int,
    *,
    asked_until: int,
    counted: bool = False,
    terms: Terms = AT_MARKET,
) -> Situation:
    """A user and a signal now. `asked_until`: hub time until which the trader's request counts; 0: nobody asked.
    `counted`: mode semi's countdown has gone by, or is about to begin.
    """
    signal, view, user = verdict.signal, trader.view, trader.user
    book, day = ledger.book(trader.account, user), view.day
    standing, trading, told = ledger.standing(user), trader.own, trader.told
    own = trading.state if trading.user else TradingState.ACTIVE
    return Situation(
        user=user,
        signal=signal,
        size=verdict.size,
        conflict=_conflict(verdict, view, book),
        mode=mode,
        pressed=asked_until > 0,
        request_expires=asked_until,
        counted=counted,
        terms=terms,
        passed=signal.id in ledger.passes.get(user, {}),
        already_fired=not book.may_fire(signal.id),
        hub_state=trader.hub.state,
        user_state=max(own, told.state, key=STRICTNESS.__getitem__),
        trading_why=trading.why if trading.state is not TradingState.ACTIVE else told.reason,
        session_state=view.hindrance or trader.state,
        clocks_agree=trader.clocks_agree,
        # A deal that XP has not judged yet may be the one that locks the user.
        busy=trader.busy or any(account == trader.account for account, _ in ledger.unjudged),
        lock=Lock(standing.locked_until, standing.lock_reason) if standing.locked_until else None,
        half_risk=standing.half_risk_on(day),
        funds=_funds(trader, book.day(day)),
        exposure=_exposure(view, book, book.day(day)),
        pace=paces.of(user, signal, hub_now, view.market_now, ledger.tripped.get(user, "")),
        spec=view.specs.get(signal.symbol),
        quote=view.quote(signal.symbol),
        utc_offset=view.utc_offset,
        market_now=view.market_now,
        hub_now=hub_now,
    )


def open_risk(view: TerminalView, book: Book) -> float:
    """Loss if every stop hits: of our positions, of fires without an outcome, of what else the account holds.

    Where a stop stands is the terminal's word: the trader may have moved it since it was journaled.
    """
    positions = view.positions
    if not (book.unresolved or book.holdings or positions):
        return 0.0
    fires = [command.intent for command in book.unresolved.values() if command.intent.action == "fire"]
    shown = {position.ticket: position for position in positions}
    total = sum(fire.risk for fire in fires)
    for ticket, holding in book.holdings.items():
        sl = shown[ticket].sl if ticket in shown else holding.sl
        total += _loss(view, holding.symbol, holding.direction, holding.price, sl, holding.left)
    counted = {fire.magic for fire in fires}
    for position in positions:
        if position.ticket not in book.holdings and position.magic not in counted:
            total += _loss(view, position.symbol, position.direction, position.open_price, position.sl, position.lot)
    return total


def _conflict(verdict: Verdict, view: TerminalView, book: Book) -> str:
    """The sentence of the first conflict with what is open or, by a fire without an outcome, may be."""
    if not verdict.conflicts:
        return ""
    fires = [command.intent for command in book.unresolved.values() if command.intent.action == "fire"]
    held: set[tuple[str, Direction | None]] = {(fire.symbol, fire.direction) for fire in fires}
    held |= {(each.symbol, each.direction) for each in book.holdings.values()}
    held |= {(each.symbol, each.direction) for each in view.positions}
    return next((each.sentence for each in verdict.conflicts if (each.symbol, each.direction) in held), "")


def _funds(trader: Trader, day: Day) -> Funds:
    telemetry = trader.view.telemetry
    return Funds(
        balance=telemetry.balance if telemetry else 0.0,
        equity=telemetry.equity if telemetry else 0.0,
        margin=telemetry.margin if telemetry else 0.0,
        free_margin=telemetry.free_margin if telemetry else 0.0,
        leverage=trader.leverage,
        opening_equity=day.opening_equity,
    )


def _exposure(view: TerminalView, book: Book, day: Day) -> Exposure:
    return Exposure(
        shots_today=day.shots,
        open_positions=book.open_count(),
        realised_today=day.realised,
        open_risk=open_risk(view, book),
    )


def _loss(view: TerminalView, symbol: str, direction: Direction, price: float, sl: float, lot: float) -> float:
    """0 for a stop that locks a profit in; infinite without a stop, or where the symbol's value is not known."""
    spec = view.specs.get(symbol)
    if not sl or spec is None:
        return inf
    return max(0.0, spec.value((price - sl) * direction.sign, lot))
