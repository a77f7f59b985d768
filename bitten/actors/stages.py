"""The stages of the way from tick to score, and when each spoke last: health is the freshness of output."""

import attrs

from bitten.clock import HubClock
from bitten.wire.desk import StageStatus

NAMES = ("ticks", "bars", "signals", "verdicts", "fires", "confirmations", "closings", "xp")


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
    _stages: dict[str, Stage] = attrs.field(factory=lambda: {name: Stage() for name in NAMES})

    def stage(self, name: str) -> Stage:
        """A stage to be updated in place, by whoever speaks too often for `spoke`."""
        return self._stages[name]

    def spoke(self, name: str, last: str, count: int = 1) -> None:
        """The stage `name` put out `count` more; `last` says what, in a few words."""
        stage = self._stages[name]
        stage.count += count
        stage.last = last
        stage.at = self.clock.now()

    def status(self) -> tuple[StageStatus, ...]:
        """For `bitten status`, in the order of the way."""
        now = self.clock.now()
        return tuple(
            StageStatus(
                name=name,
                count=stage.count,
                last=stage.last,
                age_ms=None if stage.at is None else now - stage.at,
            )
            for name, stage in self._stages.items()
        )
