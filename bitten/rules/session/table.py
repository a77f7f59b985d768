"""The states of a session, what may happen in each, and the state that follows: all of it, in one place.

What is not in the table is illegal: nothing changes, and it is counted. A peer's illegal message is the peer's fault
and costs it nothing else; an illegal call by the hub is our defect and raises.
"""

from enum import Enum, StrEnum
from typing import get_args

from bitten.wire.account import Heartbeat, Ready, Snapshot, Telemetry
from bitten.wire.codec import FromEa, MarketData, NumberedEvent
from bitten.wire.session import Goodbye, Hello, Ping, Pong


class State(StrEnum):
    """Where a session stands."""

    GREETED = "greeted"  # welcomed; specs, bars, snapshot and ready are awaited
    RECONCILING = "reconciling"  # ready; the journal does not agree with the account yet
    LIVE = "live"  # may be fired at
    STALE = "stale"  # silent for 1.2 periods
    LOST = "lost"  # silent for 2.4 periods, or for as long as a busy EA may be
    ENDED = "ended"


class Input(StrEnum):
    """What may happen to a session."""

    # What the EA says.
    HELLO = "hello"
    GOODBYE = "goodbye"
    PING = "ping"
    PONG = "pong"
    SNAPSHOT = "snapshot"
    READY = "ready"
    TELEMETRY = "telemetry"
    HEARTBEAT = "heartbeat"
    MARKET = "market"  # spec, tick, ticks, bars, calendar
    EVENT = "event"  # a numbered one
    GARBLED = "garbled"  # a numbered one whose body cannot be read
    # What it says that is no message of its session.
    FOREIGN = "foreign"  # carries another session
    MALFORMED = "malformed"
    # What is found out.
    PREPARED = "prepared"  # ready, and the snapshot is whole
    SETTLED = "settled"  # nothing is asked or awaited any more
    QUIET = "quiet"  # silent for 1.2 periods and not busy
    SILENT = "silent"  # silent for too long
    # What the hub does.
    DURABLE = "durable"  # an event is in the journal
    COMPARED = "compared"  # account and journal were compared
    COMMANDED = "commanded"  # a command was handed to the socket
    STOPPED = "stopped"  # the hub says bye


class Resume(Enum):
    """A silent session is heard again: back to the state before the silence, where the message is then taken."""

    RESUME = "resume"


RESUME = Resume.RESUME

SAID = frozenset(
    {
        *(Input.GOODBYE, Input.PING, Input.PONG, Input.SNAPSHOT, Input.READY, Input.TELEMETRY, Input.HEARTBEAT),
        *(Input.MARKET, Input.EVENT, Input.GARBLED),
    }
)
"""Messages that an EA may send within a session, in any of its states."""
ON_COMMAND = frozenset({Input.PING, Input.PONG, Input.GOODBYE})
"""Those of them that come on the command channel, and so are no sign that the feedback channel works."""
OURS = frozenset({Input.PREPARED, Input.SETTLED, Input.QUIET, Input.SILENT, Input.DURABLE, Input.COMPARED})
OURS |= {Input.COMMANDED, Input.STOPPED}
"""What is not the EA's doing: illegal, it is a defect of the hub."""

Row = dict[Input, State | Resume]


def _stays(state: State, *inputs: Input) -> Row:
    return dict.fromkeys(inputs, state)


def _heard(state: State) -> Row:
    """What is true of every state in which the EA is heard."""
    return (
        _stays(state, *SAID, Input.FOREIGN, Input.MALFORMED, Input.DURABLE)
        | {Input.GOODBYE: State.ENDED, Input.STOPPED: State.ENDED}
    )  # fmt: skip


def _unheard(state: State) -> Row:
    """What is true of every state in which the EA is not heard."""
    return (
        dict.fromkeys(SAID, RESUME)
        | _stays(state, Input.FOREIGN, Input.MALFORMED, Input.DURABLE)
        | {Input.STOPPED: State.ENDED}
    )


TABLE: dict[State, Row] = {
    State.GREETED: _heard(State.GREETED) | {Input.PREPARED: State.RECONCILING, Input.SILENT: State.LOST},
    State.RECONCILING: _heard(State.RECONCILING)
    | _stays(State.RECONCILING, Input.COMPARED, Input.COMMANDED)
    | {Input.SETTLED: State.LIVE, Input.QUIET: State.STALE, Input.SILENT: State.LOST},
    State.LIVE: _heard(State.LIVE)
    | _stays(State.LIVE, Input.COMPARED, Input.COMMANDED)
    | {Input.QUIET: State.STALE, Input.SILENT: State.LOST},
    State.STALE: _unheard(State.STALE) | _stays(State.STALE, Input.COMMANDED) | {Input.SILENT: State.LOST},
    State.LOST: _unheard(State.LOST),
    # What the journal or an EA still says after the end changes nothing and is nobody's fault.
    State.ENDED: _stays(State.ENDED, *SAID, Input.FOREIGN, Input.MALFORMED, Input.DURABLE, Input.STOPPED),
}
"""The state that follows, by state and input."""

_INPUTS: dict[type, Input] = {
    Hello: Input.HELLO,
    Goodbye: Input.GOODBYE,
    Ping: Input.PING,
    Pong: Input.PONG,
    Snapshot: Input.SNAPSHOT,
    Ready: Input.READY,
    Telemetry: Input.TELEMETRY,
    Heartbeat: Input.HEARTBEAT,
    **dict.fromkeys(get_args(MarketData), Input.MARKET),
    **dict.fromkeys(get_args(NumberedEvent), Input.EVENT),
}


def input_of(message: FromEa) -> Input:
    """What a message is to the table."""
    return _INPUTS[type(message)]
