"""`bitten verdict` and `bitten shield`, on a journal as the hub writes it."""

import json
from pathlib import Path

import attrs
import pytest
from typer.testing import CliRunner

from bitten.desk import shield, verdict
from bitten.errors import BittenError
from bitten.journal import Journal
from bitten.messages import Conflict, FollowedTo, Part, ShieldClass, Verdict
from bitten.rules.facts import Denial, Draft, Fact, Followed, VerdictGiven
from bitten.units import Direction
from tests.rules.citadel.scenes import signal
from tests.rules.test_ledger import INTENT
from tests.rules.venom.drawn import START

run = CliRunner().invoke
PASSED = Verdict(
    signal=signal(),
    score=6.5,
    shield=ShieldClass.ACTIVE,
    size=0.75,
    parts=(
        Part(name="sweep", points=2.0, sentence="a swing was swept by 4.0 pips within the last bar"),
        Part(name="off_session", points=-0.5, sentence="outside the sessions, 07-21 UTC"),
        Part(name="mine", points=0.0, sentence="not asked, it crashed: KeyError"),
    ),
    vetoes=(),
    conflicts=(Conflict(symbol="GBPUSD", direction=Direction.BUY, sentence="BUY GBPUSD is the same bet"),),
)
VETOED = attrs.evolve(
    PASSED,
    signal=attrs.evolve(signal(), id="S2", made_at=START + 60_000),
    score=0.0,
    shield=ShieldClass.UNVERIFIED,
    size=0.0,
    parts=(Part(name="trap", points=-6.0, sentence="a trap"),),
    vetoes=(Part(name="weekend", points=0.0, sentence="EURUSD closes in 9 minutes"),),
    conflicts=(),
)
FIRE = attrs.evolve(INTENT, id="F1", signal_id="S1", user="amy")
DENIAL = Denial(user="bob", signal_id="S1", code="correlated", message="BUY GBPUSD is the same bet")
ENDED = Followed(signal_id="S1", end=FollowedTo.TARGET, at=START + 2_040_000, price=1.1031, r=1.5)


def journal(folder: Path, *facts: Fact) -> list[str]:
    """A journal that holds these; as options of the commands."""
    path = folder / "journal.sqlite"
    with_facts = Journal.open(path)
    if facts:
        with_facts.append(*(Draft("test", 1_000, fact) for fact in facts))
    with_facts.close()
    return ["--journal", str(path)]


STORY = (VerdictGiven(verdict=PASSED), DENIAL, FIRE, ENDED, VerdictGiven(verdict=VETOED))


@pytest.mark.parametrize("id_", ["S1", "F1"])
def test_a_verdict_is_told_in_sentences_and_points(tmp_path: Path, id_: str) -> None:
    shown = run(verdict.app, [id_, *journal(tmp_path, *STORY)])
    assert shown.exit_code == 0
    assert shown.output.splitlines() == [
        "verdict on S1",
        "BUY EURUSD at 1.1001, stop 1.0981, target 1.1031: P on M5, RAPID_ASSAULT",
        "made at 2012-01-02 08:00:00 UTC of the ticks of u, good until 2012-01-02 08:30:00 UTC",
        "",
        "   5.00  base          where every signal begins",
        "  +2.00  sweep         a swing was swept by 4.0 pips within the last bar",
        "  -0.50  off_session   outside the sessions, 07-21 UTC",
        "      -  mine          not asked, it crashed: KeyError",
        "   6.50  SHIELD_ACTIVE",
        " beside  not with      BUY GBPUSD is the same bet",
        "",
        "passed: 0.75 of the tier's risk",
        "bob denied correlated: BUY GBPUSD is the same bet",
        f"amy fired {FIRE.lot:g} lots at {FIRE.entry:g} (F1)",
        "followed: ended at target (1.1031) after 34 min, +1.50 R",
    ]


def test_a_veto_and_a_score_that_was_kept_within_its_bounds(tmp_path: Path) -> None:
    lines = run(verdict.app, ["S2", *journal(tmp_path, *STORY)]).output.splitlines()
    assert lines[-5:] == [
        "   0.00  UNVERIFIED, -1 kept within 0 and 10",
        "   veto  weekend       EURUSD closes in 9 minutes",
        "",
        "vetoed: nobody was fired at",
        "followed: not at its end",
    ]


@pytest.mark.parametrize(
    ("end", "line"),
    [
        (attrs.evolve(ENDED, signal_id="S2", r=-1.0, end=FollowedTo.STOP), "would have ended at stop (1.1031)"),
        (
            Followed(signal_id="S2", end=FollowedTo.UNKNOWN, at=1, price=0.0, r=None, why="the hub was away"),
            "how it ended is unknown: the hub was away",
        ),
    ],
)
def test_the_end_of_what_was_vetoed(tmp_path: Path, end: Followed, line: str) -> None:
    shown = run(verdict.app, ["S2", *journal(tmp_path, *STORY, end)])
    assert f"followed: {line}" in shown.output


def test_as_json(tmp_path: Path) -> None:
    told = json.loads(run(verdict.app, ["S1", *journal(tmp_path, *STORY), "--json"]).output)
    assert (told["verdict"]["score"], told["verdict"]["parts"][0]["name"]) == (6.5, "sweep")
    assert (told["denials"][0]["code"], told["fires"][0]["id"], told["followed"]["r"]) == ("correlated", "F1", 1.5)


def test_the_newest_are_listed(tmp_path: Path) -> None:
    options = journal(tmp_path, *STORY)
    assert run(verdict.app, options).output.splitlines() == [
        "2012-01-02 08:00:00 UTC   6.50 SHIELD_ACTIVE   size 0.75  S1",
        "2012-01-02 08:01:00 UTC   0.00 UNVERIFIED      vetoed by weekend  S2",
    ]
    listed = json.loads(run(verdict.app, [*options, "--json"]).output)
    assert [each["verdict"]["signal"]["id"] for each in listed["verdicts"]] == ["S1", "S2"]


def test_a_journal_without_verdicts(tmp_path: Path) -> None:
    options = journal(tmp_path)
    assert run(verdict.app, options).output == "no verdicts yet\n"
    assert "no verdicts yet" in run(shield.app, options).output


def test_an_id_that_nobody_knows(tmp_path: Path) -> None:
    failed = run(verdict.app, ["S9", *journal(tmp_path, *STORY)])
    assert isinstance(failed.exception, BittenError)
    assert str(failed.exception).endswith("no verdict on signal or fire 'S9'; `bitten verdict` lists the newest")


def test_the_shields_table(tmp_path: Path) -> None:
    options = journal(tmp_path, *STORY)
    rows = [line.split() for line in run(shield.app, options).output.splitlines()]
    assert ["passed", "1", "1", "0", "0", "0", "0", "+1.50", "+1.50"] in rows
    assert ["veto", "weekend", "1", "0", "0", "0", "0", "1"] in rows
    assert ["denied", "correlated", "1", "1", "0", "0", "0", "0", "+1.50", "+1.50"] in rows
    told = json.loads(run(shield.app, [*options, "--json"]).output)
    assert [(row["group"], row["name"], row["signals"], row["mean_r"]) for row in told["rows"]] == [
        ("passed", "", 1, 1.5),
        ("vetoed", "", 1, None),
        ("veto", "weekend", 1, None),
        ("denied", "correlated", 1, 1.5),
    ]
