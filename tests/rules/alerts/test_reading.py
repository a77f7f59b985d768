"""Which facts are told and in which words, and what the day's summary counts."""

from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitten.rules.alerts import Alert, AlertSettings, Kind, Policy, RouteSettings, Told
from bitten.rules.alerts.alert import LONGEST_LINE
from bitten.rules.alerts.daily import Tally, counted, summary
from bitten.rules.alerts.outbox import came_back, next_message, went_out
from bitten.rules.alerts.reading import alert_of
from bitten.rules.facts import Denial, Entry, Fact, Outage, SecurityEvent, SessionChanged, TradingSet, XpAwarded
from bitten.units import HOUR_MS, Account, TradingState

UTC = ZoneInfo("UTC")
AT = 1_795_484_000_000
AWARD = XpAwarded(
    user="amy",
    account=Account("S", 1),
    deal=1,
    points=-20,
    reasons=("stop",),
    day=1,
    profit=-50.0,
    streak=-4,
    locked_until=AT + HOUR_MS,
    lock_reason="4 losses in a row",
    half_risk="",
)
LOST = SessionChanged(user="amy", epoch=2, state="lost", reason="silent for 12001 ms")


def entry(fact: Fact, seq: int = 1) -> Entry:
    return Entry(seq=seq, time=AT, actor="test", causes=(), fact=fact)


@pytest.mark.parametrize(
    ("fact", "kind", "text"),
    [
        (LOST, Kind.SESSION_LOST, "amy: session 2 is lost: silent for 12001 ms"),
        (SecurityEvent(user="", what="unknown_key", detail="ab from 1.2.3.4"), Kind.REFUSED,
         "a stranger: unknown_key: ab from 1.2.3.4"),
        (TradingSet(user="", state=TradingState.HALTED, why="news", who="op", flatten=True), Kind.HALT,
         "trading of all is halted, positions are closed, by op: news"),
        (TradingSet(user="amy", state=TradingState.ACTIVE, why="", who="op"), Kind.HALT,
         "trading of amy is active again, by op"),
        (Outage(what="disk is full"), Kind.HALT,
         "all was halted since then, and the journal is written again: disk is full"),
        (Denial(user="amy", signal_id="s", code="repeated", message="5 alike"), Kind.LOCK,
         "amy: fires are held until `bitten rearm`: 5 alike"),
        (AWARD, Kind.LOCK, "amy: locked until 2026-11-24 02:33:20 market time: 4 losses in a row"),
    ],
)  # fmt: skip
def test_what_is_told(fact: Fact, kind: Kind, text: str) -> None:
    assert alert_of(entry(fact, 7), locked_until=0) == Alert(kind=kind, at=AT, text=text, entry=7)


@pytest.mark.parametrize(
    "fact",
    [
        attrs.evolve(LOST, state="stale"),
        attrs.evolve(LOST, state="ended"),
        Denial(user="amy", signal_id="s", code="shots", message="6 of 6"),
        attrs.evolve(AWARD, locked_until=0, lock_reason=""),
    ],
)
def test_what_is_not(fact: Fact) -> None:
    assert alert_of(entry(fact), locked_until=0) is None


def test_a_lock_is_told_when_it_begins_and_when_it_is_prolonged() -> None:
    assert alert_of(entry(AWARD), locked_until=AWARD.locked_until) is None
    assert alert_of(entry(AWARD), locked_until=AWARD.locked_until - 1) is not None


def test_what_a_stranger_says_stays_one_line_of_bounded_length() -> None:
    found = alert_of(entry(SecurityEvent(user="", what="x", detail="\n\u202e" + "a" * 1_000)), locked_until=0)
    assert found is not None
    assert (found.text.isprintable(), len(found.text)) == (True, LONGEST_LINE)


def test_the_summary_has_a_line_a_user_and_one_for_all() -> None:
    tallies: dict[str, Tally] = {}
    for fact in (LOST, AWARD, attrs.evolve(AWARD, user="bob", profit=120.5, points=100), LOST):
        tallies = dict(counted(tallies, entry(fact)))
    assert summary(tallies, AT, AT + HOUR_MS, UTC).text.split("\n") == [
        "from 2026-11-24 01:33 UTC:",
        "amy: 0 fires, 0 fills, 0 denials, profit -50.00, XP -20, 2 sessions lost",
        "bob: 0 fires, 0 fills, 0 denials, profit +120.50, XP +100",
        "all: 0 fires, 0 fills, 0 denials, profit +70.50, XP +80, 2 sessions lost",
    ]


@given(
    st.lists(
        st.sampled_from(["happens", "is looked at", "is sent", "fails", "is kept", "crashes"]), min_size=1, max_size=60
    )
)
def test_whatever_happens_between_each_fact_is_told_once(steps: list[str]) -> None:
    """A crash loses what was not kept; what is sent is kept before anything else is done."""
    policies = {"r": Policy.of(AlertSettings(), RouteSettings(per_hour=1_000), UTC)}
    journal: list[Entry] = []
    told: list[int] = []
    alerts = kept = Told(position=0, summed_up=AT).on(policies)
    now = AT
    for step in [*steps, *["is looked at", "is sent"] * (len(steps) + 1)]:
        now += HOUR_MS
        if step == "happens":
            journal.append(Entry(seq=len(journal) + 1, time=now, actor="test", causes=(), fact=LOST))
        elif step == "is looked at":
            found = [each for each in journal if each.seq > alerts.position]
            alerts = alerts.read(found, len(journal), policies, now)
        elif step in ("is sent", "fails"):
            kept = alerts
            box = alerts.routes["r"]
            if message := next_message(box, policies["r"], now):
                if step == "is sent":
                    told += [each.entry for each in message.alerts]
                    box = went_out(box, message, policies["r"], now)
                else:
                    box = came_back(box, "no network", now)
                kept = alerts = alerts.with_box("r", box)
        elif step == "is kept":
            kept = alerts
        else:
            alerts = kept
    assert sorted(told) == list(range(1, len(journal) + 1))


def test_a_summary_that_was_missed_for_days_is_made_once() -> None:
    settings = AlertSettings(daily_at="21:00")
    policies = {"r": Policy.of(settings, RouteSettings(), UTC)}
    told = Told(position=0, summed_up=AT).on(policies)
    assert told.summed("21:00", UTC, policies, AT + HOUR_MS) is told
    later = AT + 100 * HOUR_MS
    once = told.read([entry(LOST)], 1, policies, later).summed("21:00", UTC, policies, later)
    assert [each.alert.kind for each in once.routes["r"].waiting] == [Kind.DAILY]
    assert once.summed("21:00", UTC, policies, later) is once
    assert once.tallies == {}
