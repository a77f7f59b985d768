"""A scenario file: what it says, line by line, and the settings in its head.

Either side may be under test, and the runner plays the other one: of a hub it injects the EA's lines and expects the
hub's, of an EA it injects the hub's and expects the EA's.

    # 2.3 What the clause promises, in words.
    # settings: {"telemetry_ms": 50}      what the hub is configured with, where it is not the default of `Setup`
    # fact: intent {"id": "F1"}           a fact that the journal holds already; an intent's other fields are filled in
    # pings: shown                        pings of the side under test must be expected; else the runner answers them
    # targets: hub, ea                    which sides can be under test: without the line the hub; ea is every
                                          EA, mql5 only the compiled one
    # all: shown                          what an EA says by itself must be expected too, and all in its order; else
                                          messages of one type, and confirmations of one id, are in order
    # acks: shown                         the runner acks an EA's events only as the file says

    include live.part                     the lines of another file
    ea> hello {"user": "alice"}           inject: a sample of that type (samples.py) with these fields changed
    ea> {"type": "ping", …}               inject: exactly this; the channel follows from the type
    ea-raw> feedback not json             inject: exactly these bytes on that channel
    11 x ea> pass {"n": "$i"}             eleven times, `$i` counting from 1
    hub> welcome {"session": "$session"}  expect: a message of that type with these fields; others may have any value
    3 x hub> ping                         expect: three of them
    hub> nothing                          expect: silence
    wait 6000                             hub time passes, ms; it begins at START

and of an EA

    hub-raw> not json                     inject: exactly these bytes
    broker> tick EURUSD 1.1 1.1002        a quote at its broker, bid and ask
    broker> news USD 3 1800000 Non-Farm_Payrolls    its calendar: currency, importance, ms from now, name
    broker> answers 10004                 its broker answers the next order so, and does nothing
    terminal> switch autotrading=0        a line of the compiled EA's terminal (ea/host/terminal/control.cpp)
    ea restarts                           its process is killed, and another begins on the same ledger and account
    ea dies writing                       the same, but that it leaves half a line at the end of its ledger (mql5 alone)
    ea away 40                            the same, but that the other begins so many days later (mql5 alone)
    ea leaves                             its trader takes it off the chart

`"$name"` takes a value on its first use in an expectation, or the sample's own on its first use in what is injected,
and stands for it from then on; `"$now"` is hub time, and `"*"` in an expectation is any value. Another connection has
a name: `ea:second>` and `hub:second>`.
"""

import json
import re
from pathlib import Path
from typing import Literal

import attrs
import msgspec

from bitten.units import Account
from bitten.wire.codec import ea_on_command
from bitten.wire.session import BarsWanted

HERE = Path(__file__).parent
START = 1_700_000_000_000
"""Hub time at the beginning of a scenario, ms: what a fact in its head refers to."""
Json = dict[str, object]
Channel = Literal["command", "feedback"]

Side = Literal["hub", "ea", "mql5"]
SIDES: dict[str, tuple[Side, ...]] = {"hub": ("hub",), "ea": ("ea", "mql5"), "mql5": ("mql5",)}
"""What the head of a file says, and whose tests play it."""

_STEP = re.compile(r"(?:(?P<times>\d+) x )?(?P<who>ea|ea-raw|hub|hub-raw)(?::(?P<peer>\w+))?> (?P<rest>.+)\Z")
_DEED = re.compile(r"ea (?:restarts|dies writing|away \d+|leaves)\Z")


class ScenarioError(AssertionError):
    """The scenario cannot be read, or the hub did not do what it says. Names file and line."""


@attrs.frozen
class User:
    """How a user is configured."""

    account: Account | None = None
    """None: bound to the first that says hello."""
    accept_live: bool = False


@attrs.frozen(kw_only=True)
class Setup:
    """What the hub is configured with, and what its journal holds, when the scenario begins."""

    users: dict[str, User] = attrs.field(factory=lambda: {"paper": User()})
    telemetry_ms: int = 5_000
    max_clock_skew_ms: int = 2_000
    max_messages_per_s: int = 500
    symbols: tuple[str, ...] = ("EURUSD",)
    bars: tuple[BarsWanted, ...] = (BarsWanted(symbol="EURUSD", timeframe="M5", count=500),)
    facts: tuple[tuple[str, Json], ...] = ()
    """Kind and fields."""


@attrs.frozen(kw_only=True)
class Step:
    """One line."""

    where: str
    text: str


@attrs.frozen(kw_only=True)
class Inject(Step):
    """The EA says something: a message with fields to fill in, or bytes."""

    peer: str
    channel: Channel
    message: Json | None
    raw: str = ""
    times: int = 1


@attrs.frozen(kw_only=True)
class Expect(Step):
    """The hub says something, so many times; `pattern` None: it says nothing."""

    peer: str
    pattern: Json | None
    times: int = 1


@attrs.frozen(kw_only=True)
class Wait(Step):
    """Hub time passes."""

    ms: int


@attrs.frozen(kw_only=True)
class Raw(Step):
    """The hub says these bytes."""

    raw: str


@attrs.frozen(kw_only=True)
class Around(Step):
    """Something happens around the EA: at its broker, or to its process."""

    words: tuple[str, ...]


@attrs.frozen(kw_only=True)
class Scenario:
    """A whole file."""

    name: str
    setup: Setup
    answer_pings: bool
    all_shown: bool
    ack_events: bool
    targets: tuple[Side, ...]
    steps: tuple[Step, ...]


def all_files(target: Side) -> list[Path]:
    """Every scenario of that side, in the order of the clauses."""
    files = sorted(HERE.glob("*.scenario"), key=lambda path: [int(n) for n in re.findall(r"\d+", path.stem)[:2]])
    return [path for path in files if target in read(path).targets]


def read(path: Path) -> Scenario:
    """A scenario file. Raises `ScenarioError` with file and line."""
    return parse(path.name, path.read_text())


def parse(name: str, text: str) -> Scenario:
    """The text of a scenario file. Raises `ScenarioError` with file and line."""
    head = [line[1:].strip() for line in text.splitlines() if line.startswith("#")]
    return Scenario(
        name=name,
        setup=_setup(name, head),
        answer_pings="pings: shown" not in head,
        all_shown="all: shown" in head,
        ack_events="acks: shown" not in head,
        targets=_targets(name, head),
        steps=tuple(_steps(name, text)),
    )


def _targets(name: str, head: list[str]) -> tuple[Side, ...]:
    said = next((line.removeprefix("targets: ") for line in head if line.startswith("targets: ")), "hub")
    found: list[Side] = []
    for word in said.split(", "):
        if word not in SIDES:
            raise ScenarioError(f"{name}: targets: {word!r} is not hub, ea or mql5")
        found += SIDES[word]
    return tuple(found)


def _setup(name: str, head: list[str]) -> Setup:
    settings: Json = {}
    facts: list[tuple[str, Json]] = []
    for line in head:
        keyword, _, rest = line.partition(": ")
        if keyword == "settings":
            settings |= _object(f"{name}: settings", rest)
        elif keyword == "fact":
            kind, _, fields = rest.partition(" ")
            facts.append((kind, _object(f"{name}: fact", fields)))
    unknown = settings.keys() - {field.name for field in attrs.fields(Setup)}
    if unknown:
        raise ScenarioError(f"{name}: settings: {', '.join(sorted(unknown))} is not a field of Setup")
    try:
        return attrs.evolve(msgspec.convert(settings, Setup), facts=tuple(facts))
    except msgspec.ValidationError as error:
        raise ScenarioError(f"{name}: settings: {error}") from None


def _steps(name: str, text: str) -> list[Step]:
    steps: list[Step] = []
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        where = f"{name}:{number}"
        if stripped.startswith("include "):
            part = HERE / stripped.removeprefix("include ")
            if not part.is_file():
                raise ScenarioError(f"{where}: there is no {part.name}")
            steps += _steps(f"{where} {part.name}", part.read_text())
        elif stripped and not stripped.startswith("#"):
            steps.append(_step(where, stripped))
    return steps


def _step(where: str, line: str) -> Step:
    if line.startswith("wait "):
        return Wait(where=where, text=line, ms=int(line.removeprefix("wait ")))
    if line.startswith("terminal> "):
        return Around(where=where, text=line, words=("terminal", line.removeprefix("terminal> ")))
    if line.startswith("broker> ") or _DEED.match(line):
        return Around(where=where, text=line, words=tuple(line.removeprefix("broker> ").split()))
    match = _STEP.match(line)
    if match is None:
        raise ScenarioError(f"{where}: {line!r} is no ea>, ea-raw>, hub>, wait or include line")
    if match["who"] == "hub-raw":
        return Raw(where=where, text=line, raw=match["rest"])
    peer, rest, times = match["peer"] or "ea", match["rest"], int(match["times"] or 1)
    if match["who"] == "hub":
        pattern = None if rest == "nothing" else _message(where, rest)
        return Expect(where=where, text=line, peer=peer, pattern=pattern, times=times)
    if match["who"] == "ea-raw":
        channel, _, raw = rest.partition(" ")
        if channel not in ("command", "feedback"):
            raise ScenarioError(f"{where}: channel {channel!r} is not command or feedback")
        return Inject(
            where=where,
            text=line,
            peer=peer,
            channel="command" if channel == "command" else "feedback",
            message=None,
            raw=raw,
            times=times,
        )
    message: Json = {"type": "nothing"} if rest == "nothing" else _message(where, rest)
    on_command = message["type"] in ea_on_command.types
    return Inject(
        where=where,
        text=line,
        peer=peer,
        channel="command" if on_command else "feedback",
        message=message,
        times=times,
    )


def _message(where: str, text: str) -> Json:
    """`TYPE {fields}`, `TYPE`, or a whole object."""
    if text.startswith("{"):
        return {"whole": True, **_object(where, text)}
    kind, _, fields = text.partition(" ")
    return {"type": kind, **(_object(where, fields) if fields else {})}


def _object(where: str, text: str) -> Json:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise ScenarioError(f"{where}: {text!r} is no JSON: {error}") from None
    if not isinstance(found, dict):
        raise ScenarioError(f"{where}: {text!r} is no JSON object")
    return found
