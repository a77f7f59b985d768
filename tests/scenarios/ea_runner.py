"""Plays a scenario against an EA: the runner is the hub, the EA's lines are what is expected."""

import json
from typing import Protocol

import attrs

from tests.scenarios.hub_samples import SAMPLES, message
from tests.scenarios.script import Around, Channel, Expect, Inject, Json, Raw, Scenario, ScenarioError, Step, Wait
from tests.scenarios.values import Values

BY_ITSELF = frozenset({"spec", "bars", "calendar", "tick", "ticks", "ready", "telemetry", "heartbeat", "ping"})
"""What an EA says because time passes or the market moves: passed over where a scenario is about something else."""
STEP_MS = 250
"""The runner looks at the EA so often while time passes: shorter than any period that a scenario is about."""
TIMER_MS = 20
AT_ONCE_MS = 5 * TIMER_MS
"""What an EA does at once it does with its next timer."""
BEGINS_MS = 2_000
"""An EA looks for its account, and opens its ledger, before it greets."""


class EaTarget(Protocol):
    """An EA under test, and the terminal and broker that it has."""

    @property
    def now(self) -> int:
        """The EA's clock, and the hub's, ms."""

    def say(self, raw: bytes) -> None:
        """A frame from the hub to the EA's newest connection."""

    def heard(self, channel: Channel) -> list[Json]:
        """All that the EA has said since the last look, after it did all that it had to do now."""

    def advance(self, ms: int) -> None:
        """Time passes, with all that falls due in it."""

    def around(self, words: tuple[str, ...]) -> None:
        """Something happens at its broker, or to its process."""


def play(scenario: Scenario, target: EaTarget) -> None:
    """Raises `ScenarioError` at the first line that the EA does not live up to."""
    player = _Player(scenario, target)
    for step in scenario.steps:
        player.step(step)
    player.nothing_more()


@attrs.define
class _Player:
    scenario: Scenario
    target: EaTarget
    values: Values = attrs.field(factory=Values)
    acked: int = 0
    said: dict[Channel, list[Json]] = attrs.field(factory=lambda: {"command": [], "feedback": []})

    def step(self, step: Step) -> None:
        match step:
            case Inject():
                for index in range(1, step.times + 1):
                    self._expect(step, index)
            case Expect(pattern=None):
                pass  # That the hub says nothing: nor does the runner.
            case Expect():
                for index in range(1, step.times + 1):
                    self._say(step, index)
            case Raw():
                self.target.say(self.values.fill_raw(step.raw, now=self.target.now))
            case Around():
                self.target.around(step.words)
            case Wait():
                self._wait(step.ms)

    def nothing_more(self, where: str = "") -> None:
        """What was not expected must not have been said."""
        self._listen()
        for said in self.said.values():
            for each in said:
                if self._counts(each):
                    raise ScenarioError(f"{where or f'{self.scenario.name}: at its end'}: the EA had said more: {each}")

    def _wait(self, ms: int) -> None:
        until = self.target.now + ms
        while (left := until - self.target.now) > 0:
            self.target.advance(min(STEP_MS, left))
            self._listen()

    def _say(self, step: Expect, index: int) -> None:
        assert step.pattern is not None
        self._listen()
        self.values.settle(step.pattern, SAMPLES.get(str(step.pattern["type"]), {}))
        said = self.values.fill(message(step.pattern), step, now=self.target.now, i=index)
        self.target.say(json.dumps(said).encode())

    def _expect(self, step: Inject, index: int) -> None:
        assert step.message is not None, f"{step.where}: an EA under test says no raw bytes"
        if step.message["type"] == "nothing":
            self.nothing_more(f"{step.where}: {step.text}")
            return
        found = self._next(step)
        pattern = {key: index if value == "$i" else value for key, value in step.message.items() if key != "whole"}
        if not self.values.matches(pattern, found, self.target.now):
            raise ScenarioError(f"{step.where}: {step.text}\n  but the EA said {found}")
        if found["type"] == "hello":
            self.values.known["hello_time"] = found["time"]

    def _next(self, step: Inject) -> Json:
        assert step.message is not None
        kind, said = step.message["type"], self.said[step.channel]
        self._listen()
        until = self.target.now + (BEGINS_MS if kind == "hello" else AT_ONCE_MS)
        while True:
            if kind == "telemetry" and not self.scenario.all_shown:
                said[:] = _newest(said)
            for place, found in enumerate(said):
                if found["type"] == kind and step.message.get("id", found.get("id")) == found.get("id"):
                    return said.pop(place)
                if self.scenario.all_shown:
                    raise ScenarioError(f"{step.where}: {step.text}\n  but the EA said {found}")
            if self.target.now >= until:
                raise ScenarioError(f"{step.where}: {step.text}\n  but the EA said nothing of it; waiting are {said}")
            self.target.advance(TIMER_MS)
            self._listen()

    def _counts(self, said: Json) -> bool:
        return self.scenario.all_shown or said["type"] not in BY_ITSELF

    def _listen(self) -> None:
        for channel, said in self.said.items():
            for each in self.target.heard(channel):
                if each["type"] == "ping" and self.scenario.answer_pings:
                    self._tell(each, type="pong", nonce=each["nonce"], time=self.target.now, echo=each["time"])
                else:
                    said.append(each)
                if each.get("n") == self.acked + 1 and self.scenario.ack_events:
                    self.acked += 1
                    self._tell(each, type="ack", n=self.acked)

    def _tell(self, heard: Json, **answer: object) -> None:
        self.target.say(json.dumps({**answer, "session": heard["session"]}).encode())


def _newest(said: list[Json]) -> list[Json]:
    """Of telemetry the newest wins (protocol 4)."""
    told = [each for each in said if each["type"] == "telemetry"]
    return [*(each for each in said if each["type"] != "telemetry"), *told[-1:]]
