"""A field given twice makes a message malformed: agrees with a naive reading of every field, at every depth."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitten.errors import Malformed
from bitten.wire.codec import Decoder, ea_on_command, ea_on_feedback, encode, hub_on_command
from bitten.wire.commands import Modify
from bitten.wire.duplicates import FieldCount, ambiguous
from bitten.wire.market import Tick
from tests.scenarios.samples import POSITION, SAMPLES, message

Pairs = list[tuple[str, Any]]
FILLED: dict[object, object] = {"$session": "S-1", "$now": 1_700_000_000_000}
UNKNOWN = ("", ":", "new", '"n', "\u202e")
READY = ("GBPUSD M1", "USDJPY H4")
ORDER = {"ticket": 9, "symbol": "EURUSD", "direction": "SELL", "kind": "limit", "lot": 0.1, "price": 1.2}
ORDER |= {"sl": 0, "tp": 0, "magic": 1, "fire_id": "F:1"}


def said(kind: str) -> dict[str, object]:
    """A whole message; what can list positions and orders has some, and a text has a colon."""
    whole = message({"type": kind})
    filled = {key: FILLED.get(value, value) if isinstance(value, str) else value for key, value in whole.items()}
    if "positions" in filled:
        filled |= {"positions": [dict(POSITION), dict(POSITION)], "orders": [ORDER]}
    return filled | ({"message": 'at 12:30 "x":1'} if kind == "confirmation" else {})


def twice_somewhere(raw: bytes) -> bool:
    """The naive reading."""
    found = False

    def look(pairs: Pairs) -> None:
        nonlocal found
        names = [name for name, _ in pairs]
        found = found or any(names.count(name) > 1 for name in names)

    json.loads(raw, object_pairs_hook=look)
    return found


def spelled(draw: st.DrawFn, text: str) -> str:
    """A name as JSON may spell it."""
    at = draw(st.integers(0, len(text)))
    if at == len(text):
        return json.dumps(text)
    return json.dumps(text[:at])[:-1] + f"\\u{ord(text[at]):04x}" + json.dumps(text[at + 1 :])[1:]


def written(draw: st.DrawFn, value: object) -> str:
    """JSON with fields in any order, some again, some that nobody knows, and any blanks."""
    if isinstance(value, dict):
        pairs = list(value.items())
        if draw(st.booleans()):
            pairs += draw(st.lists(st.sampled_from(pairs), max_size=2)) if pairs else []
            # One field has the table of what is ready, whose names are symbols and timeframes.
            others = UNKNOWN if len(value) > 1 else READY
            unknown = {":": [{":": ":"}]} if len(value) > 1 else 1
            pairs += draw(st.lists(st.tuples(st.sampled_from(others), st.just(unknown)), max_size=2))
        blank = st.sampled_from(["", "", " ", "\t"])
        fields = [f"{spelled(draw, name)}{draw(blank)}:{written(draw, inner)}" for name, inner in pairs]
        return "{" + ",".join(draw(st.permutations(fields))) + "}"
    if isinstance(value, list):
        return "[" + ",".join(written(draw, inner) for inner in value) + "]"
    return json.dumps(value)


@st.composite
def frames(draw: st.DrawFn) -> tuple[Decoder[Any], bytes]:
    """A message that is right but for fields given twice, and who hears it."""
    kind = draw(st.sampled_from(sorted(SAMPLES)))
    decoder: Decoder[Any] = ea_on_feedback if kind in ea_on_feedback.types else ea_on_command
    return decoder, written(draw, said(kind)).encode()


@given(frames())
def test_what_is_given_twice_is_found_and_nothing_else(frame: tuple[Decoder[Any], bytes]) -> None:
    decoder, raw = frame
    if twice_somewhere(raw):
        with pytest.raises(Malformed, match="is given twice"):
            decoder.decode(raw)
    else:
        decoder.decode(raw)


@pytest.mark.parametrize("kind", sorted(SAMPLES.keys() - {"confirmation", "snapshot", "telemetry"}))
def test_what_an_honest_peer_says_is_known_by_its_count(kind: str) -> None:
    decoder: Decoder[Any] = ea_on_feedback if kind in ea_on_feedback.types else ea_on_command
    heard = decoder.decode(json.dumps(said(kind)).encode())
    assert encode(heard).count(b":") == FieldCount.of(type(heard)).least(heard)


def test_a_field_twice_is_named() -> None:
    raw = encode(Tick(session="s", symbol="EURUSD", bid=1.1, ask=1.2, time=1))
    with pytest.raises(Malformed, match="field 'bid' is given twice"):
        ea_on_feedback.decode(raw[:-1] + b',"bid":1.3}')


def test_a_field_that_may_be_absent_is_no_second_one() -> None:
    raw = encode(Modify(id="m1", session="s1", expires=1, ticket=5, tp=0.0))
    hub_on_command.decode(raw)
    with pytest.raises(Malformed, match="field 'tp' is given twice"):
        hub_on_command.decode(raw[:-1] + b',"tp":1.0}')


@pytest.mark.parametrize(
    ("hidden", "why"),
    [
        (b'"\xff"', "invalid start byte"),
        (b"1e999", "beyond what a double holds"),
        (b"9" * 5_000, "limit"),
        (b"[" * 60_000 + b"]" * 60_000, "recursion"),
        (b'{"a":1,"a":2}', "'a' is given twice"),
    ],
    ids=["not UTF-8", "infinite", "5,000 digits", "deep", "twice"],
)
def test_what_hides_in_a_field_that_nobody_knows_is_found(hidden: bytes, why: str) -> None:
    raw = encode(Tick(session="s", symbol="EURUSD", bid=1.1, ask=1.2, time=1))
    with pytest.raises(Malformed, match=why):
        ea_on_feedback.decode(raw[:-1] + b',"new":' + hidden + b"}")


@pytest.mark.parametrize(
    ("raw", "is_so"),
    [
        (b'{"type":"pass","session":"S","n":1,"x":1,"x":2}', False),
        (b'{"type":"pass","session":"S","n":1,"x":"\xff"}', False),
        (b'{"type":"pass","session":"S","n":1,"x":{"n":1,"n":2}}', False),
        (b'{"type":"pass","session":"S","n":1,"n":2}', True),
        (b'{"type":"pass","session":"S","\\u006e":1,"n":2}', True),
        (b'{"type":"pass","session":"S","session":"T","n":1}', True),
        (b'{"type":"pass","type":"closed","session":"S","n":1}', True),
        (b'{"type":"pass","session":"S","n":1', True),
    ],
)
def test_an_envelope_that_says_two_things(raw: bytes, is_so: bool) -> None:
    assert ambiguous(raw) == is_so
