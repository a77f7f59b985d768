"""disagreement: two sources of one symbol quote it more than half a per cent apart, so one of them is wrong.

The middle of each source's newest quote is compared with that of the signal's own quote. One that is more than a minute
older or newer than the signal says nothing: a market that is closed there is no disagreement.
"""

from bitten.rules.citadel.scene import Scene
from bitten.rules.citadel.settings import CitadelSettings
from bitten.rules.citadel.shield import Veto
from bitten.units import SECOND_MS, Quote


class Disagreement:
    """The rule above."""

    name = "disagreement"

    def __init__(self, settings: CitadelSettings) -> None:
        self._most_pct = settings.disagreement_pct
        self._age_ms = settings.disagreement_age_s * SECOND_MS

    def judge(self, scene: Scene) -> Veto | None:
        """A veto or nothing; the sentence names the source that is farthest away."""
        middle = _middle(scene.market.quote)
        apart = [
            (abs(_middle(other.quote) - middle) / middle * 100, other)
            for other in scene.others
            if abs(other.quote.time - scene.market.at) <= self._age_ms
        ]
        most, other = max(apart, key=lambda each: (each[0], each[1].user), default=(0.0, None))
        if other is None or round(most, 9) <= self._most_pct:
            return None
        return Veto(
            f"sources disagree on {scene.signal.symbol}: {other.user} quotes {_middle(other.quote):.6g}, "
            f"{scene.signal.source} {middle:.6g}, {most:.2f} % apart"
        )


def _middle(quote: Quote) -> float:
    return (quote.bid + quote.ask) / 2
