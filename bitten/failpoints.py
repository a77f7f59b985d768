"""Places where a process can be made to die, so that what is said of its death is tried and not believed.

A test seam, and nothing else: without the environment variable `BITTEN_FAILPOINT` reaching a place costs one
comparison. With it, the process is killed (SIGKILL: no handler, no flush) where the place of that name is reached.
`NAME@SECONDS` blocks it there for so long first, in which the operating system sends what it was given.
"""

import os
import signal
import time

VARIABLE = "BITTEN_FAILPOINT"

INTENT_DURABLE = "intent durable, command not sent"
COMMAND_SENT = "command sent, `sent` not written"
COMMAND_TAKEN = "command taken, not in the ledger"
ENTRY_DURABLE = "entry durable, broker not asked"
BROKER_ASKED = "broker asked, answer not stored"
ANSWER_STORED = "answer stored, confirmation not sent"

_name, _, _seconds = os.environ.get(VARIABLE, "").partition("@")


def reach(place: str) -> None:
    """The process has come to `place`."""
    if place == _name:
        _die()


def _die() -> None:
    time.sleep(float(_seconds or 0))
    os.kill(os.getpid(), signal.SIGKILL)
