"""XP: each kind of close, streaks, locks and days, and that no way of cutting a position up earns more."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitten.rules.facts import Closing, XpAwarded, decode, encode
from bitten.rules.xp import (
    ClosedDeal,
    Earned,
    Rank,
    Standing,
    XpSettings,
    fold,
    judge_close,
    next_rank_at,
    rank_of,
)
from bitten.units import DAY_MS, HOUR_MS, Account, Direction
from bitten.wire.events import Closed, CloseReason

SETTINGS = XpSettings()
CAP_PCT = 3.0
NOON = 10 * DAY_MS + 12 * HOUR_MS


def closed(
    net: float,
    reason: CloseReason = CloseReason.CLOSE,
    *,
    move: float | None = None,
    direction: Direction = Direction.BUY,
    deal: int = 1,
    ticket: int = 0,
    lot: float = 1.0,
    filled: float = 1.0,
    day: int = 10,
    time: int = NOON,
    spread_cost: float = 1.0,
    opening_equity: float | None = 10_000.0,
) -> ClosedDeal:
    """A deal of a position from 1.10000 with a stop 10 pips away, a target 20 pips away, worth 1 a pip."""
    pips = net if move is None else move
    event = Closed(
        session="s",
        n=deal,
        ticket=ticket or deal,
        deal=deal,
        fire_id="F1",
        symbol="EURUSD",
        direction=direction,
        lot=lot,
        price=round(1.1 + direction.sign * pips * 0.0001, 7),
        profit=net + 0.5,
        commission=-0.25,
        swap=-0.25,
        reason=reason,
        time=time,
    )
    return ClosedDeal(
        closing=Closing(user="u", account=Account("S", 1), ea="e", digest="", day=day, event=event),
        filled=filled,
        entry=1.1,
        sl=round(1.1 - direction.sign * 0.001, 5),
        tp=round(1.1 + direction.sign * 0.002, 5),
        spread_cost=spread_cost,
        opening_equity=opening_equity,
        day_ends=(day + 1) * DAY_MS,
    )


def judge(standing: Standing, deal: ClosedDeal, settings: XpSettings = SETTINGS) -> XpAwarded:
    return judge_close(standing, deal, settings, CAP_PCT)


def play(*deals: ClosedDeal, settings: XpSettings = SETTINGS) -> Standing:
    standing = Standing()
    for deal in deals:
        standing = fold(standing, judge(standing, deal, settings))
    return standing


WIN, LOSS = 30.0, -10.0


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize(
    ("net", "reason", "move", "points", "why"),
    [
        (20, CloseReason.TP, 20, 100, Earned.TARGET),
        (18, CloseReason.TP, 18, 100, Earned.TARGET),
        (17.9, CloseReason.TP, 17.9, 50, Earned.PROFIT),  # a target pulled in by hand
        (20, CloseReason.MANUAL, 20, 50, Earned.PROFIT),
        (1, CloseReason.CLOSE, 1, 50, Earned.PROFIT),
        (0.9, CloseReason.CLOSE, 0.9, 25, Earned.BREAK_EVEN),
        (-0.9, CloseReason.MANUAL, -0.9, 25, Earned.BREAK_EVEN),
        (-1, CloseReason.MANUAL, -1, -50, Earned.PANIC),  # opened and shut at once
        (-4.9, CloseReason.MANUAL, -4.9, -50, Earned.PANIC),
        (-5, CloseReason.MANUAL, -5, 0, None),
        (-4.9, CloseReason.CLOSE, -4.9, 0, None),
        (-10, CloseReason.SL, -10, 10, Earned.STOP),
        (0, CloseReason.SL, 0, 25, Earned.BREAK_EVEN),
        (-10, CloseReason.STOP_OUT, -10, 0, None),
    ],
)
def test_each_kind_of_close(
    net: float, reason: CloseReason, move: float, points: int, why: Earned | None, direction: Direction
) -> None:
    award = judge(Standing(), closed(net, reason, move=move, direction=direction))
    assert (award.points, award.reasons) == (points, () if why is None else (why,))


def test_an_award_survives_the_journal() -> None:
    award = judge(Standing(), closed(4.0, lot=0.4))
    assert decode("xp", encode(award)) == award


def test_without_a_stop_or_a_target_there_is_no_panic_and_no_target() -> None:
    assert judge(Standing(), attrs.evolve(closed(-2, CloseReason.MANUAL), sl=0.0)).points == 0
    assert judge(Standing(), attrs.evolve(closed(20, CloseReason.TP), tp=0.0)).reasons == (Earned.PROFIT,)


@pytest.mark.parametrize(("share", "why"), [(0.5, Earned.TARGET), (0.51, Earned.PROFIT)])
def test_how_near_a_target_counts_as_reached_is_configured(share: float, why: Earned) -> None:
    deal = closed(10, CloseReason.TP, move=10)
    assert judge(Standing(), deal, XpSettings(target_share=share)).reasons == (why,)


@pytest.mark.parametrize(("share", "points"), [(0.8, 0), (0.81, -50), (0.0, 0)])
def test_how_early_a_close_is_a_panic_is_configured(share: float, points: int) -> None:
    deal = closed(-8, CloseReason.MANUAL, move=-8)
    assert judge(Standing(), deal, XpSettings(panic_share=share)).points == points


def test_a_streak_earns_from_the_second_win_to_the_sixth() -> None:
    standing, points = Standing(), []
    for deal in range(1, 9):
        award = judge(standing, closed(WIN, deal=deal, opening_equity=None))
        standing = fold(standing, award)
        points.append(award.points)
    assert points == [50, 75, 75, 75, 75, 75, 50, 50]
    assert standing.streak == 8
    assert fold(standing, judge(standing, closed(LOSS, deal=9))).streak == -1


def test_break_even_leaves_a_streak_as_it_is() -> None:
    assert play(closed(LOSS, deal=1), closed(0, deal=2), closed(LOSS, deal=3)).streak == -2
    assert play(closed(WIN, deal=1), closed(0, deal=2)).streak == 1


def test_three_losses_halve_the_risk_until_a_win() -> None:
    two = play(*(closed(LOSS, deal=n) for n in (1, 2)))
    three = fold(two, judge(two, closed(LOSS, deal=3)))
    assert two.half_risk_on(10) == ""
    assert three.half_risk_on(10) == three.half_risk_on(11) == "3 losses in a row"
    assert not three.locked(NOON)
    assert fold(three, judge(three, closed(WIN, deal=4))).half_risk_on(10) == ""


def test_four_losses_lock_for_an_hour_of_market_time() -> None:
    four = play(*(closed(LOSS, deal=n) for n in range(1, 5)))
    assert four.lock_reason == "4 losses in a row"
    assert four.locked(NOON + HOUR_MS - 1)
    assert not four.locked(NOON + HOUR_MS)
    five = fold(four, judge(four, closed(LOSS, deal=5, time=NOON + 2 * HOUR_MS)))
    assert five.locked_until == NOON + 3 * HOUR_MS


def test_a_win_does_not_lift_a_lock() -> None:
    four = play(*(closed(LOSS, deal=n) for n in range(1, 5)))
    after = fold(four, judge(four, closed(WIN, deal=5, time=NOON + 1)))
    assert (after.locked_until, after.lock_reason) == (four.locked_until, four.lock_reason)


@pytest.mark.parametrize(("loss", "medic"), [(-149.99, False), (-150.0, True)])
def test_half_the_daily_cap_halves_the_risk_for_that_day(loss: float, medic: bool) -> None:
    standing = play(closed(loss))
    assert (standing.half_risk_on(10) != "") is medic
    assert standing.half_risk_on(11) == ""
    assert not standing.locked(NOON)


@pytest.mark.parametrize(("loss", "locked"), [(-299.99, False), (-300.0, True)])
def test_the_daily_cap_locks_until_the_brokers_next_day(loss: float, locked: bool) -> None:
    standing = play(closed(loss))
    assert standing.locked(11 * DAY_MS - 1) is locked
    assert not standing.locked(11 * DAY_MS)


def test_the_days_deals_add_up_to_the_cap_and_a_new_day_begins_at_nothing() -> None:
    standing = play(*(closed(-100.1 if n == 3 else -99.95, deal=n) for n in (1, 2, 3)))
    assert standing.realised_day == -300.0
    assert standing.locked_until == 11 * DAY_MS
    next_day = fold(standing, judge(standing, closed(5, deal=4, day=11, time=NOON + DAY_MS)))
    assert (next_day.day, next_day.realised_day, next_day.locked(NOON + DAY_MS)) == (11, 5.0, False)


def test_a_deal_of_a_day_that_is_over_earns_but_locks_nothing() -> None:
    today = play(closed(1, deal=1, day=11, time=NOON + DAY_MS))
    late = fold(today, judge(today, closed(-400, CloseReason.SL, deal=2, day=10, time=NOON)))
    assert late.xp == today.xp + 10
    assert (late.day, late.realised_day, late.locked_until, late.medic) == (11, 1.0, 0, "")


def test_the_daily_target_is_earned_once_a_day() -> None:
    deals = [closed(net, deal=n, day=day) for n, (net, day) in enumerate([(199.9, 10), (0.1, 10), (50, 10), (200, 11)])]
    standing, reached = Standing(), []
    for deal in deals:
        award = judge(standing, deal)
        standing = fold(standing, award)
        reached.append(Earned.DAILY_TARGET in award.reasons)
    assert reached == [False, True, False, True]


def test_a_fall_below_the_target_and_back_earns_nothing_more() -> None:
    standing = play(closed(200, deal=1), closed(-100, deal=2))
    assert Earned.DAILY_TARGET not in judge(standing, closed(100, deal=3)).reasons


def test_without_an_opening_equity_nothing_is_measured_by_it() -> None:
    standing = play(closed(-5_000, opening_equity=None), closed(9_000, deal=2, opening_equity=None))
    assert (standing.locked_until, standing.medic, standing.target_day) == (0, "", -1)


def test_partial_closes_are_one_win() -> None:
    parts = [closed(12.0, deal=n, ticket=7, lot=lot, filled=0.3) for n, lot in ((1, 0.1), (2, 0.1), (3, 0.1))]
    standing = play(*parts[:2])
    assert standing.streak == 0
    assert standing.part_closed[7].lot == 0.2
    last = fold(standing, judge(standing, parts[2]))
    assert (last.streak, last.xp, last.part_closed) == (1, 3 * 16, {})


def test_a_position_is_won_or_lost_as_a_whole() -> None:
    lost_most = closed(-90, deal=1, ticket=7, lot=0.99)
    assert play(lost_most, closed(1, deal=2, ticket=7, lot=0.01)).streak == -1


@pytest.mark.parametrize(
    ("xp", "rank", "following"),
    [
        (-50, Rank.RECRUIT, 1_000),
        (999, Rank.RECRUIT, 1_000),
        (1_000, Rank.SOLDIER, 5_000),
        (4_999, Rank.SOLDIER, 5_000),
        (5_000, Rank.VETERAN, 15_000),
        (15_000, Rank.ELITE, 50_000),
        (50_000, Rank.LEGEND, 0),
    ],
)
def test_ranks(xp: int, rank: Rank, following: int) -> None:
    assert (rank_of(xp, SETTINGS), next_rank_at(xp, SETTINGS)) == (rank, following)


reasons = st.sampled_from(CloseReason)
nets = st.integers(-20_000, 20_000).map(lambda cents: cents / 100)


@given(
    net=nets,
    reason=reasons,
    cuts=st.lists(st.integers(1, 99), unique=True, max_size=12).map(sorted),
)
def test_no_way_to_cut_a_position_up_earns_more(net: float, reason: CloseReason, cuts: list[int]) -> None:
    lots = [later - earlier for earlier, later in zip([0, *cuts], [*cuts, 100], strict=True)]
    parts = [
        closed(net * lot / 100, reason, move=net, deal=n, ticket=7, lot=lot / 100)
        for n, lot in enumerate(lots, start=1)
    ]
    whole, split = play(closed(net, reason)), play(*parts)
    assert split.xp <= whole.xp
    assert split.streak == whole.streak
    assert split.part_closed == {}


@given(order=st.permutations(range(6)))
def test_partial_closes_of_different_positions_may_come_in_any_order(order: list[int]) -> None:
    deals = [closed(3.0 * n - 6.5, deal=n + 1, ticket=n + 1, lot=0.3) for n in range(6)]
    assert play(*(deals[place] for place in order)) == play(*deals)


deals_of_a_life = st.lists(
    st.tuples(nets, reasons, st.integers(1, 4), st.sampled_from((0.25, 0.5, 1.0)), st.integers(9, 12)), max_size=40
)


@given(life=deals_of_a_life)
def test_a_standing_is_rebuilt_from_its_awards(life: list[tuple[float, CloseReason, int, float, int]]) -> None:
    standing, kept = Standing(), []
    for n, (net, reason, ticket, lot, day) in enumerate(life, start=1):
        deal = closed(net, reason, deal=n, ticket=ticket, lot=lot, day=day, time=day * DAY_MS + n)
        award = judge(standing, deal)
        standing = fold(standing, award)
        kept.append(encode(award))
    rebuilt = Standing()
    for body in kept:
        award_again = decode("xp", body)
        assert isinstance(award_again, XpAwarded)
        rebuilt = fold(rebuilt, award_again)
    assert rebuilt == standing


@given(life=deals_of_a_life)
def test_risk_is_halved_and_users_are_locked_whenever_the_rules_say_so(
    life: list[tuple[float, CloseReason, int, float, int]],
) -> None:
    standing = Standing()
    for n, (net, reason, _, _, day) in enumerate(life, start=1):
        time = day * DAY_MS + n
        before, standing = standing, play_on(standing, closed(net, reason, deal=n, day=day, time=time))
        assert (standing.half_risk != "") == (standing.streak <= -3)
        if standing.streak < min(before.streak, -3):
            assert standing.locked_until >= time + HOUR_MS
        if day == standing.day and standing.realised_day <= -300:
            assert standing.locked_until >= (day + 1) * DAY_MS
        assert standing.locked_until >= before.locked_until or not before.locked(time)


def play_on(standing: Standing, deal: ClosedDeal) -> Standing:
    return fold(standing, judge(standing, deal))
