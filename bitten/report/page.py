"""The page: sections, tables and words around the charts, in one file that needs no network."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

import attrs
import plotly.graph_objects as go
from jinja2 import Environment, PackageLoader, StrictUndefined
from plotly.offline import get_plotlyjs

from bitten.report import charts
from bitten.report.figures import DAYS, FEW, Figures, figures
from bitten.report.gathering import Gathering, Trade
from bitten.rules.citadel.table import Row, table
from bitten.rules.series import Bars

SHOWN = 1_000
"""Trades in the table: the newest."""
CANDLES = 20_000
"""Five-minute bars of a symbol that are drawn: the newest, some ten weeks."""


@attrs.frozen
class Cell:
    """A value, and whether it is good or bad news."""

    value: str
    mood: str = ""


@attrs.frozen
class Column:
    """Of a table."""

    name: str
    text: bool = False


@attrs.frozen
class Place:
    """Where a trade is on its symbol's chart: times in ms, prices."""

    symbol: str
    begin: int
    end: int
    low: float
    high: float


@attrs.frozen
class TableRow:
    """Where it has a place in a market, a click on it goes there."""

    cells: tuple[Cell, ...]
    place: Place | None = None


@attrs.frozen
class Table:
    """As it stands on the page."""

    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]


@attrs.frozen
class Section:
    """A part of the page."""

    id: str
    title: str
    words: str = ""
    charts: tuple[str, ...] = ()
    table: Table | None = None


@attrs.frozen
class Card:
    """A figure at the top."""

    name: str
    value: str
    more: str = ""
    mood: str = ""


@attrs.frozen
class Cards:
    """Those of a user."""

    user: str
    cards: tuple[Card, ...]


def page(title: str, about: str, gathered: Gathering, bars: Mapping[str, Bars]) -> str:
    """The whole page as HTML."""
    found = figures_of(gathered)
    environment = Environment(loader=PackageLoader("bitten.report", ""), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("page.html.j2").render(
        title=title,
        about=about,
        warnings=list(_warnings(gathered, found, bars)),
        figures=[Cards(each.user, tuple(_cards(each))) for each in found],
        sections=list(_sections(gathered, found, bars)),
        library=get_plotlyjs(),
    )


def figures_of(gathered: Gathering) -> list[Figures]:
    """Of each user."""
    return [
        figures(user, [each for each in gathered.trades.values() if each.user == user], gathered.equity.get(user, []))
        for user in gathered.users()
    ]


def _warnings(gathered: Gathering, found: Sequence[Figures], bars: Mapping[str, Bars]) -> Iterator[str]:
    closed = sum(each.trades for each in found)
    if not gathered.trades:
        yield "Nothing was traded: there is nothing to judge."
    elif closed < FEW:
        trades = f"{closed} closed trade{' is' if closed == 1 else 's are'}"
        yield f"{trades} too few to judge anything by: the intervals say how little is known."
    if gathered.trades and not bars:
        yield "No tape is beside this journal ([tape] on = true keeps one): the trades stand on no chart."


def _cards(each: Figures) -> Iterator[Card]:
    yield Card("net result", f"{each.net:+,.2f}", "account currency, all costs", _mood(each.net))
    yield Card("closed trades", str(each.trades), f"{each.open} open" if each.open else "none open")
    if each.win_rate is not None:
        rate, low, high = each.win_rate
        yield Card("won", f"{rate:.0%}", f"95 %: {low:.0%} to {high:.0%}")
    if each.mean_r is not None:
        mean, low, high = each.mean_r
        yield Card("result of a trade", f"{mean:+.2f} R", f"95 %: {low:+.2f} to {high:+.2f}", _mood(mean))
    if each.profit_factor is not None:
        yield Card("profit factor", f"{each.profit_factor:.2f}", "won over lost")
    if each.max_drawdown is not None:
        yield Card("deepest drawdown", f"{each.max_drawdown:.1%}", "of the highest equity")
    if each.sharpe is not None and each.sortino is not None:
        yield Card("Sharpe, Sortino", f"{each.sharpe:.2f}, {each.sortino:.2f}", "of daily returns, a year")
    else:
        yield Card("Sharpe, Sortino", "-", f"from {DAYS} days of returns on")
    yield Card("slippage", f"{each.slippage:+,.2f}", "in the net result already", _mood(each.slippage))


def _sections(gathered: Gathering, found: Sequence[Figures], bars: Mapping[str, Bars]) -> Iterator[Section]:
    trades, cases = list(gathered.trades.values()), gathered.cases()
    if gathered.equity:
        ways = (_html(charts.account(gathered.equity)), _html(charts.underwater(gathered.equity)))
        yield Section("equity", "Equity and drawdown", "Once a minute of market time.", ways)
    yield from _markets(trades, bars)
    if trades:
        yield Section("trades", "Trades", _trade_words(trades), (_html(charts.results(trades)),), _trades(trades))
        words = "From what the prices made to what was left. Slippage is in the gross result, the spread too."
        yield Section("costs", "Costs", words, (_html(charts.costs(found)),))
    rows = table(cases)
    if rows:
        words = (
            "Each signal is followed to its stop, its target or its end in time as if it had been fired at its own "
            "entry. What kept signals out was right where these made less than those that passed."
        )
        drawn = (_html(charts.kept_out(rows)),) if any(row.mean_r is not None for row in rows) else ()
        yield Section("verdicts", "Verdicts, and what they kept out", words, drawn, _kept_out(rows))
    if gathered.denials:
        words = "Fires that the risk gate did not let pass."
        yield Section("denials", "Denials", words, table=_denials(gathered))
    if any(case.followed is not None for case in cases):
        words = (
            "What was counted in this run, not a probability. A good score that hits no more often is no good score."
        )
        yield Section("calibration", "Score and outcome", words, (_html(charts.calibration(cases)),))
    if gathered.xp:
        yield Section("xp", "XP", "", (_html(charts.xp(gathered.xp)),))


def _markets(trades: Sequence[Trade], bars: Mapping[str, Bars]) -> Iterator[Section]:
    for symbol, each in bars.items():
        own = [trade for trade in trades if trade.symbol == symbol]
        if not len(each) or (trades and not own):
            continue
        newest = each if len(each) <= CANDLES else _newest(each)
        words = "Five-minute bars of the bid. A click on a trade below goes to its place."
        drawn = _html(charts.candles(symbol, newest, own), f"market-{symbol}")
        yield Section(f"market-of-{symbol}", symbol, words, (drawn,))


def _newest(bars: Bars) -> Bars:
    prices = (bars.open, bars.high, bars.low, bars.close, bars.volume)
    return Bars(bars.time[-CANDLES:], *(column[-CANDLES:] for column in prices))


def _trade_words(trades: Sequence[Trade]) -> str:
    left_out = f" The newest {SHOWN:,} of {len(trades):,}." if len(trades) > SHOWN else ""
    return f"Times are UTC, prices as filled. R is the net result over what the stop would have lost.{left_out}"


def _trades(trades: Sequence[Trade]) -> Table:
    names = ("opened", "user", "symbol", "", "pattern", "lots", "entry", "stop", "target", "exit", "end", "net", "R")
    words = {"opened", "user", "symbol", "", "pattern", "end"}
    newest = sorted(trades, key=lambda each: each.opened, reverse=True)[:SHOWN]
    return Table(tuple(Column(name, name in words) for name in names), tuple(map(_trade_row, newest)))


def _trade_row(each: Trade) -> TableRow:
    prices = (f"{price:g}" if price else "-" for price in (each.entry, each.sl, each.tp, each.exit))
    cells = (
        Cell(_when(each.opened)),
        Cell(each.user),
        Cell(each.symbol),
        Cell(each.direction.value),
        Cell(each.pattern),
        Cell(f"{each.lot:g}"),
        *map(Cell, prices),
        Cell(each.reason if each.closed else "open"),
        Cell(f"{each.net:+,.2f}", _mood(each.net)),
        Cell("-" if each.r is None else f"{each.r:+.2f}", _mood(each.net)),
    )
    levels = [price for price in (each.entry, each.exit, each.sl, each.tp) if price]
    return TableRow(cells, Place(each.symbol, each.opened, each.closed or each.opened, min(levels), max(levels)))


def _kept_out(rows: Iterable[Row]) -> Table:
    names = ("", "signals", "won", "lost", "even", "unseen", "open", "R", "R each")
    return Table(
        tuple(Column(name, not name) for name in names),
        tuple(
            TableRow(
                (
                    Cell(f"{row.group} {row.name}".strip()),
                    *(Cell(str(n)) for n in (row.signals, row.won, row.lost, row.even, row.unknown, row.open)),
                    Cell(f"{row.r:+.2f}" if row.mean_r is not None else "-"),
                    Cell("-" if row.mean_r is None else f"{row.mean_r:+.2f}", _mood(row.mean_r or 0.0)),
                )
            )
            for row in rows
        ),
    )


def _denials(gathered: Gathering) -> Table:
    columns = (Column("user", text=True), Column("code", text=True), Column("times"))
    rows = (TableRow((Cell(user), Cell(code), Cell(str(n)))) for (user, code), n in gathered.denials.most_common())
    return Table(columns, tuple(rows))


def _html(figure: go.Figure, id_: str | None = None) -> str:
    """With tools to move about in it where it has an id."""
    config = {"responsive": True, "displaylogo": False, "displayModeBar": "hover" if id_ else False}
    drawn: str = figure.to_html(full_html=False, include_plotlyjs=False, config=config, div_id=id_)
    return drawn


def _when(time: int) -> str:
    return datetime.fromtimestamp(time / 1000, UTC).strftime("%Y-%m-%d %H:%M")


def _mood(amount: float) -> str:
    return "good" if amount > 0 else "bad" if amount < 0 else ""
