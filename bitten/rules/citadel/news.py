"""news and blackout: something that moves the symbol's currencies is published soon, or was just now.

    ──┬───────────┬────●────┬───────────┬──
      │   news    │ blackout│   news    │      points within 30 minutes, a veto within 5, either way
     -30         -5   event +5         +30

The events are those of the operator's file and of the sources' terminals (`Calendar`). By default only high importance
counts.
"""

from collections.abc import Mapping

from bitten.rules.citadel.calendar import IMPORTANCES, Event, Importance, currencies_of
from bitten.rules.citadel.scene import Scene
from bitten.rules.citadel.settings import CitadelSettings
from bitten.rules.citadel.shield import Points, Veto
from bitten.units import MINUTE_MS


class News:
    """Points where something is near."""

    name = "news"

    def __init__(self, settings: CitadelSettings) -> None:
        self._points = settings.news
        self._minutes = settings.news_minutes
        self._least = IMPORTANCES[settings.news_importance]
        self._told = _told(settings.news_symbols)

    def judge(self, scene: Scene) -> Points | None:
        """All points or none; the sentence names the nearest event."""
        event = _nearest(scene, self._minutes, self._told, self._least)
        return None if event is None else Points(self._points, f"news: {event.ago(scene.market.at)}")


class Blackout:
    """A veto where something is very near."""

    name = "blackout"

    def __init__(self, settings: CitadelSettings) -> None:
        self._minutes = settings.blackout_minutes
        self._least = IMPORTANCES[settings.news_importance]
        self._told = _told(settings.news_symbols)

    def judge(self, scene: Scene) -> Veto | None:
        """A veto or nothing; none at all with a blackout of 0 minutes."""
        event = _nearest(scene, self._minutes, self._told, self._least) if self._minutes else None
        return None if event is None else Veto(f"news blackout: {event.ago(scene.market.at)}")


def _nearest(scene: Scene, minutes: int, told: Mapping[str, frozenset[str]], least: Importance) -> Event | None:
    if not len(scene.calendar):
        return None
    wanted = currencies_of(scene.signal.symbol, told)
    return scene.calendar.nearest(scene.market.at, minutes * MINUTE_MS, wanted, least)


def _told(pairs: tuple[str, ...]) -> Mapping[str, frozenset[str]]:
    """By symbol, what "US30:USD" says; a symbol may be there with several currencies."""
    found: dict[str, frozenset[str]] = {}
    for pair in pairs:
        symbol, _, currency = pair.rpartition(":")
        found[symbol] = found.get(symbol, frozenset()) | {currency.upper()}
    return found
