"""Orders on what is open: not an actor, but the desk's hand on the sessions.

A close is never held back: not by a trading state, and not by a journal that cannot be written, to which its intent
goes as soon as it can.
"""

import secrets
from collections.abc import Callable
from typing import TypeVar

import attrs
from msgspec import UNSET

from bitten.actors.roster import Roster
from bitten.actors.scribe import Scribe
from bitten.actors.session import Session
from bitten.clock import HubClock
from bitten.current import Current
from bitten.errors import JournalError
from bitten.rules.book import Book, Holding
from bitten.rules.care import Care
from bitten.rules.facts import Action, Intent
from bitten.rules.fire import order_id
from bitten.rules.intending import Addressee, care_intent, order_intent
from bitten.rules.orders import (
    Author,
    CancelWish,
    CloseWish,
    Levels,
    ModifyWish,
    OrderRefused,
    Subject,
    levels_after,
    levels_shown,
    lot_to_close,
)
from bitten.wire.commands import Cancel, Close, Modify

_Found = TypeVar("_Found")


@attrs.frozen
class OrderRouter:
    """Finds the session that holds a position, journals the intent, hands the command over."""

    clock: HubClock
    scribe: Scribe
    roster: Roster
    current: Current

    def close(self, wish: CloseWish) -> Intent:
        """Close a position or a part of it. Raises `OrderRefused` where nothing was sent."""
        session, holding = self._holder(wish.user, wish.ticket)
        lot = lot_to_close(wish, holding, session.view.specs.get(holding.symbol))
        command = Close(
            session=session.id,
            id=self._id(session, "close"),
            expires=self._expires(),
            ticket=wish.ticket,
            lot=wish.lot and lot,
            if_lot=holding.left,
        )
        intent = self._intent(session, holding, command, lot, Levels(holding.sl, holding.tp), wish.by)
        return self._lower(session, intent)

    def modify(self, wish: ModifyWish) -> Intent:
        """Move a position's stop or target. Raises `OrderRefused` where nothing was sent."""
        session, holding = self._holder(wish.user, wish.ticket)
        now = levels_shown(session.view, holding)
        state = self.scribe.trading_of(session.user).state
        after = levels_after(wish, holding.direction, now, state)
        command = Modify(
            session=session.id,
            id=self._id(session, "modify"),
            expires=self._expires(),
            ticket=wish.ticket,
            sl=UNSET if wish.sl is None else wish.sl,
            tp=UNSET if wish.tp is None else wish.tp,
        )
        intent = self._intent(session, holding, command, holding.left, after, wish.by)
        return self._durably(session, intent, "desk")

    def care(self, session: Session, holding: Holding, now: Levels, care: Care) -> Intent:
        """Take a step of position care, under an id of its own; `now`: the position's levels. Raises `OrderRefused`."""
        book = self.scribe.ledger.book(session.account, session.user)
        to = Addressee.of(session.machine.greeting)
        intent = care_intent(book, holding, now, care, to, session.view, self._expires())
        return self._durably(session, intent, "care")

    def cancel(self, wish: CancelWish) -> Intent:
        """Withdraw a pending order. Raises `OrderRefused` where nothing was sent."""
        session, placed = self._find(wish.user, wish.ticket, "pending order", lambda book: book.order(wish.ticket))
        fire = placed.intent
        command = Cancel(
            session=session.id,
            id=self._id(session, "cancel"),
            expires=self._expires(),
            ticket=wish.ticket,
        )
        levels = Levels(fire.sl, fire.tp)
        what = Subject(wish.ticket, fire.symbol, fire.direction)
        return self._lower(session, self._intent(session, what, command, fire.lot, levels, wish.by))

    def _durably(self, session: Session, intent: Intent, actor: str) -> Intent:
        """What changes a position leaves only when its intent is written."""
        try:
            self.scribe.write(actor, intent)
        except JournalError as error:
            raise OrderRefused(f"not sent: {error}") from None
        return self._execute(session, intent)

    def _lower(self, session: Session, intent: Intent) -> Intent:
        """What lowers exposure leaves also where its intent cannot be written yet."""
        try:
            self.scribe.write("desk", intent)
        except JournalError:
            self.scribe.record("desk", intent, urgent=True)
        return self._execute(session, intent)

    def _holder(self, user: str, ticket: int) -> tuple[Session, Holding]:
        return self._find(user, ticket, "open position", lambda book: book.holdings.get(ticket))

    def _find(self, user: str, ticket: int, what: str, look: Callable[[Book], _Found | None]) -> tuple[Session, _Found]:
        """Whose it is. Tickets are a broker's: two accounts may have the same one, and then nobody is guessed.

        Raises `OrderRefused` for none, and for several.
        """
        found = [
            (session, it)
            for session in self.roster
            if user in ("", session.user)
            and (it := look(self.scribe.ledger.book(session.account, session.user))) is not None
        ]
        if not found:
            raise OrderRefused(f"ticket {ticket}: no {what} of ours at an EA that is connected")
        if len(found) > 1:
            users = ", ".join(session.user for session, _ in found)
            raise OrderRefused(f"ticket {ticket} is open for {users}: add --user")
        return found[0]

    def _expires(self) -> int:
        """Hub time until which a command that is sent now may be carried out."""
        return self.clock.now() + self.current.config.risk.command_expiry_ms

    def _id(self, session: Session, action: Action) -> str:
        """Random: an operator's order is wished for once, and must never be taken for an earlier one."""
        return order_id(session.account, secrets.token_hex(16), action, 1)

    def _intent(
        self,
        session: Session,
        what: Subject | Holding,
        command: Close | Modify | Cancel,
        lot: float,
        levels: Levels,
        by: Author,
    ) -> Intent:
        to = Addressee.of(session.machine.greeting)
        return order_intent(command, what, lot, levels, to, session.view, by=by)

    def _execute(self, session: Session, intent: Intent) -> Intent:
        if reason := session.execute(intent):
            raise OrderRefused(f"not sent: {reason}")
        return intent
