"""Orders on what is open: not an actor, but the desk's hand on the sessions.

A close is never held back: not by a trading state, and not by a journal that cannot be written, to which its intent
goes as soon as it can.
"""

import attrs

from bitten.actors.roster import Roster
from bitten.actors.scribe import Scribe
from bitten.actors.session import Session
from bitten.clock import HubClock
from bitten.errors import JournalError
from bitten.rules.book import Book, Holding
from bitten.rules.facts import Action, Intent
from bitten.rules.fire import order_id
from bitten.rules.orders import CloseWish, ModifyWish, OrderRefused, levels_after, lot_to_close
from bitten.wire.codec import encode
from bitten.wire.commands import Close, Modify


@attrs.frozen
class OrderRouter:
    """Finds the session that holds a position, journals the intent, hands the command over."""

    clock: HubClock
    scribe: Scribe
    roster: Roster
    expiry_ms: int

    def close(self, wish: CloseWish) -> Intent:
        """Close a position or a part of it. Raises `OrderRefused` where nothing was sent."""
        session, book, holding = self._find(wish.ticket)
        lot = lot_to_close(wish, holding, session.view.specs.get(holding.symbol))
        id_, expires = self._id(book, holding, "close"), self.clock.now() + self.expiry_ms
        command = Close(
            session=session.id, id=id_, expires=expires, ticket=wish.ticket, lot=wish.lot and lot, if_lot=holding.left
        )
        intent = self._intent(session, holding, command, "close", lot, holding.sl, holding.tp)
        try:
            self.scribe.write("desk", intent)
        except JournalError:
            self.scribe.record("desk", intent, urgent=True)
        return self._execute(session, intent)

    def modify(self, wish: ModifyWish) -> Intent:
        """Move a position's stop or target. Raises `OrderRefused` where nothing was sent."""
        session, book, holding = self._find(wish.ticket)
        sl, tp = levels_after(wish, holding, self.scribe.trading_of(session.user).state)
        id_, expires = self._id(book, holding, "modify"), self.clock.now() + self.expiry_ms
        command = Modify(session=session.id, id=id_, expires=expires, ticket=wish.ticket, sl=sl, tp=tp)
        intent = self._intent(session, holding, command, "modify", holding.left, sl, tp)
        try:
            self.scribe.write("desk", intent)
        except JournalError as error:
            raise OrderRefused(f"not sent: {error}") from None
        return self._execute(session, intent)

    def _find(self, ticket: int) -> tuple[Session, Book, Holding]:
        for session in self.roster:
            book = self.scribe.ledger.book(session.account, session.user)
            if ticket in book.holdings:
                return session, book, book.holdings[ticket]
        raise OrderRefused(f"ticket {ticket}: no open position of ours at an EA that is connected")

    def _id(self, book: Book, holding: Holding, action: Action) -> str:
        intents = (command.intent for command in book.commands.values())
        earlier = sum(intent.ticket == holding.ticket and intent.action == action for intent in intents)
        return order_id(book.account, holding.fire_id, action, earlier + 1)

    def _intent(
        self,
        session: Session,
        holding: Holding,
        command: Close | Modify,
        action: Action,
        lot: float,
        sl: float,
        tp: float,
    ) -> Intent:
        hello = session.machine.greeting.hello
        return Intent(
            id=command.id,
            user=session.user,
            account=session.account,
            ea=hello.ea,
            boot=hello.boot,
            action=action,
            expires=command.expires,
            raw=encode(command).decode(),
            symbol=holding.symbol,
            direction=holding.direction,
            lot=lot,
            sl=sl,
            tp=tp,
            ticket=holding.ticket,
            day=session.view.day,
            market_time=session.view.market_now,
        )

    def _execute(self, session: Session, intent: Intent) -> Intent:
        if reason := session.execute(intent):
            raise OrderRefused(f"not sent: {reason}")
        return intent
