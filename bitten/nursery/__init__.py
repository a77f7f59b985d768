"""Supervision: who restarts whom, how often, in which order they stop, and when to give up. After Erlang's supervisor.

A child and a supervisor are data, refused with a reason where they are written down. A *crash* is an `Exception` that
leaves a child's body; a cancellation is none, and a return is none. A supervisor whose children fail too often raises
`RestartIntensityReached`, which is a crash of its own in its parent; at the root it ends the process.

What stopping means in trio: a child is cancelled, and given its stop timeout. One that has not ended by then cannot be
killed; it is reported (`StopTimedOut`), the others are stopped without waiting for it, no second life is started beside
it, and its supervisor ends when it does.
"""

from bitten.nursery.deaf import LastWords, Watchdog
from bitten.nursery.report import (
    Buried,
    ChildState,
    ChildStatistics,
    Ended,
    GaveUp,
    Restarting,
    RestartIntensityReached,
    Started,
    StopTimedOut,
    SupervisionEvent,
    SupervisorStatistics,
)
from bitten.nursery.restart import Backoff, Exit, Limits, Restart
from bitten.nursery.spec import BadSpec, Body, Child, DuplicateChild, Ready, Strategy, SupervisorSpec, at_once
from bitten.nursery.supervisor import NoSuchChild, NotSupervising, StartTimedOut, Supervisor

__all__ = [
    "Backoff",
    "BadSpec",
    "Body",
    "Buried",
    "Child",
    "ChildState",
    "ChildStatistics",
    "DuplicateChild",
    "Ended",
    "Exit",
    "GaveUp",
    "LastWords",
    "Limits",
    "NoSuchChild",
    "NotSupervising",
    "Ready",
    "Restart",
    "RestartIntensityReached",
    "Restarting",
    "StartTimedOut",
    "Started",
    "StopTimedOut",
    "Strategy",
    "SupervisionEvent",
    "Supervisor",
    "SupervisorSpec",
    "SupervisorStatistics",
    "Watchdog",
    "at_once",
]
