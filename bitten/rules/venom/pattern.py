"""What a pattern is: the whole interface that a plug-in needs.

A pattern looks at a `MarketView` and answers with a `Candidate`, with `NoSignal` (and why), or with None where there is
nothing to say. It decides where and how strongly; entry, stop, target and life follow from its kind. It must be a
function of the view alone: no state between calls, no clock, no files. An exception benches it until the hub's VENOM is
started again, and harms nothing else.

    class MyPattern:
        name = "MY_PATTERN"
        kind = SignalKind.RAPID_ASSAULT
        trigger = "bar"

        def detect(self, market: MarketView) -> Candidate | NoSignal | None:
            if market.m5.close[-1] <= market.m5.open[-1]:
                return None
            return Candidate(Direction.BUY, score=60.0)
"""

from collections.abc import Callable, Iterable
from math import isfinite
from typing import Any, Literal, Protocol, get_args, runtime_checkable

import attrs
from attrs.validators import instance_of, optional

from bitten.messages import Evidence, SignalKind
from bitten.rules.venom.context import MarketView
from bitten.units import Direction, sentence, whole

Trigger = Literal["bar", "tick"]
"""When a pattern is asked: as each M5 bar closes, or (conflated, with the newest quote) as ticks come."""


# Any: an attrs validator is called with the instance and the attribute of whatever class it stands on.
def _finite(low: float, high: float) -> Callable[[Any, "attrs.Attribute[Any]", float], None]:
    def check(_: Any, attribute: "attrs.Attribute[Any]", value: float) -> None:  # noqa: ANN401 - attrs' own signature
        if not (isfinite(value) and low <= value <= high):
            raise ValueError(f"{attribute.name} = {value!r}: must be {low:g} to {high:g}")

    return check


def _evidence(found: Iterable[Evidence]) -> tuple[Evidence, ...]:
    evidence = tuple(found)
    for each in evidence:
        if not isinstance(each, Evidence):
            raise TypeError(f"evidence holds {each!r}: must be Evidence")
    return evidence


@attrs.frozen(kw_only=True)
class Plan:
    """How a candidate is to be traded where its kind's plan will not do."""

    stop: float = attrs.field(converter=float, validator=_finite(1e-9, 1e9))
    """Price distance from the entry."""
    target: float = attrs.field(converter=float, validator=_finite(1e-9, 1e9))
    """Price distance from the entry."""
    life_ms: int = attrs.field(converter=whole, validator=_finite(1, 1e12))
    """Market time for which the signal may be fired."""


@attrs.frozen
class Candidate:
    """Something found, not yet a signal. Raises ValueError for a score outside 0 to 100, and TypeError."""

    direction: Direction = attrs.field(validator=instance_of(Direction))
    score: float = attrs.field(kw_only=True, converter=float, validator=_finite(0, 100))
    evidence: tuple[Evidence, ...] = attrs.field(default=(), kw_only=True, converter=_evidence)
    plan: Plan | None = attrs.field(default=None, kw_only=True, validator=optional(instance_of(Plan)))


@attrs.frozen
class NoSignal:
    """The pattern could not look, and why: one word, as `no_volume`."""

    reason: str = attrs.field(converter=sentence)


NO_VOLUME = NoSignal("no_volume")
"""Counting ticks says nothing about volume here."""


@runtime_checkable
class Pattern(Protocol):
    """A pattern, built in or a user's own."""

    name: str
    """Upper case, unique; part of the signal's id."""
    kind: SignalKind
    trigger: Trigger

    def detect(self, market: MarketView) -> Candidate | NoSignal | None:
        """What the market looks like to this pattern."""


def problem_with(pattern: object) -> str:
    """Why an object is not a pattern; "" if it is one."""
    if not isinstance(pattern, Pattern):
        return f"{pattern!r} is no pattern: it needs name, kind, trigger and detect(market)"
    name: object = pattern.name
    if not (isinstance(name, str) and name and name.isascii() and name.isprintable()):
        return f"name = {name!r}: must be printable ASCII"
    if pattern.kind not in list(SignalKind):
        return f"{pattern.name}: kind = {pattern.kind!r}: must be one of {', '.join(SignalKind)}"
    if pattern.trigger not in get_args(Trigger):
        return f"{pattern.name}: trigger = {pattern.trigger!r}: must be one of {', '.join(get_args(Trigger))}"
    return ""
