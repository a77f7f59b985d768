"""XP, the score: what each closing deal of ours earns, and what follows for the user's risk.

Receives: `DealClosed`, once a closing deal is durable.
Sends: the user's rank to the EA's chart.
Journals: one award a deal, also for deals whose award was lost to a crash.
Fails as: itself alone; the next life begins with the deals that have no award yet.
"""

from math import inf

import attrs
import trio
from loguru import logger

from bitten.actors.roster import Roster
from bitten.actors.scribe import Scribe
from bitten.actors.stages import Stages
from bitten.current import Current
from bitten.errors import JournalError
from bitten.mailbox import Bounded
from bitten.messages import RankWanted, XpMessage
from bitten.rules.closings import closed_deal
from bitten.rules.facts import Closing, XpAwarded
from bitten.rules.risk import Tier
from bitten.rules.xp import ClosedDeal, judge_close, next_rank_at, rank_of
from bitten.wire.advice import Rank

RETRY_S = 1.0


@attrs.define(eq=False)
class XpActor:
    """Folds deals into standings, through the journal."""

    current: Current
    scribe: Scribe
    roster: Roster
    stages: Stages
    mailbox: Bounded[XpMessage] = attrs.field(factory=lambda: Bounded[XpMessage]("xp", 4_096))

    async def run(self) -> None:
        """Judge what is left over from before, then each deal as it comes; try again while nothing can be written."""
        while True:
            self._judge_all()
            with trio.move_on_after(RETRY_S if self.scribe.ledger.unjudged else inf):
                message = await self.mailbox.receive()
                if isinstance(message, RankWanted):
                    self.tell(message.user)

    def tell(self, user: str) -> None:
        """Show a user's rank on the chart."""
        session, tier = self.roster.of(user), self._tier(user)
        if session is None:
            return
        ledger, settings = self.scribe.ledger, self.current.config.xp
        standing, day = ledger.standing(user), ledger.book(session.account, user).day(session.view.day)
        session.say(
            Rank(
                session=session.id,
                xp=standing.xp,
                rank=rank_of(standing.xp, settings).value,
                next_rank_at=max(0, next_rank_at(standing.xp, settings)),
                streak=standing.streak,
                shots_left=max(0, tier.shots_a_day - day.shots),
                locked_until=standing.locked_until if standing.locked(session.view.market_now) else 0,
                reason=standing.lock_reason or standing.half_risk_on(session.view.day),
            )
        )

    def _judge_all(self) -> None:
        for each in tuple(self.scribe.ledger.unjudged.values()):
            try:
                self._judge(each.closing, each.seq)
            except JournalError:
                return  # The scribe has said so. The deal stays unjudged, in its order, until it can be written.

    def _judge(self, closing: Closing, seq: int) -> None:
        user = closing.user
        before = self.scribe.ledger.standing(user)
        award = judge_close(before, self._deal(closing), self.current.config.xp, self._tier(user).daily_loss_cap_pct)
        self.scribe.write("xp", award, causes=(seq,))
        self.stages.spoke("xp", f"{user} {award.points:+d}")
        logger.info("{} XP {:+d} ({}), now {}", user, award.points, ", ".join(award.reasons), before.xp + award.points)
        self._log_lock(award, before.locked_until)
        self.tell(user)

    def _log_lock(self, award: XpAwarded, before: int) -> None:
        if award.locked_until > before:
            logger.warning("{} locked until {} (market time): {}", award.user, award.locked_until, award.lock_reason)

    def _deal(self, closing: Closing) -> ClosedDeal:
        book, session = self.scribe.ledger.book(closing.account, closing.user), self.roster.of(closing.user)
        return closed_deal(closing, book, None if session is None else session.view)

    def _tier(self, user: str) -> Tier:
        configured = self.current.config.users.get(user)
        return self.current.config.tiers[configured.tier] if configured else Tier()
