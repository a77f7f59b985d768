"""The session's table over the whole product of states and inputs, and the machine over every situation and input."""

from collections.abc import Callable
from itertools import product

import attrs
import pytest

from bitten.errors import IllegalEvent
from bitten.rules.session import Effect, Input, Session, State
from bitten.rules.session.table import OURS, RESUME, SAID, TABLE
from bitten.wire.session import ByeReason
from tests.rules import session_samples as ea

EXPECTED = """
             greeted      reconciling  live         stale   lost    ended
hello        -            -            -            -       -       -
goodbye      ended        ended        ended        resume  resume  ended
ping         greeted      reconciling  live         resume  resume  ended
pong         greeted      reconciling  live         resume  resume  ended
snapshot     greeted      reconciling  live         resume  resume  ended
ready        greeted      reconciling  live         resume  resume  ended
telemetry    greeted      reconciling  live         resume  resume  ended
heartbeat    greeted      reconciling  live         resume  resume  ended
market       greeted      reconciling  live         resume  resume  ended
event        greeted      reconciling  live         resume  resume  ended
garbled      greeted      reconciling  live         resume  resume  ended
foreign      greeted      reconciling  live         stale   lost    ended
malformed    greeted      reconciling  live         stale   lost    ended
prepared     reconciling  -            -            -       -       -
settled      -            live         -            -       -       -
quiet        -            stale        stale        -       -       -
silent       lost         lost         lost         lost    -       -
durable      greeted      reconciling  live         stale   lost    ended
compared     -            reconciling  live         -       -       -
commanded    -            reconciling  live         stale   -       -
stopped      ended        ended        ended        ended   ended   ended
"""
_HEAD, *_ROWS = EXPECTED.strip().splitlines()
CELLS = {
    (State(state), Input(row.split()[0])): cell
    for row in _ROWS
    for state, cell in zip(_HEAD.split(), row.split()[1:], strict=True)
}


@pytest.mark.parametrize(("state", "what"), list(product(State, Input)))
def test_every_state_decides_every_input(state: State, what: Input) -> None:
    after = TABLE[state].get(what)
    assert ("-" if after is None else after.value) == CELLS[state, what]


def test_a_silent_session_resumes_where_its_message_is_legal() -> None:
    resuming = {what for row in TABLE.values() for what, after in row.items() if after is RESUME}
    awake = (State.GREETED, State.RECONCILING, State.LIVE)
    assert all(isinstance(TABLE[state][what], State) for state, what in product(awake, resuming))


def test_each_input_is_the_eas_or_ours() -> None:
    assert set(Input) == SAID | OURS | {Input.HELLO, Input.FOREIGN, Input.MALFORMED}
    assert not SAID & OURS


SAYINGS: dict[str, Callable[[Session], list[Effect]]] = {
    "hello": lambda s: s.receive(ea.hello(), ea.LATER),
    "goodbye": lambda s: s.receive(ea.goodbye(), ea.LATER),
    "ping": lambda s: s.receive(ea.ping(), ea.LATER),
    "pong that was not asked for": lambda s: s.receive(ea.pong(99, 1, 1), ea.LATER),
    "snapshot": lambda s: s.receive(ea.snapshot(), ea.LATER),
    "ready": lambda s: s.receive(ea.ready(), ea.LATER),
    "telemetry": lambda s: s.receive(ea.telemetry(), ea.LATER),
    "heartbeat": lambda s: s.receive(ea.heartbeat(), ea.LATER),
    "tick": lambda s: s.receive(ea.tick(), ea.LATER),
    "the next event": lambda s: s.receive(ea.passed(1), ea.LATER),
    "an event beyond the next": lambda s: s.receive(ea.passed(3), ea.LATER),
    "a garbled event": lambda s: s.garbled(1, b"{}", ea.LATER),
    "another session's ping": lambda s: s.receive(attrs.evolve(ea.ping(), session="S-2"), ea.LATER),
    "malformed bytes": lambda s: s.malformed(ea.LATER),
}
AWAKE = {
    "hello": [],
    "goodbye": ["StateChanged", "End"],
    "ping": ["pong"],
    "pong that was not asked for": [],
    "snapshot": [],
    "ready": [],
    "telemetry": ["AccountSeen"],
    "heartbeat": [],
    "tick": [],
    "the next event": ["Record"],
    "an event beyond the next": ["resend"],
    "a garbled event": ["RecordRaw", "HoldBegun", "trading"],
    "another session's ping": [],
    "malformed bytes": [],
}
"""What any session does that is heard, whatever its state."""
MORE = {
    ("live", "ready"): ["live"],
    ("reconciling", "snapshot"): ["Reconcile"],
    ("reconciling", "telemetry"): ["Reconcile"],
}
"""What only one of them does besides."""
UNHEARD = {"hello", "another session's ping", "malformed bytes"}
COUNTED = {"hello": "illegal", "another session's ping": "foreign", "malformed bytes": "malformed"}


def expected_effects(situation: str, saying: str) -> list[str]:
    if situation == "ended":
        return []
    before = situation.split()[-1]
    if before == situation or saying in UNHEARD:
        return AWAKE[saying] + MORE.get((before, saying), [])
    # Heard again: the state before the silence first, there the same as ever, and another look at what is in question.
    again = ["Reconcile"] if before == "reconciling" and saying != "goodbye" else MORE.get((before, saying), [])
    return ["StateChanged", *AWAKE[saying], *again]


@pytest.mark.parametrize(("situation", "saying"), list(product(ea.SITUATIONS, SAYINGS)))
def test_every_situation_takes_everything_an_ea_can_say(situation: str, saying: str) -> None:
    session = ea.SITUATIONS[situation]()
    state, heard_at = session.state, session.heard_at
    effects = SAYINGS[saying](session)
    assert ea.names(effects) == expected_effects(situation, saying)
    if saying in UNHEARD or situation == "ended":
        assert (session.state, session.heard_at) == (state, heard_at)
        assert session.counts[COUNTED.get(saying, "late")] >= 1
    else:
        assert session.heard_at == ea.LATER
        assert session.state == ("ended" if saying == "goodbye" else situation.split()[-1])


DOINGS: dict[Input, Callable[[Session], list[Effect]]] = {
    Input.DURABLE: lambda s: s.durable(0, ea.LATER),
    Input.COMPARED: lambda s: s.settle([], ea.LATER),
    Input.COMMANDED: lambda s: s.commanded("C1", ea.LATER),
    Input.STOPPED: lambda s: s.stop(ByeReason.SHUTDOWN, "", ea.LATER),
}
DONE = {
    ("reconciling", Input.DURABLE): ["Reconcile"],
    ("reconciling", Input.COMPARED): ["StateChanged", "live"],
    **{(each, Input.STOPPED): ["bye", "StateChanged", "End"] for each in ea.SITUATIONS if each != "ended"},
}


@pytest.mark.parametrize(("situation", "what"), list(product(ea.SITUATIONS, DOINGS)))
def test_what_the_hub_does_where_it_must_not_is_a_defect(situation: str, what: Input) -> None:
    session = ea.SITUATIONS[situation]()
    state = session.state
    if what in TABLE[state]:
        assert ea.names(DOINGS[what](session)) == DONE.get((situation, what), [])
    else:
        with pytest.raises(IllegalEvent, match=f"{what} in a session that is {state}"):
            DOINGS[what](session)
        assert session.state is state


@pytest.mark.parametrize("situation", ea.SITUATIONS)
def test_after_the_end_there_is_no_deadline_and_before_it_always_one(situation: str) -> None:
    session = ea.SITUATIONS[situation]()
    assert (session.deadline <= ea.LATER + ea.PERIOD) is (situation != "ended")
    assert session.timer(session.deadline) != [] or situation == "ended"
