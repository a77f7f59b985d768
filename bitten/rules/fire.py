"""A command's identity and its life, from intent to outcome (protocol 5.5, 5.6, 6.4).

Only the EA's word, a deal, or the operator ends a life: neither a timeout nor absence from a snapshot does. A command
that never left the hub is the one exception, because the hub itself knows it.
"""

import hashlib
from enum import StrEnum

from bitten.errors import IllegalEvent
from bitten.units import Account
from bitten.wire.events import Status

MAGIC_BITS = 40
MAGIC_PREFIX = 0xB17
"""BITTEN's mark in the bits above the hash: 12 bits, so that a magic stays below 2^53 (protocol 5.6)."""


class Life(StrEnum):
    """Where a command stands."""

    INTENT = "intent"  # durable, not yet handed to the socket
    SENT = "sent"  # handed to the socket: delivered it is not yet
    PLACED = "placed"  # a pending order stands
    UNKNOWN = "unknown"  # the broker's answer was ambiguous
    FILLED = "filled"
    PARTIAL = "partial"
    REJECTED = "rejected"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    DONE = "done"
    NEVER_SEEN = "never_seen"
    WITHDRAWN = "withdrawn"  # never left the hub

    @property
    def final(self) -> bool:
        """The outcome is known."""
        return self not in _OPEN

    @property
    def filled(self) -> bool:
        """A position was opened."""
        return self in (Life.FILLED, Life.PARTIAL)


_OPEN = frozenset({Life.INTENT, Life.SENT, Life.PLACED, Life.UNKNOWN})
_BARREN = frozenset({Life.REJECTED, Life.EXPIRED, Life.CANCELLED, Life.NEVER_SEEN, Life.WITHDRAWN})

NOT_FOUND = "not_found"
"""The message of a rejection after a search: a deal that appears later overrides it (protocol 5.5)."""

_OUTCOMES = {status: Life(status.value) for status in Status}
_UNFILLED = {Status.REJECTED, Status.EXPIRED, Status.CANCELLED}
_FILLS = {Status.FILLED: Life.FILLED, Status.PARTIAL: Life.PARTIAL}

TRANSITIONS: dict[Life, dict[Status, Life]] = {
    # A confirmation may be the first thing that is heard of an intent: the `sent` fact may have died with the hub.
    Life.INTENT: _OUTCOMES,
    Life.SENT: _OUTCOMES,
    Life.UNKNOWN: {status: life for status, life in _OUTCOMES.items() if status is not Status.NEVER_SEEN},
    Life.PLACED: {Status.UNKNOWN: Life.UNKNOWN, Status.PLACED: Life.PLACED}
    | _FILLS
    | {status: _OUTCOMES[status] for status in _UNFILLED},
    Life.FILLED: {Status.FILLED: Life.FILLED},
    Life.PARTIAL: {Status.PARTIAL: Life.PARTIAL},
    # "Not found" was said after a search; a deal that appears later overrides it (protocol 5.5).
    Life.REJECTED: {Status.REJECTED: Life.REJECTED} | _FILLS,
    Life.EXPIRED: {Status.EXPIRED: Life.EXPIRED},
    Life.CANCELLED: {Status.CANCELLED: Life.CANCELLED},
    Life.DONE: {Status.DONE: Life.DONE},
    Life.NEVER_SEEN: {Status.NEVER_SEEN: Life.NEVER_SEEN},
    Life.WITHDRAWN: {Status.NEVER_SEEN: Life.WITHDRAWN},
}
"""What a confirmation makes of a life. What is not here contradicts what is known: a person must look at it."""


def after(life: Life, status: Status) -> Life:
    """The life after a confirmation. Raises `IllegalEvent` where it contradicts what is known."""
    try:
        return TRANSITIONS[life][status]
    except KeyError:
        raise IllegalEvent(f"a command that is {life} cannot become {status}") from None


def barren(life: Life, message: str) -> bool:
    """A fire that ended so opened nothing and never will: the signal's next leg may come (protocol 5.6).

    What was only not found may still be there, so no leg follows it.
    """
    return life in _BARREN and message != NOT_FOUND


def fire_id(account: Account, signal_id: str, leg: int) -> str:
    """The id of a signal's `leg`-th fire (from 1) on an account: the same after a crash, another for every account."""
    return f"F{_hash(account.server, str(account.login), signal_id, str(leg))[:26]}"


def order_id(account: Account, parent: str, action: str, ordinal: int) -> str:
    """The id of the `ordinal`-th close, modify or cancel that concerns `parent` (a fire's id or a ticket)."""
    return f"{action[0].upper()}{_hash(account.server, str(account.login), parent, action, str(ordinal))[:26]}"


def magic_of(command_id: str) -> int:
    """The magic number under which the broker keeps a fire: BITTEN's prefix and 40 bits of the id's hash."""
    return (MAGIC_PREFIX << MAGIC_BITS) | int(_hash(command_id)[: MAGIC_BITS // 4], 16)


def is_ours(magic: int) -> bool:
    """The magic has BITTEN's prefix: some hub of ours opened this."""
    return magic >> MAGIC_BITS == MAGIC_PREFIX


def _hash(*parts: str) -> str:
    # Lengths stand before the parts, so that no two different tuples are the same bytes.
    return hashlib.sha256("".join([f"{len(part)}:{part}" for part in parts]).encode()).hexdigest()
