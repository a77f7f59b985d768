"""What the hub's supervisors and its watchdog have to say, as log lines."""

import sys

from loguru import logger

from bitten.nursery import Buried, Ended, GaveUp, Restarting, Started, StopTimedOut, SupervisionEvent
from bitten.supervision.watchdog import LastWords


def log_event(event: SupervisionEvent) -> None:
    """One line for what an operator must know of; an ordinary start or end of an actor is not."""
    who = f"{event.supervisor}/{event.child}"
    match event:
        case Ended(error=error) if error is not None:
            logger.opt(exception=error).error("{} crashed: {!r}", who, error)
        case Restarting(delay=delay, failures=failures):
            logger.warning("{} restarts in {:g} s (failure {} in a row)", who, delay, failures)
        case Buried(letter=letter):
            logger.error("{} left a message unfinished: {!r} ({})", who, letter.message, letter.error)
        case StopTimedOut():
            logger.error("{} did not stop in time", who)
        case GaveUp(error=error):
            logger.critical("{}", error)
        case Started() | Ended():
            logger.debug("{} {}", who, "started" if isinstance(event, Started) else "ended")


def last_words(words: LastWords) -> None:
    """Why the process is being ended. Not through the log: its own locks may be what hangs."""
    who = words.actor or "a task"
    print(f"bitten: {who} has not let anything else run for {words.limit:g} s; ending\n{words.stack}", file=sys.stderr)
