"""The brokers' books against the journal, after the calm (pure).

It counts from the raw entries and the brokers' own deals. The hub's fold is asked only for what it is to be judged by:
how each command ended, profit, XP and what is open.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

import attrs

from bitten.paper.report import OpeningDeal, PaperReport
from bitten.rules.audit import audit
from bitten.rules.book import Book, Command
from bitten.rules.facts import Entry, EventFact, Fact, Garbled, Intent, XpAwarded
from bitten.rules.fire import is_ours
from bitten.rules.ledger import Ledger
from bitten.units import Account

CENT = 0.005


class Kind(StrEnum):
    """What may have gone wrong: the counts of a storm's verdict."""

    LOST = "lost"  # acked to the EA, or done by the broker, and not in the journal
    DUPLICATED = (
        "duplicated"  # two orders (of an id, or of a signal), two intents, two entries or two awards where one belongs
    )
    WITHOUT_INTENT = "without_intent"  # an order of ours that nobody decided
    UNRESOLVED = "unresolved"  # no outcome, or an event that was never acked, although all was calm
    DISAGREE = "disagree"  # journal and book tell different things


@attrs.frozen
class Finding:
    """One thing that must not be."""

    kind: Kind
    what: str


@attrs.frozen
class LedgerEnd:
    """An EA's ledger as it was last seen."""

    ea: str
    acked: int
    """Events 1 to this one were acked by the hub."""


@attrs.frozen(kw_only=True)
class BrokerBook:
    """An account as its broker and its EA's ledgers hold it at the end."""

    report: PaperReport
    next_event: int
    """The number that the ledger would give to its next event: all below it and not unacked were acked."""
    earlier: tuple[LedgerEnd, ...] = ()
    """The ledgers before this one, which were lost."""
    deposit: float
    """The account's opening balance, account currency."""

    @property
    def account(self) -> Account:
        """Whose book it is."""
        return Account(self.report.server, self.report.login)

    @property
    def ledgers(self) -> tuple[LedgerEnd, ...]:
        """All that there were."""
        return (*self.earlier, LedgerEnd(self.report.ea, self.next_event - 1 - self.report.unacked))


def check(entries: Sequence[Entry], books: Sequence[BrokerBook]) -> list[Finding]:
    """Everything that is wrong; empty where nothing was lost and nothing was done twice."""
    ledger = Ledger()
    for entry in entries:
        ledger.apply(entry)
    facts = [entry.fact for entry in entries]
    found = [Finding(Kind.DISAGREE, f"entry {each.seq}: {each.what}") for each in audit(entries)]
    found += _awards(facts, ledger)
    for book in books:
        found += _events(facts, book)
        found += _orders(facts, book)
        found += _outcomes(ledger.book(book.account, book.report.user), book)
        found += _money(facts, ledger.book(book.account, book.report.user), book)
    return found


def _events(facts: Sequence[Fact], book: BrokerBook) -> Iterator[Finding]:
    """Every acked event is in the journal once."""
    who = book.report.user
    held = Counter(
        (fact.ea, fact.n if isinstance(fact, Garbled) else fact.event.n)
        for fact in facts
        if isinstance(fact, EventFact) and fact.account == book.account
    )
    for ledger in book.ledgers:
        for n in range(1, ledger.acked + 1):
            if not held[ledger.ea, n]:
                yield Finding(Kind.LOST, f"{who}: event {n} of {ledger.ea} was acked and is not in the journal")
    for (ea, n), times in held.items():
        if times > 1:
            yield Finding(Kind.DUPLICATED, f"{who}: event {n} of {ea} is in the journal {times} times")
    if book.report.unacked:
        yield Finding(Kind.UNRESOLVED, f"{who}: {book.report.unacked} events were never acked")


def _orders(facts: Sequence[Fact], book: BrokerBook) -> Iterator[Finding]:
    """Every order of ours has one intent, no id has two orders, and no signal two under different ids."""
    who, report = book.report.user, book.report
    intents = [fact for fact in facts if isinstance(fact, Intent) and fact.account == book.account]
    for id_, times in Counter(intent.id for intent in intents).items():
        if times > 1:
            yield Finding(Kind.DUPLICATED, f"{who}: {id_} was intended {times} times")
    ids, signals = _by_magic(intents), {intent.id: intent.signal_id for intent in intents}
    tickets: dict[str, set[int]] = {}
    legs: dict[str, set[str]] = {}
    for deal in report.opened:
        id_ = _id_of(deal, ids)
        tickets.setdefault(id_, set()).add(deal.ticket)
        if signal := signals.get(id_):
            legs.setdefault(signal, set()).add(id_)
    for id_, opened in tickets.items():
        if id_ not in signals:
            yield Finding(Kind.WITHOUT_INTENT, f"{who}: {id_} was ordered as {sorted(opened)} and never intended")
        if len(opened) > 1:
            yield Finding(Kind.DUPLICATED, f"{who}: {id_} was ordered {len(opened)} times, as {sorted(opened)}")
    for signal, again in legs.items():
        if len(again) > 1:
            yield Finding(Kind.DUPLICATED, f"{who}: signal {signal} was ordered {len(again)} times, as {sorted(again)}")
    known = {deal.ticket for deal in report.opened}
    standing = {each.ticket for each in report.positions if is_ours(each.magic)}
    standing |= {each.ticket for each in report.orders if is_ours(each.magic)}
    for ticket in sorted(standing - known):
        yield Finding(Kind.WITHOUT_INTENT, f"{who}: ticket {ticket} has our magic, and no fire of ours opened it")


def _by_magic(intents: Sequence[Intent]) -> dict[int, str]:
    return {intent.magic: intent.id for intent in intents if intent.action == "fire"}


def _id_of(deal: OpeningDeal, ids: Mapping[int, str]) -> str:
    """The fire that the deal came of: by its magic, which outlives the ledger that knew its id."""
    return ids.get(deal.magic) or deal.fire_id or f"magic {deal.magic}"


def _outcomes(told: Book, book: BrokerBook) -> Iterator[Finding]:
    """Every intent has a final outcome that agrees with the book, and the open positions are the same."""
    who, ids = book.report.user, _by_magic([command.intent for command in told.commands.values()])
    opened = {_id_of(deal, ids) for deal in book.report.opened}
    for id_, command in told.commands.items():
        if not command.life.final:
            yield Finding(Kind.UNRESOLVED, f"{who}: {id_} is {command.life}")
        elif command.intent.action == "fire" and command.life.filled != (id_ in opened):
            yield _misjudged(who, id_, command)
    held = {each.ticket: each.left for each in told.holdings.values()}
    open_ = {each.ticket: each.lot for each in book.report.positions}
    if held != open_:
        yield Finding(Kind.DISAGREE, f"{who}: open are {held} in the journal, {open_} at the broker")


def _misjudged(who: str, id_: str, command: Command) -> Finding:
    if command.life.filled:
        return Finding(Kind.DISAGREE, f"{who}: {id_} is {command.life} in the journal; the broker knows no such fill")
    return Finding(Kind.LOST, f"{who}: {id_} is {command.life} in the journal; the broker filled it")


def _money(facts: Sequence[Fact], told: Book, book: BrokerBook) -> Iterator[Finding]:
    """Deals, profit and what XP was awarded for are the book's."""
    who, report = book.report.user, book.report
    closings = {each.deal: each.profit + each.commission + each.swap for each in report.closed}
    for deal in sorted(closings.keys() - told.deals):
        yield Finding(Kind.LOST, f"{who}: closing deal {deal} is not in the journal")
    for deal in sorted(told.deals - closings.keys()):
        yield Finding(Kind.DISAGREE, f"{who}: closing deal {deal} is in the journal and not in the book")
    earned = report.balance - book.deposit
    if abs(told.profit - earned) > CENT:
        yield Finding(Kind.DISAGREE, f"{who}: profit is {told.profit:.2f} in the journal, {earned:.2f} in the book")
    awards = {fact.deal: fact.profit for fact in facts if isinstance(fact, XpAwarded) and fact.account == book.account}
    tickets = {each.ticket for each in report.opened}
    ours = {each.deal for each in report.closed if each.ticket in tickets}
    for deal in sorted(awards.keys() ^ ours):
        what = "earned XP and is none of ours" if deal in awards else "earned no XP"
        yield Finding(Kind.DISAGREE, f"{who}: closing deal {deal} {what}")
    for deal in sorted(awards.keys() & ours):
        if abs(awards[deal] - closings[deal]) > CENT:
            yield Finding(Kind.DISAGREE, f"{who}: deal {deal} earned {awards[deal]:.2f}, not {closings[deal]:.2f}")


def _awards(facts: Sequence[Fact], ledger: Ledger) -> Iterator[Finding]:
    """One award a deal, and the score is their sum."""
    awards = [fact for fact in facts if isinstance(fact, XpAwarded)]
    for (account, deal), times in Counter((each.account, each.deal) for each in awards).items():
        if times > 1:
            yield Finding(Kind.DUPLICATED, f"{account}: deal {deal} earned XP {times} times")
    for user in sorted({each.user for each in awards}):
        points = sum(each.points for each in awards if each.user == user)
        if ledger.standing(user).xp != points:
            yield Finding(Kind.DISAGREE, f"{user}: {ledger.standing(user).xp} XP, of awards that sum up to {points}")
