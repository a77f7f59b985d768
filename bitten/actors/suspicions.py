"""What somebody did who must not: counted, told in a line a minute and kind, and journaled as often."""

from collections import Counter

import attrs
from loguru import logger

from bitten.actors.scribe import Scribe
from bitten.rules.facts import SecurityEvent
from bitten.rules.throttle import Throttle


@attrs.define(eq=False)
class Suspicions:
    """One for the whole hub."""

    scribe: Scribe
    counts: Counter[str] = attrs.field(factory=Counter)
    """How often, by what was done."""
    _throttle: Throttle = attrs.field(factory=Throttle)

    def report(self, user: str, what: str, detail: str) -> None:
        """Somebody did `what`: the user as whom they came, "" for a stranger; `detail` says more, on one line."""
        self.counts[what] += 1
        more = self._throttle.pass_(self.scribe.clock.now(), user, what)
        if more is None:
            return
        since = f" ({more} more since the last line)" if more else ""
        logger.warning("{}: {}: {}{}", user or "a stranger", what, detail, since)
        self.scribe.note("security", SecurityEvent(user=user, what=what, detail=detail + since))
