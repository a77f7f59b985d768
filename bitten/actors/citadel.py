"""CITADEL, the shield: judges each signal, and says why.

Receives: signals from VENOM.
Sends: verdicts to the fire router.
Journals: every verdict.
Fails as: itself alone; a shield that raises is benched.
"""

import attrs
from loguru import logger

from bitten import failpoints
from bitten.actors.follower import Follower
from bitten.actors.scenes import Scenes
from bitten.actors.scribe import Scribe
from bitten.actors.stages import Stages
from bitten.mailbox import Bounded, Busy, Mailbox
from bitten.messages import CitadelMessage, RouterMessage, Signal, Verdict
from bitten.rules.citadel import Calendar, Citadel, Ease, Scene, Throttle
from bitten.rules.facts import VerdictGiven
from bitten.rules.risk.pace import Paces
from bitten.rules.taped import Put, judged, nowhere


@attrs.define(eq=False)
class CitadelActor:
    """Judges by `rules.citadel`, on the bars that VENOM keeps."""

    brain: Citadel
    scenes: Scenes
    throttle: Throttle
    follower: Follower
    router: Mailbox[RouterMessage]
    paces: Paces
    scribe: Scribe
    stages: Stages
    tape: Put = nowhere
    mailbox: Bounded[CitadelMessage] = attrs.field(factory=lambda: Bounded[CitadelMessage]("citadel", 1_024))
    _recorded: Calendar | None = None
    """The calendar that is on the tape."""

    async def run(self) -> None:
        """Judge for ever."""
        await self.mailbox.serve(self._judge)

    def _judge(self, signal: Signal) -> None:
        failpoints.reach(failpoints.SIGNAL_TAKEN)
        scene = self.scenes.scene(signal)
        if scene is None:
            logger.warning("signal {} is not judged: its source or its bars are gone", signal.id)
            return
        benched = len(self.brain.benched)
        ease = self.throttle.ease(signal.made_at, self.paces.newest)
        verdict = self.brain.judge(scene, ease)
        if not verdict.vetoed:
            self.throttle.passed(signal.made_at)
        try:
            self.router.hand(verdict)
        except Busy as busy:
            logger.warning("{}: nobody is fired at for signal {}", busy, signal.id)
        self._record(scene, ease, verdict)
        self.scribe.note("citadel", VerdictGiven(verdict=verdict), then=lambda _: self._log(verdict))
        self.follower.follow(signal)
        self.stages.spoke("verdicts", f"{verdict.shield} {verdict.score:g}")
        for name, error in list(self.brain.benched.items())[benched:]:
            logger.error("shield {} benched: {}", name, error)

    def _record(self, scene: Scene, ease: Ease | None, verdict: Verdict) -> None:
        if scene.calendar is not self._recorded:
            self._recorded = scene.calendar
            self.tape(("news", scene.calendar.events))
        self.tape(judged(scene, ease, verdict))

    def _log(self, verdict: Verdict) -> None:
        why = "; ".join(part.sentence for part in verdict.vetoes)
        outcome = f"vetoed: {why}" if verdict.vetoed else f"size {verdict.size:g}"
        logger.info("verdict {} {:g} {} on {}", verdict.shield, verdict.score, outcome, verdict.signal.id)
