"""What CITADEL looks at, put together at a signal's moment: VENOM's bars, the calendar, what the other sources show."""

from collections.abc import Iterator

import attrs

from bitten.actors.roster import Roster
from bitten.messages import Signal
from bitten.rules.citadel import Newsroom, Scene, SourceQuote, scene_of
from bitten.rules.venom import Venom


@attrs.frozen(eq=False)
class Scenes:
    """Makes the scenes of one hub."""

    venom: Venom
    """The brain that keeps the bars."""
    sources: tuple[str, ...]
    """`[venom] sources`."""
    newsroom: Newsroom
    roster: Roster

    def scene(self, signal: Signal) -> Scene | None:
        """The signal's; None where its source or its bars are gone."""
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
