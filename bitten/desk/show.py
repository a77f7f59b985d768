"""A hub's status as tables for a person."""

from collections.abc import Iterator, Mapping, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from bitten.units import TradingState
from bitten.wire.desk import HubStatus, SessionStatus, StageStatus
from bitten.wire.sight import SpreadStatus
from bitten.wire.users import UserStatus

STATE_COLOURS = {
    "live": "green",
    "stale": "yellow",
    "lost": "red",
    "active": "green",
    "reducing": "yellow",
    "halted": "red",
    "enabled": "green",
    "disabled": "yellow",
    "revoked": "red",
    "running": "green",
    "ended": "red",
}
HEALTH_COLOURS = {"ok": "green", "late": "yellow", "stale": "bold red"}
"""A stale stage is worse than a session whose state is called that."""


def show_status(status: HubStatus) -> None:
    """Print it all on standard output."""
    tables = (sessions_table(status), stages_table(status), _latencies(status), _actors(status))
    Console().print(Group(_headline(status), *tables, _rest(status)))


def sessions_table(status: HubStatus) -> Table:
    """One row an EA."""
    table = plain_table("sessions")
    for name in ("user", "account", "state", "epoch", "heard", "balance", "equity", "open", "clock", "trading"):
        table.add_column(name, justify="right" if name in ("epoch", "balance", "equity", "open", "clock") else "left")
    for session in status.sessions:
        table.add_row(*_session_row(session))
    if not status.sessions:
        table.add_row("none yet", *[""] * 9)
    return table


def show_users(users: Sequence[UserStatus]) -> None:
    """Print a row a user on standard output."""
    table = plain_table("users")
    for name in ("user", "tier", "access", "account", "session", "trading", "open", "key"):
        table.add_column(name, justify="right" if name == "open" else "left", no_wrap=name == "key")
    for user in users:
        table.add_row(
            Text(user.user),
            Text(user.tier),
            coloured(user.access),
            str(user.login) if user.login else "none yet",
            coloured(user.session or "none"),
            coloured(user.trading),
            str(user.open_positions),
            user.fingerprint or "none",
        )
    if not users:
        table.add_row("none yet", *[""] * 7)
    why = [f"{user.user} is {user.access}: {user.why}" for user in users if user.why and user.access != "enabled"]
    Console().print(Group(table, Text("\n".join(why))))


def stages_table(status: HubStatus) -> Table:
    """The way of a tick: how often each stage spoke, and how long ago."""
    table = plain_table("stages")
    table.add_column("stage")
    table.add_column("count", justify="right")
    table.add_column("age", justify="right")
    table.add_column("health")
    table.add_column("last", overflow="ellipsis", no_wrap=True)
    for stage in status.stages:
        table.add_row(stage.name, f"{stage.count:,}", age(stage.age_ms), health_of(stage), Text(stage.last))
    return table


def _latencies(status: HubStatus) -> Table:
    """How long the way takes; what has not happened yet is left out."""
    table = plain_table("latencies")
    for name in ("from, to", "count", "p50", "p99", "max"):
        table.add_column(name, justify="left" if name == "from, to" else "right")
    for each in status.latencies:
        if each.p50_us is not None and each.p99_us is not None and each.max_us is not None:
            times = (f"{us / 1_000:,.2f} ms" for us in (each.p50_us, each.p99_us, each.max_us))
            table.add_row(each.name.replace("_", " "), f"{each.count:,}", *times)
    return table


def health_of(stage: StageStatus) -> Text:
    """In its colour; what nothing is expected of now is only "quiet"."""
    if stage.health == "ok" and stage.why:
        return Text("quiet", style="dim")
    return Text(stage.health, style=HEALTH_COLOURS[stage.health])


def plain_table(title: str) -> Table:
    """Narrow enough for a terminal of 80 columns."""
    return Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)


def age(ms: int | None) -> str:
    """Milliseconds as people read them."""
    if ms is None:
        return "never"
    return f"{ms} ms" if ms < 1_000 else f"{ms / 1_000:.1f} s" if ms < 120_000 else f"{ms / 60_000:.0f} min"


def coloured(state: str) -> Text:
    """A state in its colour."""
    return Text(state, style=STATE_COLOURS.get(state, ""))


def _session_row(session: SessionStatus) -> list[str | Text]:
    def number(value: float | None, form: str) -> str:
        return "?" if value is None else format(value, form)

    return [
        Text(session.user),
        Text(str(session.login)),
        coloured(session.state),
        str(session.epoch),
        age(session.heard_ms_ago),
        number(session.balance, ",.0f"),
        number(session.equity, ",.0f"),
        str(session.open_positions),
        number(session.clock_offset_ms, "+d") + " ms",
        coloured(session.trading),
    ]


def _headline(status: HubStatus) -> Text:
    line = Text(f"BITTEN {status.version}, pid {status.pid}, up {age(int(status.uptime_s * 1000))}, trading ")
    line.append_text(coloured(status.trading))
    if status.trading is not TradingState.ACTIVE:
        line.append(f" ({status.trading_why})")
    line.append(f", active users: {status.active_users}, health ")
    line.append(status.health, style=HEALTH_COLOURS[status.health])
    for complaint in status.complaints:
        line.append(f"\n{complaint}")
    return line


def _actors(status: HubStatus) -> Table:
    table = plain_table("actors")
    for name in ("actor", "state", "lives", "restarts", "unread", "dropped", "refused", "last error"):
        table.add_column(name, justify="left" if name in ("actor", "last error") else "right", no_wrap=name == "actor")
    for actor in status.actors:
        table.add_row(
            Text(actor.name),
            coloured(actor.state),
            str(actor.lives),
            str(actor.restarts),
            str(actor.depth),
            str(actor.dropped),
            str(actor.refused),
            Text(actor.last_error),
        )
    return table


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{key} {value:,}" for key, value in counts.items())


def _rest(status: HubStatus) -> Text:
    journal = status.journal
    lines = [
        f"journal {journal.path}: {journal.entries:,} facts, {journal.bytes / 1e6:.1f} MB, "
        f"{journal.lag} waiting, durability {journal.durability}",
        *([f"journal FAILING: {journal.failure}"] if journal.failure else []),
        *(f"{socket.name} {socket.endpoint}: {_counts(socket.counts)}" for socket in status.sockets),
        f"bars closed: {_counts(status.bars) or 'none yet'}",
        *(_spread(each) for each in status.spreads),
        *_silence(status),
        *([f"security: {_counts(status.security)}"] if status.security else []),
        *(f"benched: {each}" for each in status.benched),
        *(f"to be looked at: {each}" for each in status.conflicts),
    ]
    if status.dead_letters:
        lines.append(f"dead letters: {status.dead_letters}")
    return Text("\n".join(lines))


def _spread(spread: SpreadStatus) -> str:
    usual = f"median {spread.median:g}, 95 % {spread.high:g}, highest {spread.highest:g} of {spread.bars} bars of M5"
    return f"spread of {spread.symbol}: {spread.newest:g} pips, {usual}"


def _silence(status: HubStatus) -> Iterator[str]:
    """Why there was no signal, but for the patterns that just found nothing."""
    said = [each for each in status.silences if each.reason != "nothing_found"]
    words = (f"{each.pattern} {each.reason}".strip() for each in said)
    if said:
        yield "no signal: " + ", ".join(f"{word} {each.count:,}" for word, each in zip(words, said, strict=True))
