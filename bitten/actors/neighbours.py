"""Whom a session speaks to. One value for all sessions of a hub."""

import attrs

from bitten.actors.burst import Burst
from bitten.actors.roster import Roster
from bitten.actors.scribe import Scribe
from bitten.actors.stages import Stages
from bitten.actors.suspicions import Suspicions
from bitten.actors.triggers import care_mailbox
from bitten.actors.venom import VenomActor
from bitten.clock import HubClock
from bitten.mailbox import Latest, Mailbox
from bitten.messages import CareDue, RouterMessage, XpMessage
from bitten.rules.citadel import Newsroom
from bitten.sockets.command import Command


@attrs.frozen
class Neighbours:
    """The actors, the socket and the clock around a session."""

    clock: HubClock
    scribe: Scribe
    command: Command
    venom: VenomActor
    router: Mailbox[RouterMessage]
    xp: Mailbox[XpMessage]
    roster: Roster
    suspicions: Suspicions
    newsroom: Newsroom
    stages: Stages
    burst: Burst
    care: Latest[CareDue] = attrs.field(factory=care_mailbox)
