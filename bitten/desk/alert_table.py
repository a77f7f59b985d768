"""The routes of alerts as a table for a person."""

from rich.console import Console, Group
from rich.text import Text

from bitten.desk.show import age, plain_table
from bitten.units import utc
from bitten.wire.alerts import AlertsAnswer, RouteStatus


def show_alerts(answer: AlertsAnswer) -> None:
    """Print a row a route on standard output, and below them what is wrong."""
    table = plain_table("alerts")
    for name in ("route", "to", "waiting", "held", "sent", "last sent (UTC)", "dropped"):
        table.add_column(name, justify="right" if name in ("waiting", "held", "sent", "dropped") else "left")
    for each in answer.routes:
        table.add_row(
            Text(each.name),
            Text(each.service),
            str(each.waiting),
            str(each.held),
            str(each.sent),
            "never" if each.last_sent is None else utc(each.last_sent),
            str(each.dropped),
        )
    if not answer.routes:
        table.add_row("none: see [alerts.routes.NAME]", *[""] * 6)
    lines = [f"{each.name}: {said}" for each in answer.routes if (said := _trouble(each))]
    lines += ["quiet hours: only what is urgent is told"] if answer.quiet else []
    lines += [answer.failure] if answer.failure else []
    Console().print(Group(table, Text("\n".join(lines))))


def _trouble(route: RouteStatus) -> str:
    if route.sending_ms is not None and route.sending_ms > 1_000:
        return f"a message has been on its way for {age(route.sending_ms)}"
    if not route.last_error:
        return ""
    again = "now" if not route.next_try_ms else f"in {age(route.next_try_ms)}"
    return f"{route.last_error} ({route.failures} in a row; tried again {again})"
