"""One storm: faults, calm, and the verdict."""

import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random

import attrs

from bitten.errors import BittenError
from bitten.paper.ledger import Ledger as Memory
from bitten.rules.facts import Entry, Intent
from bitten.rules.ledger import Ledger
from bitten.units import TradingState
from bitten.wire.desk import SetTrading
from tests.integration.processes import Running
from tests.storm.checker import BrokerBook, Finding, Kind, check
from tests.storm.faults import FAULTS
from tests.storm.field import DEADLINE_S, Field, NotCalm
from tests.storm.weather import Weather

TRADES_FIRST = 0.7
RECOVERY_S = 4.0
TRADES = 5
"""Fires before the first fault: some are under way then, and some positions open."""
DEPOSIT = 10_000.0
"""What `bitten paper` opens an account with."""
STEADY_S = 1.5
"""A link that was cut shows within 2.4 periods, 0.6 s: until then both ends take it for good."""
SETTLE_S = 30.0
"""Far above what the longest wait of the protocol takes at this pace: 3 s."""


@attrs.frozen(kw_only=True)
class Outcome:
    """What a storm came to."""

    seed: int
    faults: dict[str, int]
    fires: int
    orders: int
    findings: tuple[Finding, ...]
    seconds: float

    def to_dict(self) -> dict[str, object]:
        """The object that `--json` prints."""
        counts = Counter(each.kind for each in self.findings)
        return {
            "seed": self.seed,
            "faults": self.faults,
            "fires": self.fires,
            "orders": self.orders,
            **{kind.value: counts[kind] for kind in Kind},
            "seconds": self.seconds,
        }


@attrs.frozen(kw_only=True)
class StormOptions:
    """What `python -m tests.storm` is told."""

    seed: int
    faults: int
    users: int = 2
    keep: Path | None = None
    """Where the processes' files go; None: a folder that is deleted afterwards."""
    only: tuple[str, ...] = tuple(FAULTS)
    """The kinds of faults that are drawn."""
    hub_module: tuple[str, ...] = ("bitten",)
    """What is started as the hub (`Field.hub_module`)."""


def run(options: StormOptions, say: Callable[[str], None]) -> Outcome:
    """Storm, calm, verdict. Raises `NotCalm` where the field does not even start."""
    if options.keep is not None:
        options.keep.mkdir(0o700, parents=True)
        return _run(options, options.keep.absolute(), say)
    with tempfile.TemporaryDirectory(prefix="bitten-storm-") as folder:
        return _run(options, Path(folder), say)


def _run(options: StormOptions, folder: Path, say: Callable[[str], None]) -> Outcome:
    began = time.monotonic()
    users = tuple(f"user{number}" for number in range(1, options.users + 1))
    field = Field(folder, users, options.seed, hub_module=options.hub_module)
    weather = Weather(field, Random(options.seed))
    done: Counter[str] = Counter()
    troubles: list[Finding] = []
    try:
        field.start_hub()
        for user in users:
            field.start_ea(user)
        field.until("every session is live", field.all_live)
        field.until("it trades", lambda: field.hub.count("fires") >= TRADES)
        try:
            for kind in _storm(weather, options):
                done[kind] += 1
                say(f"{time.monotonic() - began:6.1f} s  {done.total()} of {options.faults}: {kind}")
            _calm(field)
        except (NotCalm, BittenError, subprocess.TimeoutExpired) as trouble:
            troubles.append(Finding(Kind.UNRESOLVED, str(trouble)))
        troubles += _end(field)
        books = [_book(weather, user) for user in users]
        entries = field.entries()
    finally:
        field.close()
    return Outcome(
        seed=options.seed,
        faults=dict(sorted(done.items())),
        fires=sum(isinstance(entry.fact, Intent) and entry.fact.action == "fire" for entry in entries),
        orders=sum(len(book.report.opened) for book in books),
        findings=(*troubles, *check(entries, books)),
        seconds=round(time.monotonic() - began, 1),
    )


def _storm(weather: Weather, options: StormOptions) -> Iterator[str]:
    """Inject every fault; each is told after it was injected."""
    random, field = weather.random, weather.field
    for _ in range(options.faults):
        kind = random.choice(options.only)
        FAULTS[kind](weather)
        yield kind
        # Some faults meet a field that has not recovered from the last one; most meet one that trades.
        if random.random() < TRADES_FIRST:
            field.within(RECOVERY_S, field.all_live)
        time.sleep(random.random() ** 2)
    weather.heal()


def _calm(field: Field) -> None:
    """All are live and fired at again, and stay so; then no new fires, and every command has its outcome."""
    field.until("every session stays live", lambda: not field.within(STEADY_S, lambda: not field.all_live()))
    field.hub.ask(SetTrading(user="", state=TradingState.HALTED, why="calm", who="storm"))
    field.until("every command has an outcome", lambda: not unresolved(field.entries()), SETTLE_S)


def unresolved(entries: list[Entry]) -> list[str]:
    """The ids of the commands that have no outcome."""
    ledger = Ledger()
    for entry in entries:
        ledger.apply(entry)
    return [id_ for book in ledger.books.values() for id_ in book.unresolved]


def _end(field: Field) -> Iterator[Finding]:
    """The EAs leave, the hub stops; what did not end as it should."""
    eas = [(user, field.ea(user)) for user in field.users]
    yield from _ended(eas)
    for user in (user for user, ea in eas if not ea.process.returncode and field.report(user).unacked):
        # Its link was lost as it ended: its outbox is told by its next life.
        field.start_ea(user)
        if not field.within(DEADLINE_S, partial(field.all_live, user)):
            yield Finding(Kind.UNRESOLVED, f"{user} was not live once more in {DEADLINE_S:g} s")
        yield from _ended([(user, field.ea(user))])
    yield from _ended([("the hub", field.hub)])


def _ended(running: list[tuple[str, Running]]) -> Iterator[Finding]:
    for _, each in running:
        each.process.terminate()
    for name, each in running:
        if code := each.end():
            yield Finding(Kind.UNRESOLVED, f"{name} ended with {code}: {each.lines[-3:]}")


def _book(weather: Weather, user: str) -> BrokerBook:
    memory = Memory.open(weather.field.state(user))
    try:
        return BrokerBook(
            report=weather.field.ea(user).report(),
            next_event=memory.next_event,
            earlier=tuple(weather.ended.get(user, ())),
            deposit=DEPOSIT,
        )
    finally:
        memory.close()
