"""The codec: every message survives the wire, and bytes are a valid message or `Malformed`, nothing else."""

from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitten.errors import Malformed
from bitten.units import Direction
from bitten.wire.codec import (
    MAX_BYTES,
    Decoder,
    FromEaOnCommand,
    FromEaOnFeedback,
    FromHub,
    ea_on_command,
    ea_on_feedback,
    encode,
    hub_on_command,
    peek,
)
from bitten.wire.commands import Modify, Resend
from bitten.wire.events import CloseReason, Status
from bitten.wire.market import Tick, Ticks

TICK = Tick(session="s1", symbol="EURUSD", bid=1.1, ask=1.2, time=1_546_300_800_000)


def value_for(name: str, hint: str) -> Any:  # noqa: ANN401 - one example value of whatever type a field has
    """A valid value for a field, by its name where the type alone does not tell."""
    by_name: dict[str, Any] = {
        "direction": Direction.BUY,
        "kind": "limit",
        "status": Status.FILLED,
        "reason": CloseReason.TP,
        "account": {
            "login": 1,
            "server": "Broker-Demo",
            "company": "Broker",
            "currency": "USD",
            "leverage": 100,
            "margin_mode": "hedging",
            "demo": True,
        },
        "trading": {"state": "active", "reason": ""},
        "state": "halted",
        "mode": "manual",
        "timeframe": "M5",
        "trade_mode": "full",
        "bars": [],
        "symbols": ["EURUSD"],
        "rows": [],
        "positions": [],
        "orders": [],
        "filling": ["fok"],
        "hours": [[0, 10080]],
    }
    if name in by_name:
        return by_name[name]
    return {"bool": True, "str": "x", "int": 1, "float": 1.5}[hint]


def example(cls: type) -> dict[str, Any]:
    """A valid message of a class, as the JSON object that a peer would send."""
    schema = msgspec.json.schema(cls)["$defs"]
    own = next(value for key, value in schema.items() if key.split(".")[-1] == cls.__name__)
    names = {"boolean": "bool", "string": "str", "integer": "int", "number": "float"}
    made: dict[str, Any] = {}
    for name, prop in own["properties"].items():
        if name in own.get("required", ()):
            made[name] = value_for(name, names.get(prop.get("type", ""), ""))
        elif name == "type":
            made[name] = prop["default"]
    if cls.__name__ == "Ready":
        made["bars"] = {"EURUSD M5": 1}
    if cls.__name__ == "Bye":
        made["reason"] = "shutdown"
    if cls.__name__ == "Fire":
        made["kind"] = "market"
    return made


CASES = [
    *((ea_on_command, cls) for cls in get_args(FromEaOnCommand)),
    *((ea_on_feedback, cls) for cls in get_args(FromEaOnFeedback)),
    *((hub_on_command, cls) for cls in get_args(FromHub)),
]


@pytest.mark.parametrize(("decoder", "cls"), CASES, ids=lambda each: getattr(each, "__name__", ""))
def test_every_message_survives_the_wire(decoder: Decoder[Any], cls: type) -> None:
    message: Any = decoder.decode(msgspec.json.encode(example(cls)))
    assert decoder.decode(encode(message)) == message
    assert isinstance(message, cls)


@pytest.mark.parametrize(("decoder", "cls"), CASES, ids=lambda each: getattr(each, "__name__", ""))
def test_every_required_field_is_required_and_typed(decoder: Decoder[Any], cls: type) -> None:
    whole = example(cls)
    for field in whole.keys() - {"type"}:
        missing = {key: value for key, value in whole.items() if key != field}
        with pytest.raises(Malformed, match=field):
            decoder.decode(msgspec.json.encode(missing))
        with pytest.raises(Malformed, match=field):
            decoder.decode(msgspec.json.encode({**whole, field: {"not": "it"} if field != "bars" else 7}))


def test_a_message_of_the_other_channel_is_malformed() -> None:
    with pytest.raises(Malformed, match="type 'tick' is not one of goodbye, hello, ping, pong"):
        ea_on_command.decode(encode(TICK))


def test_unknown_fields_are_ignored() -> None:
    assert ea_on_feedback.decode(encode(TICK)[:-1] + b',"new":[1]}') == TICK


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"type":1}',
        b'{"type":"tick\\ud800"}',
        b"[" * 100_000,
        b'{"type":"tick","x":' + b"[" * 100_000,
        b'{"type":"tick","session":"s","symbol":"E","bid":' + b"9" * 5000 + b',"ask":1,"time":1}',
    ],
)
def test_what_is_no_message_is_malformed(raw: bytes) -> None:
    with pytest.raises(Malformed):
        ea_on_feedback.decode(raw)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("bid", value) for value in ("true", '"1"', "NaN", "Infinity", "1e999", "-1", "0", "1e9", "null")),
        *(("time", value) for value in ("1.5", "-1", "true", str(2**53))),
        *(
            ("symbol", value)
            for value in ('""', '"EUR USD"', '"EUR\\u0000"', '"\\u202eEUR"', f'"{"E" * 33}"', '"EUR\\n"')
        ),
        *(("session", value) for value in ('""', '"a b"', f'"{"s" * 65}"', '"s\\n"')),
    ],
)
def test_a_value_outside_its_range_is_malformed_and_named(field: str, value: str) -> None:
    fields = {"session": '"s1"', "symbol": '"EURUSD"', "bid": "1.1", "ask": "1.2", "time": "1"} | {field: value}
    raw = '{"type":"tick",' + ",".join(f'"{key}":{text}' for key, text in fields.items()) + "}"
    with pytest.raises(Malformed):
        ea_on_feedback.decode(raw.encode())


def test_the_envelope_is_read_without_the_body() -> None:
    envelope = peek(b'{"type":"closed","n":7,"session":"s1","ticket":"not a number"}')
    assert (envelope.type, envelope.session, envelope.n) == ("closed", "s1", 7)


def test_an_absent_stop_and_a_removed_stop_are_told_apart() -> None:
    raw = encode(Modify(id="m1", session="s1", expires=1, ticket=5, tp=0.0))
    assert b'"sl"' not in raw
    assert msgspec.json.decode(raw)["tp"] == 0


def test_resend_speaks_of_from() -> None:
    assert msgspec.json.decode(encode(Resend(session="s1", from_=4))) == {"type": "resend", "session": "s1", "from": 4}


def test_a_message_that_fits_no_frame_is_our_fault() -> None:
    rows = tuple((1, 1.0, 1.0) for _ in range(MAX_BYTES // 8))
    with pytest.raises(ValueError, match=f"at most {MAX_BYTES} fit a frame"):
        encode(Ticks(session="s1", symbol="EURUSD", rows=rows))


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_a_message_or_malformed(raw: bytes) -> None:
    for decoder in (ea_on_command, ea_on_feedback, hub_on_command):
        with pytest.raises(Malformed):
            decoder.decode(raw)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["session", "symbol", "bid", "ask", "time", "n"]), json_values))
def test_any_object_is_a_valid_tick_or_malformed(fields: dict[str, Any]) -> None:
    raw = msgspec.json.encode({"type": "tick", **fields})
    try:
        tick = ea_on_feedback.decode(raw)
    except Malformed:
        return
    assert isinstance(tick, Tick)
    assert 0 < tick.bid < 1e9
    assert 0 < tick.ask < 1e9
