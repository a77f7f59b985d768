"""One account's book: the commands that were decided, the positions that came of them, the broker's days.

A book is changed by facts alone (`rules.ledger`), and is idempotent where the wire repeats itself: a confirmation
counts once per (account, id, status), a closing once per (account, deal) (protocol 6.5). Volumes change by deals alone.
"""

from decimal import Decimal

import attrs

from bitten.errors import IllegalEvent
from bitten.rules.facts import Action, Adopted, Closing, Confirmed, Intent, Settled
from bitten.rules.fire import Life, after, barren
from bitten.units import Account, Direction
from bitten.wire.events import SettledAs


@attrs.define
class Command:
    """A command of ours and what became of it."""

    intent: Intent
    seq: int
    """The journal's number of the intent."""
    decided: int
    """Hub time, ms."""
    life: Life = Life.INTENT
    message: str = ""
    retcode: int = 0
    """The broker's newest word on it."""
    sent: bool = False
    ticket: int = 0
    """Of the pending order that it placed; 0: none."""
    by_operator: bool = False
    """Its end is a person's word, which a deal may still prove wrong."""
    by_another: bool = False
    """Another process than it was sent to says that it never saw it: its ledger may be an older one."""

    @property
    def barren(self) -> bool:
        """It opened nothing and never will: the signal's next leg may come (protocol 5.6)."""
        return not self.by_operator and not self.by_another and barren(self.life, self.message)


@attrs.define(kw_only=True)
class Holding:
    """An open position that a fire of ours opened, as deals tell it."""

    fire_id: str
    ticket: int
    symbol: str
    direction: Direction
    lot: float
    """Lots opened."""
    left: float
    """Lots still open."""
    price: float
    sl: float
    tp: float
    opened: int
    """Market time."""


@attrs.define
class Day:
    """A broker's day of one account."""

    shots: int = 0
    realised: float = 0.0
    opening_equity: float | None = None


@attrs.define
class Book:
    """All that is known of one account."""

    account: Account
    user: str
    boot: str = ""
    """The process of the EA that said hello last."""
    commands: dict[str, Command] = attrs.field(factory=dict)
    unresolved: dict[str, Command] = attrs.field(factory=dict)
    """Commands without an outcome, oldest first."""
    holdings: dict[int, Holding] = attrs.field(factory=dict)
    """Open positions of ours by ticket."""
    positions: dict[int, Holding] = attrs.field(factory=dict)
    """Every position of ours that ever was, by ticket."""
    deals: set[int] = attrs.field(factory=set)
    days: dict[int, Day] = attrs.field(factory=dict)
    fired: dict[str, str] = attrs.field(factory=dict)
    """The newest fire's id by signal id."""
    magics: dict[int, str] = attrs.field(factory=dict)
    """The id of every fire by its magic: under it the broker keeps what came of the fire."""
    lapsed: dict[str, Command] = attrs.field(factory=dict)
    """Fires that never ran, by id: while its signal is fresh, one may be followed by the next leg."""
    profit: float = 0.0
    """Realised by our positions since the beginning, net of commission and swap."""
    asked: set[str] = attrs.field(factory=set)
    """Ids under which the EA was asked for its history."""
    holds: dict[str, str] = attrs.field(factory=dict)
    """What a person must look at before this account may be fired at again, and why."""
    told: set[tuple[str, str]] = attrs.field(factory=set)
    """Ids and statuses that the EA has confirmed."""
    cared: dict[int, list[str]] = attrs.field(factory=dict)
    """Ids of the commands of position care by ticket, oldest first."""
    closed_early: dict[int, float] = attrs.field(factory=dict)
    """Lots that closing deals took from positions whose fill has not been told yet, by ticket."""

    def __attrs_post_init__(self) -> None:
        """Out of a snapshot each comes by itself: a command, and a position, is one object again wherever it stands."""
        self.unresolved = {id_: self.commands[id_] for id_ in self.unresolved}
        self.lapsed = {id_: self.commands[id_] for id_ in self.lapsed}
        self.holdings = {ticket: self.positions[ticket] for ticket in self.holdings}

    def day(self, number: int) -> Day:
        """The book of one broker's day, made when first asked for."""
        day = self.days.get(number)
        if day is None:
            day = self.days[number] = Day()
        return day

    def open_count(self) -> int:
        """Positions of ours that are open, or may be."""
        return len(self.holdings) + sum(1 for c in self.unresolved.values() if c.intent.action == "fire")

    def under_way(self, ticket: int, action: Action) -> Command | None:
        """The command without an outcome that does this to a ticket; None: there is none."""
        for command in self.unresolved.values():
            if command.intent.ticket == ticket and command.intent.action == action:
                return command
        return None

    def order(self, ticket: int) -> Command | None:
        """The fire whose pending order has that ticket and stands, or may; None: there is none."""
        return next((each for each in self.unresolved.values() if each.ticket == ticket), None) if ticket else None

    def orders(self) -> list[int]:
        """Tickets of the pending orders of ours that stand, or may."""
        return [each.ticket for each in self.unresolved.values() if each.ticket]

    def may_fire(self, signal_id: str) -> bool:
        """No leg of the signal was fired, or the last one opened nothing and never will."""
        fired = self.fired.get(signal_id)
        return fired is None or self.commands[fired].barren

    def next_leg(self, signal_id: str) -> int:
        """The number of the signal's next leg, from 1 (protocol 5.6)."""
        fired = self.fired.get(signal_id)
        return 1 if fired is None else self.commands[fired].intent.leg + 1

    def intend(self, seq: int, time: int, intent: Intent) -> str:
        """A command was decided. Returns what contradicts the book, in words, or ""; so do the other methods."""
        if intent.id in self.commands:
            return f"{intent.id} was intended twice"
        command = Command(intent, seq, time)
        self.commands[intent.id] = self.unresolved[intent.id] = command
        if intent.care:
            self.cared.setdefault(intent.ticket, []).append(intent.id)
        if intent.action == "fire":
            self.day(intent.day).shots += 1
            self.lapsed.pop(self.fired.get(intent.signal_id, ""), None)
            self.fired[intent.signal_id] = intent.id
            self.magics[intent.magic] = intent.id
        return ""

    def sent(self, id_: str) -> str:
        """A command was handed to the socket."""
        command = self.commands.get(id_)
        if command is None:
            return f"{id_} was sent, which this journal never intended"
        command.sent = True
        if command.life is Life.INTENT:
            command.life = Life.SENT
        return ""

    def withdraw(self, id_: str) -> str:
        """A command never left; its shot was not fired."""
        command = self.commands.get(id_)
        if command is None or command.life is not Life.INTENT:
            return f"{id_} was withdrawn, which is {'unknown' if command is None else command.life}"
        if command.intent.action == "fire":
            self.day(command.intent.day).shots -= 1
        self._move(command, Life.WITHDRAWN)
        return ""

    def confirm(self, fact: Confirmed) -> str:
        """Take the EA's word on a command."""
        event = fact.event
        command = self.commands.get(event.id)
        if command is None:
            return "" if event.id in self.asked else f"{event.status} for {event.id}, which this journal never intended"
        if (event.id, event.status) in self.told:
            return ""
        self.told.add((event.id, event.status))
        try:
            life = after(command.life, event.status)
        except IllegalEvent as error:
            return f"{event.id}: {error}"
        before = f"{command.life} ({command.message})" if command.message else command.life.value
        overridden = command.life.final and life is not command.life
        command.message, command.retcode = event.message, event.retcode
        command.by_another = life is Life.NEVER_SEEN and command.intent.boot != self.boot
        self._move(command, life)
        self._carry_out(command, fact)
        return f"{event.id} was {before}, and is {life} after all" if overridden else ""

    def settle(self, fact: Settled) -> str:
        """End a command, or a position, by the operator's word."""
        if fact.outcome is SettledAs.CLOSED_UNSEEN:
            holding = next((each for each in self.holdings.values() if str(each.ticket) == fact.id), None)
            if holding is None:
                return f"{fact.id} was settled as {fact.outcome}, which is no open position"
            self._reduce(holding, holding.left)
            return ""
        command = self.unresolved.get(fact.id)
        if command is None:
            return f"{fact.id} was settled as {fact.outcome}, which had its outcome"
        command.by_operator = True
        self._move(command, Life(fact.outcome.value))
        return ""

    def close(self, fact: Closing) -> None:
        """Take a closing deal into account, once."""
        event = fact.event
        if event.deal in self.deals:
            return
        self.deals.add(event.deal)
        self.day(fact.day).realised += fact.net
        # A ledger that is new knows no fire of the one before it, but the ticket is the same.
        if not event.fire_id and event.ticket not in self.positions:
            return
        self.profit += fact.net
        if event.ticket in self.holdings:
            self._reduce(self.holdings[event.ticket], event.lot)
        else:
            self.closed_early[event.ticket] = self.closed_early.get(event.ticket, 0.0) + event.lot

    def adopt(self, fact: Adopted) -> str:
        """Take over a position with our magic; a fire of ours that it came of has been filled, whatever was known."""
        position, command = fact.position, self.commands.get(fact.id)
        contradiction = f"position {position.ticket} has our magic and no intent" if command is None else ""
        if command is not None:
            if command.life.final:
                contradiction = f"{fact.id} was {command.life}, and position {position.ticket} has its magic"
            self._move(command, Life.FILLED if position.lot == command.intent.lot else Life.PARTIAL)
        # Its lots are what the deals told before have left of it (`rules.session.settlement`): none is taken off twice.
        self.closed_early.pop(position.ticket, None)
        self._hold(
            Holding(
                fire_id=fact.id,
                ticket=position.ticket,
                symbol=position.symbol,
                direction=position.direction,
                lot=position.lot,
                left=position.lot,
                price=position.open_price,
                sl=position.sl,
                tp=position.tp,
                opened=position.open_time,
            )
        )
        return contradiction

    def _move(self, command: Command, life: Life) -> None:
        command.life = life
        if not life.final:
            return
        self.unresolved.pop(command.intent.id, None)
        self.lapsed.pop(command.intent.id, None)
        if life is Life.NEVER_SEEN and command.intent.action == "fire" and command.barren:
            self.lapsed[command.intent.id] = command
        else:
            # It is not sent and no leg comes of it any more, and these are the largest part of it.
            command.intent = attrs.evolve(command.intent, raw="", verdict=None)

    def _carry_out(self, command: Command, fact: Confirmed) -> None:
        intent, event = command.intent, fact.event
        if command.life is Life.PLACED:
            command.ticket = event.ticket
        if intent.action == "fire" and command.life.filled and event.ticket not in self.positions:
            self.profit += event.commission
            self.day(intent.day).realised += event.commission
            self._hold(
                Holding(
                    fire_id=intent.id,
                    ticket=event.ticket,
                    symbol=intent.symbol,
                    direction=intent.direction,
                    lot=event.lot,
                    left=event.lot,
                    price=event.price,
                    sl=intent.sl,
                    tp=intent.tp,
                    opened=event.time,
                )
            )
        elif intent.action == "modify" and command.life is Life.DONE and intent.ticket in self.holdings:
            self.holdings[intent.ticket].sl, self.holdings[intent.ticket].tp = intent.sl, intent.tp

    def _hold(self, holding: Holding) -> None:
        self.holdings[holding.ticket] = self.positions[holding.ticket] = holding
        self._reduce(holding, self.closed_early.pop(holding.ticket, 0.0))

    def _reduce(self, holding: Holding, lot: float) -> None:
        # In decimal: 0.3 - 0.1 - 0.2 is above zero in binary, and the position would stay open for ever.
        holding.left = float(Decimal(str(holding.left)) - Decimal(str(lot)))
        if holding.left <= 0:
            del self.holdings[holding.ticket]
