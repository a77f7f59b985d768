"""Whatever children do, and whenever: what must hold of their lives, searched for by hypothesis."""

import attrs
import trio
from hypothesis import given, settings
from hypothesis import strategies as st
from trio.testing import MockClock

from bitten.mailbox import DeadLetters
from bitten.nursery import (
    Backoff,
    Body,
    Child,
    ChildState,
    Limits,
    Ready,
    Strategy,
    SupervisionEvent,
    Supervisor,
    SupervisorSpec,
)
from tests.nursery.stage import Boom


@attrs.frozen
class Script:
    """One life: seconds until it is ready, until it ends, how it ends, and what it takes to stop it."""

    ready: int
    end: int
    crash: bool
    stop: int


SCRIPTS = st.builds(Script, st.integers(0, 3), st.integers(0, 8), st.booleans(), st.integers(0, 3))
CASTS = st.lists(st.lists(SCRIPTS, max_size=4), min_size=1, max_size=4)
FOR_EVER = Script(0, 10**9, crash=False, stop=2)


@attrs.define
class Witness:
    """Sees every life begin and end."""

    strategy: Strategy
    names: list[str]
    alive: list[str] = attrs.field(factory=list)
    ready: set[str] = attrs.field(factory=set)
    ended: list[str] = attrs.field(factory=list)
    objections: list[str] = attrs.field(factory=list)  # kept: raised in a body, they would be crashes to recover from

    def begins(self, name: str) -> None:
        if name in self.alive:
            self.objections.append(f"two lives of {name}")
        before = self.names[: self.names.index(name)]
        if self.strategy is Strategy.REST_FOR_ONE and not self.ready.issuperset(before):
            self.objections.append(f"{name} started before what it depends on")
        self.alive.append(name)

    def ends(self, name: str) -> None:
        self.alive.remove(name)
        self.ready.discard(name)
        self.ended.append(name)

    def body(self, name: str, scripts: list[Script]) -> Body:
        lives = iter(scripts)

        async def run(ready: Ready) -> None:
            self.begins(name)
            script = next(lives, FOR_EVER)
            try:
                await trio.sleep(script.ready)
                ready()
                self.ready.add(name)
                await trio.sleep(script.end)
                if script.crash:
                    raise Boom
            except trio.Cancelled:
                with trio.CancelScope(shield=True):
                    await trio.sleep(script.stop)
                raise
            finally:
                self.ends(name)

        return run


def ignore(_: SupervisionEvent) -> None:
    """Nobody reads the log here."""


@settings(max_examples=60, deadline=None)
@given(casts=CASTS, strategy=st.sampled_from(Strategy), first=st.integers(0, 3), stop_timeout=st.integers(1, 4))
def test_lives_keep_their_order(casts: list[list[Script]], strategy: Strategy, first: int, stop_timeout: int) -> None:
    names = list("abcd"[: len(casts)])
    witness = Witness(strategy, names)
    children = [
        Child(name, witness.body(name, scripts), stop_timeout=stop_timeout)
        for name, scripts in zip(names, casts, strict=True)
    ]
    limits = Limits(intensity=1000, in_a_row=100)
    spec = SupervisorSpec("sup", tuple(children), strategy, limits, Backoff(first=first))
    supervisor = Supervisor(spec, DeadLetters(), ignore)

    async def main() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(supervisor.run)
            await trio.sleep(1000)
            states = [child.state for child in supervisor.statistics().children]
            witness.ended.clear()
            nursery.cancel_scope.cancel()
        assert states == [ChildState.RUNNING] * len(names)

    trio.run(main, clock=MockClock(autojump_threshold=0))
    assert witness.objections == []
    if stop_timeout > FOR_EVER.stop:
        assert witness.ended == names[::-1]
    assert sorted(witness.ended) == names


@settings(max_examples=60, deadline=None)
@given(casts=CASTS, strategy=st.sampled_from(Strategy), seconds=st.integers(0, 40))
def test_stopped_at_any_moment_it_leaves_nobody_and_starts_nobody(
    casts: list[list[Script]], strategy: Strategy, seconds: int
) -> None:
    names = list("abcd"[: len(casts)])
    witness = Witness(strategy, names)
    children = [Child(name, witness.body(name, scripts)) for name, scripts in zip(names, casts, strict=True)]
    spec = SupervisorSpec("sup", tuple(children), strategy, Limits(intensity=1000, in_a_row=100), Backoff(first=1))
    supervisor = Supervisor(spec, DeadLetters(), ignore)

    async def main() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(supervisor.run)
            await trio.sleep(seconds)
            nursery.cancel_scope.cancel()
            lives = [child.lives for child in supervisor.statistics().children]
        assert [child.lives for child in supervisor.statistics().children] == lives

    trio.run(main, clock=MockClock(autojump_threshold=0))
    assert witness.objections == []
    assert witness.alive == []
