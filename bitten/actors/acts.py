"""An operator's single acts, fire, close, modify and cancel: not an actor, but the desk's hand on both routers."""

import secrets

import attrs
from loguru import logger

from bitten.actors.fire_router import FireRouter
from bitten.actors.order_router import OrderRouter
from bitten.actors.scribe import Scribe
from bitten.current import Current
from bitten.rules.book import Book, Command
from bitten.rules.facts import Intent
from bitten.rules.fire import Life
from bitten.rules.orders import Author, CancelWish, CloseWish, FireWish, ModifyWish, OrderRefused
from bitten.rules.risk import Denied
from bitten.wire.acts import (
    ActRequest,
    CancelOrder,
    ClosePosition,
    FireNow,
    ModifyPosition,
    OrderAnswer,
    OutcomeAnswer,
    OutcomeRequest,
)
from bitten.wire.desk import Refusal


@attrs.frozen
class Acts:
    """Carries out acts, and tells what came of them."""

    current: Current
    scribe: Scribe
    router: FireRouter
    orders: OrderRouter

    def act(self, request: ActRequest) -> OrderAnswer | OutcomeAnswer | Refusal:
        """Do it, and say what was done."""
        if refusal := self.current.refusal_of(request.user):
            return refusal
        if isinstance(request, OutcomeRequest):
            return self._outcome(request)
        try:
            intent = self._fire(request) if isinstance(request, FireNow) else self._order(request)
        except OrderRefused as refused:
            return Refusal(message=str(refused))
        why = f": {request.why}" if request.why else ""
        logger.info("{} {} by {} ({}){}", intent.user, _what(intent), request.who, intent.id, why)
        return OrderAnswer(id=intent.id, user=intent.user, what=_what(intent))

    def _fire(self, request: FireNow) -> Intent:
        if bool(request.signal_id) is bool(request.symbol):
            raise OrderRefused("a fire is of a signal or of a symbol, one of them")
        wish = FireWish(
            user=request.user,
            # Protocol 5.6: what has no signal gets an id that nothing else has.
            signal_id=request.signal_id or f"DESK:{secrets.token_hex(8)}",
            symbol=request.symbol,
            direction=request.direction,
            entry=request.entry,
            sl=request.sl,
            tp=request.tp,
            lot=request.lot,
            kind=request.kind,
            good_for=request.good_for,
            by=Author(request.who, request.why),
        )
        decided = self.router.wished(wish)
        if isinstance(decided, Denied):
            raise OrderRefused(f"denied: {decided.code}: {decided.message}")
        return decided

    def _order(self, request: ClosePosition | ModifyPosition | CancelOrder) -> Intent:
        user, ticket, by = request.user, request.ticket, Author(request.who, request.why)
        match request:
            case ClosePosition(lot=lot):
                return self.orders.close(CloseWish(user=user, ticket=ticket, lot=lot, by=by))
            case ModifyPosition(sl=sl, tp=tp):
                return self.orders.modify(ModifyWish(user=user, ticket=ticket, sl=sl, tp=tp, by=by))
            case CancelOrder():
                return self.orders.cancel(CancelWish(user=user, ticket=ticket, by=by))

    def _outcome(self, request: OutcomeRequest) -> OutcomeAnswer | Refusal:
        book = self.scribe.ledger.book_of(request.user)
        command = None if book is None else book.commands.get(request.id)
        if book is None or command is None:
            return Refusal(message=f"{request.id!r} is no command for {request.user}")
        return _told(book, command)


def _told(book: Book, command: Command) -> OutcomeAnswer:
    intent, life = command.intent, command.life
    opened = next((each for each in book.positions.values() if each.fire_id == intent.id), None)
    return OutcomeAnswer(
        id=intent.id,
        user=book.user,
        life=life.value,
        final=life.final,
        good=life.filled or life in (Life.DONE, Life.PLACED),
        ticket=command.ticket if opened is None else opened.ticket,
        lot=intent.lot if opened is None else opened.lot,
        price=intent.entry if opened is None else opened.price,
        message=command.message,
    )


def _what(intent: Intent) -> str:
    if intent.action != "fire":
        return f"{intent.action} {intent.lot:g} lots of {intent.symbol}, ticket {intent.ticket}"
    kind = "" if intent.order_kind == "market" else f" {intent.order_kind}"
    levels = f"sl {intent.sl:g} tp {intent.tp:g}"
    return f"fire {intent.direction}{kind} {intent.lot:g} lots of {intent.symbol} at {intent.entry:g} {levels}"
