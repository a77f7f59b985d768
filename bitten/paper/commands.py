"""How the paper EA carries out a command: once, by its id, whatever comes twice and whoever dies (protocol 5).

The account cannot change under a session as a terminal's may (5.1): it comes from the same ledger as the hello.
"""

from collections.abc import Callable

import attrs
from msgspec import UNSET, UnsetType

from bitten import failpoints
from bitten.paper.account import Dealer, PaperAccount
from bitten.paper.broker import Broker
from bitten.paper.broker_values import OrderRequest, Result, Retcode
from bitten.paper.chronicle import Chronicle
from bitten.paper.ledger_values import Entry, Stage
from bitten.paper.moment import Moment
from bitten.paper.outcomes import AMBIGUOUS, RETRY, answered, look, said
from bitten.wire.codec import Order
from bitten.wire.commands import Cancel, Close, Fire, History, Modify, Query
from bitten.wire.events import Status

OUTBOX_LIMIT = 10_000
"""Unacked events above which no fire is taken (protocol 5.7)."""
SEARCH_MS = 60_000
"""How long a command without an answer is looked for (protocol 5.5)."""
RETRY_MS = 100
"""Between two tries at a price that moved: the EA's own choice, within the command's expiry."""

_UNANSWERED = (Stage.STARTED, Stage.UNKNOWN)


class Commands:
    """Each id is looked up first; its entry is on disk before the broker is asked, its outcome right after."""

    def __init__(self, account: PaperAccount, chronicle: Chronicle, latency: Callable[[], int] = lambda: 0) -> None:
        self._account = account
        self._ledger = account.ledger
        self._chronicle = chronicle
        self._latency = latency
        """Milliseconds before the broker is asked."""
        self._due: dict[str, int] = {}
        """Ids to ask the broker about, and when on the EA's clock."""
        self._looking: dict[str, int | None] = {entry.id: None for entry in self._ledger.in_stage(*_UNANSWERED)}
        """Ids whose answer is not known, and since when they are looked for; None: since the next look."""

    @property
    def busy(self) -> bool:
        """A command waits for the broker's answer or for the truth about it."""
        return bool(self._due or self._looking)

    def take(self, command: Order | Query | History, moment: Moment) -> None:
        """Answer a command whose id is known from the ledger; carry out any other."""
        entry = self._ledger.entry(command.id)
        if entry is not None:
            self._chronicle.say_again(entry, moment.market)
        elif isinstance(command, Query):
            never = attrs.evolve(said(command.id, Status.NEVER_SEEN, moment.market), again=True)
            self._chronicle.conclude(Entry(id=command.id, stage=Stage.FINAL), never)
        elif isinstance(command, History):
            self._chronicle.tell_again(command, moment.market)
        else:
            self._take_order(command, moment)

    def work(self, moment: Moment) -> None:
        """Do what has fallen due: ask the broker, ask again after a requote, look for what was ambiguous."""
        for command_id in [command_id for command_id, due in self._due.items() if due <= moment.ea]:
            del self._due[command_id]
            self._execute(self._entry(command_id), moment)
        for command_id in list(self._looking):
            self._look(self._entry(command_id), moment)

    def _entry(self, command_id: str) -> Entry:
        entry = self._ledger.entry(command_id)
        assert entry is not None, command_id
        return entry

    def _take_order(self, command: Order, moment: Moment) -> None:
        failpoints.reach(failpoints.COMMAND_TAKEN)
        entry = Entry(id=command.id, stage=Stage.STARTED, request=command)
        if moment.hub >= command.expires:
            late = f"{moment.hub - command.expires} ms late"
            self._chronicle.conclude(entry, said(command.id, Status.EXPIRED, moment.market, message=late))
        elif refusal := self._refusal(command):
            self._chronicle.conclude(entry, said(command.id, Status.REJECTED, moment.market, message=refusal))
        else:
            self._ledger.put(entry)
            failpoints.reach(failpoints.ENTRY_DURABLE)
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

    def _execute(self, entry: Entry, moment: Moment) -> None:
        request = entry.request
        assert request is not None
        # The broker is asked inside the transaction: what it did and what is said of it are durable together.
        with self._ledger.transaction():
            result = asked(request, self._account.dealer, self._account.broker)
            failpoints.reach(failpoints.BROKER_ASKED)
            self._chronicle.tell()
            if self._entry(entry.id).stage is Stage.STARTED:  # else the deal itself has told the fill
                self._answer(entry, request, result, moment)
        failpoints.reach(failpoints.ANSWER_STORED)

    def _answer(self, entry: Entry, request: Order, result: Result, moment: Moment) -> None:
        at_market = isinstance(request, Fire) and request.kind == "market"
        if result.retcode in RETRY and moment.hub + RETRY_MS < request.expires:
            self._due[entry.id] = moment.ea + RETRY_MS
            return
        if result.retcode in AMBIGUOUS or (result.retcode == Retcode.PLACED and at_market):
            self._looking[entry.id] = moment.ea
            status, stage = Status.UNKNOWN, Stage.UNKNOWN
        elif result.retcode == Retcode.PLACED:
            status, stage = Status.PLACED, Stage.PLACED
        else:
            status, stage = done_or_not(result), Stage.FINAL
        self._chronicle.conclude(entry, answered(entry.id, status, result, moment.market), stage)

    def _look(self, entry: Entry, moment: Moment) -> None:
        """Look for what became of an unanswered command; after 60 s it counts as not found (protocol 5.5)."""
        since = self._looking.pop(entry.id)
        if entry.stage not in _UNANSWERED:
            return
        since = moment.ea if since is None else since
        if found := look(self._account.broker, entry, moment.market):
            stage = Stage.PLACED if found.status is Status.PLACED else Stage.FINAL
            self._chronicle.conclude(entry, found, stage)
        elif moment.ea - since >= moment.scaled(SEARCH_MS):
            not_found = said(entry.id, Status.REJECTED, moment.market, message="not_found")
            self._chronicle.conclude(entry, not_found, Stage.NOT_FOUND)
        else:
            self._looking[entry.id] = since


def asked(request: Order, dealer: Dealer, broker: Broker) -> Result:
    """The broker's answer to a command; `dealer` takes the request (protocol 5.2, 5.3)."""
    match request:
        case Fire():
            return dealer.open(order_request(request))
        case Close(ticket=ticket, lot=lot, if_lot=if_lot):
            held = [position.lot for position in broker.positions() if position.ticket == ticket]
            if held and held != [if_lot]:
                message = f"if_lot: the position's volume is {held[0]}, not {if_lot}"
                return Result(retcode=Retcode.INVALID_CLOSE_VOLUME, ticket=ticket, message=message)
            return dealer.close(ticket, lot)
        case Modify(ticket=ticket, sl=sl, tp=tp):
            return dealer.modify(ticket, sl=_or_none(sl), tp=_or_none(tp))
        case Cancel(ticket=ticket):
            return dealer.cancel(ticket)


def done_or_not(result: Result) -> Status:
    """What a broker's last word on a change means (protocol 6.4)."""
    return Status.DONE if result.accepted or result.retcode == Retcode.NO_CHANGES else Status.REJECTED


def order_request(fire: Fire) -> OrderRequest:
    """What the broker is asked for a fire (protocol 5.2)."""
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
