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
    """Print each signal that stands, its id first, on standard output: an id is longer than a table has room for."""
    lines = []
    for each in answer.signals:
        levels = f"at {each.entry:g} sl {each.sl:g} tp {each.tp:g}"
        lines.append(each.id)
        lines.append(f"    {each.direction} {each.symbol} {levels}, {age(each.left_ms)} left")
        lines.append(f"    score {each.score:.0f}, {each.shield}, size {each.size:g}")
        lines += [f"    {user}: {what}" for user, what in sorted(each.users.items()) if what]
    Console().print(Text("\n".join(lines or ["no signal stands"])))


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
