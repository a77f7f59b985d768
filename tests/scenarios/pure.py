"""The pure machine as a target: acceptor, session and ledger, without sockets; what is journaled is durable at once."""

import json
from collections import Counter, defaultdict, deque
from collections.abc import Sequence

from bitten.errors import Malformed
from bitten.rules.acceptor import Accept, Present, Refuse, UserBinding, judge
from bitten.rules.facts import Entry, Fact
from bitten.rules.ledger import Ledger
from bitten.rules.reconcile import Adopt, belief, compare
from bitten.rules.session import (
    NEVER,
    Effect,
    End,
    Greeting,
    Reconcile,
    Record,
    RecordRaw,
    Send,
    Session,
    SessionSettings,
    SetCursor,
    State,
    StateChanged,
    reading,
    telling,
)
from bitten.units import Account
from bitten.wire.codec import FromHub, ea_on_command, encode, peek
from bitten.wire.session import ByeReason, Hello, Trading
from tests.scenarios.samples import fact
from tests.scenarios.script import START, Channel, Json, Setup


class PureTarget:
    """A hub whose actors are function calls."""

    def __init__(self, setup: Setup) -> None:
        self.now = START
        self.ledger = Ledger()
        self.dropped: Counter[str] = Counter()
        self._setup = setup
        self._settings = SessionSettings(
            telemetry_ms=setup.telemetry_ms,
            max_clock_skew_ms=setup.max_clock_skew_ms,
            max_messages_per_s=setup.max_messages_per_s,
        )
        self._entries = 0
        self._begun = 0
        self._sessions: dict[str, Session] = {}
        self._peers: dict[str, str] = {}
        """The connection of each session."""
        self._out: defaultdict[str, deque[FromHub]] = defaultdict(deque)
        for kind, fields in setup.facts:
            self._journal(fact(kind, fields))

    async def inject(self, peer: str, channel: Channel, raw: bytes) -> None:
        """As the dispatcher does: by the envelope, to the session that it names."""
        try:
            envelope = peek(raw)
        except Malformed:
            self.dropped[channel] += 1
            return
        session = self._sessions.get(envelope.session)
        if channel == "command" and envelope.type == "hello":
            self._knock(peer, raw)
        elif session is None:
            self.dropped["no session"] += 1
        else:
            take = reading.on_command if channel == "command" else reading.on_feedback
            self._carry_out(session, take(session, envelope, raw, self.now))

    async def expect(self, peer: str) -> Json | None:
        """What was sent to that connection, as it would arrive."""
        if not self._out[peer]:
            return None
        sent: Json = json.loads(encode(self._out[peer].popleft()))
        return sent

    async def advance(self, ms: int) -> None:
        """From deadline to deadline."""
        until = self.now + ms
        while (soonest := min((each.deadline for each in self._sessions.values()), default=NEVER)) <= until:
            self.now = max(self.now, soonest)
            for session in list(self._sessions.values()):
                if session.deadline <= self.now:
                    self._carry_out(session, session.timer(self.now))
        self.now = until

    def _knock(self, peer: str, raw: bytes) -> None:
        try:
            hello = ea_on_command.decode(raw)
        except Malformed:
            self.dropped["hello"] += 1
            return
        assert isinstance(hello, Hello)
        there = next((each for each in self._sessions.values() if each.greeting.user == hello.user), None)
        present = None if there is None else _present(there)
        match judge(hello, self._bindings(), present, self._settings, self.now, sender="", sessions=0):
            case Refuse(bye=bye):
                self._out[peer].append(bye)
            case Accept():
                if there is not None:
                    self._carry_out(there, there.stop(ByeReason.SUPERSEDED, "a new session began", self.now))
                self._begin(peer, hello)

    def _begin(self, peer: str, hello: Hello) -> None:
        self._begun += 1
        account = Account(hello.account.server, hello.account.login)
        trading = self.ledger.trading_of(hello.user)
        greeting = Greeting(
            session=f"S{self._begun}",
            hello=hello,
            epoch=self.ledger.epochs.get(hello.user, 0) + 1,
            cursor=self.ledger.cursor(account, hello.ea).n,
            symbols=self._setup.symbols,
            bars=self._setup.bars,
            trading=Trading(state=trading.state, reason=trading.why),
        )
        self._journal(telling.greeted(greeting.hello, greeting.epoch))
        session = Session(greeting, self._settings, self.ledger.cursor(account, hello.ea).digests, self.now)
        self._sessions[greeting.session] = session
        self._peers[greeting.session] = peer
        self._carry_out(session, session.start(self.now))

    def _bindings(self) -> dict[str, UserBinding]:
        return {
            name: UserBinding(
                account=user.account or self.ledger.accounts.get(name),
                accept_live=user.accept_live,
            )
            for name, user in self._setup.users.items()
        }

    def _journal(self, fact: Fact) -> None:
        self._entries += 1
        self.ledger.apply(Entry(seq=self._entries, time=self.now, actor="test", causes=(), fact=fact))

    def _carry_out(self, session: Session, effects: Sequence[Effect]) -> None:
        recorded = [n for effect in effects if (n := self._carry_out_one(session, effect))]
        # As in the hub, the journal's word comes after what was to be done at once.
        for n in recorded:
            self._carry_out(session, session.durable(n, self.now))
        if any(isinstance(effect, Adopt) for effect in effects):
            self._carry_out(session, session.reconsider())

    def _carry_out_one(self, session: Session, effect: Effect) -> int:
        """Returns the number of an event that was journaled, or 0."""
        match effect:
            case Send(message=message):
                self._out[self._peers[session.greeting.session]].append(message)
            case Record() | RecordRaw() | SetCursor() | Adopt() | StateChanged():
                self._journal(telling.fact_of(effect, session.greeting, session.greeting.hello.utc_offset))
            case Reconcile(picture=picture):
                book = self.ledger.book(session.greeting.account, session.greeting.user)
                differences = compare(belief(book), picture, session.asker(self.now))
                self._carry_out(session, session.settle(differences, self.now))
            case End():
                del self._sessions[session.greeting.session]
            case _:
                pass  # What is only told to people does not show on the wire.
        return effect.event.n if isinstance(effect, Record) else effect.n if isinstance(effect, RecordRaw) else 0


def _present(session: Session) -> Present:
    hello = session.greeting.hello
    lost_since = session.since if session.state is State.LOST else None
    return Present(ea=hello.ea, boot=hello.boot, life=hello.life, lost_since=lost_since)
