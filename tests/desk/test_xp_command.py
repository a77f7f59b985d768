"""`bitten xp`, on a journal as the hub writes it."""

import json
from pathlib import Path

import attrs
import pytest
from typer.testing import CliRunner

from bitten.desk import xp
from bitten.journal import Journal
from bitten.rules.earnings import Scores
from bitten.rules.facts import Draft, Entry, EquityNoted, Fact, Unlocked, XpAwarded
from bitten.rules.ledger import Ledger
from bitten.rules.xp import Standing, XpSettings, fold, judge_close
from bitten.units import DAY_MS
from tests.rules.test_xp import NOON, closed

run = CliRunner().invoke
NETS = (20.0, 30.1, -10.0, -10.0, -10.0, -90.07)


def story(nets: tuple[float, ...] = NETS, user: str = "amy") -> list[Fact]:
    """Deals with these results, a minute apart, each with its award."""
    standing, facts = Standing(), list[Fact]()
    for number, net in enumerate(nets, start=1):
        deal = closed(net, deal=number, time=NOON + number * 60_000)
        deal = attrs.evolve(deal, closing=attrs.evolve(deal.closing, user=user))
        award = attrs.evolve(judge_close(standing, deal, XpSettings(), 3.0), user=user)
        standing = fold(standing, award)
        facts += [deal.closing, award]
    return facts


def journal(folder: Path, facts: list[Fact]) -> list[str]:
    """A journal that holds these, and a configuration without users; as options of the command."""
    with_facts = Journal.open(folder / "journal.sqlite")
    if facts:
        with_facts.append(*(Draft("test", 1_000, fact) for fact in facts))
    with_facts.close()
    (folder / "bitten.toml").write_text("")
    return ["--journal", str(folder / "journal.sqlite"), "--config", str(folder / "bitten.toml")]


def noted(time: int) -> EquityNoted:
    account = closed(1.0).closing.account
    return EquityNoted(user="amy", account=account, day=time // DAY_MS, time=time, balance=1.0, equity=1.0)


def test_a_score_is_told_with_its_lock_and_its_deals(tmp_path: Path) -> None:
    shown = run(xp.app, ["--user", "amy", "--last", "2", *journal(tmp_path, story())])
    assert shown.exit_code == 0
    assert shown.output.splitlines() == [
        "amy: 125 XP, RECRUIT, 875 to SOLDIER; 4 losses in a row",
        "  locked until 1970-01-11 13:06:00 UTC (market time): 4 losses in a row",
        "  half risk: 4 losses in a row",
        "  unlocked: break_even",
        "  1970-01-11 12:05:00 UTC     +0  nothing: deal 5 EURUSD 1 lots, -10.00",
        "  1970-01-11 12:06:00 UTC     +0  nothing: deal 6 EURUSD 1 lots, -90.07",
    ]


def test_the_same_as_json(tmp_path: Path) -> None:
    shown = run(xp.app, ["--json", "--last", "1", *journal(tmp_path, story((20.0,)))])
    assert json.loads(shown.output) == {
        "users": [
            {
                "user": "amy",
                "xp": 50,
                "rank": "RECRUIT",
                "next_rank_at": 1_000,
                "streak": 1,
                "locked_until": 0,
                "lock_reason": "",
                "half_risk": "",
                "unlocked": [],
                "market_time": NOON + 60_000,
                "earnings": [
                    {
                        "deal": 1,
                        "ticket": 1,
                        "points": 50,
                        "reasons": ["profit"],
                        "profit": 20.0,
                        "symbol": "EURUSD",
                        "lot": 1.0,
                        "reason": "close",
                        "time": NOON + 60_000,
                    }
                ],
            }
        ]
    }


@pytest.mark.parametrize(("after_ms", "locked"), [(-1, True), (0, False)])
def test_a_lock_is_over_when_market_time_says_so(tmp_path: Path, after_ms: int, locked: bool) -> None:
    until = NOON + 6 * 60_000 + 3_600_000
    shown = run(xp.app, journal(tmp_path, [*story(), noted(until + after_ms)]))
    assert ("  locked until" in shown.output) is locked


def test_an_operator_lifts_a_lock(tmp_path: Path) -> None:
    shown = run(xp.app, journal(tmp_path, [*story(), Unlocked(user="amy", who="op", why="talked to")]))
    assert shown.exit_code == 0
    assert "locked until" not in shown.output


def test_a_user_whom_nobody_knows_is_refused(tmp_path: Path) -> None:
    shown = run(xp.app, ["--user", "bob", *journal(tmp_path, story())])
    assert shown.exit_code == 2
    assert "'bob': known are amy" in shown.output


def test_without_users_it_says_so(tmp_path: Path) -> None:
    assert run(xp.app, journal(tmp_path, [])).output == "no users yet\n"


def test_rebuilt_from_the_journal_it_is_the_hubs_to_the_last_digit(tmp_path: Path) -> None:
    facts = story(tuple(round(0.1 * n - 3.3, 2) * (-1) ** n for n in range(60)))
    options = journal(tmp_path, facts)
    reopened = Journal.open(Path(options[1]))
    try:
        theirs, entries = reopened.ledger.standing("amy"), list(reopened.read())
    finally:
        reopened.close()
    step_by_step = Standing()
    for fact in facts:
        if isinstance(fact, XpAwarded):
            step_by_step = fold(step_by_step, fact)
    assert Scores.of(entries, 5).of_user("amy").standing == theirs == step_by_step
    assert rebuilt(entries) == theirs


def rebuilt(entries: list[Entry]) -> Standing:
    ledger = Ledger()
    for entry in entries:
        ledger.apply(entry)
    return ledger.standing("amy")
