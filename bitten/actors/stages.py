"""The stages of the way from tick to score, and when each spoke last: health is the freshness of output."""

import attrs

from bitten.actors.latencies import Latencies
from bitten.clock import HubClock
from bitten.rules.health import EXPECTATIONS


@attrs.define
class Stage:
    """How often a stage spoke, and its last word."""

    count: int = 0
    last: str = ""
    at: int | None = None
    """Hub time, ms."""


@attrs.define
class Stages:
    """All stages of one hub."""

    clock: HubClock
    latencies: Latencies = attrs.field(factory=Latencies)
    _stages: dict[str, Stage] = attrs.field(factory=lambda: {name: Stage() for name in EXPECTATIONS})
    live_since: dict[str, int] = attrs.field(factory=dict)
    """By user, hub time at which the session went live: from then on quotes may be expected of it."""

    def stage(self, name: str) -> Stage:
        """A stage to be updated in place, by whoever speaks too often for `spoke`."""
        return self._stages[name]

    def spoke(self, name: str, last: str, count: int = 1) -> None:
        """The stage `name` put out `count` more; `last` says what, in a few words."""
        stage = self._stages[name]
        stage.count += count
        stage.last = last
        stage.at = self.clock.now()

    def went_live(self, user: str) -> None:
        """A session went live."""
        self.live_since[user] = self.clock.now()

    def ages(self) -> dict[str, int | None]:
        """Milliseconds since each stage spoke, in the order of the way; None: it never did."""
        now = self.clock.now()
        return {name: None if stage.at is None else now - stage.at for name, stage in self._stages.items()}
