"""What the journal holds: append-only facts, each a frozen class with its own `kind`.

State is a fold of facts (`rules.ledger`), so a fact carries all that the fold needs and nothing that can be derived.
Market times decide the broker's `day` (days since 1970 in broker time) where the fact is made, once.
"""

from bitten.rules.facts.commands import Action, Adopted, Asked, Intent, Sent, Settled, Withdrawn
from bitten.rules.facts.decisions import CountdownBegun, Denial, Followed, SignalFound, VerdictGiven, XpAwarded
from bitten.rules.facts.entries import Draft, Entry, Fact, command_of, decode, encode
from bitten.rules.facts.events import Closing, Confirmed, EventFact, Garbled, Passed, Requested, digest, garble
from bitten.rules.facts.sessions import (
    CursorSet,
    Greeted,
    Held,
    HoldEnded,
    Reloaded,
    SecurityEvent,
    SessionChanged,
    UserChanged,
)
from bitten.rules.facts.trading import EquityNoted, Outage, Rearmed, TradingSet, Unlocked

__all__ = [
    "Action",
    "Adopted",
    "Asked",
    "Closing",
    "Confirmed",
    "CountdownBegun",
    "CursorSet",
    "Denial",
    "Draft",
    "Entry",
    "EquityNoted",
    "EventFact",
    "Fact",
    "Followed",
    "Garbled",
    "Greeted",
    "Held",
    "HoldEnded",
    "Intent",
    "Outage",
    "Passed",
    "Rearmed",
    "Reloaded",
    "Requested",
    "SecurityEvent",
    "Sent",
    "SessionChanged",
    "Settled",
    "SignalFound",
    "TradingSet",
    "Unlocked",
    "UserChanged",
    "VerdictGiven",
    "Withdrawn",
    "XpAwarded",
    "command_of",
    "decode",
    "digest",
    "encode",
    "garble",
]
