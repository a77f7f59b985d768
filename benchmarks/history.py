"""A past of any length: the facts that a hub journals for one user who is fired at all day long.

One round is a signal, its verdict, a fire with all that came of it, and the account minute by minute: 20 facts.
"""

from collections.abc import Iterator

from benchmarks.ea import user_name
from bitten.messages import ShieldClass, Signal, SignalKind, Timeframe, Verdict
from bitten.rules.facts import (
    Closing,
    Confirmed,
    Draft,
    EquityNoted,
    Fact,
    Greeted,
    Intent,
    Sent,
    SignalFound,
    VerdictGiven,
    XpAwarded,
    digest,
)
from bitten.units import Account, Direction
from bitten.wire.events import Closed, CloseReason, Confirmation, Status

ROUND = 20
"""Facts of one round."""
ROUNDS_A_DAY = 120
MINUTES = 12
"""Minutes of the account that are noted in a round."""
DAY_MS = 86_400_000
USER, ACCOUNT, EA = user_name(0), Account("Benchmark-Demo", 1_000), "0123456789abcdef"


def history(rounds: int) -> Iterator[list[Draft]]:
    """The greeting, and then the facts, a list a round."""
    yield [Draft("acceptor", 0, Greeted(user=USER, account=ACCOUNT, ea=EA, epoch=1, life=1, boot="b1"))]
    for number in range(rounds):
        time = number * (DAY_MS // ROUNDS_A_DAY)
        yield [Draft("session", time, fact) for fact in _round(number, time)]


def _round(number: int, time: int) -> Iterator[Fact]:
    day, fire = time // DAY_MS, f"F{number:08d}"
    verdict = Verdict(signal=_signal(number, time), score=7.5, shield=ShieldClass.ACTIVE, size=1.0, parts=(), vetoes=())
    yield SignalFound(signal=verdict.signal)
    yield VerdictGiven(verdict=verdict)
    yield _intent(number, time, fire, verdict)
    yield Sent(id=fire, account=ACCOUNT)
    for n, status in ((1, Status.UNKNOWN), (2, Status.FILLED)):
        yield _confirmed(number, time, fire, number * 3 + n, status)
    yield _closing(number, time, fire)
    yield XpAwarded(
        user=USER,
        account=ACCOUNT,
        deal=number * 2 + 2,
        points=100,
        reasons=("target",),
        day=day,
        profit=10.0,
        streak=1,
        locked_until=0,
        lock_reason="",
        half_risk="",
        ticket=number + 1,
    )
    for minute in range(MINUTES):
        at = time + minute * 60_000
        yield EquityNoted(user=USER, account=ACCOUNT, day=day, time=at, balance=10_000.0, equity=10_003.5)


def _signal(number: int, time: int) -> Signal:
    return Signal(
        id=f"S{number:08d}",
        symbol="EURUSD",
        direction=Direction.BUY,
        kind=SignalKind.RAPID_ASSAULT,
        pattern="BAND_FADE",
        timeframe=Timeframe.M5,
        entry=1.1,
        sl=1.09,
        tp=1.12,
        score=70.0,
        spread=0.0001,
        regime="range",
        evidence=(),
        source=USER,
        made_at=time,
        expires=time + 1_800_000,
    )


def _intent(number: int, time: int, fire: str, verdict: Verdict) -> Intent:
    return Intent(
        id=fire,
        user=USER,
        account=ACCOUNT,
        ea=EA,
        boot="b1",
        action="fire",
        expires=time + 6_000,
        raw='{"type":"fire","id":"' + fire + '","symbol":"EURUSD","direction":"buy","lot":0.1,"sl":1.09,"tp":1.12}',
        symbol="EURUSD",
        direction=Direction.BUY,
        lot=0.1,
        sl=1.09,
        tp=1.12,
        entry=1.1,
        signal_id=verdict.signal.id,
        leg=1,
        magic=10_000 + number,
        risk=100.0,
        day=time // DAY_MS,
        market_time=time,
        verdict=verdict,
    )


def _confirmed(number: int, time: int, fire: str, n: int, status: Status) -> Confirmed:
    event = Confirmation(
        session="s",
        n=n,
        id=fire,
        status=status,
        again=False,
        ticket=number + 1,
        deal=number * 2 + 1,
        price=1.1,
        lot=0.1,
        commission=-0.5,
        retcode=10009,
        message="",
        time=time + 100,
    )
    return Confirmed(user=USER, account=ACCOUNT, ea=EA, digest=digest(event), event=event)


def _closing(number: int, time: int, fire: str) -> Closing:
    event = Closed(
        session="s",
        n=number * 3 + 3,
        ticket=number + 1,
        deal=number * 2 + 2,
        fire_id=fire,
        symbol="EURUSD",
        direction=Direction.BUY,
        lot=0.1,
        price=1.12,
        profit=11.0,
        commission=-0.5,
        swap=0.0,
        reason=CloseReason.TP,
        time=time + 600_000,
    )
    return Closing(user=USER, account=ACCOUNT, ea=EA, digest=digest(event), day=time // DAY_MS, event=event)
