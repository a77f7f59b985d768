"""What goes when: one at a time, the urgent first, what was held back as one message, and nothing lost or doubled."""

from collections import Counter
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitten.rules.alerts import Alert, AlertSettings, Kind, Message, Outbox, Policy, RouteSettings
from bitten.rules.alerts.outbox import MOST_WAITING, came_back, next_message, retry_ms, take_in, went_out
from bitten.units import DAY_MS, HOUR_MS, MINUTE_MS

UTC = ZoneInfo("UTC")
NOON = 20_000 * DAY_MS + 12 * HOUR_MS
NIGHT = NOON + 11 * HOUR_MS
MORNING = NOON + 19 * HOUR_MS


def policy(per_hour: int = 12, quiet: str = "22:00-07:00", **route: object) -> Policy:
    return Policy.of(AlertSettings(quiet=quiet), RouteSettings(per_hour=per_hour, **route), UTC)  # type: ignore[arg-type] # keys of settings


def alert(kind: Kind = Kind.LOCK, entry: int = 1, at: int = NOON) -> Alert:
    return Alert(kind=kind, at=at, text=f"{kind} {entry}", entry=entry)


def drained(outbox: Outbox, rules: Policy, now: int) -> tuple[Outbox, list[Message]]:
    """All that may go now has gone."""
    found = []
    while message := next_message(outbox, rules, now):
        found.append(message)
        outbox = went_out(outbox, message, rules, now)
    return outbox, found


def test_an_alert_goes_at_once_with_its_time_and_its_entry() -> None:
    outbox = take_in(Outbox(), [alert(entry=7)], policy(), NOON)
    message = next_message(outbox, policy(), NOON)
    assert message is not None
    assert (message.title, message.body) == ("BITTEN: locked", "2024-10-04 12:00 UTC lock 7 (entry 7)")
    after = went_out(outbox, message, policy(), NOON)
    assert (after.waiting, after.sent, after.last_sent) == ((), 1, NOON)


def test_a_route_is_told_what_it_wants_alone() -> None:
    rules = policy(events=("halt",))
    outbox = take_in(Outbox(), [alert(), alert(Kind.HALT, 2)], rules, NOON)
    assert [each.alert.kind for each in outbox.waiting] == [Kind.HALT]


def test_in_quiet_hours_what_is_urgent_goes_and_the_rest_comes_afterwards_as_one_message() -> None:
    alerts = [alert(entry=1, at=NIGHT), alert(Kind.HALT, 2, NIGHT), alert(Kind.REFUSED, 3, NIGHT)]
    outbox, at_night = drained(take_in(Outbox(), alerts, policy(), NIGHT), policy(), NIGHT)
    assert [each.title for each in at_night] == ["BITTEN: trading state"]
    assert next_message(outbox, policy(), MORNING - 1) is None
    outbox, in_the_morning = drained(outbox, policy(), MORNING)
    assert [each.title for each in in_the_morning] == ["BITTEN: held back: 1 locked, 1 refused"]
    assert outbox.waiting == ()


def test_a_route_without_quiet_hours_is_told_at_night() -> None:
    rules = Policy.of(AlertSettings(quiet="22:00-07:00"), RouteSettings(quiet=False), UTC)
    assert next_message(take_in(Outbox(), [alert(at=NIGHT)], rules, NIGHT), rules, NIGHT) is not None


def test_what_is_more_than_a_kinds_rate_comes_as_one_message_and_another_kind_is_not_held_up() -> None:
    rules = policy(per_hour=2)
    alerts = [*(alert(Kind.REFUSED, entry) for entry in range(30)), alert(Kind.LOCK, 99)]
    outbox, found = drained(take_in(Outbox(), alerts, rules, NOON), rules, NOON)
    assert [each.title for each in found] == ["BITTEN: refused", "BITTEN: refused", "BITTEN: locked"]
    assert next_message(outbox, rules, NOON + HOUR_MS - 1) is None
    outbox, found = drained(outbox, rules, NOON + HOUR_MS)
    (digest,) = found
    assert digest.title == "BITTEN: held back: 28 refused"
    lines = digest.body.split("\n")
    assert lines[0] == "and 8 older ones; `bitten journal show` has them all"
    assert [line.rpartition("entry ")[2] for line in lines[1:]] == [f"{entry})" for entry in range(10, 30)]


def test_the_urgent_overtake() -> None:
    outbox = take_in(Outbox(), [alert(), alert(Kind.UNRESOLVED, 2)], policy(), NOON)
    assert [each.alerts[0].entry for each in drained(outbox, policy(), NOON)[1]] == [2, 1]


def test_what_failed_waits_and_is_tried_again_less_and_less_often() -> None:
    outbox, now = take_in(Outbox(), [alert()], policy(), NOON), NOON
    for wait in (5, 10, 20, 40, 80, 160, 320, 640, 900, 900):
        assert next_message(outbox, policy(quiet=""), now) is not None
        outbox = came_back(outbox, "no network", now)
        assert (outbox.not_before - now, outbox.last_error) == (wait * 1_000, "no network")
        assert next_message(outbox, policy(quiet=""), outbox.not_before - 1) is None
        now = outbox.not_before
    message = next_message(outbox, policy(), now)
    assert message is not None
    assert attrs.evolve(went_out(outbox, message, policy(), now), went={}) == Outbox(sent=1, last_sent=now)
    assert retry_ms(10_000) == 15 * MINUTE_MS


def test_the_queue_is_bounded_the_urgent_stay_and_what_was_dropped_is_told() -> None:
    first = [alert(Kind.HALT, 0), *(alert(Kind.REFUSED, entry) for entry in range(1, MOST_WAITING))]
    outbox = take_in(Outbox(), first, policy(), NOON)
    outbox = take_in(outbox, [alert(Kind.REFUSED, 1_000 + entry) for entry in range(3)], policy(), NOON)
    assert [each.alert.entry for each in outbox.waiting][:2] == [0, 4]
    assert (len(outbox.waiting), outbox.dropped) == (MOST_WAITING, 3)
    message = next_message(outbox, policy(), NOON)
    assert message is not None
    assert message.body.endswith("3 older alerts are not told: too many waited, or for too long")
    assert went_out(outbox, message, policy(), NOON).unsaid == 0


def test_what_is_too_old_is_dropped() -> None:
    outbox = take_in(Outbox(), [alert()], policy(), NOON)
    later = take_in(outbox, [], policy(), NOON + 72 * HOUR_MS)
    assert (later.waiting, later.dropped) == ((), 1)


@given(
    steps=st.lists(
        st.tuples(st.integers(0, 3 * HOUR_MS), st.lists(st.sampled_from(list(Kind)), max_size=5), st.booleans()),
        max_size=40,
    ),
    per_hour=st.integers(1, 4),
)
def test_each_alert_is_told_once_whatever_fails_and_no_rate_is_passed(
    steps: list[tuple[int, list[Kind], bool]], per_hour: int
) -> None:
    rules = attrs.evolve(policy(per_hour), keep_ms=10_000 * DAY_MS)
    outbox, now, entry, told = Outbox(), NOON, 0, Counter[int]()
    went: dict[Kind, list[int]] = {kind: [] for kind in Kind}
    for wait, kinds, up in [*steps, *[(HOUR_MS, list[Kind](), True)] * 48]:
        now += wait
        alerts = [alert(kind, entry + at, now) for at, kind in enumerate(kinds)]
        entry += len(kinds)
        outbox = take_in(outbox, alerts, rules, now)
        while message := next_message(outbox, rules, now):
            if not up:
                outbox = came_back(outbox, "down", now)
                continue
            outbox = went_out(outbox, message, rules, now)
            told.update(each.entry for each in message.alerts)
            for kind in {each.kind for each in message.alerts}:
                went[kind].append(now)
                assert sum(now - each < HOUR_MS for each in went[kind]) <= per_hour
                assert kind in rules.urgent or not rules.quiet.holds(now, UTC)
    assert told == dict.fromkeys(range(entry), 1)


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_title(kind: Kind) -> None:
    message = next_message(take_in(Outbox(), [alert(kind)], policy(), NOON), policy(), NOON)
    assert message is not None
    assert message.title.startswith("BITTEN: ")
