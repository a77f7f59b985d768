"""What is known as rows and lines: pure, so that what is shown can be tested without a screen."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import attrs
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text
from textual.renderables.sparkline import Sparkline

from bitten.desk.show import HEALTH_COLOURS, age, coloured, health_of
from bitten.desk.watch.looking import Look
from bitten.desk.watch.memory import Memory
from bitten.units import TradingState
from bitten.wire.book import PositionStatus
from bitten.wire.desk import SessionStatus, StageStatus

SPARK = 10
"""Letters of a sparkline."""
_SHORT = {"confirmations": "confirms"}
_LEVELS = {"WARNING": "yellow", "ERROR": "red", "CRITICAL": "bold red"}


@attrs.frozen
class Row:
    """A row that can be chosen: `key` stays with what it is of."""

    key: str
    cells: tuple[RenderableType, ...]


SESSIONS = ("user", "state", "heard", "equity", "way", "open", "exposure", "trading")
SIGNALS = ("left", "signal", "score", "shield", "what came of it")
FIRES = ("user", "what", "symbol", "lots", "profit", "state")
RESTRAINTS = ("at", "user", "held back by")


def headline(memory: Memory, now: float) -> Text:
    """What the hub is, or that it does not answer."""
    if memory.newest is None:
        return Text(f" no hub yet: {memory.trouble or 'asking'} ", style="bold white on red")
    if memory.is_old(now):
        since = f" NO ANSWER for {memory.age(now):.0f} s: what is below was, it is not what is"
        return Text(f"{since}: {memory.trouble} " if memory.trouble else f"{since} ", style="bold white on red")
    status = memory.newest.status
    line = Text(f" BITTEN {status.version}  ")
    line.append_text(_trading(status.trading, status.trading_why))
    line.append(f"  {status.active_users} active  ")
    line.append(status.health, style=HEALTH_COLOURS[status.health])
    line.append(f"  up {age(int(status.uptime_s * 1000))}")
    complaints = (*status.complaints, *((f"journal {status.journal.failure}",) if status.journal.failure else ()))
    if complaints:
        line.append(f"  {'; '.join(complaints)}", style="yellow")
    return line


def _trading(state: TradingState, why: str) -> Text:
    if state is TradingState.ACTIVE:
        return coloured(state)
    return Text(f"{state.upper()}: {why}", style="bold red" if state is TradingState.HALTED else "bold yellow")


def stages(memory: Memory, now: float) -> RenderableType:
    """The way of a tick, left to right: rate, age of the last output, queue; red where it is stale."""
    assert memory.newest is not None
    table = Table.grid(expand=True)
    way = memory.newest.status.stages
    for _ in way:
        table.add_column(ratio=1, no_wrap=True)
    old, since = memory.is_old(now), round(memory.age(now) * 1000)
    lines = (
        [_name(stage, last=stage is way[-1]) for stage in way],
        [Text("-" if old else rate(memory.rate(stage.name))) for stage in way],
        [_age(stage, since) for stage in way],
        [Text(f"queue {stage.queue}", style="yellow" if stage.queue else "dim") for stage in way],
    )
    for line in lines:
        table.add_row(*(Text(each.plain, style="dim") if old else each for each in line))
    return table


def faded(rows: Iterable[Row]) -> Iterator[Row]:
    """What was, and is not known to be: in no colour that tells of health or of money."""
    for row in rows:
        yield Row(
            row.key, tuple(Text(str(cell), style="dim") if isinstance(cell, Text | str) else "" for cell in row.cells)
        )


def _name(stage: StageStatus, *, last: bool) -> Text:
    style = {"ok": "bold green", "late": "bold yellow", "stale": "bold white on red"}[stage.health]
    name = Text(_SHORT.get(stage.name, stage.name), style="bold dim" if health_of(stage).plain == "quiet" else style)
    return name if last else name.append(">", style="not bold dim")


def _age(stage: StageStatus, since_ms: int) -> Text:
    shown = None if stage.age_ms is None else stage.age_ms + since_ms
    return Text(age(shown), style=HEALTH_COLOURS[stage.health] if stage.health != "ok" else "")


def rate(per_s: float | None) -> str:
    if per_s is None:
        return "-"
    return f"{per_s:.0f}/s" if per_s >= 10 else f"{per_s:.1f}/s" if per_s >= 1 else f"{60 * per_s:.0f}/min"


def sessions(memory: Memory, now: float) -> Iterator[Row]:
    """One row an EA."""
    look, old, since = memory.newest, memory.is_old(now), round(memory.age(now) * 1000)
    assert look is not None
    for each in look.status.sessions:
        points = memory.equity(each.user)
        yield Row(
            each.user,
            (
                Text(each.user),
                Text(f"was {each.state}") if old else coloured(each.state),
                age(each.heard_ms_ago + since),
                "?" if each.equity is None else f"{each.equity:,.0f}",
                Sparkline(points, width=SPARK) if len(set(points)) > 1 else Text("-" * SPARK, style="dim"),
                str(each.open_positions),
                Text(exposure(look.positions.positions, each.user)),
                coloured(each.trading),
            ),
        )


def exposure(positions: Iterable[PositionStatus], user: str) -> str:
    """A user's lots by symbol, sold ones negative: `EURUSD +0.3`."""
    lots: dict[str, float] = {}
    for each in positions:
        if each.user == user:
            lots[each.symbol] = lots.get(each.symbol, 0.0) + (each.lot if each.direction == "BUY" else -each.lot)
    return ", ".join(f"{symbol} {round(lot, 8):+g}" for symbol, lot in sorted(lots.items())) or "none"


def signals(memory: Memory, now: float) -> Iterator[Row]:
    """One row a signal that stands, with its verdict. Its countdown goes on between two looks."""
    assert memory.newest is not None
    since = round(memory.age(now) * 1000)
    for each in memory.newest.signals.signals:
        left = max(each.left_ms - since, 0)
        came = ", ".join(f"{user} {what.partition(' ')[0]}" for user, what in sorted(each.users.items()) if what)
        yield Row(
            each.id,
            (
                Text(age(left), style="bold" if left < 60_000 else ""),
                f"{each.direction} {each.symbol} {each.entry:g}",
                f"{each.score:.0f}",
                each.shield,
                Text(came or "nobody yet", style="" if came else "dim"),
            ),
        )


def fires(memory: Memory) -> Iterator[Row]:
    """One row a command without an outcome, then one a position that is open."""
    assert memory.newest is not None
    answer = memory.newest.positions
    for each in answer.commands:
        what = f"{each.action} {each.direction}"
        state = Text(each.life, style="yellow")
        yield Row(
            f"command {each.user} {each.id}",
            (Text(each.user), what, Text(each.symbol), f"{each.lot:g}", "", state),
        )
    for held in answer.positions:
        profit = Text("?") if held.profit is None else _money(held.profit)
        state = Text(held.under_way or ("open" if held.session else "open, EA is away"))
        yield Row(
            f"position {held.user} {held.ticket}",
            (Text(held.user), f"open {held.direction}", Text(held.symbol), f"{held.lot:g}", profit, state),
        )


def _money(amount: float) -> Text:
    return Text(f"{amount:+,.2f}", style="green" if amount > 0 else "red" if amount < 0 else "")


def restraints(memory: Memory, now: float) -> Iterator[Row]:
    """Locks, then denials, the newest first."""
    assert memory.newest is not None
    answer, since = memory.newest.restraints, round(memory.age(now) * 1000)
    for lock in answer.locks:
        left = "until lifted" if lock.left_ms is None else f"{age(max(lock.left_ms - since, 0))} left"
        yield Row(
            f"lock {lock.user}",
            (Text(left, style="bold red"), Text(lock.user), Text(f"LOCKED: {lock.why}", style="red")),
        )
    for place, each in enumerate(reversed(answer.denials)):
        yield Row(
            f"denial {len(answer.denials) - place} {each.time} {each.user} {each.signal_id}",
            (clock_of(each.time), Text(each.user), Text(f"{each.code}: {each.message}")),
        )


def log_lines(memory: Memory) -> Iterator[Text]:
    """The lines of the newest look."""
    if memory.lost_lines:
        yield Text(f"{memory.lost_lines} lines were written faster than they were read", style="yellow")
    for each in memory.fresh_lines:
        line = Text(f"{clock_of(each.time)} ", style="dim")
        line.append(each.message, style=_LEVELS.get(each.level, "not dim"))
        yield line


def session_details(look: Look, user: str) -> Iterator[str]:
    """All that is known of a session."""
    session = next((each for each in look.status.sessions if each.user == user), None)
    if session is None:
        yield f"{user} has no session any more"
        return
    yield from _facts(session)
    for each in look.positions.positions:
        if each.user == user:
            profit = "?" if each.profit is None else f"{each.profit:+,.2f}"
            what = f"{each.direction} {each.lot:g} {each.symbol} at {each.price:g}"
            yield f"open       {what}, {profit}, ticket {each.ticket}"
    for lock in look.restraints.locks:
        if lock.user == user:
            yield f"locked     {lock.why}"


def _facts(session: SessionStatus) -> Iterator[str]:
    def known(value: float | None, form: str) -> str:
        return "not known yet" if value is None else format(value, form)

    yield f"user       {session.user}"
    yield f"account    {session.login} at {session.server}"
    yield f"session    {session.epoch}, {session.state}{f': {session.reason}' if session.reason else ''}"
    yield f"heard      {age(session.heard_ms_ago)} before the answer"
    yield f"clock      {known(session.clock_offset_ms, '+d')} ms beside the hub's"
    yield f"trading    {session.trading}"
    yield f"balance    {known(session.balance, ',.2f')}"
    yield f"equity     {known(session.equity, ',.2f')}"
    dropped = ", ".join(f"{count} {what}" for what, count in session.dropped.items() if count)
    yield f"dropped    {dropped or 'nothing'}"


def clock_of(ms: int) -> str:
    """A time of day, UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%H:%M:%S")
