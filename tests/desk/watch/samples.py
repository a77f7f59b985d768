"""Answers of a hub on a busy evening, for the watch to show."""

import attrs

from bitten.desk.watch.looking import Look
from bitten.rules.health import EXPECTATIONS
from bitten.units import TradingState
from bitten.wire.book import CommandStatus, PositionsAnswer, PositionStatus, SignalsAnswer, SignalStatus
from bitten.wire.desk import HubStatus, JournalStatus, SessionStatus, StageStatus
from bitten.wire.lately import DenialStatus, LockStatus, LogAnswer, LogLine, RestraintsAnswer

EVENING = 1_763_928_000_000
"""2025-11-23 20:00 UTC."""
SIGNAL = "MOMENTUM_BURST:EURUSD:M5:1763927700000:B"


def stage(name: str, count: int, health: str = "ok", age_ms: int | None = 400, queue: int = 0) -> StageStatus:
    """One stage; a health that is not ok has its reason."""
    why = "" if health == "ok" else f"silent for {age_ms} ms"
    expected = EXPECTATIONS[name].says
    return StageStatus(
        name=name, count=count, last="", age_ms=age_ms, queue=queue, expected=expected, health=health, why=why
    )


def session(user: str, state: str = "live", equity: float | None = 10_000.0, open_: int = 0) -> SessionStatus:
    """One session."""
    return SessionStatus(
        user=user,
        login=1_809_442,
        server="Demo-1",
        state=state,
        reason="",
        epoch=3,
        heard_ms_ago=250,
        balance=10_000.0,
        equity=equity,
        open_positions=open_,
        clock_offset_ms=-12,
        trading=TradingState.ACTIVE,
        dropped={"rate": 0, "malformed": 2},
    )


STATUS = HubStatus(
    version="8.0.0",
    pid=4711,
    uptime_s=5_400.0,
    trading=TradingState.ACTIVE,
    trading_why="",
    active_users=2,
    sessions=(session("alice", equity=10_250.5, open_=2), session("bob", "stale", None)),
    actors=(),
    stages=(
        stage("ticks", 1_000),
        stage("bars", 60, age_ms=12_000),
        stage("signals", 4, age_ms=65_000),
        stage("verdicts", 4, "stale", 65_000, queue=3),
        stage("fires", 3, age_ms=64_900),
        stage("confirmations", 3, "late", 64_800),
        stage("closings", 0, age_ms=None),
        stage("xp", 0, age_ms=None),
    ),
    latencies=(),
    sockets=(),
    journal=JournalStatus(path="journal.sqlite", durability="process", entries=84, bytes=100_000, lag=0, failure=""),
    bars={},
    silences=(),
    spreads=(),
    benched=(),
    conflicts=(),
    dead_letters=0,
    security={},
    health="stale",
    complaints=("verdicts: silent for 65 s",),
)
POSITIONS = PositionsAnswer(
    positions=(
        PositionStatus(
            user="alice",
            ticket=7,
            symbol="EURUSD",
            direction="BUY",
            lot=0.3,
            price=1.1002,
            sl=1.0952,
            tp=1.1077,
            opened=EVENING,
            fire_id="F7",
            profit=41.5,
            session="live",
            under_way="",
        ),
        PositionStatus(
            user="alice",
            ticket=8,
            symbol="EURUSD",
            direction="SELL",
            lot=0.1,
            price=1.1002,
            sl=1.1052,
            tp=0.0,
            opened=EVENING,
            fire_id="F8",
            profit=None,
            session="",
            under_way="close C1",
        ),
    ),
    commands=(
        CommandStatus(
            user="alice",
            id="F9",
            action="fire",
            symbol="GBPUSD",
            direction="SELL",
            lot=0.2,
            ticket=9,
            life="placed",
        ),
    ),
)
SIGNALS = SignalsAnswer(
    signals=(
        SignalStatus(
            id=SIGNAL,
            symbol="EURUSD",
            direction="BUY",
            kind="RAPID_ASSAULT",
            pattern="MOMENTUM_BURST",
            entry=1.1002,
            sl=1.0952,
            tp=1.1077,
            score=81.0,
            shield="SHIELD_ACTIVE",
            size=0.75,
            left_ms=90_000,
            users={"alice": "fired F7", "bob": ""},
        ),
    )
)
RESTRAINTS = RestraintsAnswer(
    locks=(
        LockStatus(user="bob", why="4 losses in a row", left_ms=1_800_000),
        LockStatus(user="carol", why="6 like fires within 10 min", left_ms=None),
    ),
    denials=(
        DenialStatus(time=EVENING, user="bob", signal_id="OLD", code="locked", message="4 losses in a row"),
        DenialStatus(time=EVENING + 5_000, user="bob", signal_id=SIGNAL, code="spread", message="spread of 3.1 pips"),
    ),
)
LOG = LogAnswer(
    hub="a1",
    lines=(
        LogLine(n=1, time=EVENING, level="INFO", message="alice live: session 3"),
        LogLine(n=2, time=EVENING + 1_000, level="WARNING", message="bob stale: [b]nothing[/b] heard"),
    ),
    lost=0,
)
LOOK = Look(status=STATUS, positions=POSITIONS, signals=SIGNALS, restraints=RESTRAINTS, log=LOG)


def counted(look: Look, **counts: int) -> Look:
    """The same with other counts."""
    stages = tuple(attrs.evolve(each, count=counts.get(each.name, each.count)) for each in look.status.stages)
    return attrs.evolve(look, status=attrs.evolve(look.status, stages=stages))
