"""An operator's ping: not an actor, but the desk's hand on a session, and its look at what came back."""

import attrs

from bitten.actors.roster import Roster
from bitten.actors.session import Session
from bitten.clock import HubClock
from bitten.current import Current
from bitten.rules.session import State
from bitten.wire.desk import Refusal
from bitten.wire.ping import PingAnswer, PingRequest, PongAnswer, PongRequest


@attrs.frozen
class Pinging:
    """Carries out `bitten ping`."""

    current: Current
    roster: Roster
    clock: HubClock

    def act(self, request: PingRequest | PongRequest) -> PingAnswer | PongAnswer | Refusal:
        """Do it, and say what was done."""
        if refusal := self.current.refusal_of(request.user):
            return refusal
        session = self.roster.of(request.user)
        if isinstance(request, PongRequest):
            return self._pong(session, request)
        # One that has just fallen silent is pinged too: whether it answers is what the operator wants to know.
        if session is None or session.machine.state not in (State.LIVE, State.STALE):
            return self._not_live(request.user, session)
        return PingAnswer(user=session.user, session=session.id, nonce=session.ping())

    def _pong(self, session: Session | None, request: PongRequest) -> PongAnswer | Refusal:
        if session is None or session.id != request.session:
            return Refusal(message=f"user {request.user!r}: the session that was pinged has ended")
        machine, answer = session.machine, session.machine.answer(request.nonce)
        return PongAnswer(
            user=session.user,
            nonce=request.nonce,
            answered=answer is not None,
            round_trip_ms=None if answer is None else answer.ms,
            offset_ms=None if answer is None else answer.offset,
            clock_offset_ms=machine.clock_offset,
            broker_ping_ms=session.view.broker_ping_ms,
            session_state=machine.state.value,
            heard_ms_ago=self.clock.now() - machine.heard_at,
        )

    def _not_live(self, user: str, session: Session | None) -> Refusal:
        live = ", ".join(sorted(each.user for each in self.roster if each.live)) or "nobody"
        what = "has no session" if session is None else f"is {session.machine.state}"
        return Refusal(message=f"user {user!r} {what}, and only who is live can be pinged; live: {live}")
