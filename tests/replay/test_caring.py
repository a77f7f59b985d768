"""Position care in a replay: the steps of a live hub, wherever in the market they are due, and nowhere else."""

from typing import Any

import attrs
import pytest

from bitten.replay.summary import Summary
from bitten.rules.care import CareSettings, Step
from bitten.rules.facts import Closing, Confirmed, Draft, Intent
from bitten.wire.events import Status
from tests.replay.samples import config, facts, market

EVERYTHING: dict[str, Any] = {f"{step}_xp": -1_000 for step in Step}
"""All steps from the first position on."""
EARLY: dict[str, Any] = EVERYTHING | {"break_even_r": 0.3, "half_r": 0.4, "trail_from_r": 0.2, "trail_atr": 0.7}
TICKS = 5_000
ONE, THREE = ("EURUSD",), ("EURUSD", "GBPUSD", "USDJPY")


def played(
    symbols: tuple[str, ...], level: int, care: dict[str, Any], *, each_tick: bool = False
) -> tuple[Summary, list[Draft]]:
    """A made-up market at a broker who keeps stops, and changes of them, `level` points from the price."""
    shown = market(3, TICKS, *symbols)
    specs = {name: attrs.evolve(spec, stops_level=level, freeze_level=level) for name, spec in shown.specs.items()}
    how = attrs.evolve(config(), care=attrs.evolve(CareSettings(), **care))
    return facts(attrs.evolve(shown, specs=specs), each_tick=each_tick, settings=how)


def steps(drafts: list[Draft]) -> list[Intent]:
    return [draft.fact for draft in drafts if isinstance(draft.fact, Intent) and draft.fact.care]


@pytest.mark.parametrize("symbols", [ONE, THREE], ids=len)
@pytest.mark.parametrize("level", [0, 40])
@pytest.mark.parametrize("care", [{}, EVERYTHING, EARLY], ids=["earned", "everything", "early"])
def test_no_quote_at_which_a_step_is_due_is_passed_over(
    care: dict[str, Any], level: int, symbols: tuple[str, ...]
) -> None:
    quickly = played(symbols, level, care)
    assert quickly == played(symbols, level, care, each_tick=True)
    if care:
        assert {each.care for each in steps(quickly[1])} == set(Step)


def test_steps_come_in_their_order_each_once_and_the_trail_only_tightens() -> None:
    _, drafts = played(ONE, 0, EARLY)
    of_ticket: dict[int, list[Intent]] = {}
    for each in steps(drafts):
        of_ticket.setdefault(each.ticket, []).append(each)
    for taken in of_ticket.values():
        once = [each.care for each in taken if each.care != Step.TRAIL]
        assert len(once) == len(set(once))
        if Step.RUNNER in once:
            assert once.index(Step.BREAK_EVEN) < once.index(Step.RUNNER) > once.index(Step.HALF)
        stops = [each.sl * each.direction.sign for each in taken]
        assert stops == sorted(stops)


def test_what_is_done_is_said_of_the_position_and_counted() -> None:
    summary, drafts = played(ONE, 0, EVERYTHING)
    done = {
        draft.fact.event.id
        for draft in drafts
        if isinstance(draft.fact, Confirmed) and draft.fact.event.status is Status.DONE
    }
    assert done == {each.id for each in steps(drafts)}
    assert sum(summary.care.values()) == len(done)
    halves = {each.ticket: each.lot for each in steps(drafts) if each.care == Step.HALF}
    parts = [draft.fact.event for draft in drafts if isinstance(draft.fact, Closing)]
    for ticket, lot in halves.items():
        assert next(each.lot for each in parts if each.ticket == ticket) == lot


def test_nothing_is_done_that_was_not_earned() -> None:
    summary, drafts = played(ONE, 0, {f"{step}_xp": 10**9 for step in Step})
    assert steps(drafts) == []
    assert summary.care == {}
    assert summary.trades > 0
