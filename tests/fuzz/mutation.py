"""Conversations to begin with, and changes that know what a message is: noise alone is malformed and learns little."""

import json
from collections.abc import Callable
from random import Random

from tests.scenarios.samples import SAMPLES, message

HOSTILE: tuple[object, ...] = (
    *(0, 1, -1, 2**31, 2**53 - 1, 2**53, 2**63 - 1, 2**63, -(2**63), 10**30),
    *(0.0, -0.0, 1e-308, 1e308, -1e308, 0.1, 3.9, True, False, None),
    *("", "1", "NaN", "\u202e", "\x00", "a" * 513, "EURUSD", "F1", "\ud7ff", [], {}, [[]], [{}]),
)
"""Values that a field may not expect."""
LITERALS = (
    b"NaN",
    b"Infinity",
    b"-Infinity",
    b"1e999",
    b"-1e999",
    b"0x1",
    b"01",
    b"1" * 5_000,
    b"[" * 2_000,
    b"\xff",
    b'"\\ud800"',
)
"""What stands in JSON where it must not."""
_FILLED = {"$session": "S-1", "$now": 1_700_000_000_000}
_PORT = {"hello": b"1", "ping": b"1", "pong": b"1", "goodbye": b"1"}


def _frame(kind: str, **changes: object) -> bytes:
    said = {key: _FILLED.get(value, value) if isinstance(value, str) else value for key, value in SAMPLES[kind].items()}
    body = json.dumps(message({"type": kind, **said, **changes}), separators=(",", ":"))
    return _PORT.get(kind, b"0") + body.encode()


def seeds() -> list[bytes]:
    """One conversation for each kind of message, each after a greeting that makes the session live."""
    greeting = [_frame(kind) for kind in ("hello", "spec", "bars")]
    greeting += [_frame("confirmation", status="rejected"), _frame("snapshot", next_event=2)]
    greeting += [_frame("ready"), _frame("telemetry", next_event=2)]
    kinds = {kind: {"n": 2} if "n" in sample else {} for kind, sample in SAMPLES.items() if kind != "hello"}
    return [b"\n".join([*greeting, _frame(kind, **changes)]) for kind, changes in kinds.items()]


def frames() -> list[bytes]:
    """One message of each kind, as `seeds` has them."""
    return [_frame(kind) for kind in SAMPLES]


def mutate(conversation: bytes, random: Random) -> bytes:
    """The conversation with one thing changed."""
    lines = conversation.split(b"\n")
    at = random.randrange(len(lines))
    return b"\n".join(random.choice(_CHANGES)(lines, at, random))


def _insert(lines: list[bytes], at: int, random: Random) -> list[bytes]:
    return [*lines[:at], _frame(random.choice(list(SAMPLES))), *lines[at:]]


def _repeat(lines: list[bytes], at: int, _: Random) -> list[bytes]:
    return [*lines, lines[at]]


def _drop(lines: list[bytes], at: int, _: Random) -> list[bytes]:
    return [*lines[:at], *lines[at + 1 :]] or lines


def _retime(lines: list[bytes], at: int, random: Random) -> list[bytes]:
    return [*lines[:at], bytes([random.randrange(32, 256)]) + lines[at][1:], *lines[at + 1 :]]


def _noise(lines: list[bytes], at: int, random: Random) -> list[bytes]:
    line = lines[at]
    place = random.randrange(len(line) + 1)
    noise = random.choice(LITERALS) if random.random() < 0.5 else random.randbytes(random.randrange(1, 5))
    noisy = line[:place] + noise.replace(b"\n", b" ") + line[place + random.randrange(4) :]
    return [*lines[:at], noisy, *lines[at + 1 :]]


def _field(lines: list[bytes], at: int, random: Random) -> list[bytes]:
    """A value in a message becomes another, is taken away, or is there twice."""
    head, body = lines[at][:1], lines[at][1:]
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return _noise(lines, at, random)
    if not isinstance(said, dict) or not said:
        return _noise(lines, at, random)
    inner = _somewhere(said, random)
    key = random.choice(list(inner))
    chance = random.random()
    if chance < 0.1:
        del inner[key]
    elif chance < 0.4 and isinstance(number := inner[key], int | float) and abs(number) < 2**64:
        inner[key] = number + random.choice((-1, 1, 0.5, 10, 10**6))
    else:
        inner[key] = random.choice(HOSTILE)
    changed = json.dumps(said, separators=(",", ":")).encode()
    if chance > 0.97:
        changed = changed[:-1] + b"," + json.dumps({key: 1})[1:].encode()
    return [*lines[:at], head + changed, *lines[at + 1 :]]


def _somewhere(said: dict[str, object], random: Random) -> dict[str, object]:
    """The message itself, or an object inside it."""
    found = [said]
    for value in said.values():
        inner = value if isinstance(value, list) else [value]
        found += [each for each in inner if isinstance(each, dict) and each]
    return random.choice(found)


_Change = Callable[[list[bytes], int, Random], list[bytes]]
_CHANGES: tuple[_Change, ...] = (_insert, _repeat, _drop, _retime, _noise, _field, _field, _field, _field)
