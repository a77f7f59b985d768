"""Plays a scenario against a target: it is the EA, the target is the hub.

The pure machine and the live hub are played by the same scenarios, so a target is narrow: bytes in, messages out, and
hub time that passes when it is told to.
"""

import json
from collections.abc import Mapping
from typing import Protocol

import attrs

from tests.scenarios.samples import SAMPLES, message
from tests.scenarios.script import Around, Channel, Expect, Inject, Json, Raw, Scenario, ScenarioError, Step, Wait
from tests.scenarios.values import Values

NOT_OF_THE_SESSION = frozenset({"signal", "signal_end", "rank", "denied"})
"""Advice (protocol 7.1, 7.2, 7.4) is others' business and comes when it comes."""


class Target(Protocol):
    """A hub under test. A peer is a connection of an EA: it exists from its first use."""

    @property
    def now(self) -> int:
        """Hub time, ms."""

    async def inject(self, peer: str, channel: Channel, raw: bytes) -> None:
        """One frame from the EA."""

    async def expect(self, peer: str) -> Json | None:
        """The next message that the hub has sent to that connection; None: there is none."""

    async def advance(self, ms: int) -> None:
        """Hub time passes, with all that falls due in it."""


async def play(scenario: Scenario, target: Target) -> None:
    """Raises `ScenarioError` at the first line that the target does not live up to."""
    player = _Player(scenario, target)
    for step in scenario.steps:
        await player.step(step)
    await player.end()


@attrs.define
class _Player:
    scenario: Scenario
    target: Target
    values: Values = attrs.field(factory=Values)
    peers: set[str] = attrs.field(factory=set)

    async def step(self, step: Step) -> None:
        match step:
            case Inject():
                self.peers.add(step.peer)
                for index in range(1, step.times + 1):
                    await self.target.inject(step.peer, step.channel, self._bytes(step, index))
            case Expect():
                self.peers.add(step.peer)
                for _ in range(step.times):
                    await self._expect(step)
            case Wait(ms=ms):
                await self.target.advance(ms)
            case Raw() | Around():
                pass  # What the hub under test says by itself, or what it cannot see.

    async def end(self) -> None:
        """What was not expected must not have come."""
        for peer in sorted(self.peers):
            extra = await self._next(peer, {})
            if extra is not None:
                raise ScenarioError(f"{self.scenario.name}: at its end the hub had said more to {peer}: {extra}")

    def _bytes(self, step: Inject, index: int) -> bytes:
        now = self.target.now
        if step.message is None:
            return self.values.fill_raw(step.raw, now=now, i=index)
        self.values.settle(step.message, SAMPLES.get(str(step.message["type"]), {}))
        return json.dumps(self.values.fill(message(step.message), step, now=now, i=index)).encode()

    async def _expect(self, step: Expect) -> None:
        found = await self._next(step.peer, step.pattern or {})
        if step.pattern is None:
            if found is not None:
                raise ScenarioError(f"{step.where}: {step.text}\n  but the hub said {found}")
            return
        if found is None:
            raise ScenarioError(f"{step.where}: {step.text}\n  but the hub said nothing")
        pattern = {key: value for key, value in step.pattern.items() if key != "whole"}
        if not self.values.matches(pattern, found, self.target.now):
            raise ScenarioError(f"{step.where}: {step.text}\n  but the hub said {found}")

    async def _next(self, peer: str, pattern: Mapping[str, object]) -> Json | None:
        while True:
            found = await self.target.expect(peer)
            if found is None:
                return None
            if found["type"] == "ping" and self.scenario.answer_pings:
                pong = {key: found[key] for key in ("session", "nonce")}
                pong |= {"type": "pong", "time": found["time"], "echo": found["time"]}
                await self.target.inject(peer, "command", json.dumps(pong).encode())
            elif found["type"] not in NOT_OF_THE_SESSION and not _is_covered(found, pattern):
                return found


def _is_covered(found: Json, pattern: Mapping[str, object]) -> bool:
    """An ack that a higher one makes superfluous: how the journal groups its commits is its own affair."""
    n, expected = found.get("n"), pattern.get("n")
    both = found["type"] == pattern.get("type") == "ack"
    return both and isinstance(n, int) and isinstance(expected, int) and n < expected
