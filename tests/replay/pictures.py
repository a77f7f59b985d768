"""The picture of docs/xp.md: a position that took every step of care, from a replay of a made-up market.

    python -m tests.replay.pictures

draws it anew. It carries the digest of what it shows, which a test holds against the replay of today.
"""

from hashlib import sha256
from pathlib import Path

import attrs
import matplotlib as mpl
from matplotlib.figure import Figure

from bitten.rules.care import Step
from bitten.rules.facts import Closing, Confirmed, Fact, Intent
from bitten.units import MINUTE_MS
from tests.replay.samples import market
from tests.replay.test_caring import EVERYTHING, ONE, TICKS, played

FILE = Path(__file__).parents[2] / "docs" / "pictures" / "position_care.svg"
TICKET = 7
_PRICE, _STOP, _TARGET, _STEP = "#8d99ae", "#e76f51", "#2a9d8f", "#1d3557"


@attrs.frozen
class Life:
    """A position from its fill to its last deal."""

    begin: int
    """Market time, as all of these."""
    end: int
    entry: float
    steps: tuple[tuple[int, str, float, float], ...]
    """Time, step, stop and target from then on; the fire's own first."""

    def digest(self) -> str:
        """Of all that is shown."""
        return sha256(repr(attrs.astuple(self)).encode()).hexdigest()


def lived() -> Life:
    """The life of `TICKET`."""
    _, drafts = played(ONE, 0, EVERYTHING)
    facts: list[Fact] = [draft.fact for draft in drafts]
    fired = {fact.id: fact for fact in facts if isinstance(fact, Intent)}
    (fill,) = (
        fact.event
        for fact in facts
        if isinstance(fact, Confirmed) and fact.event.ticket == TICKET and not fired[fact.event.id].care
    )
    steps = [(each.market_time, each.care, each.sl, each.tp) for each in fired.values() if each.ticket == TICKET]
    closed = [fact.event.time for fact in facts if isinstance(fact, Closing) and fact.event.ticket == TICKET]
    first = (fill.time, "", fired[fill.id].sl, fired[fill.id].tp)
    return Life(fill.time, closed[-1], fill.price, (first, *steps))


def draw(life: Life, path: Path) -> None:
    """Draw it. The same life gives the same file."""
    shown = market(3, TICKS, *ONE)
    first, last = shown.time.searchsorted((life.begin, life.end)).tolist()
    part = slice(first, last, 4)  # a fourth of the quotes is a line, too
    with mpl.rc_context({"svg.hashsalt": "bitten", "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(7.2, 3.6), layout="constrained")
        axes = figure.subplots()
        axes.plot(_minutes(shown.time[part].tolist(), life), shown.bid[part], color=_PRICE, linewidth=0.8, label="bid")
        times = _minutes([*(time for time, *_ in life.steps), life.end], life)
        stops = [sl for _, _, sl, _ in life.steps]
        axes.step(times, [*stops, stops[-1]], where="post", color=_STOP, linewidth=1.4, label="stop")
        gone = next(place for place, (_, step, *_) in enumerate(life.steps) if step == Step.RUNNER)
        axes.hlines(life.steps[0][3], 0, times[gone], color=_TARGET, linewidth=1.4, label="target")
        axes.axhline(life.entry, color=_STEP, linewidth=0.7, linestyle=":")
        axes.annotate("entry", (times[-1], life.entry), (2, 2), textcoords="offset points", color=_STEP)
        said = (
            ("at 1 R: stop to the entry, half closed, target off", times[gone], life.entry),
            ("the stop follows, 2 ATR behind", times[len(times) // 2], stops[len(times) // 2]),
            ("closed at the stop", times[-1], stops[-1]),
        )
        for number, (text, at, price) in enumerate(said):
            away = [(16, -20), (8, -34), (-96, -30)][number]
            arrow = {"arrowstyle": "-", "color": _STEP, "linewidth": 0.7}
            axes.annotate(text, (at, price), away, textcoords="offset points", color=_STEP, arrowprops=arrow)
        axes.set_xlabel("minutes of market time")
        axes.legend(loc="upper left", frameon=False, ncols=3)
        axes.spines[["top", "right"]].set_visible(False)
        about = {"Date": None, "Title": "position care", "Description": life.digest()}
        figure.savefig(path, format="svg", metadata=about)


def _minutes(times: list[int], life: Life) -> list[float]:
    return [round((time - life.begin) / MINUTE_MS, 2) for time in times]


if __name__ == "__main__":
    draw(lived(), FILE)
    print(FILE, FILE.stat().st_size)
