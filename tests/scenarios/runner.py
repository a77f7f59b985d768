"""Plays a scenario against a target: it is the EA, the target is the hub.

The pure machine and the live hub are played by the same scenarios, so a target is narrow: bytes in, messages out, and
hub time that passes when it is told to.
"""

import json
from collections.abc import Mapping
from typing import Protocol

import attrs

from tests.scenarios.samples import message
from tests.scenarios.script import Channel, Expect, Inject, Json, Scenario, ScenarioError, Step, Wait

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
    values: Json = attrs.field(factory=dict)
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

    async def end(self) -> None:
        """What was not expected must not have come."""
        for peer in sorted(self.peers):
            extra = await self._next(peer, {})
            if extra is not None:
                raise ScenarioError(f"{self.scenario.name}: at its end the hub had said more to {peer}: {extra}")

    def _bytes(self, step: Inject, index: int) -> bytes:
        values = {"now": self.target.now, **self.values, "i": index}
        if step.message is not None:
            return json.dumps(_fill(message(step.message), values, step)).encode()
        raw = step.raw
        for name, value in values.items():
            raw = raw.replace(f"${name}", str(value))
        # What is written \xNN is that byte.
        return raw.encode("latin-1").decode("unicode_escape").encode("latin-1") if "\\x" in raw else raw.encode()

    async def _expect(self, step: Expect) -> None:
        found = await self._next(step.peer, step.pattern or {})
        if step.pattern is None:
            if found is not None:
                raise ScenarioError(f"{step.where}: {step.text}\n  but the hub said {found}")
            return
        if found is None:
            raise ScenarioError(f"{step.where}: {step.text}\n  but the hub said nothing")
        pattern = {key: value for key, value in step.pattern.items() if key != "whole"}
        if not self._matches(pattern, found):
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

    def _matches(self, pattern: object, found: object) -> bool:
        if pattern == "$now":
            return found == self.target.now
        if isinstance(pattern, str) and pattern.startswith("$"):
            return bool(self.values.setdefault(pattern[1:], found) == found)
        if isinstance(pattern, dict) and isinstance(found, dict):
            return all(key in found and self._matches(value, found[key]) for key, value in pattern.items())
        if isinstance(pattern, list) and isinstance(found, list):
            return len(pattern) == len(found) and all(map(self._matches, pattern, found))
        return pattern in ("*", found)


def _is_covered(found: Json, pattern: Mapping[str, object]) -> bool:
    """An ack that a higher one makes superfluous: how the journal groups its commits is its own affair."""
    n, expected = found.get("n"), pattern.get("n")
    both = found["type"] == pattern.get("type") == "ack"
    return both and isinstance(n, int) and isinstance(expected, int) and n < expected


def _fill(value: object, values: Mapping[str, object], step: Inject) -> object:
    if isinstance(value, dict):
        return {key: _fill(each, values, step) for key, each in value.items()}
    if isinstance(value, list):
        return [_fill(each, values, step) for each in value]
    if isinstance(value, str) and value.startswith("$"):
        if value[1:] not in values:
            raise ScenarioError(f"{step.where}: {value} has no value yet")
        return values[value[1:]]
    return value
