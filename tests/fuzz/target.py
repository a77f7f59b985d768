"""What is fuzzed: any bytes on either port end as valid messages or as malformed ones, and nothing else ever happens.

An input is a conversation: frames between newlines, the first byte of each says on which port and after what time it
comes. The world around the session does its part at once: what is recorded becomes durable, accounts are compared.
"""

from collections.abc import Mapping, Sequence

from bitten.errors import Malformed
from bitten.messages import Bar, Timeframe
from bitten.rules.acceptor import Accept, Refuse, UserBinding, judge
from bitten.rules.facts import Draft, Fact, decode, encode
from bitten.rules.ledger import Ledger
from bitten.rules.reconcile import Adopt, belief, compare
from bitten.rules.session import (
    AccountSeen,
    Effect,
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
)
from bitten.rules.session.effects import HoldBegun, HoldOver
from bitten.rules.session.reading import on_command, on_feedback
from bitten.rules.session.telling import fact_of, greeted
from bitten.rules.terminal import TerminalView
from bitten.rules.venom.engine import Venom
from bitten.rules.venom.settings import VenomSettings
from bitten.units import DAY_MS, Account, TradingState
from bitten.wire import codec
from bitten.wire.codec import UNREADABLE, Envelope, FromEa, ea_on_command, ea_on_feedback, peek
from bitten.wire.market import Bars, Spec, Tick, Ticks
from bitten.wire.session import BarsWanted, Hello, Trading
from tests.scenarios.samples import fact

SESSION = "S-1"
START = 1_700_000_000_000
USERS: Mapping[str, UserBinding] = {"paper": UserBinding(account=Account("Broker", 100))}
WAITS = (0, 0, 0, 1, 100, 2_000, 6_000, 13_000, 40_000, 130_000)
"""What may pass before a frame, ms: below and above every period of the protocol."""
SETTINGS = SessionSettings()
VENOM = VenomSettings()
FIRED = fact("intent", {"id": "F1"})


class World:
    """One EA's session, and what stands around it."""

    def __init__(self) -> None:
        self.now = START
        self.ledger = Ledger()
        self.view = TerminalView(0)
        self.venom = Venom(VENOM, ())
        self.session: Session | None = None
        self._seq = 0
        self._journal(FIRED)

    def hear(self, port: str, raw: bytes) -> None:
        """A frame comes, as the sockets hand it on."""
        try:
            envelope = peek(raw)
        except Malformed:
            envelope = UNREADABLE
        if port == "command" and envelope.type == "hello":
            self._greet(raw, envelope)
        elif self.session is not None and envelope.session in ("", SESSION):
            # What names no session, the connection tells whose it is.
            envelope = envelope if envelope.session else UNREADABLE
            take = on_command if port == "command" else on_feedback
            self._carry_out(take(self.session, envelope, raw, self.now))
            self._look_at(port, envelope, raw)

    def wait(self, ms: int) -> None:
        """Time passes, and the session does what is due."""
        self.now += ms
        if self.session is not None:
            self._carry_out(self.session.timer(self.now))
            assert self.session.deadline > self.now

    def _greet(self, raw: bytes, envelope: Envelope) -> None:
        try:
            hello = ea_on_command.decode(raw, envelope)
        except Malformed:
            return
        assert isinstance(hello, Hello)
        match judge(hello, USERS, None, SETTINGS, self.now, sender="", sessions=0):
            case Refuse(bye=bye):
                codec.encode(bye)
            case Accept():
                self._begin(hello)

    def _begin(self, hello: Hello) -> None:
        account = Account(hello.account.server, hello.account.login)
        book, cursor = self.ledger.book(account, hello.user), self.ledger.cursor(account, hello.ea)
        greeting = Greeting(
            session=SESSION,
            hello=hello,
            epoch=1,
            cursor=cursor.n,
            symbols=("EURUSD",),
            bars=(BarsWanted(symbol="EURUSD", timeframe="M5", count=500),),
            trading=Trading(state=TradingState.ACTIVE, reason=""),
            holds=dict(book.holds),
        )
        self._journal(greeted(greeting.hello, greeting.epoch))
        self.session = Session(greeting, SETTINGS, cursor.digests, self.now)
        self._carry_out(self.session.start(self.now))

    def _carry_out(self, effects: Sequence[Effect]) -> None:
        assert self.session is not None
        for effect in effects:
            match effect:
                case Send(message=message):
                    codec.encode(message)
                case Record() | RecordRaw() | SetCursor() | Adopt() | StateChanged() | HoldBegun() | HoldOver():
                    self._journal(fact_of(effect, self.session.greeting, self.view.utc_offset))
                    n = (
                        effect.event.n
                        if isinstance(effect, Record)
                        else effect.n
                        if isinstance(effect, RecordRaw)
                        else 0
                    )
                    if n:
                        self._carry_out(self.session.durable(n, self.now))
                case Reconcile(picture=picture):
                    account, user = self.session.greeting.account, self.session.greeting.user
                    known = belief(self.ledger.book(account, user))
                    found = compare(known, picture, self.session.asker(self.now))
                    self._carry_out(self.session.settle(found, self.now))
                case AccountSeen(telemetry=telemetry):
                    self.view.see(telemetry)
                case _:
                    pass

    def _journal(self, new: Fact) -> None:
        assert decode(new.kind, encode(new)) == new
        self._seq += 1
        self.ledger.apply(Draft("fuzz", self.now, new).entry(self._seq))

    def _look_at(self, port: str, envelope: Envelope, raw: bytes) -> None:
        decoder = ea_on_command if port == "command" else ea_on_feedback
        try:
            message: FromEa = decoder.decode(raw, envelope)
        except Malformed:
            return
        assert decoder.decode(codec.encode(message)) == message
        if self.session is None or self.session.state is State.ENDED:
            return
        match message:
            case Tick(symbol=symbol, bid=bid, ask=ask, time=time):
                self._quote(symbol, bid, ask, time)
            case Ticks(symbol=symbol, rows=rows):
                for time, bid, ask in rows:
                    self._quote(symbol, bid, ask, time)
            case Bars(symbol=symbol, timeframe=timeframe, rows=rows):
                self.venom.seed("paper", symbol, Timeframe(timeframe), [Bar(*row) for row in rows])
            case Spec():
                self.venom.spec("paper", message, self.view.utc_offset)
        self.view.see(message)
        for work in self.venom.heartbeat("paper", self.view.market_now):
            self.venom.evaluate(work)

    def _quote(self, symbol: str, bid: float, ask: float, time: int) -> None:
        if time <= self.now + DAY_MS:
            self.view.tick(symbol, bid, ask, time)
            work = self.venom.tick("paper", symbol, time, bid, ask)
            if work is not None:
                self.venom.evaluate(work)


def read(frame: bytes) -> FromEa | None:
    """One frame, its first byte saying on which port: a message, told the same again, or None for a malformed one."""
    decoder = ea_on_command if frame[:1] and frame[0] % 2 else ea_on_feedback
    raw = frame[1:]
    try:
        message: FromEa = decoder.decode(raw, peek(raw))
    except Malformed:
        return None
    assert decoder.decode(codec.encode(message)) == message
    return message


def converse(conversation: bytes) -> World:
    """Play an input through. Raises where something happens that must not."""
    world = World()
    for line in conversation.split(b"\n"):
        if line:
            world.wait(WAITS[line[0] // 2 % len(WAITS)])
            world.hear("command" if line[0] % 2 else "feedback", line[1:])
    return world
