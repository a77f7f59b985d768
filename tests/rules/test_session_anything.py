"""Whatever an EA says, in whatever order, and however the hub's own work falls in between: what always holds."""

from collections.abc import Sequence

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bitten.rules.reconcile import Ask, Difference, External, Held, Hold, Missing, Wait
from bitten.rules.session import Effect, End, Reconcile, Record, RecordRaw, State
from bitten.units import TradingState
from bitten.wire.codec import FromEa
from bitten.wire.commands import Ack
from bitten.wire.session import ByeReason, Trading
from tests.rules import session_samples as ea

NUMBERS = st.integers(1, 6)
PARTS = st.integers(1, 3)
SAID: st.SearchStrategy[FromEa] = st.one_of(
    st.sampled_from([ea.hello(), ea.ping(), ea.ready(), ea.tick(), ea.pong(1, ea.T, ea.T)]),
    st.builds(ea.heartbeat, NUMBERS),
    st.builds(ea.snapshot, PARTS, PARTS, NUMBERS),
    st.builds(lambda part, parts, n: ea.telemetry(part=part, parts=parts, next_event=n), PARTS, PARTS, NUMBERS),
    st.builds(ea.passed, NUMBERS, st.sampled_from(["SIG", "OTHER"])),
    st.builds(ea.confirmation, NUMBERS, st.sampled_from(["F1", "Q1"])),
)
DIFFERENCES: st.SearchStrategy[Sequence[Difference]] = st.lists(
    st.sampled_from(
        [Ask("F1"), Hold("F2", "why"), Wait("F3", ea.T), Missing(Held("F4", 4, 0.1), 0.0), External(ea.position())]
    ),
    max_size=2,
)


class Anything(RuleBasedStateMachine):
    """A peer without manners and a hub that does its part at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.now = ea.T
        self.session = ea.greeted()
        self.recorded = self.durable = 0
        self.ends = 0
        self.compare = False
        self.take(self.session.start(self.now))

    def take(self, effects: list[Effect]) -> None:
        for effect in effects:
            assert self.ends == 0, "nothing follows the end"
            if isinstance(effect, Record | RecordRaw):
                n = effect.event.n if isinstance(effect, Record) else effect.n
                assert n == self.recorded + 1
                self.recorded = n
            self.ends += isinstance(effect, End)
        for message in ea.sent(effects):
            assert not isinstance(message, Ack) or message.n <= self.durable
            assert message.type != "live" or self.session.state is State.LIVE
        self.compare = any(isinstance(effect, Reconcile) for effect in effects)
        if self.compare:
            assert self.session.state in (State.RECONCILING, State.LIVE)

    @precondition(lambda self: not self.compare)
    @rule(message=SAID)
    def say(self, message: FromEa) -> None:
        self.take(self.session.receive(message, self.now))

    @precondition(lambda self: not self.compare)
    @rule(n=NUMBERS)
    def garble(self, n: int) -> None:
        self.take(self.session.garbled(n, b"{}", self.now))

    @precondition(lambda self: not self.compare)
    @rule(rarely=st.integers(0, 20))
    def leave(self, rarely: int) -> None:
        if rarely == 0:
            self.take(self.session.receive(ea.goodbye(), self.now))
        elif rarely == 1:
            self.take(self.session.stop(ByeReason.SHUTDOWN, "", self.now))
        else:
            self.take(self.session.malformed(self.now))

    @precondition(lambda self: self.compare)
    @rule(differences=DIFFERENCES)
    def settle(self, differences: Sequence[Difference]) -> None:
        self.take(self.session.settle(differences, self.now))

    @precondition(lambda self: not self.compare and self.recorded > self.durable)
    @rule(data=st.data())
    def commit(self, data: st.DataObject) -> None:
        self.durable = data.draw(st.integers(self.durable + 1, self.recorded))
        self.take(self.session.durable(self.durable, self.now))

    @precondition(lambda self: not self.compare)
    @rule(state=st.sampled_from(TradingState))
    def trade(self, state: TradingState) -> None:
        self.take(self.session.trade(Trading(state=state, reason="")))

    @precondition(lambda self: not self.compare and not self.session.refusal("close", self.now))
    @rule()
    def command(self) -> None:
        self.take(self.session.commanded("F1", self.now))

    @precondition(lambda self: not self.compare)
    @rule(ms=st.sampled_from([1, 100, 1_000, 5_000, 13_000, 40_000]))
    def wait(self, ms: int) -> None:
        self.now += ms
        self.take(self.session.timer(self.now))
        assert self.session.deadline > self.now

    @invariant()
    def it_is_over_once_and_for_all(self) -> None:
        assert (self.ends == 1) is (self.session.state is State.ENDED)

    @invariant()
    def only_a_live_session_is_fired_at(self) -> None:
        fireable = self.session.refusal("fire", self.now) == ""
        assert not fireable or (self.session.state is State.LIVE and self.session.trading.state is TradingState.ACTIVE)


Anything.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestAnything = Anything.TestCase
