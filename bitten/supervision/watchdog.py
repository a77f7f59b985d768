"""A watchdog for a deaf task: one that never reaches a checkpoint, so that nothing in trio runs any more.

Trio cannot stop such a task, and a supervisor beside it cannot even see it. So a thread listens for the loop's beats
and, when they stop, says what it sees and ends the process; the service manager starts it again. A task that never
lets go of the interpreter's lock silences the thread too: for that there is the service manager's own watchdog.
"""

import os
import sys
import threading
import traceback
from collections.abc import Callable
from types import FrameType

import attrs
from trio_util import periodic

from bitten.nursery import actor_at
from bitten.supervision.spec import BadSpec, Ready

LOOKS = 10
"""Looks of the thread without a beat in between that make a loop deaf.

They are counted, not timed: a process that was suspended has missed time but no looks.
"""
LAST_WORDS_S = 1.0
"""How long the last words may take. What they are said through may itself be what hangs."""


@attrs.frozen(kw_only=True)
class LastWords:
    """Why the process is about to be ended."""

    limit: float
    """Seconds without a beat."""
    actor: str | None
    """`supervisor/child` whose own task runs; None when it is a task that the actor has started, or not an actor's."""
    stack: str
    """Where the loop's thread is, as a traceback."""


class Watchdog:
    """Ends the process with `exit_code` when the loop has not run its tasks for `limit` seconds of real time.

    Its `run` is a child's body; as the first child of a tree it listens until all others have stopped. `last_words` is
    called in a thread of its own and has a second. Raises `BadSpec`.
    """

    def __init__(self, limit: float, exit_code: int, last_words: Callable[[LastWords], None]) -> None:
        if not limit > 0:
            raise BadSpec(f"watchdog: limit is {limit!r}, allowed is above 0 s")
        self._limit = limit
        self._exit_code = exit_code
        self._last_words = last_words
        self._beats = 0

    async def run(self, ready: Ready) -> None:
        """Beat until cancelled."""
        over = threading.Event()
        loop = threading.get_ident()
        threading.Thread(target=self._watch, args=(loop, over), name="watchdog", daemon=True).start()
        ready()
        try:
            async for _ in periodic(self._limit / LOOKS / 2):
                self._beats += 1
        finally:
            over.set()

    def _watch(self, loop: int, over: threading.Event) -> None:
        heard, missed = self._beats, 0
        while not over.wait(self._limit / LOOKS):
            missed = missed + 1 if self._beats == heard else 0
            heard = self._beats
            if missed >= LOOKS:
                self._end(sys._current_frames()[loop])

    def _end(self, frame: FrameType) -> None:
        stack = "".join(traceback.format_stack(frame))
        words = LastWords(limit=self._limit, actor=actor_at(frame), stack=stack)
        speaker = threading.Thread(target=self._last_words, args=(words,), daemon=True)
        speaker.start()
        speaker.join(LAST_WORDS_S)
        os._exit(self._exit_code)
