"""The charts of a report, by plotly: each function makes one figure of what was gathered."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import cycle

import pandas as pd
import plotly.graph_objects as go

from bitten.messages import FollowedTo
from bitten.report.figures import BAND, Figures, drawdown, proportion
from bitten.report.gathering import Point, Trade
from bitten.rules.citadel.record import Case
from bitten.rules.citadel.table import Row
from bitten.rules.series import Bars
from bitten.units import HOUR_MS, Direction

GOOD, BAD, QUIET, LINE = "#2a9d63", "#d1495b", "#8a8f98", "#3a7ca5"
_USERS = (LINE, "#e9a23b", "#7b5ea7", "#2a9d8f", "#c8553d", "#6c757d")
"""A colour a user, in all charts the same."""
NEWEST = 8
"""Trades that the market's chart begins with."""
POINTS = 2_000
"""Of the account, in a line: more than a screen has columns."""
_LAYOUT = {
    "paper_bgcolor": "rgba(0,0,0,0)",
    "plot_bgcolor": "rgba(0,0,0,0)",
    "font": {"color": QUIET, "family": "system-ui, sans-serif", "size": 12},
    "margin": {"l": 68, "r": 12, "t": 12, "b": 44},
    "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom"},
    "hovermode": "closest",
    "modebar": {"bgcolor": "rgba(0,0,0,0)"},
}
_GRID = {"automargin": False, "gridcolor": "rgba(138,143,152,0.2)", "zerolinecolor": "rgba(138,143,152,0.5)"}


def account(equity: Mapping[str, Sequence[Point]]) -> go.Figure:
    """Equity and balance, a pair of lines a user."""
    figure = _figure("account currency")
    for (user, points), colour in zip(equity.items(), cycle(_USERS)):
        shown = _thinned(points)
        times = _times(each.time for each in shown)
        for name, dash in (("balance", "dot"), ("equity", "solid")):
            figure.add_scatter(
                x=times,
                y=[getattr(each, name) for each in shown],
                name=f"{escape(user)} {name}",
                mode="lines",
                line={"dash": dash, "width": 1 if dash == "dot" else 2, "color": colour},
            )
    return figure


def underwater(equity: Mapping[str, Sequence[Point]]) -> go.Figure:
    """How far the equity was below its highest so far."""
    figure = _figure("below the highest equity so far", tickformat=".1%")
    for (user, points), colour in zip(equity.items(), cycle(_USERS)):
        way = drawdown(_thinned(points))
        line = {"color": colour}
        figure.add_scatter(x=way.index, y=way.to_numpy(), name=escape(user), fill="tozeroy", mode="lines", line=line)
    return figure


def candles(symbol: str, bars: Bars, trades: Sequence[Trade]) -> go.Figure:
    """The market, with each trade from its entry to its exit, its stop, its target, and why it was made."""
    figure = _figure("price of the bid")
    figure.add_candlestick(
        x=_times(bars.time.tolist()),
        open=bars.open,
        high=bars.high,
        low=bars.low,
        close=bars.close,
        name=escape(symbol),
        increasing_line_color=GOOD,
        decreasing_line_color=BAD,
        line_width=1,
    )
    end = int(bars.time[-1])
    for name, level, colour in (("stop", "sl", BAD), ("target", "tp", GOOD)):
        times, prices = _levels(trades, level, end)
        figure.add_scatter(x=times, y=prices, name=name, mode="lines", line={"color": colour, "dash": "dot"})
    _add_trades(figure, trades)
    noted = [
        (each.bar_time, each.price, f"{each.what} of {trade.pattern}") for trade in trades for each in trade.evidence
    ]
    figure.add_scatter(
        x=_times(time for time, *_ in noted),
        y=[price for _, price, _ in noted],
        text=[escape(why) for *_, why in noted],
        name="evidence",
        mode="markers",
        marker={"symbol": "diamond-open", "size": 9, "color": "#e9a23b"},
        hovertemplate="%{text}<br>%{y}<extra></extra>",
    )
    figure.update_layout(height=520, xaxis_rangeslider_thickness=0.06)
    begin = min([each.opened for each in trades][-NEWEST:], default=end - 12 * HOUR_MS) - HOUR_MS
    shown = bars.time >= begin
    low, high = float(bars.low[shown].min()), float(bars.high[shown].max())
    figure.update_xaxes(range=_times((begin, end + HOUR_MS)))
    figure.update_yaxes(range=[low - (high - low) / 20, high + (high - low) / 20])
    return figure


def _add_trades(figure: go.Figure, trades: Sequence[Trade]) -> None:
    for name, colour, some in (
        ("won", GOOD, [each for each in trades if each.closed and each.net > 0]),
        ("lost", BAD, [each for each in trades if each.closed and each.net <= 0]),
    ):
        times, prices = list[object](), list[float | None]()
        for each in some:
            times += [*_times((each.opened, each.closed)), None]
            prices += [each.entry, each.exit, None]
        figure.add_scatter(x=times, y=prices, name=name, mode="lines", line={"color": colour, "width": 2})
    for direction, mark in ((Direction.BUY, "triangle-up"), (Direction.SELL, "triangle-down")):
        some = [each for each in trades if each.direction is direction]
        figure.add_scatter(
            x=_times(each.opened for each in some),
            y=[each.entry for each in some],
            text=[_told(each) for each in some],
            name=direction.value,
            mode="markers",
            marker={"symbol": mark, "size": 12, "color": LINE, "line": {"color": "white", "width": 1}},
            hovertemplate="%{text}<extra></extra>",
        )


def _told(trade: Trade) -> str:
    r = "" if trade.r is None else f", {trade.r:+.2f} R"
    came = f"{trade.reason}, net {trade.net:+,.2f}{r}" if trade.closed else "open"
    lots = f"{trade.direction} {trade.lot:g} {trade.symbol} at {trade.entry:g}"
    return "<br>".join(escape(line) for line in (f"{trade.user}: {trade.pattern}", lots, came))


def _levels(trades: Iterable[Trade], level: str, end: int) -> tuple[list[object], list[float | None]]:
    times, prices = list[object](), list[float | None]()
    for each in trades:
        price = each.sl if level == "sl" else each.tp
        if price:
            times += [*_times((each.opened, each.closed or end)), None]
            prices += [price, price, None]
    return times, prices


def results(trades: Sequence[Trade]) -> go.Figure:
    """The results of the closed trades in R, one after the other."""
    closed = sorted((each for each in trades if each.closed and each.r is not None), key=lambda each: each.closed)
    figure = _figure("R, net of all costs")
    figure.add_bar(
        x=list(range(1, len(closed) + 1)),
        y=[each.r for each in closed],
        text=[_told(each) for each in closed],
        textposition="none",
        marker_color=[GOOD if each.net > 0 else BAD for each in closed],
        hovertemplate="%{text}<extra></extra>",
    )
    figure.update_xaxes(title="trade")
    return figure


def kept_out(rows: Sequence[Row]) -> go.Figure:
    """What a signal of each kind made on average, if it was fired at its own entry."""
    shown = [row for row in rows if row.mean_r is not None]
    figure = _figure("")
    figure.add_bar(
        y=[escape(f"{row.group} {row.name}".strip()) for row in shown],
        x=[row.mean_r for row in shown],
        orientation="h",
        text=[f"{row.won + row.lost + row.even}" for row in shown],
        marker_color=[LINE if row.group == "passed" else QUIET for row in shown],
        hovertemplate="%{y}: %{x:+.2f} R each, %{text} signals<extra></extra>",
    )
    figure.update_xaxes(title="R of one signal, on average, without costs but the spread")
    figure.update_yaxes(autorange="reversed", title="")
    figure.update_layout(height=max(200, 34 * len(shown) + 80), margin_l=150)
    return figure


def calibration(cases: Sequence[Case]) -> go.Figure:
    """How often signals reached their target, by score, with the interval; and what they had been said to do."""
    figure = _figure("reached the target", tickformat=".0%", range=[0, 1])
    bands, counts, said = list[str](), list[tuple[float, float, float, int]](), list[float | None]()
    for low in range(0, 100, BAND):
        known = [each for each in cases if low <= min(each.verdict.signal.score, 99.9) < low + BAND and _ended(each)]
        found = proportion(sum(_hit(each) for each in known), len(known))
        if found is not None:
            bands.append(f"{low} to {low + BAND}")
            counts.append((*found, len(known)))
            rates = [rate.rate for each in known if (rate := each.verdict.signal.hit_rate) is not None]
            said.append(sum(rates) / len(rates) if rates else None)
    figure.add_scatter(
        x=bands,
        y=[rate for rate, *_ in counts],
        error_y={
            "type": "data",
            "array": [high - rate for rate, _, high, _ in counts],
            "arrayminus": [rate - low for rate, low, _, _ in counts],
        },
        text=[f"of {count}" for *_, count in counts],
        mode="markers",
        marker={"size": 11, "color": LINE},
        name="counted, with its interval of 95 %",
        hovertemplate="score %{x}: %{y:.0%} %{text}<extra></extra>",
    )
    if any(rate is not None for rate in said):
        figure.add_scatter(
            x=bands,
            y=said,
            mode="markers",
            marker={"symbol": "x", "size": 10, "color": "#e9a23b"},
            name="as calibrated",
        )
    figure.update_xaxes(title="score", type="category")
    return figure


def _ended(case: Case) -> bool:
    return case.followed is not None and case.followed.end is not FollowedTo.UNKNOWN


def _hit(case: Case) -> bool:
    return case.followed is not None and case.followed.end is FollowedTo.TARGET


def xp(ways: Mapping[str, Sequence[tuple[int, int]]]) -> go.Figure:
    """The score over time."""
    figure = _figure("XP")
    for (user, way), colour in zip(ways.items(), cycle(_USERS)):
        score = [points for _, points in way]
        times = _times(time for time, _ in way)
        figure.add_scatter(
            x=times, y=score, name=escape(user), mode="lines+markers", line={"shape": "hv", "color": colour}
        )
    return figure


def costs(found: Sequence[Figures]) -> go.Figure:
    """From what the prices made to what was left of it."""
    figure = _figure("account currency")
    for each in found:
        parts = [each.gross, each.commission, each.swap, each.net]
        measures = ["absolute", "relative", "relative", "total"]
        names = ["gross", "commission", "swap", "net"]
        figure.add_waterfall(
            x=names,
            y=parts,
            measure=measures,
            name=escape(each.user),
            increasing_marker_color=GOOD,
            decreasing_marker_color=BAD,
            totals_marker_color=LINE,
        )
    return figure


def _figure(unit: str, **axis: object) -> go.Figure:
    figure = go.Figure()
    figure.update_layout(**_LAYOUT, height=320)
    figure.update_xaxes(**_GRID)
    figure.update_yaxes(**_GRID, title=unit, **axis)
    return figure


def _thinned(points: Sequence[Point]) -> Sequence[Point]:
    """Every so many of them, and the last."""
    step = -(-len(points) // POINTS)
    return points if step <= 1 else [*points[:-1:step], points[-1]]


def _times(times: Iterable[int]) -> list[object]:
    return list(pd.to_datetime(list(times), unit="ms", utc=True))
