"""How the hub does: not an actor, but the desk's look at stages, sessions and journal, judged by `rules/health`."""

from collections.abc import Mapping, Sequence

from bitten.actors.neighbours import Neighbours
from bitten.actors.session import Session
from bitten.rules.fire import Life
from bitten.rules.health import (
    EXPECTATIONS,
    Health,
    Judgement,
    Picture,
    judge,
    judge_session,
    open_for,
    worst,
)
from bitten.wire.desk import JournalStatus, SessionStatus, StageStatus
from bitten.wire.latency import LatencyStatus


def stages_of(around: Neighbours) -> tuple[StageStatus, ...]:
    """Each stage of the way, judged by its own expectation."""
    picture, queues = _picture(around), _queues(around)
    return tuple(_stage(name, around, picture, queues.get(name, 0)) for name in EXPECTATIONS)


def latencies_of(around: Neighbours) -> tuple[LatencyStatus, ...]:
    """How long the way takes, stage by stage."""
    found = around.stages.latencies
    return tuple(each.status() for each in (found.tick_to_fire, found.fire_to_confirmation, around.scribe.commits))


def judged(
    stages: Sequence[StageStatus],
    sessions: Sequence[SessionStatus],
    journal: JournalStatus,
    unsent: Mapping[str, str],
) -> tuple[str, tuple[str, ...]]:
    """The health of the whole, and what is late or stale and why. `unsent`: by route, why alerts do not arrive."""
    parts = {stage.name: Judgement(Health(stage.health), stage.why) for stage in stages}
    parts |= {f"session {each.user}": judge_session(each.state, each.heard_ms_ago) for each in sessions}
    parts |= {f"alerts {name}": Judgement(Health.LATE, error) for name, error in unsent.items()}
    if journal.failure:
        parts["journal"] = Judgement(Health.STALE, journal.failure)
    found = {name: each for name, each in parts.items() if each.health is not Health.OK}
    return worst(parts).value, tuple(f"{name} {each.health}: {each.why}" for name, each in found.items())


def _stage(name: str, around: Neighbours, picture: Picture, queue: int) -> StageStatus:
    stage, judgement = around.stages.stage(name), judge(name, picture)
    return StageStatus(
        name=name,
        count=stage.count,
        last=stage.last,
        age_ms=picture.ages[name],
        queue=queue,
        expected=EXPECTATIONS[name].says,
        health=judgement.health.value,
        why=judgement.why,
    )


def _picture(around: Neighbours) -> Picture:
    now, ledger = around.clock.now(), around.scribe.ledger
    live = [session for session in around.roster if session.live]
    known = [each for session in live if (each := _open_ms(session, around, now)) is not None]
    unanswered = [
        now - command.decided
        for book in ledger.books.values()
        for command in book.unresolved.values()
        if command.life is not Life.PLACED
    ]
    return Picture(
        ages=around.stages.ages(),
        open_ms=max(known, default=None),
        closed_because="" if known else "all markets are closed" if live else "no EA is live",
        unanswered_ms=max(unanswered, default=None),
        unjudged=len(ledger.unjudged),
    )


def _open_ms(session: Session, around: Neighbours, now: int) -> int | None:
    """For how long this session's quotes could have come, by its broker's hours; None: its markets are closed."""
    broker_time = session.view.market_now + session.view.utc_offset
    opened = [each for spec in session.view.specs.values() if (each := open_for(spec, broker_time)) is not None]
    return min(max(opened), now - around.stages.live_since[session.user]) if opened else None


def _queues(around: Neighbours) -> dict[str, int]:
    return {
        "signals": around.venom.mailbox.statistics().depth,
        "verdicts": around.venom.citadel.statistics().depth,
        "fires": around.router.statistics().depth,
        "confirmations": around.scribe.mailbox.statistics().depth,
        "xp": around.xp.statistics().depth,
    }
