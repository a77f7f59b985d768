"""The hub: every resource, every actor, and the whole tree of who supervises whom, as one literal.

    EA --5556--> feedback --> session --> venom --> citadel --> fire_router
    EA <--5555-- command  <-- session <---------------------------'
    EA --5556--> feedback --> session --> scribe (durable) --> xp --> what the router lets pass next

What must outlive an actor's crash, mailboxes, sockets, journal and bars, is made here and handed to each of its lives.
"""

import gc
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import trio
from loguru import logger

from bitten import log
from bitten.actors.acceptor import Acceptor
from bitten.actors.acts import Acts
from bitten.actors.admission import Regime
from bitten.actors.alerts import AlertsActor
from bitten.actors.archivist import Archivist
from bitten.actors.burst import Burst
from bitten.actors.care import Carer
from bitten.actors.citadel import CitadelActor
from bitten.actors.desk import DeskActor, Hands, Sight
from bitten.actors.fire_router import FireRouter
from bitten.actors.flattening import Flattener
from bitten.actors.follower import Follower
from bitten.actors.gatekeeper import Gatekeeper
from bitten.actors.herald import Herald
from bitten.actors.lifting import Lifting
from bitten.actors.listing import Listing
from bitten.actors.neighbours import Neighbours
from bitten.actors.order_router import OrderRouter
from bitten.actors.pinging import Pinging
from bitten.actors.reloading import Reloader
from bitten.actors.roster import Roster
from bitten.actors.scenes import Scenes
from bitten.actors.scribe import Scribe
from bitten.actors.session import Session
from bitten.actors.stages import Stages
from bitten.actors.suspicions import Suspicions
from bitten.actors.users import UserDesk
from bitten.actors.venom import VenomActor
from bitten.actors.watchdog import last_words, log_event
from bitten.actors.xp import XpActor
from bitten.calibration import read_calibration
from bitten.channels import Channels, Door, open_channels
from bitten.clock import HubClock
from bitten.current import Current
from bitten.destinations import problems_in
from bitten.errors import ExitCode
from bitten.journal import Journal
from bitten.mailbox import Busy, DeadLetters
from bitten.news import read_news
from bitten.nursery import (
    Backoff,
    Child,
    RestartIntensityReached,
    Strategy,
    Supervisor,
    SupervisorSpec,
    SupervisorStatistics,
    at_once,
)
from bitten.plug_ins import resolve
from bitten.rules.access import Directory, user_of
from bitten.rules.citadel import Citadel, Newsroom, Throttle
from bitten.rules.citadel import build as build_shields
from bitten.rules.citadel.following import Following
from bitten.rules.handshakes import Handshakes
from bitten.rules.taped import Put, began, nowhere
from bitten.rules.venom import Venom
from bitten.rules.venom import build as build_patterns
from bitten.rules.venom.calibration import Calibration
from bitten.sd_notify import ServiceManager
from bitten.sections import Config
from bitten.sockets.channel import ChannelStatistics
from bitten.sockets.command import Command, Knock
from bitten.sockets.descriptors import make_room
from bitten.sockets.desk import Desk
from bitten.sockets.feedback import Feedback
from bitten.supervision.watchdog import Watchdog
from bitten.tape import Tape, open_tape
from bitten.wire.codec import UNREADABLE, Envelope
from bitten.wire.desk import DeskAnswer, SlowRequest
from bitten.wire.reload import Reload

STOP_S = 4.0
"""From the signal until the process is ended come what may; its users are promised 5 s."""
PARTING_S = 0.2
"""Between the last words to the EAs and the end of the connections on which they come: time to read them."""


class Hub:
    """One hub's actors, wired. `run` is the life of its tree."""

    def __init__(
        self,
        config: Config,
        clock: HubClock,
        journal: Journal,
        channels: Channels,
        source: Path | None = None,
        tape: Tape | None = None,
    ) -> None:
        """`source`: the file that the configuration was read from, and will be when it is read anew."""
        self.current = current = Current(config)
        self._channels = channels
        self._dead_letters = DeadLetters()
        stages, roster = Stages(clock), Roster()
        self.scribe = Scribe(journal, clock)
        self.suspicions = Suspicions(self.scribe)
        self.gatekeeper = self._gatekeeper(channels.door, clock)
        self.command = Command(channels.command, clock, self._from_command)
        self.feedback = Feedback(channels.feedback, clock, self._from_feedback, self._looked_at, stages.latencies.heard)
        self._tape = tape
        put = nowhere if tape is None else tape.put
        known = read_calibration(config.venom)
        put(began(clock.now(), config.venom, config.citadel, known))
        self.router = FireRouter(current, clock, self.scribe, roster, stages, put)
        self.newsroom = Newsroom(config.venom.sources)
        self.newsroom.read(read_news(config.citadel))
        self.venom, self.citadel = self._seers(known, roster, stages, put)
        self.xp = XpActor(current, self.scribe, roster, stages)
        self.around = Neighbours(
            clock=clock,
            scribe=self.scribe,
            command=self.command,
            venom=self.venom,
            router=self.router.mailbox,
            xp=self.xp.mailbox,
            roster=roster,
            stages=stages,
            suspicions=self.suspicions,
            newsroom=self.newsroom,
            burst=Burst(),
        )
        self.scribe.on_change = self._tell_trading
        self.sessions = self._supervisor(SupervisorSpec("sessions"))
        self.acceptor = Acceptor(current, self.around, self.sessions)
        regime = Regime(current, self.around, self._let_in)
        regime.rule(config)
        self._make_hands(regime, source, put)
        self._make_tree()

    def _make_tree(self) -> None:
        self.sockets = self._supervisor(self._io())
        self.brains = self._supervisor(self._minds())
        self.tidings = self._supervisor(self._who_only_tells())
        self.root = self._supervisor(self._tree())

    def _make_hands(self, regime: Regime, source: Path | None, put: Put) -> None:
        """Who acts on what was decided, and on what operators ask."""
        current, scribe, clock, roster = self.current, self.scribe, self.around.clock, self.around.roster
        self.alerts = AlertsActor(current, scribe)
        self.reloader = Reloader(regime, source, self.newsroom, self.alerts.wake)
        self.orders = OrderRouter(clock, scribe, roster, current)
        self.carer = Carer(current, scribe, roster, self.orders, self.venom, self.around.care, put)
        self.flattener = Flattener(clock, scribe, roster, self.orders)
        self.desk = self._desk(regime)

    def _seers(self, known: Calibration, roster: Roster, stages: Stages, put: Put) -> tuple[VenomActor, CitadelActor]:
        """VENOM and CITADEL: what both look at, the bars and the signals that are followed, is made once."""
        config, scribe, router = self.current.config, self.scribe, self.router
        venom = Venom(config.venom, build_patterns(config.venom, resolve), known)
        citadel = Citadel(config.citadel, build_shields(config.citadel, resolve))
        follower = Follower.begin(Following(config.citadel), scribe)
        scenes, throttle = Scenes(venom, config.venom.sources, self.newsroom, roster), Throttle(config.citadel)
        judge = CitadelActor(citadel, scenes, throttle, follower, router.mailbox, router.paces, scribe, stages, put)
        return VenomActor(venom, judge.mailbox, scribe, stages, follower, put), judge

    def _io(self) -> SupervisorSpec:
        children = (Child("command", at_once(self.command.run)), Child("feedback", at_once(self.feedback.run)))
        return SupervisorSpec("sockets", children)

    def _minds(self) -> SupervisorSpec:
        return SupervisorSpec(
            "brains",
            (
                Child("venom", at_once(self.venom.run), mailbox=self.venom.mailbox),
                Child("citadel", at_once(self.citadel.run), mailbox=self.citadel.mailbox),
                Child("xp", at_once(self.xp.run), mailbox=self.xp.mailbox),
                Child("care", at_once(self.carer.run), mailbox=self.carer.mailbox),
            ),
        )

    def _who_only_tells(self) -> SupervisorSpec:
        """A supervisor that never gives up: what its child does wrong must not end the hub.

        It waits 10 s each time, and takes every life for a stable one, so that no failures add up. Nor does the tree
        wait for its start.
        """
        backoff = Backoff(first=10.0, factor=1.0, limit=10.0, stable_after=1e-6)
        return SupervisorSpec("tidings", (Child("alerts", at_once(self.alerts.run)),), backoff=backoff)

    def _tree(self) -> SupervisorSpec:
        """Each depends on those above it. They stop from the last to the first: the scribe writes to the end."""
        watchdog = Watchdog(self.current.config.watchdog.limit_s, int(ExitCode.ERROR), last_words)
        manager = ServiceManager.of(os.environ, os.getpid())
        desk = Desk(self._channels.desk, self.desk.act, self._act_slowly)
        return SupervisorSpec(
            "bitten",
            strategy=Strategy.REST_FOR_ONE,
            children=(
                Child("watchdog", watchdog.run),
                Child("scribe", at_once(self.scribe.run), mailbox=self.scribe.mailbox),
                Child("fire_router", at_once(self.router.run), mailbox=self.router.mailbox),
                Child("sockets", self.sockets.run),
                Child("sessions", self.sessions.run),
                Child("acceptor", at_once(self.acceptor.run), mailbox=self.acceptor.mailbox),
                Child("flattener", at_once(self.flattener.run), mailbox=self.flattener.mailbox),
                Child("desk", at_once(desk.run)),
                Child("brains", self.brains.run),
                *([] if self.gatekeeper is None else [Child("gatekeeper", at_once(self.gatekeeper.run))]),
                Child("archivist", at_once(Archivist(self.scribe).run)),
                Child("tidings", at_once(self.tidings.run)),
                *([] if self._tape is None else [Child("tape", at_once(self._tape.run))]),
                *([] if manager is None else [Child("herald", at_once(Herald(manager, self.desk.status).run))]),
            ),
        )

    async def run(self) -> None:
        """Live until cancelled. Raises `RestartIntensityReached` when the tree gives up."""
        await self.root.run()

    def close_the_gate(self) -> None:
        """No fire leaves from now on: the hub is stopping."""
        self.router.stopping = True

    async def _act_slowly(self, request: SlowRequest) -> DeskAnswer:
        return await (self.reloader.act(request) if isinstance(request, Reload) else self.alerts.test(request))

    def _desk(self, regime: Regime) -> DeskActor:
        around = self.around
        users = UserDesk(regime, self.gatekeeper.knocked if self.gatekeeper else {})
        sight = Sight(self._supervisors, self._sockets, self._benched, self._dead_letters)
        lifting = Lifting(self.current, around, self.router.paces)
        listing = Listing(self.scribe, around.roster, self.router, self.current)
        acts = Acts(self.current, self.scribe, self.router, self.orders)
        pinging = Pinging(self.current, around.roster, around.clock)
        hands = Hands(acts, lifting, listing, users, pinging, self.flattener.mailbox, self.alerts)
        return DeskActor(self.current, around, hands, sight, around.clock.now())

    def _gatekeeper(self, door: Door | None, clock: HubClock) -> Gatekeeper | None:
        if door is None:
            return None
        handshakes = Handshakes(self.current.config.security.handshake_ms)
        return Gatekeeper(door.zap, door.monitors, clock, self.suspicions, Directory(), handshakes)

    def _let_in(self, directory: Directory) -> None:
        if self.gatekeeper is not None:
            self.gatekeeper.directory = directory

    def _supervisor(self, spec: SupervisorSpec) -> Supervisor:
        return Supervisor(spec, self._dead_letters, log_event)

    def _from_feedback(self, envelope: Envelope, raw: bytes, sender: str, now: int) -> None:
        roster = self.around.roster
        session = roster.session(envelope.session)
        if not envelope.session:
            session, envelope = roster.speaking(sender), UNREADABLE
        if session is None:
            self.feedback.malformed += 1
        elif session.line.sender != sender:
            self.feedback.malformed += 1
            self._impostor(sender, session)
        else:
            session.feedback(envelope, raw, now)

    def _looked_at(self) -> None:
        self.around.burst.over()
        self.venom.look()

    def _from_command(self, knock: Knock, _now: int) -> None:
        if knock.envelope.type == "hello":
            try:
                self.acceptor.mailbox.post(knock)
            except Busy as busy:
                logger.warning("a hello is not heard: {}", busy)
            return
        roster, envelope = self.around.roster, knock.envelope
        session = roster.session(envelope.session)
        if not envelope.session:
            session, envelope = roster.speaking_at(knock.routing_id, knock.sender), UNREADABLE
        if session is None:
            self.command.malformed += 1
        elif session.line.sender != knock.sender:
            self.command.malformed += 1
            self._impostor(knock.sender, session)
        elif session.line.routing_id != knock.routing_id:
            self.command.malformed += 1
        else:
            session.commanded(envelope, knock.raw)

    def _impostor(self, sender: str, session: Session) -> None:
        """Somebody else's session id, which nobody can guess, came by a connection of this sender (protocol 2.4)."""
        self.suspicions.report(user_of(sender), "foreign_session", f"the key of {sender} used {session.user}'s session")

    def _supervisors(self) -> Iterator[SupervisorStatistics]:
        return iter(each.statistics() for each in (self.root, self.sockets, self.sessions, self.brains, self.tidings))

    def _tell_trading(self) -> None:
        for session in self.around.roster:
            session.tell_trading()

    def _benched(self) -> dict[str, str]:
        return {**self.venom.brain.statistics().benched, **self.citadel.brain.benched}

    def _sockets(self) -> Iterator[tuple[str, ChannelStatistics, int]]:
        channels = self._channels
        yield "command", channels.command.statistics(), self.command.malformed + self.acceptor.malformed
        yield "feedback", channels.feedback.statistics(), self.feedback.malformed
        yield "desk", channels.desk.statistics(), 0


@contextmanager
def open_journal(config: Config) -> Iterator[Journal]:
    """Open the journal. Raises `JournalError` and `AddressError`."""
    journal = Journal.open(config.journal_path, config.journal.durability)
    try:
        yield journal
    finally:
        journal.close()


def serve(config: Config, source: Path) -> ExitCode:
    """Run a hub until a signal; a second one ends the process at once."""
    log.configure(config.log, beside=config.journal_path)
    for problem in problems_in(config.alerts):  # No reason not to trade. It also loads what is slow to load.
        logger.error("{}: nothing is told there until that is mended", problem)
    wanted = config.sockets.max_connections
    if (allowed := make_room(wanted)) < wanted:
        logger.warning("[sockets] max_connections = {}: the system allows {}; raise its limit", wanted, allowed)
    return trio.run(_serve, config, source)


async def _serve(config: Config, source: Path) -> ExitCode:
    gc.collect()  # What the imports left. Later there is a ledger to walk through, in which nothing is garbage.
    with (
        open_journal(config) as journal,
        open_tape(journal.path, config.tape) as tape,
        open_channels(config) as channels,
    ):
        hub = Hub(config, HubClock.start(), journal, channels, source, tape)
        logger.info(
            "bound: commands {}, feedback {}, desk {}, journal {} ({} facts)",
            *(channels.command.endpoint, channels.feedback.endpoint, config.desk_path, config.journal_path),
            journal.statistics().entries,
        )
        # What was made so far stays: a collection need not walk through it each time, and stop all tasks meanwhile.
        gc.freeze()
        code = ExitCode.OK
        async with trio.open_nursery() as nursery:
            nursery.start_soon(_heed_signals, hub, nursery.cancel_scope)
            try:
                await hub.run()
            except RestartIntensityReached as error:
                logger.critical("the hub ends: {}", error)
                code = ExitCode.ERROR
                nursery.cancel_scope.cancel()
        # An EA's socket, which never reconnects by itself, drops what it has not read when the connection ends.
        await trio.sleep(PARTING_S)
    logger.info("stopped")
    return code


async def _heed_signals(hub: Hub, scope: trio.CancelScope) -> None:
    # What the receiver does not take, a second signal, it hands back to these: the system's own, which end the process.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    with trio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
        async for number in signals:
            logger.info("{}: no new fires, telling the sessions, flushing the journal", signal.Signals(number).name)
            break
    hub.close_the_gate()
    scope.cancel()
    _end_in(STOP_S)


def _end_in(seconds: float) -> None:
    """End the process if it has not ended by then: a task that ignores its cancellation must not keep it."""
    signal.signal(signal.SIGALRM, lambda *_: os._exit(ExitCode.ERROR))
    signal.setitimer(signal.ITIMER_REAL, seconds)
