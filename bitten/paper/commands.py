"""How the paper EA carries out a command: once, by its id, whatever comes twice and whoever dies (protocol 5).

Nothing is sent from here: every word is an event in the ledger first, which `outbox` then sends until it is acked.
The account cannot change under a session as a terminal's may (5.1): it comes from the same ledger as the hello.
"""

from collections.abc import Callable

import attrs
from loguru import logger
from msgspec import UNSET, UnsetType

from bitten.paper.account import PaperAccount
from bitten.paper.broker_values import Deal, OrderRequest, Result, Retcode
from bitten.paper.ledger_values import Entry, Stage
from bitten.paper.moment import Moment
from bitten.paper.outcomes import AMBIGUOUS, RETRY, answered, closed, ended, filled, look, said
from bitten.wire.codec import Order
from bitten.wire.commands import Cancel, Close, Fire, History, Modify, Query
from bitten.wire.events import Confirmation, Status

OUTBOX_LIMIT = 10_000
"""Unacked events above which no fire is taken (protocol 5.7)."""
SEARCH_MS = 60_000
"""How long a command without an answer is looked for (protocol 5.5)."""
RETRY_MS = 100
"""Between two tries at a price that moved: the EA's own choice, within the command's expiry."""


class Commands:
    """Each id is looked up first; its entry is on disk before the broker is asked, its outcome right after."""

    def __init__(self, account: PaperAccount, latency: Callable[[], int] = lambda: 0) -> None:
        self._account = account
        self._ledger = account.ledger
        self._latency = latency
        self._due: dict[str, int] = {}
        """Ids to ask the broker about, and when on the EA's clock."""
        self._looking: dict[str, int | None] = {
            entry.id: None for entry in self._ledger.in_stage(Stage.STARTED, Stage.UNKNOWN)
        }
        """Ids whose answer is not known, and since when they are looked for; None: since the next look."""

    @property
    def busy(self) -> bool:
        """A command waits for the broker's answer or for the truth about it."""
        return bool(self._due or self._looking)

    def take(self, command: Order | Query | History, moment: Moment) -> None:
        """Answer a command whose id is known from the ledger; carry out any other."""
        entry = self._ledger.entry(command.id)
        if entry is not None:
            self._say_again(entry, moment)
        elif isinstance(command, Query):
            never = attrs.evolve(said(command.id, Status.NEVER_SEEN, moment.market), again=True)
            self._conclude(Entry(id=command.id, stage=Stage.FINAL), never)
        elif isinstance(command, History):
            self._tell_history(command, moment)
        else:
            self._take_order(command, moment)

    def work(self, moment: Moment) -> None:
        """Do what has fallen due: ask the broker, ask again after a requote, look for what was ambiguous."""
        for command_id in [command_id for command_id, due in self._due.items() if due <= moment.ea]:
            del self._due[command_id]
            entry = self._ledger.entry(command_id)
            assert entry is not None
            assert entry.request is not None
            self._execute(entry, entry.request, moment)
        for command_id in list(self._looking):
            self._look(command_id, moment)

    def tell(self) -> None:
        """Make events of the deals and of the ends of pending orders that have not been told, and save the book."""
        with self._ledger.transaction():
            for deal in self._account.untold():
                self._tell_deal(deal)
            self._tell_ended_orders()
            self._account.save()

    # A new order

    def _take_order(self, command: Order, moment: Moment) -> None:
        entry = Entry(id=command.id, stage=Stage.STARTED, request=command)
        if moment.hub >= command.expires:
            late = f"{moment.hub - command.expires} ms late"
            self._conclude(entry, said(command.id, Status.EXPIRED, moment.market, message=late))
        elif refusal := self._refusal(command):
            self._conclude(entry, said(command.id, Status.REJECTED, moment.market, message=refusal))
        else:
            self._ledger.put(entry)
            self._due[command.id] = moment.ea + self._latency()

    def _refusal(self, command: Order) -> str:
        """Why this EA does not pass the command on; "" where it does (protocol 5.6, 5.7)."""
        if not isinstance(command, Fire):
            return ""
        if self._ledger.passed(command.signal_id):
            return f"passed: the trader passed signal {command.signal_id}"
        if self._ledger.unacked >= OUTBOX_LIMIT:
            return f"outbox_full: {self._ledger.unacked} events are not acked"
        if other := self._ledger.fire_of(command.magic):
            return f"magic_collision: {command.magic} is that of {other}"
        return ""

    def _execute(self, entry: Entry, request: Order, moment: Moment) -> None:
        result = self._ask(request)
        with self._ledger.transaction():
            self.tell()
            if self._is_known_from_deals(entry.id):
                return
            if result.retcode in RETRY:
                self._retry(entry, request, result, moment)
            elif result.retcode in AMBIGUOUS or (result.retcode == Retcode.PLACED and _is_at_market(request)):
                self._looking[entry.id] = moment.ea
                unknown = answered(entry.id, Status.UNKNOWN, result, moment.market)
                self._conclude(entry, unknown, Stage.UNKNOWN)
            else:
                self._answer(entry, result, moment)

    def _ask(self, request: Order) -> Result:
        dealer = self._account.dealer
        match request:
            case Fire():
                return dealer.open(_order_request(request))
            case Close(ticket=ticket, lot=lot, if_lot=if_lot):
                held = [position.lot for position in self._account.broker.positions() if position.ticket == ticket]
                if held and held != [if_lot]:
                    return Result(
                        retcode=Retcode.INVALID_CLOSE_VOLUME,
                        ticket=ticket,
                        message=f"if_lot: the position's volume is {held[0]}, not {if_lot}",
                    )
                return dealer.close(ticket, lot)
            case Modify(ticket=ticket, sl=sl, tp=tp):
                return dealer.modify(ticket, sl=_or_none(sl), tp=_or_none(tp))
            case Cancel(ticket=ticket):
                return dealer.cancel(ticket)

    def _is_known_from_deals(self, command_id: str) -> bool:
        """Was the fire's fill told, as its deal in, while the broker was being asked?"""
        entry = self._ledger.entry(command_id)
        return entry is not None and entry.outcome is not None and entry.outcome.status is Status.FILLED

    def _retry(self, entry: Entry, request: Order, result: Result, moment: Moment) -> None:
        if moment.hub + RETRY_MS < request.expires:
            self._due[entry.id] = moment.ea + RETRY_MS
        else:
            self._conclude(entry, answered(entry.id, Status.REJECTED, result, moment.market))

    def _answer(self, entry: Entry, result: Result, moment: Moment) -> None:
        if result.retcode == Retcode.PLACED:
            self._conclude(entry, answered(entry.id, Status.PLACED, result, moment.market), Stage.PLACED)
        elif result.accepted or result.retcode == Retcode.NO_CHANGES:
            self._conclude(entry, answered(entry.id, Status.DONE, result, moment.market))
        else:
            self._conclude(entry, answered(entry.id, Status.REJECTED, result, moment.market))

    # What is known already

    def _say_again(self, entry: Entry, moment: Moment) -> None:
        outcome = entry.outcome or said(entry.id, Status.UNKNOWN, moment.market, message="no answer is known yet")
        self._ledger.append(attrs.evolve(outcome, again=True))

    def _tell_history(self, command: History, moment: Moment) -> None:
        with self._ledger.transaction():
            for deal in self._account.broker.deals_since(command.since):
                fire_id = self._ledger.fire_of(deal.magic)
                if deal.entry == "out":
                    self._ledger.append(closed(deal, fire_id))
                elif fire_id:
                    self._ledger.append(attrs.evolve(filled(fire_id, deal), again=True))
            self._conclude(Entry(id=command.id, stage=Stage.FINAL), said(command.id, Status.DONE, moment.market))

    # The truth: deals, positions and orders

    def _tell_deal(self, deal: Deal) -> None:
        fire_id = self._ledger.fire_of(deal.magic)
        if deal.entry == "out":
            self._ledger.append(closed(deal, fire_id))
            logger.info(
                "closed {} {} {} at {} ({}): {:+.2f}", deal.symbol, deal.direction, deal.lot, deal.price, deal.reason,
                deal.profit,
            )  # fmt: skip
        elif fire_id:
            entry = self._ledger.entry(fire_id)
            assert entry is not None
            self._conclude(entry, filled(fire_id, deal))

    def _tell_ended_orders(self) -> None:
        placed = self._ledger.in_stage(Stage.PLACED)
        if not placed:
            return
        ends = {end.ticket: end for end in self._account.broker.order_ends_since(0)}
        for entry in placed:
            end = ends.get(entry.outcome.ticket if entry.outcome else 0)
            outcome = end and ended(entry.id, end)
            if outcome:
                self._conclude(entry, outcome)

    def _look(self, command_id: str, moment: Moment) -> None:
        entry = self._ledger.entry(command_id)
        assert entry is not None
        since = self._looking[command_id]
        if since is None:
            since = self._looking[command_id] = moment.ea
        if found := look(self._account.broker, entry, moment.market):
            self._conclude(entry, found, Stage.PLACED if found.status is Status.PLACED else Stage.FINAL)
        elif moment.ea - since >= moment.scaled(SEARCH_MS):
            not_found = said(command_id, Status.REJECTED, moment.market, message="not_found")
            self._conclude(entry, not_found, Stage.NOT_FOUND)

    def _conclude(self, entry: Entry, outcome: Confirmation, stage: Stage = Stage.FINAL) -> None:
        """Write what became of the command, and the event that says so, together."""
        if stage is not Stage.UNKNOWN:
            self._looking.pop(entry.id, None)
        with self._ledger.transaction():
            self._ledger.put(attrs.evolve(entry, stage=stage, outcome=outcome))
            self._ledger.append(outcome)
        logger.info(
            "{} {}: {}{}", type(entry.request).__name__.lower() if entry.request else "query", entry.id, outcome.status,
            f" ({outcome.message})" if outcome.message else "",
        )  # fmt: skip


def _is_at_market(request: Order) -> bool:
    return isinstance(request, Fire) and request.kind == "market"


def _order_request(fire: Fire) -> OrderRequest:
    return OrderRequest(
        symbol=fire.symbol,
        direction=fire.direction,
        kind=fire.kind,
        lot=fire.lot,
        entry=fire.entry,
        sl=fire.sl,
        tp=fire.tp,
        deviation=fire.deviation,
        magic=fire.magic,
        comment=fire.id[:31],
        good_till=fire.good_till,
    )


def _or_none(level: float | UnsetType) -> float | None:
    return None if level is UNSET else level
