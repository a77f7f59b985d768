"""What an EA tells, numbered: kept whole, with a digest that knows it again."""

import hashlib
from base64 import b64encode
from typing import Literal

import attrs
import msgspec

from bitten.units import Account
from bitten.wire.codec import NumberedEvent
from bitten.wire.events import Closed, Confirmation, FireRequest, Pass


@attrs.frozen(kw_only=True)
class Confirmed:
    """The EA's word on a command."""

    kind: Literal["confirmed"] = "confirmed"
    user: str
    account: Account
    ea: str
    digest: str
    event: Confirmation


@attrs.frozen(kw_only=True)
class Closing:
    """A closing deal, in full."""

    kind: Literal["closed"] = "closed"
    user: str
    account: Account
    ea: str
    digest: str
    day: int
    utc_offset: int = 0
    """Broker time minus UTC, ms."""
    event: Closed

    @property
    def net(self) -> float:
        """What the deal realised, net of commission and swap, account currency."""
        return self.event.profit + self.event.commission + self.event.swap


@attrs.frozen(kw_only=True)
class Requested:
    """The trader pressed FIRE."""

    kind: Literal["requested"] = "requested"
    user: str
    account: Account
    ea: str
    digest: str
    event: FireRequest


@attrs.frozen(kw_only=True)
class Passed:
    """The trader pressed PASS."""

    kind: Literal["passed"] = "passed"
    user: str
    account: Account
    ea: str
    digest: str
    event: Pass


@attrs.frozen(kw_only=True)
class Garbled:
    """An event whose number can be read but whose body cannot: kept raw, base64 (protocol 8.1)."""

    kind: Literal["garbled"] = "garbled"
    user: str
    account: Account
    ea: str
    n: int
    digest: str
    raw: str


EventFact = Confirmed | Closing | Requested | Passed | Garbled
"""An event as a fact."""


def digest(event: NumberedEvent) -> str:
    """What an event says, hashed without its session: resent under another session it is the same event (6.5)."""
    return _digest(msgspec.json.encode(attrs.evolve(event, session="-")))


def garble(raw: bytes) -> tuple[str, str]:
    """An undecodable event's raw bytes as base64, and their digest."""
    return b64encode(raw).decode(), _digest(raw)


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()[:32]
