"""What `bitten doctor` is told: not an actor, but the desk's look at the clock and at terminals."""

from bitten.actors.neighbours import Neighbours
from bitten.actors.session import Session
from bitten.wire.diagnosis import DiagnosisAnswer, TerminalStatus


def diagnosis(around: Neighbours) -> DiagnosisAnswer:
    """Now."""
    return DiagnosisAnswer(hub_time=around.clock.now(), terminals=tuple(_terminal(each) for each in around.roster))


def _terminal(session: Session) -> TerminalStatus:
    machine = session.machine
    return TerminalStatus(
        user=session.user,
        state=machine.state.value,
        build=machine.greeting.hello.build,
        hindrance=session.view.hindrance,
        clock_offset_ms=machine.clock_offset,
        clocks_agree=machine.clocks_agree,
        broker_ping_ms=session.view.broker_ping_ms,
    )
