"""Health is output: how often each stage of the way should speak, and what its silence means.

A stage owes a word when the market is open (ticks, bars, signals) or when it was given something to answer (verdicts,
confirmations, xp). What nobody can expect, a fire or a closing, is never late. Waiting is counted in hub time.
"""

from collections.abc import Mapping
from enum import StrEnum

import attrs

from bitten.units import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, SymbolSpec

_WEEK = 7 * 24 * 60


class Health(StrEnum):
    """Of a stage, a session, the journal, or the whole hub."""

    OK = "ok"
    LATE = "late"
    STALE = "stale"


SEVERITY = {Health.OK: 0, Health.LATE: 1, Health.STALE: 2}


@attrs.frozen
class Expectation:
    """When a stage that owes a word is late, and when it is stale, ms; None: never."""

    says: str
    late_ms: int | None = None
    stale_ms: int | None = None


EXPECTATIONS = {
    "ticks": Expectation("while a market is open", 30 * SECOND_MS, 2 * MINUTE_MS),
    "bars": Expectation("every 5 min while a market is open", 6 * MINUTE_MS, 12 * MINUTE_MS),
    "signals": Expectation("within 8 h of an open market", 8 * HOUR_MS),
    "verdicts": Expectation("on each signal", SECOND_MS, 10 * SECOND_MS),
    "fires": Expectation("when the gate lets one through"),
    "confirmations": Expectation("on each command", 5 * SECOND_MS, 30 * SECOND_MS),
    "closings": Expectation("when the broker closes"),
    "xp": Expectation("on each closing", 5 * SECOND_MS, 30 * SECOND_MS),
}
"""Of each stage, in the order of the way."""


@attrs.frozen(kw_only=True)
class Picture:
    """What the judgement looks at. All in ms of hub time unless it says otherwise."""

    ages: Mapping[str, int | None]
    """Since each stage spoke; None: never."""
    open_ms: int | None
    """For how long quotes could have come: a session is live and its market open. None: they cannot."""
    closed_because: str = ""
    """Why they cannot."""
    unanswered_ms: int | None = None
    """Age of the oldest command without an outcome, pending orders aside."""
    unjudged: int = 0
    """Closings without their XP."""


@attrs.frozen
class Judgement:
    """What is thought of something, and why."""

    health: Health
    why: str


def judge(name: str, picture: Picture) -> Judgement:
    """How a stage does by its own expectation."""
    expected = EXPECTATIONS[name]
    if name in ("ticks", "bars", "signals") and picture.open_ms is None:
        return Judgement(Health.OK, picture.closed_because)
    waiting = _waiting(name, picture)
    for health, limit in ((Health.STALE, expected.stale_ms), (Health.LATE, expected.late_ms)):
        if waiting is not None and limit is not None and waiting > limit:
            return Judgement(health, f"silent for {_words(waiting)}; expected {expected.says}")
    return Judgement(Health.OK, "")


def judge_session(state: str, heard_ms_ago: int) -> Judgement:
    """How the session of an EA does, by its state."""
    if state == "live":
        return Judgement(Health.OK, "")
    heard = f"{state}: last heard {_words(heard_ms_ago)} ago"
    return Judgement(Health.STALE if state == "lost" else Health.LATE, heard)


def worst(healths: Mapping[str, Judgement]) -> Health:
    """The whole is as healthy as its worst part."""
    return max((each.health for each in healths.values()), key=SEVERITY.__getitem__, default=Health.OK)


def open_for(spec: SymbolSpec, broker_time: int) -> int | None:
    """For how long the symbol's market has been open at a broker time, ms; None: it is closed (protocol 2.7).

    A market without a close counts as open for a week.
    """
    if not spec.is_open(broker_time):
        return None
    # 1970 began on a Thursday, the broker's week begins on a Sunday.
    into = (broker_time + 4 * DAY_MS) % (7 * DAY_MS)
    start = minute = into // MINUTE_MS
    while minute - start < _WEEK:
        begun = next((begin for begin, end in spec.hours if begin <= (start - 1) % _WEEK < end), None)
        if begun is None:
            return (minute - start) * MINUTE_MS + into % MINUTE_MS if spec.hours else 7 * DAY_MS
        start -= (start - 1) % _WEEK - begun + 1
    return 7 * DAY_MS


def _waiting(name: str, picture: Picture) -> int | None:
    """For how long the stage has owed a word; None: it owes none."""
    age = picture.ages[name]
    match name:
        case "ticks" | "bars" | "signals":
            assert picture.open_ms is not None
            return picture.open_ms if age is None else min(age, picture.open_ms)
        case "verdicts":
            asked = picture.ages["signals"]
            return asked if asked is not None and (age is None or age > asked) else None
        case "confirmations":
            return picture.unanswered_ms
        case "xp":
            return picture.ages["closings"] if picture.unjudged else None
        case _:
            return None


def _words(ms: int) -> str:
    return f"{ms / 1000:.0f} s" if ms < 2 * MINUTE_MS else f"{ms / MINUTE_MS:.0f} min"
