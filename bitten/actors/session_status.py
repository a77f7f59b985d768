"""What the operator is shown of a session: not an actor, but the desk's look at one."""

from bitten.actors.session import Session
from bitten.wire.desk import SessionStatus


def status_of(session: Session, now: int) -> SessionStatus:
    """For `bitten status`; `now` is hub time, ms."""
    machine, telemetry, account = session.machine, session.view.telemetry, session.account
    return SessionStatus(
        user=session.user,
        login=account.login,
        server=account.server,
        state=machine.state,
        reason=machine.trading.reason,
        epoch=machine.greeting.epoch,
        heard_ms_ago=now - machine.heard_at,
        balance=telemetry.balance if telemetry else None,
        equity=telemetry.equity if telemetry else None,
        open_positions=len(telemetry.positions) if telemetry else 0,
        clock_offset_ms=machine.clock_offset,
        trading=machine.trading.state,
        dropped=dict(machine.counts) | {"not read": session.line.dropped, "over the rate": machine.allowance.over},
    )
