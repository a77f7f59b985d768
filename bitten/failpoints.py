"""Places where a process, or an actor, can be made to die, so that what is said of its death is tried and not believed.

A test seam, and nothing else: without the environment variable `BITTEN_FAILPOINT` reaching a place costs one
comparison. With it, the process is killed (SIGKILL: no handler, no flush) where the place of that name is reached.
`NAME@SECONDS` blocks it there for so long first, in which the operating system sends what it was given. `NAME!` raises
there instead, which is the actor's crash, each time; `NAME!COUNT` the first so many times.
"""

import os
import signal
import time
from itertools import count

VARIABLE = "BITTEN_FAILPOINT"

INTENT_DURABLE = "intent durable, command not sent"
COMMAND_SENT = "command sent, `sent` not written"
COMMAND_TAKEN = "command taken, not in the ledger"
ENTRY_DURABLE = "entry durable, broker not asked"
BROKER_ASKED = "broker asked, answer not stored"
ANSWER_STORED = "answer stored, confirmation not sent"
SIGNAL_TAKEN = "signal taken, nothing judged"
VERDICT_TAKEN = "verdict taken, nothing decided"

_name = _how = _number = ""
_crashes = count(1)


class Reached(Exception):
    """An actor was made to crash."""


def arm(what: str) -> None:
    """From now on `what` holds, in place of what the process was started with; "": nothing happens anywhere."""
    global _name, _how, _number, _crashes
    _name, _how, _number = next((parts for sign in "@!" if (parts := what.partition(sign))[1]), (what, "", ""))
    _crashes = count(1)


def reach(place: str) -> None:
    """The process has come to `place`. Raises `Reached` where an actor is to crash there."""
    if place == _name:
        _die()


def _die() -> None:
    if _how == "!":
        if not _number or next(_crashes) <= int(_number):
            raise Reached(_name)
        return
    time.sleep(float(_number or 0))
    os.kill(os.getpid(), signal.SIGKILL)


arm(os.environ.get(VARIABLE, ""))
