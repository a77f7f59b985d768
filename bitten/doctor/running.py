"""Judges of a running hub: whether it answers, its clocks, its terminals and its stages."""

from collections.abc import Iterator, Sequence

import attrs

from bitten.doctor.finding import Finding, Group, error, ok, warning
from bitten.rules.health import Health
from bitten.wire.desk import HubStatus, StageStatus
from bitten.wire.diagnosis import DiagnosisAnswer, TerminalStatus

STEP_MS = 500
"""How far system and hub may be apart: reading both takes milliseconds, and no step is meant to be smaller."""
NEEDS_A_HUB = "clock against the EAs', terminals and stages were not looked at"


@attrs.frozen
class Running:
    """A hub that answered."""

    status: HubStatus
    diagnosis: DiagnosisAnswer
    system_time: int
    """ms since 1970 UTC, as the answer came."""


def judge_running(running: Running | None, desk: str, *, silent: str = "") -> Finding:
    """It answers, or there is none. `silent`: what a hub that is there said instead of an answer."""
    if running is not None:
        status = running.status
        return ok(Group.HUB, "hub", f"BITTEN {status.version}, process {status.pid}, trading {status.trading}")
    if silent:
        remedy = "`journalctl -u bitten` or the log file says what it does; then restart it"
        return error(Group.HUB, "hub", f"{silent}; {NEEDS_A_HUB}", remedy)
    return warning(Group.HUB, "hub", f"none at {desk}: {NEEDS_A_HUB}", "`bitten run`, and `bitten doctor` again")


def judge_synchronised(synchronised: bool | None) -> Finding:
    """The system's clock is kept right by somebody; None: the system does not say."""
    about = "system clock"
    if synchronised is None:
        return warning(Group.CLOCK, about, "the system does not say whether it is kept right", "see `timedatectl`")
    if synchronised:
        return ok(Group.CLOCK, about, "kept right by the system")
    remedy = "`timedatectl set-ntp true`, or run chrony"
    return warning(Group.CLOCK, about, "nobody keeps it right: it drifts by seconds a day", remedy)


def judge_jump(running: Running, limit_ms: int) -> Finding:
    """The system's clock was not set since the hub's start; the hub's own goes on as it was."""
    about, ahead = "hub clock", running.system_time - running.diagnosis.hub_time
    if abs(ahead) <= STEP_MS:
        return ok(Group.CLOCK, about, f"{ahead:+} ms from the system's")
    seen = f"the system's is {ahead:+} ms from it: it was set since the hub's start"
    judge = error if abs(ahead) > limit_ms else warning
    return judge(Group.CLOCK, about, seen, "restart the hub at a quiet time: it takes the system's time at its start")


def judge_clock_of(terminal: TerminalStatus, limit_ms: int) -> Finding:
    """The EA's clock and the hub's are near enough to fire; `limit_ms` is [session] max_clock_skew_ms."""
    about, seen = f"clock of {terminal.user}", f"{terminal.clock_offset_ms:+} ms from the hub's"
    remedy = "let the EA's computer keep its clock right (Windows: w32tm /resync); if all EAs are off alike, this one"
    if not terminal.clocks_agree:
        return error(Group.CLOCK, about, f"{seen}, {limit_ms} ms are allowed: nothing is fired", remedy)
    if abs(terminal.clock_offset_ms) > limit_ms // 2:
        return warning(Group.CLOCK, about, f"{seen}: at {limit_ms} ms nothing is fired", remedy)
    return ok(Group.CLOCK, about, seen)


def judge_terminals(terminals: Sequence[TerminalStatus]) -> Iterator[Finding]:
    """Each can carry out a fire, and is as new as the newest of them: terminals update themselves."""
    newest = max((each.build for each in terminals), default=0)
    for each in terminals:
        ping = "" if each.broker_ping_ms is None else f", {each.broker_ping_ms:g} ms from its broker"
        seen = f"{each.state}, build {each.build}{ping}"
        if each.hindrance:
            remedy = "in the terminal: log in to the account, and switch Algo Trading on"
            yield error(Group.TERMINALS, each.user, f"{seen}: {each.hindrance}", remedy)
        elif each.build < newest:
            remedy = "update the terminal (Help, Check for Updates) and restart it"
            yield warning(Group.TERMINALS, each.user, f"{seen}: another's is {newest}", remedy)
        else:
            yield ok(Group.TERMINALS, each.user, seen)
    if not terminals:
        remedy = "attach the EA to a chart with this machine's address and ports; its log says what it meets"
        yield warning(Group.TERMINALS, "sessions", "no EA is connected", remedy)


def judge_stages(stages: Sequence[StageStatus]) -> Iterator[Finding]:
    """Each spoke when it should, by its own expectation."""
    remedy = "`bitten status` shows the whole way and its actors; docs/operating.md, What to do when"
    for stage in stages:
        match Health(stage.health):
            case Health.OK:
                said = f"spoke {stage.count:,} times" if stage.count else "nothing was expected of it yet"
                yield ok(Group.STAGES, stage.name, stage.why or said)
            case Health.LATE:
                yield warning(Group.STAGES, stage.name, f"late: {stage.why}", remedy)
            case Health.STALE:
                yield error(Group.STAGES, stage.name, f"stale: {stage.why}", remedy)
