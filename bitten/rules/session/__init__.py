"""One EA's session, from its hello to its end, as a machine without effects (protocol 1 to 6 and 8).

`Session` is the machine, `table` its states and inputs, `effects` what it asks of its body. Beside it: `reading` turns
bytes into its calls, `telling` turns its effects into the journal's facts.
"""

from bitten.rules.session.effects import (
    AccountSeen,
    Alarm,
    Effect,
    End,
    HoldBegun,
    HoldOver,
    Reconcile,
    Record,
    RecordRaw,
    Send,
    SetCursor,
    StateChanged,
)
from bitten.rules.session.greeting import Greeting
from bitten.rules.session.intake import NEVER
from bitten.rules.session.machine import Session
from bitten.rules.session.settings import SessionSettings
from bitten.rules.session.table import Input, State

__all__ = [
    "NEVER",
    "AccountSeen",
    "Alarm",
    "Effect",
    "End",
    "Greeting",
    "HoldBegun",
    "HoldOver",
    "Input",
    "Reconcile",
    "Record",
    "RecordRaw",
    "Send",
    "Session",
    "SessionSettings",
    "SetCursor",
    "State",
    "StateChanged",
]
