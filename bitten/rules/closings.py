"""A closing deal with what the book knows of its position: what XP judges."""

from bitten.rules.book import Book
from bitten.rules.facts import Closing
from bitten.rules.terminal import TerminalView
from bitten.rules.xp import ClosedDeal
from bitten.units import DAY_MS


def closed_deal(closing: Closing, book: Book, view: TerminalView | None) -> ClosedDeal:
    """The deal, its spread's worth by what the terminal showed last; None: no terminal is connected."""
    event, opened = closing.event, book.positions.get(closing.event.ticket)
    # An EA whose ledger is new does not know which fire a position came of.
    fired = book.commands.get(event.fire_id or (opened.fire_id if opened else ""))
    return ClosedDeal(
        closing=closing,
        filled=opened.lot if opened else 0.0,
        entry=opened.price if opened else event.price,
        sl=fired.intent.sl if fired else 0.0,
        tp=fired.intent.tp if fired else 0.0,
        spread_cost=0.0 if view is None else _spread_cost(closing, view),
        opening_equity=book.day(closing.day).opening_equity,
        day_ends=(closing.day + 1) * DAY_MS - closing.utc_offset,
    )


def _spread_cost(closing: Closing, view: TerminalView) -> float:
    """What the spread is worth for the deal's lots; 0 where it is not known: then only an exact zero is even."""
    quote, spec = view.quote(closing.event.symbol), view.specs.get(closing.event.symbol)
    if quote is None or spec is None or quote.crossed:
        return 0.0
    return spec.value(quote.ask - quote.bid, closing.event.lot)
