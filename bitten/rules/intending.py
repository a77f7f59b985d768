"""From an order that the gate let pass to the intent that is journaled, with the command byte for byte."""

from typing import Self

import attrs

from bitten.messages import Verdict
from bitten.rules.facts import Intent
from bitten.rules.fire import fire_id, magic_of
from bitten.rules.orders import NOBODY, Author
from bitten.rules.risk import Order
from bitten.rules.session import Greeting
from bitten.rules.terminal import TerminalView
from bitten.units import Account
from bitten.wire.codec import encode
from bitten.wire.commands import Fire


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
