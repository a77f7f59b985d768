"""What waits for one route, and which message goes next: quiet hours, rates, what was held back, and new tries.

Pure: values in, values out; times are hub time, ms. One message is on its way at a time, so a route's order is kept.
What may not go when it comes is *held*: all that was held goes as one message, once it may.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import tzinfo

import attrs

from bitten.rules.alerts.alert import TITLES, Alert, Kind
from bitten.rules.alerts.hours import Quiet
from bitten.rules.alerts.settings import AlertSettings, RouteSettings
from bitten.units import HOUR_MS, MINUTE_MS, SECOND_MS

MOST_WAITING = 500
"""Alerts of a route. The oldest that are not urgent go first where more wait; how many is told."""
MOST_LINES = 20
"""Of a message of what was held back: services cut long ones off."""
FIRST_RETRY_MS = 5 * SECOND_MS
LAST_RETRY_MS = 15 * MINUTE_MS


@attrs.frozen(kw_only=True)
class Policy:
    """What holds for a route."""

    kinds: frozenset[Kind]
    urgent: frozenset[Kind]
    quiet: Quiet
    zone: tzinfo
    per_hour: int
    keep_ms: int

    @classmethod
    def of(cls, settings: AlertSettings, route: RouteSettings, zone: tzinfo) -> "Policy":
        """By the configuration; `zone` is the one that it names."""
        return cls(
            kinds=frozenset(map(Kind, route.events)),
            urgent=frozenset(map(Kind, settings.urgent)),
            quiet=Quiet.of(settings.quiet) if route.quiet else Quiet(),
            zone=zone,
            per_hour=route.per_hour,
            keep_ms=settings.keep_h * HOUR_MS,
        )


@attrs.frozen(kw_only=True)
class Waiting:
    """An alert that has not been told yet."""

    alert: Alert
    held: bool = False
    """It might not go when it came."""


@attrs.frozen(kw_only=True)
class Message:
    """What is sent."""

    title: str
    body: str
    alerts: tuple[Alert, ...]


@attrs.frozen(kw_only=True)
class Outbox:
    """One route's messages."""

    waiting: tuple[Waiting, ...] = ()
    went: Mapping[Kind, tuple[int, ...]] = attrs.field(factory=dict)
    """When messages of a kind went within the last hour."""
    failures: int = 0
    """Sends that failed, in a row."""
    not_before: int = 0
    """When the next try may be."""
    sent: int = 0
    """Messages since the beginning."""
    last_sent: int | None = None
    last_error: str = ""
    """Of the newest send; "": it was taken."""
    dropped: int = 0
    """Alerts that were never told: too many, or too old. Since the beginning."""
    unsaid: int = 0
    """How many of these the next message has to tell."""


def take_in(outbox: Outbox, alerts: Iterable[Alert], policy: Policy, now: int) -> Outbox:
    """Let alerts wait, those that the route wants; and drop what is too old, or too much."""
    new = [Waiting(alert=each) for each in alerts if each.kind in policy.kinds]
    kept = [each for each in (*outbox.waiting, *new) if now - each.alert.at < policy.keep_ms]
    excess = len(kept) - MOST_WAITING
    if excess > 0:
        first = sorted(range(len(kept)), key=lambda at: kept[at].alert.kind in policy.urgent)[:excess]
        kept = [each for at, each in enumerate(kept) if at not in set(first)]
    gone = len(outbox.waiting) + len(new) - len(kept)
    grown = attrs.evolve(outbox, waiting=tuple(kept), dropped=outbox.dropped + gone, unsaid=outbox.unsaid + gone)
    return _held(grown, policy, now)


def next_message(outbox: Outbox, policy: Policy, now: int) -> Message | None:
    """What may go at `now`; None: nothing. What is urgent goes first, what was held back last."""
    if now < outbox.not_before:
        return None
    free = [each for each in outbox.waiting if _may_go(each.alert.kind, outbox, policy, now)]
    at_once = [each.alert for each in free if not each.held]
    if at_once:
        alert = min(at_once, key=lambda each: each.kind not in policy.urgent)
        return Message(title=f"BITTEN: {TITLES[alert.kind]}", body=_body([alert], outbox, policy), alerts=(alert,))
    held = [each.alert for each in free]
    if not held:
        return None
    counts = Counter(each.kind for each in held)
    told = ", ".join(f"{count} {TITLES[kind]}" for kind, count in counts.items())
    return Message(title=f"BITTEN: held back: {told}", body=_body(held, outbox, policy), alerts=tuple(held))


def went_out(outbox: Outbox, message: Message, policy: Policy, now: int) -> Outbox:
    """The message was taken."""
    told = set(message.alerts)
    went = {kind: tuple(each for each in times if now - each < HOUR_MS) for kind, times in outbox.went.items()}
    for kind in {each.kind for each in message.alerts}:
        went[kind] = (*went.get(kind, ()), now)
    after = attrs.evolve(
        outbox,
        waiting=tuple(each for each in outbox.waiting if each.alert not in told),
        went=went,
        failures=0,
        not_before=0,
        sent=outbox.sent + 1,
        last_sent=now,
        last_error="",
        unsaid=0,
    )
    return _held(after, policy, now)


def came_back(outbox: Outbox, error: str, now: int) -> Outbox:
    """The message was not taken: it waits on."""
    failures = outbox.failures + 1
    return attrs.evolve(outbox, failures=failures, not_before=now + retry_ms(failures), last_error=error)


def retry_ms(failures: int) -> int:
    """Milliseconds until the next try after so many that failed in a row, 1 or more."""
    return min(FIRST_RETRY_MS << min(failures - 1, 10), LAST_RETRY_MS)


def _held(outbox: Outbox, policy: Policy, now: int) -> Outbox:
    """Mark what may not go now."""
    may_go = {kind: _may_go(kind, outbox, policy, now) for kind in policy.kinds}
    waiting = tuple(
        each if each.held or may_go.get(each.alert.kind, True) else attrs.evolve(each, held=True)
        for each in outbox.waiting
    )
    return attrs.evolve(outbox, waiting=waiting)


def _may_go(kind: Kind, outbox: Outbox, policy: Policy, now: int) -> bool:
    if kind not in policy.urgent and policy.quiet.holds(now, policy.zone):
        return False
    return sum(now - each < HOUR_MS for each in outbox.went.get(kind, ())) < policy.per_hour


def _body(alerts: list[Alert], outbox: Outbox, policy: Policy) -> str:
    lines = [each.line(policy.zone) for each in alerts[-MOST_LINES:]]
    if len(alerts) > MOST_LINES:
        lines.insert(0, f"and {len(alerts) - MOST_LINES} older ones; `bitten journal show` has them all")
    if outbox.unsaid:
        lines.append(f"{outbox.unsaid} older alerts are not told: too many waited, or for too long")
    return "\n".join(lines)
