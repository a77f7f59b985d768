"""CITADEL, the shield: judges each signal, and says why.

Receives: signals from VENOM.
Sends: verdicts to the fire router.
Journals: every verdict.
Fails as: itself alone; a shield that raises is benched.
"""

from collections.abc import Iterator

import attrs
from loguru import logger

from bitten import failpoints
from bitten.actors.roster import Roster
from bitten.actors.scribe import Scribe
from bitten.actors.stages import Stages
from bitten.mailbox import Bounded, Busy, Mailbox
from bitten.messages import CitadelMessage, RouterMessage, Signal, Verdict
from bitten.rules.citadel import Calendar, Citadel, Ease, Newsroom, Scene, SourceQuote, Throttle, scene_of
from bitten.rules.facts import VerdictGiven
from bitten.rules.risk.pace import Paces
from bitten.rules.taped import Put, judged, nowhere
from bitten.rules.venom import Venom


@attrs.define(eq=False)
class CitadelActor:
    """Judges by `rules.citadel`, on the bars that VENOM keeps."""

    brain: Citadel
    router: Mailbox[RouterMessage]
    venom: Venom
    """The brain that keeps the bars."""
    sources: tuple[str, ...]
    newsroom: Newsroom
    throttle: Throttle
    paces: Paces
    scribe: Scribe
    roster: Roster
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
        scene = self._scene(signal)
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
        self.stages.spoke("verdicts", f"{verdict.shield} {verdict.score:g}")
        for name, error in list(self.brain.benched.items())[benched:]:
            logger.error("shield {} benched: {}", name, error)

    def _record(self, scene: Scene, ease: Ease | None, verdict: Verdict) -> None:
        if scene.calendar is not self._recorded:
            self._recorded = scene.calendar
            self.tape(("news", scene.calendar.events))
        self.tape(judged(scene, ease, verdict))

    def _scene(self, signal: Signal) -> Scene | None:
        source = self.roster.of(signal.source)
        if source is None:
            return None
        offset, news = source.view.utc_offset, self.newsroom.calendar
        return scene_of(signal, self.venom, utc_offset=offset, calendar=news, others=self._others(signal))

    def _others(self, signal: Signal) -> Iterator[SourceQuote]:
        """What the other sources show. Where none are named, nobody's word counts against another's."""
        for user in self.sources:
            session = self.roster.of(user) if user != signal.source else None
            quote = session.view.quote(signal.symbol) if session is not None and session.live else None
            if quote is not None:
                yield SourceQuote(user, quote)

    def _log(self, verdict: Verdict) -> None:
        why = "; ".join(part.sentence for part in verdict.vetoes)
        outcome = f"vetoed: {why}" if verdict.vetoed else f"size {verdict.size:g}"
        logger.info("verdict {} {:g} {} on {}", verdict.shield, verdict.score, outcome, verdict.signal.id)
