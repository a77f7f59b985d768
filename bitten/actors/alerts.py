"""The alerts actor: tells the operator's phone what the journal says, whatever the network does.

Receives: nothing that could fill up; it follows the journal, and is woken when the configuration changes.
Sends: messages to the services of `[alerts.routes]`, each from a thread of its own route.
Journals: nothing.
Fails as: itself: its supervisor never gives up, and nobody waits for it. What was not sent waits beside the journal.

The journal is read, and a service spoken to, in threads. A route has one message on its way at a time; one that does
not answer holds up its own route alone, and one thread.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import attrs
import trio
from loguru import logger

from bitten import told_file
from bitten.actors.courier import GRACE_S, Courier
from bitten.actors.scribe import Scribe
from bitten.current import Current
from bitten.destinations import send, service_of
from bitten.errors import ExitCode, JournalError
from bitten.journal import JournalReader
from bitten.rules.alerts import Alert, AlertSettings, Kind, Message, Policy, RouteSettings, Told
from bitten.rules.alerts.hours import Quiet
from bitten.rules.alerts.outbox import Outbox, came_back, next_message, went_out
from bitten.rules.alerts.reading import overdue
from bitten.rules.alerts.told import KINDS
from bitten.rules.book import Command
from bitten.rules.facts import Entry
from bitten.told_file import ToldUnusable
from bitten.units import SECOND_MS
from bitten.wire.alerts import AlertsAnswer, AlertsTest, AlertsTestAnswer, RouteStatus, RouteTested
from bitten.wire.desk import Refusal

LOOK_S = 1.0
"""Between two looks at the journal: what happened is told within about that time."""
KEEP_MS = 60 * SECOND_MS
"""How often the state is kept while nothing but its place in the journal changes."""
COMPLAIN_AFTER = 3
"""Sends that failed in a row: about half a minute, after which `bitten status` says so too."""
MOST_READ = 2_000
"""Facts that are read at once."""


@attrs.define(eq=False)
class AlertsActor:
    """One for all routes."""

    current: Current
    scribe: Scribe
    courier: Courier = attrs.field(factory=lambda: Courier(send))
    _told: Told | None = None
    _kept: Told | None = None
    """What is on the disk."""
    _kept_at: int = 0
    _sending: dict[str, int] = attrs.field(factory=dict)
    """By route, since when a message has been on its way, hub time."""
    _failures: dict[str, str] = attrs.field(factory=dict)
    """Why something cannot be done now, by what."""
    _outage_told: bool = False
    _changed: trio.Event = attrs.field(factory=trio.Event)
    _keeping: trio.Lock = attrs.field(factory=trio.Lock)

    async def run(self) -> None:
        """Look and tell for ever. On the way out, what is on its way is given a moment, and the state is kept."""
        self._told = self._kept = None
        self._sending.clear()
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self.courier.hurry)
                while True:
                    await self._look(nursery)
                    await self._pause()
        finally:
            with trio.move_on_after(GRACE_S, shield=True):
                await self._keep()

    def wake(self) -> None:
        """The configuration is another one."""
        self._changed.set()

    def status(self) -> AlertsAnswer:
        """For `bitten alerts`."""
        now, settings = self.scribe.clock.now(), self._settings
        return AlertsAnswer(
            routes=tuple(self._route(name, route, now) for name, route in settings.routes.items()),
            quiet=Quiet.of(settings.quiet).holds(now, ZoneInfo(settings.zone)),
            position=None if self._told is None else self._told.position,
            failure="; ".join(self._failures.values()),
        )

    def unsent(self) -> Mapping[str, str]:
        """By route, why what waits there was not taken several times in a row."""
        boxes = {} if self._told is None else self._told.routes
        return {name: box.last_error for name, box in boxes.items() if box.failures >= COMPLAIN_AFTER}

    async def test(self, request: AlertsTest) -> AlertsTestAnswer | Refusal:
        """Send a message on each route that is meant, at once."""
        routes = self._settings.routes
        if request.route and request.route not in routes:
            known = ", ".join(routes) or "none"
            what = f"route {request.route!r} is not configured; known are {known}"
            return Refusal(message=what, exit_code=int(ExitCode.USAGE))
        if not routes:
            return Refusal(message="no route is configured: see [alerts.routes.NAME]")
        wanted = [name for name in routes if request.route in ("", name)]
        found: dict[str, RouteTested] = {}
        async with trio.open_nursery() as nursery:
            for name in wanted:
                nursery.start_soon(self._test, name, routes[name], request.who, found)
        return AlertsTestAnswer(routes=tuple(found[name] for name in wanted))

    @property
    def _settings(self) -> AlertSettings:
        return self.current.config.alerts

    def _policies(self) -> Mapping[str, Policy]:
        settings = self._settings
        zone = ZoneInfo(settings.zone)
        return {name: Policy.of(settings, route, zone) for name, route in settings.routes.items()}

    async def _pause(self) -> None:
        """Until the next look; without routes until there are some."""
        with trio.move_on_after(LOOK_S if self._settings.routes else float("inf")):
            await self._changed.wait()
        self._changed = trio.Event()

    async def _look(self, nursery: trio.Nursery) -> None:
        if not self._settings.routes:
            await self._forget()
            return
        if self._told is None:
            self._told = await self._begin()
        with self._trouble("reading"):
            await self._read()
        told = self._news(self._told.on(self._settings.routes))
        self._told = told
        if told.routes != (self._kept.routes if self._kept else None) or self._due():
            await self._keep()
        self._send_what_may_go(nursery)

    async def _begin(self) -> Told:
        """Where the last hub stopped; or with what comes from now on, where nobody was told anything before."""
        journal, now = self.scribe.journal, self.scribe.clock.now()
        locks = {user: standing.locked_until for user, standing in self.scribe.ledger.standings.items()}
        fresh = Told(position=journal.entries, summed_up=now, locks=locks)
        try:
            found = await trio.to_thread.run_sync(told_file.read, journal.path)
        except ToldUnusable as error:
            logger.warning("alerts: {}; what waited there is not told", error)
            return fresh
        if found is not None and found.position > journal.entries:
            logger.warning(
                "alerts: the journal is older than what was told of it: told from entry {} on", fresh.position
            )
            return attrs.evolve(found, position=journal.entries)
        return fresh if found is None else found

    async def _read(self) -> None:
        """Take in what was journaled since the last look. Raises `JournalError`."""
        assert self._told is not None
        journal, before = self.scribe.journal, self._told.position
        if journal.entries <= before:
            return
        entries, upto = await trio.to_thread.run_sync(_entries, journal.path, before, journal.entries)
        self._told = self._told.on(self._settings.routes).read(entries, upto, self._policies(), self.scribe.clock.now())

    def _news(self, told: Told) -> Told:
        """What no fact says: an outcome that does not come, a day that is over, a journal that cannot be written."""
        settings, policies, now = self._settings, self._policies(), self.scribe.clock.now()
        told = told.overdue(overdue(self._unresolved(), settings.unresolved_s, now), policies, now)
        told = told.summed(settings.daily_at, ZoneInfo(settings.zone), policies, now)
        failure = self.scribe.failure
        if failure and not self._outage_told:
            told = told.told([Alert(kind=Kind.HALT, at=now, text=f"all is halted: {failure}")], policies, now)
        self._outage_told = bool(failure)
        return told

    def _unresolved(self) -> Iterator[tuple[str, Command]]:
        books = self.scribe.ledger.books.values()
        return ((book.user, command) for book in books for command in book.unresolved.values())

    def _send_what_may_go(self, nursery: trio.Nursery) -> None:
        assert self._told is not None
        now, routes = self.scribe.clock.now(), self._settings.routes
        for name, policy in self._policies().items():
            box = self._told.routes.get(name)
            if box is None or name in self._sending:
                continue
            if (late := self.courier.late(name)) and late.alerts:  # A test has none.
                box = went_out(box, late, policy, now)
                self._told = self._told.with_box(name, box)
            if message := next_message(box, policy, now):
                self._sending[name] = now
                nursery.start_soon(self._deliver, name, routes[name], message)

    async def _deliver(self, name: str, route: RouteSettings, message: Message) -> None:
        try:
            error = await self.courier.carry(name, route, message, self._settings.timeout_s)
            if self._told is not None and (box := self._told.routes.get(name)) is not None:
                self._told = self._told.with_box(name, self._after(name, box, message, error))
                with trio.move_on_after(GRACE_S, shield=True):
                    await self._keep()
        finally:
            del self._sending[name]

    def _after(self, name: str, box: Outbox, message: Message, error: str) -> Outbox:
        now = self.scribe.clock.now()
        if error:
            if error != box.last_error:
                logger.warning("alerts: route {}: not sent: {}; tried again", name, error)
            return came_back(box, error, now)
        policy = self._policies().get(name)
        return box if policy is None else went_out(box, message, policy, now)

    async def _test(self, name: str, route: RouteSettings, who: str, found: dict[str, RouteTested]) -> None:
        began = trio.current_time()
        message = Message(title="BITTEN: test", body=f"a test of route {name}, by {who}", alerts=())
        error = await self.courier.carry(name, route, message, self._settings.timeout_s)
        found[name] = RouteTested(name=name, error=error, ms=round((trio.current_time() - began) * 1000))

    def _due(self) -> bool:
        return self.scribe.clock.now() - self._kept_at >= KEEP_MS

    async def _keep(self) -> None:
        """Write the state down, whole. Where that fails it is told from memory, and tried again."""
        async with self._keeping:
            told, self._kept_at = self._told, self.scribe.clock.now()
            if told is None or told == self._kept:
                return
            with self._trouble("keeping"):
                await trio.to_thread.run_sync(told_file.write, self.scribe.journal.path, told)
                self._kept = told

    async def _forget(self) -> None:
        """Nobody is told anything: whoever is, later, is told what comes then."""
        async with self._keeping:  # Else one that is being kept would come back.
            self._told = self._kept = None
            with self._trouble("keeping"):
                await trio.to_thread.run_sync(told_file.forget, self.scribe.journal.path)

    @contextmanager
    def _trouble(self, what: str) -> Iterator[None]:
        """A disk that fails keeps nobody from being told what is known: it is said once, and tried again."""
        try:
            yield
        except (JournalError, ToldUnusable) as error:
            if str(error) != self._failures.get(what):
                logger.warning("alerts: {}; tried again", error)
            self._failures[what] = str(error)
        else:
            self._failures.pop(what, None)

    def _route(self, name: str, route: RouteSettings, now: int) -> RouteStatus:
        told, since = self._told, self._sending.get(name)
        box = Outbox() if told is None else told.routes.get(name, Outbox())
        return RouteStatus(
            name=name,
            service=service_of(route),
            events=route.events,
            waiting=len(box.waiting),
            held=sum(each.held for each in box.waiting),
            sent=box.sent,
            last_sent=box.last_sent,
            last_error=box.last_error,
            failures=box.failures,
            next_try_ms=max(0, box.not_before - now) if box.failures else None,
            sending_ms=None if since is None else now - since,
            dropped=box.dropped,
        )


def _entries(journal: Path, after: int, upto: int) -> tuple[list[Entry], int]:
    """Facts that may be told or counted, and up to which entry these are all. Raises `JournalError`."""
    with JournalReader.open(journal) as reader:
        found = list(islice(reader.read(after, KINDS), MOST_READ))
    last = found[-1].seq if found else 0
    return found, last if len(found) == MOST_READ else max(upto, last)
