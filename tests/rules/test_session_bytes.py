"""From bytes to a session's calls, and from its effects to facts (protocol 1.2, 1.3, 8.1)."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitten.errors import Malformed
from bitten.rules import facts
from bitten.rules.reconcile import Adopt
from bitten.rules.session import Record, RecordRaw, Session, SetCursor, State, StateChanged, reading, telling
from bitten.units import DAY_MS, Account
from bitten.wire.codec import FromEa, encode, peek
from bitten.wire.commands import Ack
from tests.rules import session_samples as ea

T, SESSION = ea.T, ea.SESSION
PASS = encode(ea.passed(1))
PING = encode(ea.ping())


def feed(session: Session, raw: bytes) -> list[str]:
    return ea.names(reading.on_feedback(session, peek(raw), raw, T))


@pytest.mark.parametrize(
    ("raw", "effects"),
    [
        (PASS, ["Record"]),
        (PASS.replace(b'"signal_id":"SIG"', b'"signal_id":7'), ["RecordRaw", "HoldBegun", "trading"]),
        (b'{"type":"closed","session":"S-1","n":1}', ["RecordRaw", "HoldBegun", "trading"]),
        (PASS[:-1] + b',"signal_id":"SIG"}', ["RecordRaw", "HoldBegun", "trading"]),
        (PASS[:-1] + b',"n":1}', []),
        (b'{"type":"closed","session":"S-1","n":0}', []),
        (b'{"type":"closed","session":"S-1","n":9007199254740992}', []),
        (b'{"type":"tick","session":"S-1","n":1}', []),
        (b'{"type":"nonsense","session":"S-1","n":1}', []),
        (PING, []),
    ],
)
def test_an_unreadable_event_is_kept_and_what_is_none_is_malformed(raw: bytes, effects: list[str]) -> None:
    session = ea.live()
    assert feed(session, raw) == effects
    assert session.counts["malformed"] == (not effects)


def test_an_event_on_the_command_channel_is_malformed() -> None:
    session = ea.live()
    assert reading.on_command(session, peek(PASS), PASS, T) == []
    assert session.counts["malformed"] == 1
    assert ea.names(reading.on_command(session, peek(PING), PING, T)) == ["pong"]


@given(st.binary(max_size=64), st.integers(0, 200))
def test_no_bytes_raise(noise: bytes, at: int) -> None:
    raw = PASS[:at] + noise + PASS[at:]
    session = ea.live()
    try:
        envelope = peek(raw)
    except Malformed:
        return
    reading.on_feedback(session, envelope, raw, T)
    reading.on_command(session, envelope, raw, T)
    assert session.state is State.LIVE


def test_a_greeting_as_a_fact() -> None:
    greeting = ea.greeted().greeting
    assert telling.greeted(greeting.hello, greeting.epoch) == facts.Greeted(
        user="paper", account=Account("Broker", 100), ea="L1", epoch=1, life=1, boot="b1"
    )


@pytest.mark.parametrize(
    ("message", "kind"),
    [(ea.passed(1), "passed"), (ea.confirmation(1), "confirmed"), (ea.closed(1), "closed")],
)
def test_an_event_as_a_fact(message: FromEa, kind: str) -> None:
    (record,) = ea.live().receive(message, T)
    assert isinstance(record, Record)
    fact = telling.fact_of(record, ea.greeted().greeting, 0)
    assert fact.kind == kind
    assert attrs.asdict(fact, recurse=False)["event"] == message
    assert attrs.asdict(fact)["ea"] == "L1"


@pytest.mark.parametrize(("utc_offset", "day"), [(0, 10), (1, 11), (-DAY_MS, 9)])
def test_a_closing_belongs_to_the_brokers_day(utc_offset: int, day: int) -> None:
    event = attrs.evolve(ea.closed(1), time=11 * DAY_MS - 1)
    fact = telling.fact_of(Record(event, "d"), ea.greeted().greeting, utc_offset)
    assert isinstance(fact, facts.Closing)
    assert fact.day == day


@pytest.mark.parametrize(
    ("effect", "kind"),
    [
        (RecordRaw(1, "e30=", "d"), "garbled"),
        (SetCursor(9), "cursor"),
        (Adopt("F1", ea.position()), "adopted"),
        (StateChanged(State.LIVE, State.STALE, "silent"), "session"),
    ],
)
def test_other_effects_as_facts(effect: telling.Told, kind: str) -> None:
    fact = telling.fact_of(effect, ea.greeted().greeting, 0)
    assert fact.kind == kind
    assert facts.decode(kind, facts.encode(fact)) == fact


def test_what_was_recorded_is_recognised_after_a_restart() -> None:
    (record,) = ea.live().receive(ea.passed(1), T)
    assert isinstance(record, Record)
    after = ea.begun(cursor=1, digests={1: record.digest}, next_event=2)
    assert ea.sent(after.receive(ea.passed(1), T)) == [Ack(session=SESSION, n=1)]
