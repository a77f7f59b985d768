"""From a session's effects to the facts that the journal keeps."""

from bitten.rules.facts import (
    Adopted,
    Closing,
    Confirmed,
    CursorSet,
    Fact,
    Garbled,
    Greeted,
    Held,
    HoldEnded,
    Passed,
    Requested,
    SessionChanged,
)
from bitten.rules.reconcile import Adopt
from bitten.rules.session.effects import HoldBegun, HoldOver, Record, RecordRaw, SetCursor, StateChanged
from bitten.rules.session.greeting import Greeting
from bitten.units import DAY_MS, Account
from bitten.wire.events import Closed, Confirmation, FireRequest, Pass
from bitten.wire.session import Hello

Told = Record | RecordRaw | SetCursor | Adopt | StateChanged | HoldBegun | HoldOver


def greeted(hello: Hello, epoch: int) -> Greeted:
    """A session begins; to be durable before the welcome leaves, since it binds the user to the account."""
    return Greeted(
        user=hello.user,
        account=Account(hello.account.server, hello.account.login),
        ea=hello.ea,
        epoch=epoch,
        life=hello.life,
        boot=hello.boot,
    )


def fact_of(effect: Told, greeting: Greeting, utc_offset: int) -> Fact:
    """The fact that an effect asks to be journaled. `utc_offset`: broker time minus UTC, ms, for the broker's day."""
    user, account, ea = greeting.user, greeting.account, greeting.hello.ea
    if isinstance(effect, Record):
        return _event_fact(effect, greeting, utc_offset)
    match effect:
        case RecordRaw(n=n, raw=raw, digest=digest):
            return Garbled(user=user, account=account, ea=ea, n=n, digest=digest, raw=raw)
        case SetCursor(n=n):
            return CursorSet(user=user, account=account, ea=ea, n=n)
        case Adopt(id=id_, position=position):
            day = (position.open_time + utc_offset) // DAY_MS
            return Adopted(id=id_, user=user, account=account, ea=ea, position=position, day=day)
        case StateChanged(new=state, reason=reason):
            return SessionChanged(user=user, epoch=greeting.epoch, state=state, reason=reason)
        case HoldBegun(what=what, why=why):
            return Held(user=user, account=account, ea=ea, what=what, why=why)
        case HoldOver(what=what):
            return HoldEnded(user=user, account=account, what=what)


def _event_fact(record: Record, greeting: Greeting, utc_offset: int) -> Fact:
    user, account, ea, digest = greeting.user, greeting.account, greeting.hello.ea, record.digest
    match record.event:
        case Confirmation() as event:
            return Confirmed(user=user, account=account, ea=ea, digest=digest, event=event)
        case Closed() as event:
            day = (event.time + utc_offset) // DAY_MS
            return Closing(
                user=user, account=account, ea=ea, digest=digest, day=day, utc_offset=utc_offset, event=event
            )
        case FireRequest() as event:
            return Requested(user=user, account=account, ea=ea, digest=digest, event=event)
        case Pass() as event:
            return Passed(user=user, account=account, ea=ea, digest=digest, event=event)
