"""Which market a demo plays: as its command names it, and as each paper EA's command line repeats it."""

from collections.abc import Sequence
from pathlib import Path

import attrs

from bitten.errors import BittenError
from bitten.paper.feed import Feed, made_up, recorded_bars, recorded_ticks

START = 1_709_535_600_000
"""Monday 2024-03-04 07:00 UTC: the built-in market opens into a kill zone."""
SYMBOL = "EURUSD"


@attrs.frozen(kw_only=True)
class MarketChoice:
    """Tick files, or a pair of bar files, or (neither) the built-in market."""

    ticks: Sequence[Path] = ()
    bars: tuple[Path, Path] | None = None
    symbol: str | None = None
    seed: int = 1

    def __attrs_post_init__(self) -> None:
        if self.ticks and self.bars:
            raise BittenError("--ticks and --bars: one market at a time, choose one of them")

    @property
    def endless(self) -> bool:
        """The market goes on for ever."""
        return not self.ticks and self.bars is None

    def feed(self) -> Feed:
        """Open it. Raises `MarketFileError` for a file that cannot be read."""
        if self.ticks:
            return recorded_ticks(self.ticks, self.symbol)
        if self.bars is not None:
            return recorded_bars(*self.bars, self.symbol)
        return made_up(self.seed, [self.symbol or SYMBOL], START)

    def arguments(self) -> list[str]:
        """The options of `bitten paper` that choose the same market."""
        chosen = [text for path in self.ticks for text in ("--ticks", str(path.absolute()))]
        if self.bars is not None:
            chosen += ["--bars", *(str(path.absolute()) for path in self.bars)]
        if self.symbol is not None:
            chosen += ["--symbol", self.symbol]
        return [*chosen, "--seed", str(self.seed)]
