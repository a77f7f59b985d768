"""Which facts are told, and in which words."""

from collections.abc import Iterable

from bitten.rules.alerts.alert import Alert, Kind, short
from bitten.rules.book import Command
from bitten.rules.facts import Denial, Entry, Outage, SecurityEvent, SessionChanged, TradingSet, XpAwarded
from bitten.rules.fire import Life
from bitten.units import SECOND_MS, TradingState, utc

TELLING = ("session", "security", "trading", "outage", "denied", "xp")
"""Kinds of facts that an alert may come of."""


def alert_of(entry: Entry, locked_until: int) -> Alert | None:
    """What is told of a fact; None: nothing. `locked_until`: until when its user was locked before, market time."""
    kind, text = _words(entry, locked_until)
    return None if kind is None else Alert(kind=kind, at=entry.time, text=short(text), entry=entry.seq)


def _words(entry: Entry, locked_until: int) -> tuple[Kind | None, str]:
    match entry.fact:
        case SessionChanged(user=user, epoch=epoch, state="lost", reason=reason):
            return Kind.SESSION_LOST, f"{user}: session {epoch} is lost: {reason}"
        case SecurityEvent(user=user, what=what, detail=detail):
            return Kind.REFUSED, f"{user or 'a stranger'}: {what}: {detail}"
        case TradingSet() as setting:
            return Kind.HALT, _trading(setting)
        case Outage(what=what):
            return Kind.HALT, f"all was halted since then, and the journal is written again: {what}"
        case Denial(user=user, code="repeated", message=message):
            return Kind.LOCK, f"{user}: fires are held until `bitten rearm`: {message}"
        case XpAwarded() as award if award.locked_until > locked_until:
            return Kind.LOCK, f"{award.user}: locked until {utc(award.locked_until)} market time: {award.lock_reason}"
        case _:
            return None, ""


def _trading(setting: TradingSet) -> str:
    scope = f"trading of {setting.user}" if setting.user else "trading of all"
    state = "active again" if setting.state is TradingState.ACTIVE else setting.state.value
    flatten = ", positions are closed" if setting.flatten else ""
    return f"{scope} is {state}{flatten}, by {setting.who}{f': {setting.why}' if setting.why else ''}"


def overdue(commands: Iterable[tuple[str, Command]], limit_s: int, now: int) -> dict[str, Alert]:
    """What is told of commands (each with its user) that have no outcome `limit_s` seconds after they were decided.

    By the command's id. A pending order that stands is one whose outcome is known so far.
    """
    return {
        command.intent.id: Alert(
            kind=Kind.UNRESOLVED,
            at=now,
            entry=command.seq,
            text=short(
                f"{user}: {command.intent.action} {command.intent.id} ({command.intent.symbol}) has no outcome for "
                f"{(now - command.decided) // SECOND_MS} s; look at the broker, then `bitten settle`"
            ),
        )
        for user, command in commands
        if command.life is not Life.PLACED and now - command.decided >= limit_s * SECOND_MS
    }
