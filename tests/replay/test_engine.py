"""History goes through the brains quickly, and nothing that it skips would have made a difference."""

from pathlib import Path

import attrs
import pytest

from bitten.errors import BittenError
from bitten.paper.feed import recorded_bars
from bitten.replay.engine import Replay
from bitten.replay.market import load
from bitten.rules.citadel import CitadelSettings
from bitten.rules.facts import Closing, Confirmed, Draft, EquityNoted, Intent, SignalFound, VerdictGiven, XpAwarded
from bitten.rules.history import ReplaySettings
from bitten.rules.risk import RiskSettings
from bitten.rules.venom import VenomSettings
from bitten.units import MINUTE_MS
from bitten.wire.events import Status
from tests.replay.samples import config, facts, market, silent


def of(kind: type, drafts: list[Draft]) -> list[Draft]:
    return [draft for draft in drafts if isinstance(draft.fact, kind)]


def confirmed(drafts: list[Draft]) -> list[Confirmed]:
    return [draft.fact for draft in drafts if isinstance(draft.fact, Confirmed)]


@pytest.mark.parametrize("symbols", [("EURUSD",), ("EURUSD", "GBPUSD", "USDJPY")])
def test_what_nothing_comes_of_is_skipped_without_a_difference(symbols: tuple[str, ...]) -> None:
    played = market(3, 9_000, *symbols)
    quickly, tick_by_tick = facts(played, each_tick=False), facts(played, each_tick=True)
    assert quickly == tick_by_tick
    assert all(of(kind, quickly[1]) for kind in (SignalFound, VerdictGiven, Intent, Confirmed, Closing, XpAwarded))


@pytest.mark.data
def test_nothing_is_skipped_in_recorded_markets_either(market_data: Path) -> None:
    bid, ask = (market_data / f"GBPUSD_2012-02_M1_{side}.csv.gz" for side in ("bid", "ask"))
    # Two days on either side of a weekend.
    played = load(recorded_bars(bid, ask), silent, 1_328_832_000_000, 1_329_177_600_000)
    assert facts(played, each_tick=False) == facts(played, each_tick=True)


def test_an_account_that_is_about_to_be_stopped_out_is_looked_at_tick_by_tick() -> None:
    risky = attrs.evolve(
        config(),
        replay=ReplaySettings(deposit=400.0, leverage=1_000),
        risk=RiskSettings(max_lots=50.0, max_value=1e12, margin_level_pct=100.0),
        citadel=CitadelSettings(volatility_size=1.0, active_size=1.0),
        tiers={"APEX": attrs.evolve(config().tiers["APEX"], risk_pct=80.0, daily_loss_cap_pct=10_000.0)},
    )
    played = market(4, 5_000)
    quickly = facts(played, each_tick=False, settings=risky)
    assert quickly == facts(played, each_tick=True, settings=risky)
    assert "stop_out" in {
        draft.fact.event.reason for draft in of(Closing, quickly[1]) if isinstance(draft.fact, Closing)
    }


def test_a_pattern_that_looks_at_ticks_is_shown_every_one() -> None:
    ticking = attrs.evolve(
        config(),
        venom=VenomSettings(
            patterns=("tests.actors.patterns:EveryTick",), warm_bars=0, cool_down_s=60, max_per_hour=60
        ),
    )
    summary, drafts = facts(market(1, 500), each_tick=False, settings=ticking)
    times = [draft.fact.signal.made_at for draft in of(SignalFound, drafts) if isinstance(draft.fact, SignalFound)]
    assert summary.signals == {"EVERY_TICK": len(times)}
    assert any(time % MINUTE_MS for time in times)


def test_the_account_is_noted_each_minute_and_the_first_of_a_day_opens_it() -> None:
    _, drafts = facts(market(), each_tick=False)
    notes = [draft.fact for draft in of(EquityNoted, drafts) if isinstance(draft.fact, EquityNoted)]
    minutes = [note.time // MINUTE_MS for note in notes]
    assert minutes == sorted(set(minutes))
    assert len(minutes) == len(set((market().time // MINUTE_MS).tolist()))
    assert (notes[0].balance, notes[0].equity) == (10_000.0, 10_000.0)
    assert any(note.equity != note.balance for note in notes)


def test_without_a_listener_the_result_is_the_same() -> None:
    assert Replay(config(), market(), "APEX").run(silent) == facts(market(), each_tick=False)[0]


def test_the_summary_adds_up() -> None:
    summary, drafts = facts(market(), each_tick=False)
    closings = [draft.fact for draft in of(Closing, drafts) if isinstance(draft.fact, Closing)]
    fills = [fact for fact in confirmed(drafts) if fact.event.status is Status.FILLED]
    assert summary.trades + summary.open == summary.fires == len(fills)
    assert sum(summary.signals.values()) == sum(summary.verdicts.values()) == len(of(SignalFound, drafts))
    realised = sum(closing.net for closing in closings) + sum(fill.event.commission for fill in fills)
    assert summary.balance - 10_000.0 == pytest.approx(realised)
    assert summary.profit == pytest.approx(realised)


def test_slippage_and_commission_are_taken_and_said() -> None:
    free = attrs.evolve(config(), replay=ReplaySettings(slippage_points=0, commission=0.0))
    dear = attrs.evolve(config(), replay=ReplaySettings(slippage_points=5, commission=10.0))
    (cheap, _), (costly, drafts) = (facts(market(), each_tick=False, settings=each) for each in (free, dear))
    assert cheap.mean_r is not None
    assert costly.mean_r is not None
    assert cheap.mean_r > costly.mean_r
    assert costly.models.slippage.startswith("5 points against us")
    assert costly.models.commission == "10 a lot and side"
    intents = {draft.fact.id: draft.fact for draft in of(Intent, drafts) if isinstance(draft.fact, Intent)}
    for fill in confirmed(drafts):
        if fill.event.status is Status.FILLED:
            fired = intents[fill.event.id]
            assert round((fill.event.price - fired.entry) * fired.direction.sign / 1e-5) == 5


def test_a_tier_without_auto_presses_fire_on_each_signal() -> None:
    summary = Replay(config(), market(), "NIBBLER").run(silent)
    assert summary.fires > 0
    assert summary.tier == "NIBBLER"


def test_an_unknown_tier_is_refused() -> None:
    with pytest.raises(BittenError, match=r"tier 'GOLD': must be one of NIBBLER, FANG, COMMANDER, APEX"):
        Replay(config(), market(1, 10), "GOLD")
