"""An EA's words and a session in each of its situations, for the tests of the session."""

from collections.abc import Sequence

import attrs

from bitten.rules.reconcile import Ask
from bitten.rules.session import Effect, Greeting, Send, Session, SessionSettings
from bitten.units import Direction, TradingState
from bitten.wire.account import Heartbeat, Ready, Snapshot, Telemetry
from bitten.wire.base import Order, Position
from bitten.wire.codec import FromHub
from bitten.wire.events import Closed, CloseReason, Confirmation, Pass, Status
from bitten.wire.market import Tick
from bitten.wire.session import AccountInfo, Goodbye, Hello, Ping, Pong, Trading

SESSION = "S-1"
T = 1_000_000
"""When the hello comes; hub time."""
PERIOD = 5_000
ACTIVE = Trading(state=TradingState.ACTIVE, reason="")


def hello(**changes: object) -> Hello:
    """The first hello of a new ledger; its clock agrees with the hub's."""
    made = Hello(
        protocol=1,
        user="paper",
        ea="L1",
        build=5200,
        account=AccountInfo(
            login=100, server="Broker", company="B", currency="USD", leverage=30, margin_mode="hedging", demo=True
        ),
        time=T,
        utc_offset=0,
        first_event=1,
        next_event=1,
        life=1,
        boot="b1",
        trade_allowed=True,
    )
    return attrs.evolve(made, **changes)  # type: ignore[arg-type]  # fields of the message, whichever


def greeted(
    *,
    id_: str = SESSION,
    cursor: int = 0,
    digests: dict[int, str] | None = None,
    settings: SessionSettings | None = None,
    holds: dict[str, str] | None = None,
    **said: object,
) -> Session:
    """A session that has begun; `said` changes the hello."""
    greeting = Greeting(
        session=id_,
        hello=hello(**said),
        epoch=1,
        cursor=cursor,
        symbols=("EURUSD",),
        bars=(),
        trading=ACTIVE,
        holds=holds or {},
    )
    return Session(greeting, settings or SessionSettings(), digests if digests is not None else {}, T)


def begun(**said: object) -> Session:
    """A session whose welcome has been sent."""
    session = greeted(**said)  # type: ignore[arg-type]  # the keywords of `greeted`
    session.start(T)
    return session


def reconciling(**said: object) -> Session:
    """Ready; one command is being asked about."""
    session = begun(**said)
    session.receive(snapshot(), T)
    session.receive(ready(), T)
    session.settle([Ask("Q1")], T)
    return session


def live(**said: object) -> Session:
    """Nothing differs."""
    session = reconciling(**said)
    session.settle([], T)
    return session


def silent(session: Session, tenths: int) -> Session:
    """After that many tenths of a period without a word."""
    session.timer(T + PERIOD * tenths // 10)
    return session


def ended() -> Session:
    """After the EA's goodbye."""
    session = live()
    session.receive(goodbye(), T)
    return session


SITUATIONS = {
    "greeted": begun,
    "reconciling": reconciling,
    "live": live,
    "stale, was reconciling": lambda: silent(reconciling(), 12),
    "stale, was live": lambda: silent(live(), 12),
    "lost, was greeted": lambda: silent(begun(), 240),
    "lost, was reconciling": lambda: silent(reconciling(), 24),
    "lost, was live": lambda: silent(live(), 24),
    "ended": ended,
}
"""Every state, and what a silent one was before."""
LATER = T + PERIOD * 24
"""Not before any of them came to be."""


def sent(effects: Sequence[Effect]) -> list[FromHub]:
    """What goes to the EA."""
    return [each.message for each in effects if isinstance(each, Send)]


def names(effects: Sequence[Effect]) -> list[str]:
    """What the effects are, a `Send` by the type of its message."""
    return [each.message.type if isinstance(each, Send) else type(each).__name__ for each in effects]


def goodbye() -> Goodbye:
    return Goodbye(session=SESSION, reason="chart closed")


def ping() -> Ping:
    return Ping(session=SESSION, nonce=7, time=T)


def pong(nonce: int, echo: int, time: int) -> Pong:
    return Pong(session=SESSION, nonce=nonce, echo=echo, time=time)


def ready() -> Ready:
    return Ready(session=SESSION, bars={})


def heartbeat(next_event: int = 1) -> Heartbeat:
    return Heartbeat(session=SESSION, time=T, next_event=next_event)


def tick() -> Tick:
    return Tick(session=SESSION, symbol="EURUSD", bid=1.1, ask=1.1002, time=T)


def snapshot(
    part: int = 1,
    parts: int = 1,
    next_event: int = 1,
    positions: tuple[Position, ...] = (),
    orders: tuple[Order, ...] = (),
) -> Snapshot:
    return Snapshot(session=SESSION, part=part, parts=parts, next_event=next_event, positions=positions, orders=orders)


def telemetry(**changes: object) -> Telemetry:
    made = Telemetry(
        session=SESSION,
        time=T,
        utc_offset=0,
        next_event=1,
        balance=1000.0,
        equity=1000.0,
        margin=0.0,
        free_margin=1000.0,
        profit=0.0,
        connected=True,
        broker_ping_ms=20.0,
        trade_allowed=True,
        part=1,
        parts=1,
        positions=(),
        orders=(),
    )
    return attrs.evolve(made, **changes)  # type: ignore[arg-type]  # fields of the message, whichever


def passed(n: int, signal_id: str = "SIG") -> Pass:
    """The plainest event."""
    return Pass(session=SESSION, n=n, signal_id=signal_id)


def confirmation(n: int, id_: str = "F1", status: Status = Status.FILLED, again: bool = False) -> Confirmation:
    return Confirmation(
        session=SESSION,
        n=n,
        id=id_,
        status=status,
        again=again,
        ticket=5,
        deal=6,
        price=1.1,
        lot=0.1,
        commission=0.0,
        retcode=10009,
        message="",
        time=T,
    )


def closed(n: int, deal: int = 7) -> Closed:
    return Closed(
        session=SESSION,
        n=n,
        ticket=5,
        deal=deal,
        fire_id="F1",
        symbol="EURUSD",
        direction=Direction.BUY,
        lot=0.1,
        price=1.11,
        profit=10.0,
        commission=0.0,
        swap=0.0,
        reason=CloseReason.TP,
        time=T,
    )


def position(ticket: int = 5, *, magic: int = 0, lot: float = 0.1, fire_id: str = "") -> Position:
    return Position(
        ticket=ticket,
        symbol="EURUSD",
        direction=Direction.BUY,
        lot=lot,
        open_price=1.1,
        open_time=T,
        sl=0.0,
        tp=0.0,
        profit=0.0,
        magic=magic,
        fire_id=fire_id,
    )


def order(ticket: int = 8, *, magic: int = 0) -> Order:
    return Order(
        ticket=ticket,
        symbol="EURUSD",
        direction=Direction.BUY,
        kind="limit",
        lot=0.1,
        price=1.09,
        sl=0.0,
        tp=0.0,
        magic=magic,
        fire_id="",
    )
