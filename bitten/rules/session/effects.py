"""What a session asks of the world: frozen values that its body carries out, in order."""

import attrs

from bitten.rules.reconcile import Adopt, External, Picture
from bitten.rules.session.table import State
from bitten.wire.account import Telemetry
from bitten.wire.codec import FromHub, NumberedEvent


@attrs.frozen
class Send:
    """Say this to the EA on the command channel."""

    message: FromHub


@attrs.frozen
class Record:
    """Journal an event; `Session.durable(event.n)` follows once it is. Events are recorded once, in order."""

    event: NumberedEvent
    digest: str


@attrs.frozen
class RecordRaw:
    """Journal an event that cannot be read beyond its number (protocol 8.1); `durable(n)` follows as for the others."""

    n: int
    raw: str
    """The bytes, base64."""
    digest: str


@attrs.frozen
class SetCursor:
    """Journal that this ledger's events up to `n` are lost to us (protocol 6.3)."""

    n: int


@attrs.frozen
class Reconcile:
    """Compare the account with the journal, then call `Session.settle` with the differences (protocol 2.6)."""

    picture: Picture


@attrs.frozen
class AccountSeen:
    """A whole telemetry message, its parts joined; `part` and `parts` are 1."""

    telemetry: Telemetry


@attrs.frozen
class StateChanged:
    """The session has another state; it may be fired at only while `Session.refusal` says so."""

    old: State
    new: State
    reason: str


@attrs.frozen
class HoldBegun:
    """Journal, and tell the operator, why the account is reducing from now on. `what`: conflict, gap or garbled."""

    what: str
    why: str


@attrs.frozen
class HoldOver:
    """Journal that the EA has settled what was held."""

    what: str


@attrs.frozen
class Alarm:
    """Tell the operator. `what`: adopted, clock_skew, rolled_back or unsettled."""

    what: str
    detail: str


@attrs.frozen
class End:
    """The session is over; nothing more comes of it. Its last message, if any, was sent before."""

    reason: str


Effect = (
    Send
    | Record
    | RecordRaw
    | SetCursor
    | Reconcile
    | Adopt
    | External
    | AccountSeen
    | StateChanged
    | HoldBegun
    | HoldOver
    | Alarm
    | End
)
