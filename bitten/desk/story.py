"""A journal as a story: which entries belong to a fire or a user, and what each says in a line."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import attrs

from bitten.rules.facts import (
    Adopted,
    Closing,
    Confirmed,
    CountdownBegun,
    CursorSet,
    Denial,
    Entry,
    EquityNoted,
    Fact,
    Followed,
    Garbled,
    Greeted,
    Held,
    HoldEnded,
    Intent,
    Outage,
    Passed,
    Rearmed,
    Reloaded,
    Requested,
    SecurityEvent,
    SessionChanged,
    Settled,
    SignalFound,
    TradingSet,
    Unlocked,
    UserChanged,
    VerdictGiven,
    XpAwarded,
)


@attrs.define
class Thread:
    """The ids by which entries belong to one fire. It grows while it is followed: a closing names a deal."""

    fire: str
    signal: str = ""
    deals: set[int] = attrs.field(factory=set)

    def holds(self, fact: Fact) -> bool:
        """The fact belongs to the fire."""
        match fact:
            case Intent(id=id_, signal_id=signal_id) if id_ == self.fire:
                self.signal = signal_id
                return True
            case Confirmed(event=event):
                return event.id == self.fire
            case Closing(event=event) if event.fire_id == self.fire:
                self.deals.add(event.deal)
                return True
            case XpAwarded(deal=deal):
                return deal in self.deals
            case SignalFound(signal=signal):
                return bool(self.signal) and signal.id == self.signal
            case VerdictGiven(verdict=verdict):
                return bool(self.signal) and verdict.signal.id == self.signal
            case Followed(signal_id=signal_id):
                return bool(self.signal) and signal_id == self.signal
            case _:
                return getattr(fact, "id", "") == self.fire


def of_fire(entries: Iterable[Entry], fire: str) -> list[Entry]:
    """The story of a fire in order: the signal and the verdict that made it, and all that came of it."""
    kept = list(entries)
    thread = Thread(fire)
    # Twice: the intent, which names the signal, comes after the signal.
    for entry in kept:
        thread.holds(entry.fact)
    return [entry for entry in kept if thread.holds(entry.fact)]


def of_user(entries: Iterable[Entry], user: str) -> Iterator[Entry]:
    """What concerns a user."""
    return (entry for entry in entries if getattr(entry.fact, "user", None) == user)


def line(entry: Entry) -> str:
    """One entry for a person: number, hub time, actor, what happened, and the entries that caused it."""
    when = datetime.fromtimestamp(entry.time / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
    causes = f"  because of {', '.join(map(str, entry.causes))}" if entry.causes else ""
    return f"{entry.seq:>7} {when} {entry.actor:<11} {tell(entry.fact)}{causes}"


def tell(fact: Fact) -> str:
    """A fact in words."""
    match fact:
        case Greeted():
            return f"{fact.user} greeted on {fact.account}, session {fact.epoch} of {fact.ea}"
        case SessionChanged():
            return f"{fact.user} {fact.state}{f': {fact.reason}' if fact.reason else ''}"
        case Intent(action="fire"):
            stops = f"sl {fact.sl:g} tp {fact.tp:g}"
            kind = "" if fact.order_kind == "market" else f" {fact.order_kind}"
            what = f"{fact.direction}{kind} {fact.lot:g} {fact.symbol} at {fact.entry:g} {stops}"
            return f"{fact.user} fires {fact.id}: {what}{_by(fact)}"
        case Intent():
            return f"{fact.user} {fact.action} {fact.id}: ticket {fact.ticket}, {fact.lot:g} {fact.symbol}{_by(fact)}"
        case Confirmed(event=event):
            again = ", told again" if event.again else ""
            return f"{fact.user} {event.status} {event.id}: {event.lot:g} at {event.price:g} ({event.retcode}){again}"
        case Closing(event=event):
            what = event.fire_id or f"ticket {event.ticket}"
            return f"{fact.user} closed {what}: {event.reason} {fact.net:+.2f} (deal {event.deal})"
        case SignalFound(signal=signal):
            return (
                f"signal {signal.id}: {signal.direction} {signal.symbol} at {signal.entry:g}, "
                f"score {signal.score:.0f}, {signal.calibrated}"
            )
        case VerdictGiven(verdict=verdict):
            vetoes = "".join(f"; vetoed: {part.sentence}" for part in verdict.vetoes)
            return f"verdict {verdict.shield} {verdict.score:g} on {verdict.signal.id}{vetoes}"
        case Followed():
            came = f"at {fact.price:g}, {fact.r:+.2f} R" if fact.r is not None else f"({fact.why})"
            return f"signal {fact.signal_id} followed to {fact.end} {came}"
        case Denial():
            return f"{fact.user} denied {fact.code} on {fact.signal_id}: {fact.message}{_by(fact)}"
        case XpAwarded():
            return f"{fact.user} XP {fact.points:+d} for deal {fact.deal} ({', '.join(fact.reasons)})"
        case _:
            return _tell_other(fact)


def _by(fact: Intent | Denial) -> str:
    """Whose wish it was, where an operator's, and why."""
    if not fact.who:
        return f" ({fact.why})" if fact.why else ""
    return f" (by {fact.who}: {fact.why})" if fact.why else f" (by {fact.who})"


def _tell_other(fact: Fact) -> str:
    match fact:
        case TradingSet():
            return f"trading of {fact.user or 'the hub'} set to {fact.state} by {fact.who}: {fact.why}"
        case CountdownBegun(verdict=verdict):
            due = datetime.fromtimestamp(fact.due / 1000, UTC).strftime("%H:%M:%S")
            return f"{fact.user} has until {due} (market time) to say no to {verdict.signal.id}"
        case Rearmed():
            return f"{fact.user or 'everybody'} re-armed by {fact.who}: {fact.why}"
        case Unlocked():
            return f"{fact.user} unlocked by {fact.who}: {fact.why}"
        case EquityNoted():
            return f"{fact.user} balance {fact.balance:.2f}, equity {fact.equity:.2f}"
        case UserChanged():
            key = f" (key {fact.fingerprint})" if fact.fingerprint else ""
            return f"{fact.user} {fact.change} by {fact.who}{key}{f': {fact.why}' if fact.why else ''}"
        case Reloaded():
            why = f": {fact.why}" if fact.why else ""
            return f"configuration read anew by {fact.who}{why}: {'; '.join(fact.changes)}"
        case SecurityEvent():
            return f"{fact.user} {fact.what}: {fact.detail}"
        case Settled():
            return f"{fact.user} {fact.id} settled as {fact.outcome} by {fact.who}: {fact.why}"
        case Adopted():
            return f"{fact.user} position {fact.position.ticket} adopted as {fact.id}"
        case Outage():
            return f"the journal could not be written: {fact.what}"
        case Held():
            return f"{fact.user} held: {fact.what}: {fact.why}"
        case HoldEnded():
            return f"{fact.user} no longer held: {fact.what}"
        case CursorSet() | Garbled():
            return f"{fact.user} {fact.kind} at event {fact.n} of {fact.ea}"
        case Requested(event=event) | Passed(event=event):
            return f"{fact.user} pressed {'FIRE' if isinstance(fact, Requested) else 'PASS'} on {event.signal_id}"
        case _:
            return f"{fact.kind} {getattr(fact, 'id', '')}"
