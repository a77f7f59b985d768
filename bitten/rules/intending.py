"""From what was decided to the intent that is journaled, with the command byte for byte."""

from typing import Self

import attrs
from msgspec import UNSET

from bitten.messages import Verdict
from bitten.rules.book import Book, Holding
from bitten.rules.care import Care, Step
from bitten.rules.caring import care_id
from bitten.rules.facts import Action, Intent
from bitten.rules.fire import fire_id, magic_of
from bitten.rules.orders import NOBODY, Author, Levels, Subject
from bitten.rules.risk import Order
from bitten.rules.session import Greeting
from bitten.rules.terminal import TerminalView
from bitten.units import Account
from bitten.wire.codec import encode
from bitten.wire.commands import Cancel, Close, Fire, Modify

_ACTIONS: dict[type, Action] = {Close: "close", Modify: "modify", Cancel: "cancel"}


@attrs.frozen(kw_only=True)
class Addressee:
    """Whose EA a command is for, and in which session."""

    user: str
    account: Account
    session: str
    ea: str
    boot: str
    """The process that it is sent to."""

    @classmethod
    def of(cls, greeting: Greeting) -> Self:
        """The EA that a session speaks to."""
        hello = greeting.hello
        return cls(user=greeting.user, account=greeting.account, session=greeting.session, ea=hello.ea, boot=hello.boot)


def intended(
    order: Order,
    verdict: Verdict,
    to: Addressee,
    view: TerminalView,
    *,
    leg: int,
    asked_until: int = 0,
    by: Author = NOBODY,
) -> Intent:
    """The intent to fire. `asked_until`: hub time until which the trader's press counts; 0: nobody pressed."""
    command = _command(order, verdict.signal.id, to, leg)
    return Intent(
        id=command.id,
        user=to.user,
        account=to.account,
        ea=to.ea,
        boot=to.boot,
        action="fire",
        expires=order.expires,
        raw=encode(command).decode(),
        symbol=order.symbol,
        direction=order.direction,
        lot=order.lot,
        sl=order.sl,
        tp=order.tp,
        entry=order.entry,
        signal_id=command.signal_id,
        leg=leg,
        magic=command.magic,
        risk=order.risk,
        day=view.day,
        market_time=view.market_now,
        verdict=verdict.decision(),
        asked_until=asked_until,
        order_kind=order.kind,
        who=by.who,
        why=by.why,
    )


def _command(order: Order, signal_id: str, to: Addressee, leg: int) -> Fire:
    id_ = fire_id(to.account, signal_id, leg)
    return Fire(
        session=to.session,
        id=id_,
        expires=order.expires,
        signal_id=signal_id,
        magic=magic_of(id_),
        symbol=order.symbol,
        direction=order.direction,
        kind=order.kind,
        entry=order.entry,
        lot=order.lot,
        sl=order.sl,
        tp=order.tp,
        deviation=order.deviation,
        good_till=order.good_till,
    )


def order_intent(
    command: Close | Modify | Cancel,
    what: Subject | Holding,
    lot: float,
    levels: Levels,
    to: Addressee,
    view: TerminalView,
    *,
    by: Author = NOBODY,
    care: str = "",
) -> Intent:
    """The intent to change what is open, or pending, by `lot` lots, to the `levels` that it has from then on."""
    return Intent(
        id=command.id,
        user=to.user,
        account=to.account,
        ea=to.ea,
        boot=to.boot,
        action=_ACTIONS[type(command)],
        expires=command.expires,
        raw=encode(command).decode(),
        symbol=what.symbol,
        direction=what.direction,
        lot=lot,
        sl=levels.sl,
        tp=levels.tp,
        ticket=what.ticket,
        day=view.day,
        market_time=view.market_now,
        care=care,
        who=by.who,
        why=by.why,
    )


def care_intent(
    book: Book, holding: Holding, now: Levels, care: Care, to: Addressee, view: TerminalView, expires: int
) -> Intent:
    """The intent of a step of position care, under an id of its own; `now`: the position's levels."""
    id_ = care_id(book, holding.ticket, care.step)
    by = Author(why=f"care: {care.step} at {care.r:+.2f} R")
    if care.step is Step.HALF:
        part = Close(
            session=to.session, id=id_, expires=expires, ticket=holding.ticket, lot=care.lot, if_lot=holding.left
        )
        return order_intent(part, holding, care.lot, now, to, view, by=by, care=care.step)
    sl, tp = UNSET if care.sl is None else care.sl, UNSET if care.tp is None else care.tp
    moved = Modify(session=to.session, id=id_, expires=expires, ticket=holding.ticket, sl=sl, tp=tp)
    after = Levels(now.sl if care.sl is None else care.sl, now.tp if care.tp is None else care.tp)
    return order_intent(moved, holding, holding.left, after, to, view, by=by, care=care.step)
