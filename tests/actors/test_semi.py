"""Mode semi: a signal waits for the trader's no, and is fired once or denied, whatever happens meanwhile."""

from pathlib import Path

import attrs
import pytest
from trio.testing import MockClock

from bitten.rules.facts import CountdownBegun, Denial, Intent, UserChanged
from bitten.rules.risk import Mode, RiskSettings
from bitten.sections import UserSettings
from bitten.units import TradingState
from bitten.wire.desk import Refusal, SetTrading
from bitten.wire.users import SetMode, UserAnswer
from tests.actors.bench import OPEN, Ea, denied, fired, full_disk, hub, journaled
from tests.scenarios.live import HubTarget
from tests.scenarios.script import START, Json

SEMI = {"paper": UserSettings(tier="OPEN", mode="semi")}
WAIT_MS = 20_000
RISK = RiskSettings(semi_countdown_s=WAIT_MS // 1_000)
"""The bench's signals live a minute."""


async def shown(ea: Ea) -> Json:
    """Live, with one signal on its chart, and nothing fired or denied."""
    await ea.go_live()
    await ea.tick()
    (signal,) = await ea.got("signal")
    assert signal["mode"] == "semi"
    assert (await ea.got("fire"), await ea.got("denied")) == ([], [])
    return signal


async def clock(ea: Ea, after_ms: int) -> None:
    """Market time moves, without a quote and so without another signal."""
    await ea.say("heartbeat", time=START + after_ms)


def set_mode(target: HubTarget, mode: Mode) -> UserAnswer | Refusal:
    answer = target.hub.desk.act(SetMode(user="paper", mode=mode, why="a try", who="op"))
    assert isinstance(answer, UserAnswer | Refusal)
    return answer


async def test_it_fires_when_the_countdown_is_over_and_not_before(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=SEMI, risk=RISK) as target:
        ea = Ea(target)
        signal = await shown(ea)
        await clock(ea, WAIT_MS - 1)
        assert await ea.got("fire") == []
        await clock(ea, WAIT_MS)
        assert (await fired(ea))["signal_id"] == signal["signal_id"]
        await clock(ea, 2 * WAIT_MS)
        assert await ea.got("fire") == []
        (begun,) = journaled(target, CountdownBegun)
        assert (begun.user, begun.due, begun.verdict.signal.id) == ("paper", START + WAIT_MS, signal["signal_id"])


async def test_each_of_several_fires_in_its_own_time(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=SEMI, risk=RISK) as target:
        ea = Ea(target)
        first = await shown(ea)
        await ea.tick(after_ms=5_000)
        (second,) = await ea.got("signal")
        await clock(ea, WAIT_MS)
        fire = await fired(ea)
        await ea.filled(fire)
        await clock(ea, WAIT_MS + 5_000)
        assert (fire["signal_id"], (await fired(ea))["signal_id"]) == (first["signal_id"], second["signal_id"])


async def test_a_tick_ends_the_countdown_too(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=SEMI, risk=RISK) as target:
        ea = Ea(target)
        signal = await shown(ea)
        await ea.tick(after_ms=WAIT_MS)
        assert (await fired(ea))["signal_id"] == signal["signal_id"]


async def test_a_pass_is_a_no_for_ever(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=SEMI, risk=RISK) as target:
        ea = Ea(target)
        signal = await shown(ea)
        await ea.event("pass", signal_id=signal["signal_id"])
        await clock(ea, WAIT_MS)
        assert (await ea.got("fire"), await ea.got("denied")) == ([], [])
        await ea.event("fire_request", signal_id=signal["signal_id"], expires=target.now + 1_000)
        assert (await denied(ea))[0] == "passed"
        assert journaled(target, Intent) == []


async def test_a_press_fires_at_once_and_once(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=SEMI, risk=RISK) as target:
        ea = Ea(target)
        signal = await shown(ea)
        await ea.event("fire_request", signal_id=signal["signal_id"], expires=target.now + 1_000)
        assert (await fired(ea))["signal_id"] == signal["signal_id"]
        await clock(ea, WAIT_MS)
        assert (await ea.got("fire"), await ea.got("denied")) == ([], [])


async def test_a_session_that_was_away_for_a_moment_is_denied(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=SEMI, risk=RISK) as target:
        ea = Ea(target)
        signal = await shown(ea)
        await ea.go_live()
        await clock(ea, WAIT_MS)
        code, message = await denied(ea)
        assert (code, "live through the whole countdown" in message) == ("countdown", True)
        assert [(each.signal_id, each.code) for each in journaled(target, Denial)] == [
            (signal["signal_id"], "countdown")
        ]


async def test_a_stale_session_that_comes_back_is_denied(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=SEMI, risk=RISK) as target:
        ea = Ea(target)
        await shown(ea)
        await target.advance(6_100)
        assert target.hub.around.roster.of("paper").machine.state == "stale"  # type: ignore[union-attr]
        await clock(ea, WAIT_MS)
        assert (await denied(ea))[0] == "countdown"
        # What is found from then on has a countdown of its own.
        await ea.tick(after_ms=WAIT_MS)
        (signal,) = await ea.got("signal")
        await clock(ea, 6_100 + 2 * WAIT_MS)
        assert (await fired(ea))["signal_id"] == signal["signal_id"]


async def test_a_hub_that_is_started_anew_denies_and_never_fires(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=SEMI, risk=RISK) as target:
        ea = Ea(target)
        signal = await shown(ea)
        n = ea.next_event
    async with hub(tmp_path, mock_clock, users=SEMI, risk=RISK) as target:
        ea = Ea(target, next_event=n)
        await ea.go_live()
        await clock(ea, WAIT_MS)
        assert (await denied(ea))[0] == "countdown"
        assert target.hub.scribe.ledger.countdowns == {}
        assert [each.signal_id for each in journaled(target, Denial)] == [signal["signal_id"]]
        assert journaled(target, Intent) == []


@pytest.mark.parametrize("state", [TradingState.HALTED, TradingState.REDUCING])
async def test_what_holds_at_the_end_counts(state: TradingState, tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=SEMI, risk=RISK) as target:
        ea = Ea(target)
        await shown(ea)
        target.hub.desk.act(SetTrading(user="", state=state, why="news", who="op"))
        await clock(ea, WAIT_MS)
        assert (await denied(ea))[0] == state


async def test_what_the_gate_forbids_is_not_counted_down(tmp_path: Path, mock_clock: MockClock) -> None:
    for tier, code in ((attrs.evolve(OPEN, shots_a_day=0), "shots"), (attrs.evolve(OPEN, modes=("manual",)), "mode")):
        async with hub(tmp_path / code, mock_clock, users=SEMI, risk=RISK, tier=tier) as target:
            ea = Ea(target)
            await ea.go_live()
            await ea.tick()
            assert (await denied(ea))[0] == code
            assert journaled(target, CountdownBegun) == []


async def test_nothing_is_counted_down_that_no_journal_holds(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=SEMI, risk=RISK) as target:
        ea = Ea(target)
        await ea.go_live()
        with full_disk(tmp_path):
            await ea.tick()
            assert (await denied(ea))[0] == "halted"
        await clock(ea, WAIT_MS)
        assert await ea.got("fire") == []


@pytest.mark.parametrize(("mode", "code"), [(Mode.MANUAL, "mode"), (Mode.AUTO, "")])
async def test_another_mode_holds_at_once(mode: Mode, code: str, tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=SEMI, risk=RISK) as target:
        ea = Ea(target)
        await shown(ea)
        answer = set_mode(target, mode)
        assert isinstance(answer, UserAnswer)
        assert answer.change == f"mode {mode}"
        assert [(each.change, each.why, each.who) for each in journaled(target, UserChanged)] == [
            (f"mode {mode}", "a try", "op")
        ]
        await clock(ea, WAIT_MS)
        if code:
            assert (await denied(ea))[0] == code
        else:
            assert len(await ea.got("fire")) == 1


async def test_a_mode_must_be_the_tiers_and_the_user_known(tmp_path: Path, mock_clock: MockClock) -> None:
    tier = attrs.evolve(OPEN, modes=("manual", "semi"))
    async with hub(tmp_path, mock_clock, users=SEMI, risk=RISK, tier=tier) as target:
        refused = set_mode(target, Mode.AUTO)
        assert isinstance(refused, Refusal)
        assert (refused.message, refused.exit_code) == ("mode auto: tier OPEN allows manual, semi", 2)
        unknown = target.hub.desk.act(SetMode(user="nobody", mode=Mode.MANUAL, why="", who="op"))
        assert isinstance(unknown, Refusal)
        assert "known are paper" in unknown.message
