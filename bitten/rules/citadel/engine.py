"""CITADEL's brain: a scene in, a verdict out."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from bitten.messages import Conflict, Part, ShieldClass, Verdict
from bitten.rules.citadel.scene import Scene
from bitten.rules.citadel.settings import CitadelSettings
from bitten.rules.citadel.shield import Answer, Conflicts, Points, Shield, Veto
from bitten.rules.citadel.throttle import Ease
from bitten.rules.plugins import crash_of

LOWEST, HIGHEST = 0.0, 10.0


class Citadel:
    """The shields, and what their points amount to. Apart from crashes it remembers nothing."""

    def __init__(self, settings: CitadelSettings, shields: Sequence[Shield]) -> None:
        self._settings = settings
        self._shields = tuple(shields)
        self._benched: dict[str, str] = {}

    @property
    def benched(self) -> Mapping[str, str]:
        """Shields that raised, and what. Each verdict from then on says that they are missing."""
        return MappingProxyType(self._benched)

    def judge(self, scene: Scene, ease: Ease | None = None) -> Verdict:
        """Ask each shield once; points are added to the base and clamped once. `ease`: the throttle's."""
        parts: list[Part] = []
        vetoes: list[Part] = []
        conflicts: list[Conflict] = []
        for name, answer in self._answers(scene):
            match answer:
                case Points():
                    parts.append(Part(name=name, points=answer.points, sentence=answer.sentence))
                case Veto():
                    vetoes.append(Part(name=name, points=0.0, sentence=answer.sentence))
                case Conflicts():
                    conflicts += answer.conflicts
        for name, error in self._benched.items():
            parts.append(Part(name=name, points=0.0, sentence=f"not asked, it crashed: {error}"))
        total = self._settings.base + sum([part.points for part in parts])
        score = round(min(max(total, LOWEST), HIGHEST), 2)
        if ease is not None:
            parts.append(Part(name="throttle", points=0.0, sentence=ease.sentence))
        least = self._settings.volatility_at if ease is None else ease.least
        shield_class, size = self._class(score, least)
        if size == 0:
            sentence = f"a score of {score:g} is {shield_class}, which is not traded"
            vetoes.append(Part(name="score", points=0.0, sentence=sentence))
        return Verdict(
            signal=scene.signal,
            score=score,
            shield=shield_class,
            size=0.0 if vetoes else size,
            parts=tuple(parts),
            vetoes=tuple(vetoes),
            conflicts=tuple(conflicts),
            base=self._settings.base,
            least=least if self._settings.unverified_size == 0 else LOWEST,
        )

    def _answers(self, scene: Scene) -> list[tuple[str, Answer]]:
        """Who has something to say, and what."""
        answers: list[tuple[str, Answer]] = []
        for shield in self._shields:
            if shield.name in self._benched:
                continue
            try:
                answer = shield.judge(scene)
                if isinstance(answer, Answer):
                    answers.append((shield.name, answer))
                elif answer is not None:
                    raise TypeError(f"judge() answered {answer!r}: must be Points, Veto, Conflicts or None")
            except (Exception, SystemExit) as error:  # noqa: BLE001 - a plug-in may raise anything, and must cost only itself
                self._benched[shield.name] = crash_of(error)
        return answers

    def _class(self, score: float, least: float) -> tuple[ShieldClass, float]:
        settings = self._settings
        if score >= settings.approved_at:
            return ShieldClass.APPROVED, settings.approved_size
        if score >= settings.active_at:
            return ShieldClass.ACTIVE, settings.active_size
        if score >= least:
            return ShieldClass.VOLATILITY, settings.volatility_size
        return ShieldClass.UNVERIFIED, settings.unverified_size
