"""Position care: break-even, a part taken, the trail and the runner, for who has earned them.

Receives: `CareDue`, a price was reached, or something has come of a command or a position.
Sends: modifies and closes, through the order router.
Journals: nothing of its own; each step has its intent, under an id that only this step of this position can have.
Fails as: itself alone; begun anew it finds in the ledger which steps were taken.
"""

from math import inf

import attrs
import trio
from loguru import logger

from bitten.actors.order_router import OrderRouter
from bitten.actors.roster import Roster
from bitten.actors.scribe import Scribe
from bitten.actors.session import Session
from bitten.actors.venom import VenomActor
from bitten.current import Current
from bitten.mailbox import Latest
from bitten.messages import CareDue
from bitten.rules.book import Book, Holding
from bitten.rules.care import Step, trigger, unlocked
from bitten.rules.caring import look, refused
from bitten.rules.orders import Levels, OrderRefused
from bitten.rules.taped import Put, nowhere, tended
from bitten.units import Direction

ROUND_S = 1.0
"""Between two looks at all that is open: what no price brings, as a step that may be tried again, or a new unlock."""


@attrs.define(eq=False)
class Carer:
    """Looks where a price was reached, and once a second while anything is open."""

    current: Current
    scribe: Scribe
    roster: Roster
    orders: OrderRouter
    venom: VenomActor
    mailbox: Latest[CareDue]
    tape: Put = nowhere
    _told: set[str] = attrs.field(factory=set)
    """Refused steps that the log has heard of."""

    async def run(self) -> None:
        """Care for ever."""
        next_round = trio.current_time()
        while True:
            with trio.move_on_at(next_round):
                due = await self.mailbox.receive()
                if session := self.roster.of(due.user):
                    self.look(session, recorded=True)
            now = trio.current_time()
            if now >= next_round:
                self._round()
                next_round = inf
            if next_round == inf and self._anything_open():
                next_round = now + ROUND_S

    def look(self, session: Session, *, recorded: bool = False) -> None:
        """Take the steps that are due on a user's positions, and say at which prices the next ones may be.

        `recorded`: the tape is told also where nothing is due.
        """
        try:
            self._look(session, recorded)
        except Exception as error:  # noqa: BLE001 - handed to the session, which raises it
            session.fail(error)

    def _round(self) -> None:
        for session in self.roster:
            self.look(session)

    def _anything_open(self) -> bool:
        return any(self._book(session).holdings for session in self.roster)

    def _look(self, session: Session, recorded: bool) -> None:
        session.triggers.prices.clear()
        config, user, book = self.current.config, session.user, self._book(session)
        if not session.live or self.scribe.failure or not book.holdings:
            return
        allowed = unlocked(self.scribe.ledger.standing(user).xp, config.users[user].care, config.care)
        if not allowed:
            return
        for holding in tuple(book.holdings.values()):
            self._tell_refused(book, holding)
            price = self._care(session, book, holding, allowed, recorded)
            if price is not None:
                self._watch(session, holding, price)

    def _care(
        self, session: Session, book: Book, holding: Holding, allowed: frozenset[Step], recorded: bool
    ) -> float | None:
        """Take the step that is due. Returns the price from which the next may be."""
        state = self.scribe.trading_of(session.user).state
        seen = look(book, holding, session.view, allowed, self.current.config.care, state, self.venom.brain)
        if seen is None:
            return None
        user, ticket, time = session.user, holding.ticket, session.view.market_now
        if seen.step is None:
            if recorded:
                self.tape(tended(user, ticket, time, seen))
            return trigger(seen.position, seen.quote, seen.rules)
        try:
            levels = Levels(seen.position.sl, seen.position.tp)
            intent = self.orders.care(session, holding, levels, seen.step)
        except OrderRefused as refusal:
            logger.warning("{} care {} of {}: {}", user, seen.step.step, ticket, refusal)
        else:
            self.tape(tended(user, ticket, time, seen, intent.id))
            logger.info("{} {} of {} {} ({})", user, intent.why, holding.symbol, ticket, intent.id)
        return None

    def _watch(self, session: Session, holding: Holding, price: float) -> None:
        """The nearest of a symbol's positions counts, each on its own side of the quote."""
        bid, ask = session.triggers.prices.get(holding.symbol, (inf, -inf))
        if holding.direction is Direction.BUY:
            bid = min(bid, price)
        else:
            ask = max(ask, price)
        session.triggers.prices[holding.symbol] = bid, ask

    def _tell_refused(self, book: Book, holding: Holding) -> None:
        for command, again in refused(book, holding.ticket):
            intent = command.intent
            if intent.id not in self._told:
                self._told.add(intent.id)
                what = "tried again later" if again else "not tried again"
                why = command.message or command.life
                logger.warning("{} care {} of {}: {}: {}", book.user, intent.care, holding.ticket, why, what)

    def _book(self, session: Session) -> Book:
        return self.scribe.ledger.book(session.account, session.user)
