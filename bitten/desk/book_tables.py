"""What is open, as tables for a person."""

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from bitten.desk.show import age, plain_table
from bitten.wire.book import CommandStatus, PositionsAnswer, PositionStatus, SignalsAnswer

_NUMBERS = ("ticket", "lots", "price", "sl", "tp", "profit")


def show_positions(answer: PositionsAnswer) -> None:
    """Print what is open, and below it what is under way, on standard output."""
    parts = [_positions(answer.positions)]
    if answer.commands:
        parts.append(_commands(answer.commands))
    Console().print(Group(*parts))


def show_signals(answer: SignalsAnswer) -> None:
    """Print the signals that stand, and below each what came of it, on standard output."""
    table = plain_table("signals")
    for name in ("symbol", "", "entry", "sl", "tp", "score", "shield", "left", "id"):
        right = name in (*_NUMBERS, "entry", "score")
        table.add_column(name, justify="right" if right else "left", no_wrap=name == "id")
    for each in answer.signals:
        levels = (f"{price:g}" if price else "none" for price in (each.entry, each.sl, each.tp))
        table.add_row(
            Text(each.symbol),
            each.direction,
            *levels,
            f"{each.score:.0f}",
            each.shield,
            age(each.left_ms),
            Text(each.id),
        )
    if not answer.signals:
        table.add_row("none stands", *[""] * 8)
    told = [
        f"{user}: {what} ({each.id})" for each in answer.signals for user, what in sorted(each.users.items()) if what
    ]
    Console().print(Group(table, Text("\n".join(told))))


def _positions(positions: tuple[PositionStatus, ...]) -> Table:
    table = plain_table("positions")
    for name in ("user", "ticket", "symbol", "", "lots", "price", "sl", "tp", "profit", "under way"):
        table.add_column(name, justify="right" if name in _NUMBERS else "left")
    for each in positions:
        table.add_row(
            Text(each.user),
            str(each.ticket),
            Text(each.symbol),
            each.direction,
            f"{each.lot:g}",
            *(f"{price:g}" if price else "none" for price in (each.price, each.sl, each.tp)),
            "?" if each.profit is None else f"{each.profit:,.2f}",
            Text(each.under_way or ("" if each.session else "EA is away")),
        )
    if not positions:
        table.add_row("none open", *[""] * 9)
    return table


def _commands(commands: tuple[CommandStatus, ...]) -> Table:
    table = plain_table("commands without an outcome")
    for name in ("user", "command", "symbol", "", "lots", "ticket", "state", "id"):
        table.add_column(name, justify="right" if name in _NUMBERS else "left", no_wrap=name == "id")
    for each in commands:
        table.add_row(
            Text(each.user),
            each.action,
            Text(each.symbol),
            each.direction,
            f"{each.lot:g}",
            str(each.ticket or ""),
            each.life,
            each.id,
        )
    return table
