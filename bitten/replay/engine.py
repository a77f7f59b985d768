"""A recorded market through VENOM, CITADEL, the gate, the simulated broker and XP."""

import numpy as np

from bitten.calibration import read_calibration
from bitten.errors import BittenError
from bitten.messages import Evaluate, Signal
from bitten.news import read_news
from bitten.plug_ins import resolve
from bitten.replay.account import USER
from bitten.replay.chronicle import Chronicle, Listener
from bitten.replay.ends import ends_of
from bitten.replay.market import Market, Progress
from bitten.replay.summary import Summary, summarize
from bitten.replay.trading import Trading
from bitten.replay.works import works
from bitten.rules.citadel import Citadel, Throttle, scene_of
from bitten.rules.citadel import build as build_shields
from bitten.rules.facts import SignalFound, VerdictGiven
from bitten.rules.venom import Venom
from bitten.rules.venom import build as build_patterns
from bitten.sections import Config
from bitten.units import DAY_MS, MINUTE_MS


class Replay:
    """One run. The brains are those of the hub, built in the same way from the same configuration."""

    def __init__(
        self,
        config: Config,
        market: Market,
        tier: str,
        listener: Listener | None = None,
        *,
        each_tick: bool = False,
    ) -> None:
        """`listener` is told every fact. `each_tick`: show everybody every quote, also those that nothing comes of.

        Raises BittenError for an unknown tier, ConfigError for a plug-in that cannot be loaded.
        """
        if tier not in config.tiers:
            raise BittenError(f"tier {tier!r}: must be one of {', '.join(config.tiers)}")
        self._market = market
        self._tier = tier
        self._settings, self._shield = config.replay, config.citadel
        self._found: list[tuple[Signal, int]] = []
        self._each_tick = each_tick
        known = read_calibration(config.venom)
        self._venom = Venom(config.venom, build_patterns(config.venom, resolve), known)
        self._citadel = Citadel(config.citadel, build_shields(config.citadel, resolve))
        self._throttle = Throttle(config.citadel)
        self._calendar = read_news(config.citadel)
        self._chronicle = Chronicle(listener)
        self._chronicle.now = int(market.time[0])
        self._trading = Trading(config, config.tiers[tier], market, self._chronicle, self._venom, each_tick=each_tick)
        self._account = self._trading.account
        for spec in market.specs.values():
            self._venom.spec(USER, spec, self._account.view.utc_offset)
        # Nobody hears of most minutes: the ledger keeps the first of each day alone.
        offset = self._account.view.utc_offset
        self._noted = market.firsts(MINUTE_MS, offset) if self._chronicle.recording else market.firsts(DAY_MS, offset)

    def run(self, progress: Progress) -> Summary:
        """Go through all of it."""
        for begin, end in self._market.stretches():
            notes = self._noted[np.searchsorted(self._noted, begin) : np.searchsorted(self._noted, end)].tolist()
            for place, work in works(self._venom, USER, self._market, begin, end, each_tick=self._each_tick):
                while notes and notes[0] <= place:
                    self._account.note_equity(notes.pop(0))
                self._look(place, work)
            for place in notes:
                self._account.note_equity(place)
            self._account.play(end - 1)
            progress("replaying", end, len(self._market))
        self._account.look(len(self._market) - 1)
        for followed in ends_of(self._found, self._market, self._shield):
            self._chronicle.note("citadel", followed)
        return summarize(
            self._market, self._tier, self._settings, self._chronicle, self._account, self._venom.statistics()
        )

    def _look(self, place: int, work: Evaluate) -> None:
        """VENOM's turn, and where it finds something everybody else's."""
        signal = self._venom.evaluate(work).signal
        if signal is None:
            return
        self._account.look(place)
        self._chronicle.now = int(self._market.time[place])
        self._chronicle.write("venom", SignalFound(signal=signal))
        self._found.append((signal, place))
        scene = scene_of(signal, self._venom, utc_offset=self._account.view.utc_offset, calendar=self._calendar)
        assert scene is not None
        verdict = self._citadel.judge(scene, self._throttle.ease(signal.made_at, self._trading.paces.newest))
        self._chronicle.write("citadel", VerdictGiven(verdict=verdict))
        if not verdict.vetoed:
            self._throttle.passed(signal.made_at)
            self._trading.consider(verdict)
