"""What only a person lifts, a throttle that tripped and a lock: not an actor, but the desk's hand on both."""

import attrs
from loguru import logger

from bitten.actors.neighbours import Neighbours
from bitten.current import Current
from bitten.errors import JournalError
from bitten.messages import RankWanted
from bitten.rules.facts import Rearmed, Unlocked
from bitten.rules.ledger import Ledger
from bitten.rules.risk.pace import Paces
from bitten.wire.desk import Refusal
from bitten.wire.lifting import Rearm, RearmAnswer, Unlock, UnlockAnswer


@attrs.frozen
class Lifting:
    """Carries out `bitten rearm` and `bitten unlock`."""

    current: Current
    around: Neighbours
    paces: Paces

    def act(self, request: Rearm | Unlock) -> RearmAnswer | UnlockAnswer | Refusal:
        """Do it, and say what was done."""
        if refusal := self.current.refusal_of(request.user):
            return refusal
        try:
            return self._rearm(request) if isinstance(request, Rearm) else self._unlock(request)
        except JournalError as error:
            return Refusal(message=f"not done: {error}")

    def _rearm(self, request: Rearm) -> RearmAnswer:
        tripped = {user: what for user, what in self._ledger.tripped.items() if request.user in ("", user)}
        self.around.scribe.write("desk", Rearmed(user=request.user, why=request.why, who=request.who))
        self.paces.rearm(request.user)
        scope = f"user {request.user}" if request.user else "hub"
        logger.warning("{} re-armed by {}: {}", scope, request.who, request.why)
        return RearmAnswer(scope=scope, tripped=tripped)

    def _unlock(self, request: Unlock) -> UnlockAnswer | Refusal:
        standing, session = self._ledger.standing(request.user), self.around.roster.of(request.user)
        # Without a session it is not known how late it is in the user's market.
        now = 0 if session is None else session.view.market_now
        if not standing.locked(now):
            return Refusal(message=f"user {request.user!r} is not locked")
        self.around.scribe.write("desk", Unlocked(user=request.user, why=request.why, who=request.who))
        self.around.xp.post_urgent(RankWanted(user=request.user))
        logger.warning("{} unlocked by {}: {} (was: {})", request.user, request.who, request.why, standing.lock_reason)
        return UnlockAnswer(user=request.user, until=standing.locked_until, was=standing.lock_reason)

    @property
    def _ledger(self) -> Ledger:
        return self.around.scribe.ledger
