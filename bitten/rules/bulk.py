"""Many bars at once, by NumPy: what `rules.bars` does tick by tick, for a history that is known already."""

import numpy as np

from bitten.rules.frame import Frame
from bitten.rules.series import Floats, Times

_OPEN, _HIGH, _LOW, _CLOSE, _VOLUME = range(5)


def minutes(bids: Floats, begins: Times) -> Floats:
    """The bars of ticks, each from one of the places `begins` to the next: a row for open, high, low, close, count."""
    lasts = np.append(begins[1:], len(bids)) - 1
    highs, lows = np.maximum.reduceat(bids, begins), np.minimum.reduceat(bids, begins)
    return np.stack([bids[begins], highs, lows, bids[lasts], (lasts - begins + 1).astype(np.float64)])


def close_due(lower: Frame, upper: Frame, time: int, first: int) -> list[int]:
    """Close the bars of `upper` that are over at market time `time`; their ends.

    `lower` has been closed up to then, from its bar `first` on; all of it was watched.
    """
    length = upper.timeframe.ms
    times, values = lower.series.columns(upper.due - length if upper.due else upper.timeframe.open_time(first))
    opens = times - times % length
    begins = np.flatnonzero(np.diff(opens, prepend=-1))
    starts = opens[begins]
    over = int(np.searchsorted(starts, time - length, side="right"))
    upper.due = int(starts[over]) + length if over < len(starts) else 0
    known = int(np.searchsorted(starts, upper.series.newest, side="right"))  # history had these already
    if known >= over:
        return []
    upper.extend(starts[known:over], _composed(values, begins)[:, known:over])
    return [start + length for start in starts[known:over].tolist()]


def _composed(values: Floats, begins: Times) -> Floats:
    lasts = np.append(begins[1:], values.shape[1]) - 1
    return np.stack(
        [
            values[_OPEN, begins],
            np.maximum.reduceat(values[_HIGH], begins),
            np.minimum.reduceat(values[_LOW], begins),
            values[_CLOSE, lasts],
            np.add.reduceat(values[_VOLUME], begins),
        ]
    )
