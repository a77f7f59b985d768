"""State as a fold of facts: who may trade, what is open, what is owed an answer, who earned what.

The journal applies each fact right after it is durable, so that what is in memory is what a restart would read.
"""

from collections.abc import Iterator

import attrs

from bitten.messages import Signal
from bitten.rules.book import Book
from bitten.rules.facts import (
    Adopted,
    Asked,
    Closing,
    Confirmed,
    CountdownBegun,
    CursorSet,
    Denial,
    Entry,
    EquityNoted,
    EventFact,
    Followed,
    Garbled,
    Greeted,
    Held,
    HoldEnded,
    Intent,
    Passed,
    Rearmed,
    Requested,
    Sent,
    Settled,
    TradingSet,
    Unlocked,
    VerdictGiven,
    Withdrawn,
    XpAwarded,
)
from bitten.rules.xp import Standing, fold
from bitten.units import Account, TradingState
from bitten.wire.events import SettledAs

REMEMBERED_EVENTS = 10_000
"""An EA's outbox holds no more (protocol 5.7), so a repeat is never older."""

MOST_FOLLOWED = 2_000
"""Signals that are followed at once; an older one is let go."""

REMEMBERED_CONFLICTS = 1_000
"""The newest: the journal has them all, and an EA must not fill the memory by contradicting itself."""

REMEMBERED_PASSES = 256
"""Of each user: more signals than can stand at once, and the EA remembers them all (protocol 6.6)."""

STRICTNESS = {TradingState.ACTIVE: 0, TradingState.REDUCING: 1, TradingState.HALTED: 2}
_UNTOUCHED = TradingSet(user="", state=TradingState.ACTIVE, why="", who="")
_BEGINNER = Standing()


@attrs.define
class Cursor:
    """The last event of an EA that is durable, and what the newest ones said."""

    n: int = 0
    digests: dict[int, str] = attrs.field(factory=dict)
    """By number, the one that was told longest ago first."""

    def advance(self, n: int, digest: str) -> None:
        """Take event `n` as held."""
        self.n = max(self.n, n)
        self.digests[n] = digest
        if len(self.digests) > REMEMBERED_EVENTS:
            del self.digests[next(iter(self.digests))]


@attrs.frozen
class Unjudged:
    """A closing of ours that XP is still to be earned for."""

    seq: int
    """Its entry."""
    closing: Closing


@attrs.define
class Ledger:
    """The fold. Only `apply` changes it, and only the journal calls `apply`.

    What it is made of has no private fields: it is encoded as it is, by all of them, into a snapshot of the journal.
    """

    books: dict[Account, Book] = attrs.field(factory=dict)
    accounts: dict[str, Account] = attrs.field(factory=dict)
    """The account each user is bound to (protocol 1.7)."""
    cursors: dict[tuple[Account, str], Cursor] = attrs.field(factory=dict)
    """By account and `ea`: whose ledger a name is, an EA only claims."""
    epochs: dict[str, int] = attrs.field(factory=dict)
    """How many sessions each user has had."""
    trading: dict[str, TradingSet] = attrs.field(factory=dict)
    """By user; "" is the hub."""
    standings: dict[str, Standing] = attrs.field(factory=dict)
    awarded: set[tuple[Account, int]] = attrs.field(factory=set)
    """Closing deals that XP was earned for."""
    unjudged: dict[tuple[Account, int], Unjudged] = attrs.field(factory=dict)
    """Closings of our positions that XP was not earned for yet, oldest first."""
    presses: dict[tuple[str, str], int] = attrs.field(factory=dict)
    """By user and signal: entries in which the trader pressed FIRE, and neither a fire nor a denial came of it yet."""
    countdowns: dict[tuple[str, str], CountdownBegun] = attrs.field(factory=dict)
    """By user and signal: what mode semi fires when its time has come."""
    passes: dict[str, dict[str, int]] = attrs.field(factory=dict)
    """By user: signals to which the trader said no, and the entry; the newest ones."""
    tripped: dict[str, str] = attrs.field(factory=dict)
    """Users whose repeated-execution throttle tripped, and by what; only a person re-arms it."""
    rearmed: dict[str, int] = attrs.field(factory=dict)
    """By user, or "" for everybody: the entry with which a person last did. Fires before it are not alike any more."""
    following: dict[str, Signal] = attrs.field(factory=dict)
    """Signals whose hypothetical end is not known yet, the newest of them."""
    conflicts: list[str] = attrs.field(factory=list)
    """Contradictions that a person must look at, in words."""
    contradictions: int = 0
    """How many there were; `conflicts` keeps the newest."""

    def book(self, account: Account, user: str) -> Book:
        """The account's book, made when first asked for."""
        book = self.books.get(account)
        if book is None:  # `setdefault` would make a book to throw away at each look, several for each fire.
            book = self.books[account] = Book(account, user)
        return book

    def book_of(self, user: str) -> Book | None:
        """The book of the account that the user is bound to."""
        account = self.accounts.get(user)
        return None if account is None else self.book(account, user)

    def unsettled(self, user: str, id_: str, outcome: SettledAs) -> list[tuple[Book, str]]:
        """The books of what an operator may settle so, and how it stands there; of all users where `user` is ""."""
        books = [book for book in self.books.values() if user in ("", book.user)]
        if outcome is SettledAs.CLOSED_UNSEEN:
            held = [(book, each) for book in books for each in book.holdings.values()]
            return [(book, f"{each.left:g} lots open") for book, each in held if str(each.ticket) == id_]
        return [(book, book.unresolved[id_].life.value) for book in books if id_ in book.unresolved]

    def owner_of(self, command_id: str) -> Account | None:
        """The account that a command of ours was intended for; None for an id that nobody knows."""
        return next((book.account for book in self.books.values() if command_id in book.commands), None)

    def beside(self, account: Account) -> Iterator[Book]:
        """The books of other accounts on the same server, which numbers tickets and deals for all of them."""
        return (book for other, book in self.books.items() if other.server == account.server and other != account)

    def seq_of(self, account: Account, command_id: str) -> tuple[int, ...]:
        """The entry that intended a command, as a cause; none where there is none."""
        book = self.books.get(account)
        command = book.commands.get(command_id) if book is not None and command_id else None
        return () if command is None else (command.seq,)

    def cursor(self, account: Account, ea: str) -> Cursor:
        """The cursor of an account's EA, at 0 for an unheard-of one."""
        return self.cursors.setdefault((account, ea), Cursor())

    def standing(self, user: str) -> Standing:
        """The user's score."""
        return self.standings.get(user, _BEGINNER)

    def trading_of(self, user: str) -> TradingSet:
        """The trading state that holds for a user: the stricter of the hub's and the user's own."""
        hub, own = self.trading.get("", _UNTOUCHED), self.trading.get(user)
        return hub if own is None or STRICTNESS[hub.state] >= STRICTNESS[own.state] else own

    def is_rearmed(self, user: str, seq: int) -> bool:
        """A person has looked at a user's fire since its intent, entry `seq`, was decided."""
        return seq < max(self.rearmed.get("", 0), self.rearmed.get(user, 0))

    def apply(self, entry: Entry) -> None:
        """Take one journaled fact into account."""
        match entry.fact:
            case Intent() as intent:
                self._decided(intent.user, intent.signal_id)
                book = self.book(intent.account, intent.user)
                self._conflict(intent.user, book.intend(entry.seq, entry.time, intent))
            case Sent() | Withdrawn() | Asked():
                self._of_a_command(entry.fact)
            case Adopted() as adopted:
                self._conflict(adopted.user, self.book(adopted.account, adopted.user).adopt(adopted))
            case Greeted() as greeting:
                self.accounts.setdefault(greeting.user, greeting.account)
                self.book(greeting.account, greeting.user).boot = greeting.boot
                self.epochs[greeting.user] = greeting.epoch
            case CursorSet(account=account, ea=ea, n=n):
                self.cursor(account, ea).n = n
            case Held(user=user, account=account, what=what, why=why):
                self.book(account, user).holds[what] = why
            case HoldEnded(user=user, account=account, what=what):
                self.book(account, user).holds.pop(what, None)
            case TradingSet() as setting:
                self._set_trading(setting)
            case Rearmed() | Unlocked():
                self._lift(entry.seq, entry.fact)
            case Denial(user=user, signal_id=signal_id, code=code, message=message):
                self._decided(user, signal_id)
                if code == "repeated":
                    self.tripped.setdefault(user, message)
            case CountdownBegun() as countdown:
                self.countdowns[countdown.user, countdown.verdict.signal.id] = countdown
            case VerdictGiven(verdict=verdict):
                self.following[verdict.signal.id] = verdict.signal
                if len(self.following) > MOST_FOLLOWED:
                    del self.following[next(iter(self.following))]
            case Followed(signal_id=signal_id):
                self.following.pop(signal_id, None)
            case XpAwarded() as award:
                self._award(award)
            case EquityNoted() as note:
                day = self.book(note.account, note.user).day(note.day)
                day.opening_equity = note.equity if day.opening_equity is None else day.opening_equity
            case Settled() as settled:
                self._conflict(settled.user, self.book(settled.account, settled.user).settle(settled))
            case fact if isinstance(fact, EventFact):
                self._take(entry, fact)
            case _:
                pass  # The story of a decision changes no state.

    def _of_a_command(self, fact: Sent | Withdrawn | Asked) -> None:
        book = self.books.get(fact.account)
        if book is None:
            self._conflict(str(fact.account), f"{fact.kind} {fact.id} on an account that was never greeted")
        elif isinstance(fact, Asked):
            book.asked.add(fact.id)
        else:
            self._conflict(book.user, book.sent(fact.id) if isinstance(fact, Sent) else book.withdraw(fact.id))

    def _take(self, entry: Entry, fact: EventFact) -> None:
        n = fact.n if isinstance(fact, Garbled) else fact.event.n
        self.cursor(fact.account, fact.ea).advance(n, fact.digest)
        if isinstance(fact, Requested):
            self.presses[fact.user, fact.event.signal_id] = entry.seq
        elif isinstance(fact, Passed):
            self._pass(fact.user, fact.event.signal_id, entry.seq)
        elif isinstance(fact, Confirmed):
            self._conflict(fact.user, self.book(fact.account, fact.user).confirm(fact))
        elif isinstance(fact, Closing):
            key = (fact.account, fact.event.deal)
            book = self.book(fact.account, fact.user)
            book.close(fact)
            if (fact.event.fire_id or fact.event.ticket in book.positions) and key not in self.awarded:
                self.unjudged.setdefault(key, Unjudged(entry.seq, fact))

    def _lift(self, seq: int, fact: Rearmed | Unlocked) -> None:
        user = fact.user
        if isinstance(fact, Unlocked):
            self.standings[user] = attrs.evolve(self.standing(user), locked_until=0, lock_reason="")
            return
        self.rearmed[user] = seq
        for each in [each for each in self.tripped if user in ("", each)]:
            del self.tripped[each]

    def _decided(self, user: str, signal_id: str) -> None:
        self.presses.pop((user, signal_id), None)
        self.countdowns.pop((user, signal_id), None)

    def _pass(self, user: str, signal_id: str, seq: int) -> None:
        self.countdowns.pop((user, signal_id), None)
        passes = self.passes.setdefault(user, {})
        passes[signal_id] = seq
        if len(passes) > REMEMBERED_PASSES:
            del passes[next(iter(passes))]

    def _award(self, award: XpAwarded) -> None:
        key = (award.account, award.deal)
        self.unjudged.pop(key, None)
        if key not in self.awarded:
            self.awarded.add(key)
            self.standings[award.user] = fold(self.standing(award.user), award)

    def _set_trading(self, setting: TradingSet) -> None:
        self.trading[setting.user] = setting
        if setting.state is TradingState.ACTIVE:
            # A hold is against one account, so only who names its user has looked at it.
            for book in self.books.values():
                if book.user == setting.user:
                    book.holds.clear()

    def _conflict(self, user: str, what: str) -> None:
        if what:
            self.contradictions += 1
            self.conflicts.append(f"{user}: {what}")
            del self.conflicts[:-REMEMBERED_CONFLICTS]
