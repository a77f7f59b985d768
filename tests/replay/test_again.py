"""A recorded run is gone through again: the brains decide as they did, or the first difference is told."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path

import attrs
import pytest
import trio
from trio.testing import MockClock
from typer.testing import CliRunner

from bitten import tape
from bitten.cli import app
from bitten.errors import BittenError
from bitten.journal import JournalReader
from bitten.messages import Signal, Verdict
from bitten.paper.market import MarketTick, SeededMarket
from bitten.replay.again import Comparison, again
from bitten.replay.engine import Replay
from bitten.replay.market import load
from bitten.rules import taped
from bitten.rules.facts import Confirmed, Denial, Draft, Intent, SignalFound, VerdictGiven
from bitten.rules.risk import RiskSettings
from bitten.sections import Config, UserSettings
from bitten.tape import Tape, TapeSettings, open_tape
from bitten.units import DAY_MS, MINUTE_MS
from tests.faults.paper import paper
from tests.replay.samples import feed, silent
from tests.scenarios.live import HubTarget, config, live_hub
from tests.scenarios.script import START, Setup, User

TICKS = 5_000
"""Some nine hours, in which several signals are made."""
JOURNAL = "journal.sqlite"
SETUP = Setup(users={"paper": User()}, max_messages_per_s=100_000)
"""The clock of a test stands still, and quotes beyond the allowance make no bars."""


def settings(folder: Path) -> Config:
    plain = config(SETUP, folder)
    risk = RiskSettings(like_fires=1_000, fires_per_minute_user=1_000)
    return attrs.evolve(plain, users={"paper": UserSettings(tier="APEX", mode="auto")}, risk=risk)


def market() -> list[MarketTick]:
    return list(islice(SeededMarket(2, "EURUSD", START + 10 * MINUTE_MS).ticks(), TICKS))


@asynccontextmanager
async def recorded(folder: Path, clock: MockClock, *ticks: MarketTick) -> AsyncIterator[HubTarget]:
    """A hub with a tape, and an EA whose broker quoted these, a minute at a time."""
    with open_tape(folder / JOURNAL, TapeSettings()) as kept:
        async with live_hub(SETUP, folder, clock, settings=settings(folder), tape=kept) as target:
            with paper(target) as ea:
                await ea.live()
                for place, tick in enumerate(ticks):
                    ea.ea.tick(tick)
                    if place + 1 == len(ticks) or ticks[place + 1].time // MINUTE_MS != tick.time // MINUTE_MS:
                        await ea.turn()
                yield target


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The journal of a recorded run, made once."""
    folder = tmp_path_factory.mktemp("recorded")

    clock = MockClock()

    async def main() -> None:
        async with recorded(folder, clock, *market()):
            pass

    trio.run(main, clock=clock)
    return folder / JOURNAL


def journaled(journal: Path, *kinds: type) -> list[object]:
    with JournalReader.open(journal) as reader:
        return [entry.fact for entry in reader.read() if isinstance(entry.fact, kinds)]


def records(journal: Path) -> list[taped.Record]:
    return [record for path in tape.tapes(journal) for record in tape.read(path)]


def rewritten(run: Path, folder: Path, change: Callable[[taped.Record], taped.Record | None]) -> Path:
    """The same journal, with a tape on which something was changed, or left out."""
    folder.mkdir(exist_ok=True)
    journal = folder / JOURNAL
    journal.write_bytes(run.read_bytes())
    kinds = {kind: name for name, kind in taped.KINDS.items()}
    other = Tape.begin(journal, TapeSettings())
    for record in records(run):
        if (changed := change(record)) is not None:
            values = [getattr(changed, field.name) for field in attrs.fields(type(changed))]
            other.put((kinds[type(changed)], *values))
    other.close()
    return journal


def test_the_brains_decide_as_they_did(run: Path) -> None:
    found = again(run, None, silent)
    assert (found.differences, found.first, found.dropped, found.not_on_tape) == (0, "", 0, 0)
    assert found.ticks == TICKS
    assert found.signals == found.verdicts == len(journaled(run, SignalFound)) > 3
    decided = journaled(run, Denial, Intent)
    care = [each for each in decided if isinstance(each, Intent) and each.care]
    # They are intents, too, and nothing that the gate is asked about.
    assert found.decisions == len(decided) - len(care) > 0
    assert found.steps == len(care) > 0


def test_a_day_is_compared_alone(run: Path) -> None:
    days = range(START // DAY_MS, START // DAY_MS + 3)
    parts = [again(run, day, silent) for day in days]
    assert sum(part.signals for part in parts) == again(run, None, silent).signals
    assert parts[-1] == Comparison(journal=str(run), starts=1, ticks=TICKS)


def test_the_first_difference_is_told(run: Path, tmp_path: Path) -> None:
    def other_score(record: taped.Record) -> taped.Record:
        if isinstance(record, taped.Judged):
            return attrs.evolve(record, verdict=attrs.evolve(record.verdict, score=record.verdict.score + 1))
        return record

    found = again(rewritten(run, tmp_path, other_score), None, silent)
    assert found.differences == found.verdicts
    (first, *_) = [fact.verdict for fact in journaled(run, VerdictGiven) if isinstance(fact, VerdictGiven)]
    assert found.first == f"verdict on {first.signal.id}: score was {first.score + 1}, is {first.score} now"


def test_care_that_would_act_otherwise_is_told(run: Path, tmp_path: Path) -> None:
    """A step that was taken and would not be now, and one that was not and would be."""
    (step,) = (fact for fact in journaled(run, Intent) if isinstance(fact, Intent) and fact.care)

    def dearer(record: taped.Record) -> taped.Record:
        if not isinstance(record, taped.Tended):
            return record
        care = attrs.evolve(record.rules.settings, break_even_r=5.0)
        return attrs.evolve(record, rules=attrs.evolve(record.rules, settings=care))

    def far_ahead(record: taped.Record) -> taped.Record:
        if not isinstance(record, taped.Tended) or record.step is not None:
            return record
        price = record.position.entry + record.position.direction.sign * 0.01
        return attrs.evolve(record, quote=attrs.evolve(record.quote, bid=price, ask=price))

    later = again(rewritten(run, tmp_path / "later", dearer), None, silent)
    assert later.first.startswith(f"position care of {step.ticket} for paper: was Care(step=<Step.BREAK_EVEN")
    assert later.first.endswith("is none now")
    assert later.steps == 1
    sooner = again(rewritten(run, tmp_path / "sooner", far_ahead), None, silent)
    assert "was none, is Care(step=<Step.BREAK_EVEN" in sooner.first


def test_a_step_that_the_journal_has_otherwise_is_told(run: Path, tmp_path: Path) -> None:
    def other_stop(record: taped.Record) -> taped.Record:
        if isinstance(record, taped.Tended) and record.step:
            return attrs.evolve(record, id="another")
        return record

    found = again(rewritten(run, tmp_path, other_stop), None, silent)
    assert (found.differences, found.first.split(":")[0]) == (1, "journal's step another")


def test_a_quote_that_is_missing_shows_in_what_is_decided(run: Path, tmp_path: Path) -> None:
    quotes = [record for record in records(run) if isinstance(record, taped.Ticked)]
    missing = {id(record) for record in quotes[::7]}
    kept = {each.time for each in quotes if id(each) not in missing}

    def thinned(record: taped.Record) -> taped.Record | None:
        return None if isinstance(record, taped.Ticked) and record.time not in kept else record

    found = again(rewritten(run, tmp_path, thinned), None, silent)
    assert found.differences > 0
    assert "now" in found.first


def test_a_signal_that_only_the_journal_tells_of_is_counted(run: Path, tmp_path: Path) -> None:
    found = again(rewritten(run, tmp_path, lambda each: each if isinstance(each, taped.Began) else None), None, silent)
    assert (found.starts, found.ticks, found.differences) == (1, 0, 0)
    assert found.not_on_tape == len(journaled(run, SignalFound))


def test_the_command_says_what_it_found(run: Path, tmp_path: Path) -> None:
    good = CliRunner().invoke(app, ["replay", "--journal", str(run), "--json"])
    assert (good.exit_code, json.loads(good.stdout)["differences"]) == (0, 0)
    said = CliRunner().invoke(app, ["replay", "--journal", str(run)])
    assert "all decided as they were then" in said.stdout

    def denied(record: taped.Record) -> taped.Record:
        return attrs.evolve(record, order=None) if isinstance(record, taped.Gated) else record

    bad = CliRunner().invoke(app, ["replay", "--journal", str(rewritten(run, tmp_path, denied))])
    assert bad.exit_code == 1
    assert "differences; the first: decision on" in " ".join(bad.stdout.split())


def test_without_a_tape_it_cannot_be_done(run: Path, tmp_path: Path) -> None:
    journal = tmp_path / JOURNAL
    journal.write_bytes(run.read_bytes())
    with pytest.raises(
        BittenError, match=r"journal .*: no tape in .*journal\.sqlite\.tape; \[tape\] on = true keeps one"
    ):
        again(journal, None, silent)


def of_nobody(signal: Signal) -> Signal:
    return attrs.evolve(signal, source="")


def judged(verdict: Verdict) -> Verdict:
    return attrs.evolve(verdict, signal=of_nobody(verdict.signal))


def cared(facts: list[object]) -> list[tuple[str, str]]:
    """Signal and step of each step of position care."""
    fired = {fact.id: fact.signal_id for fact in facts if isinstance(fact, Intent)}
    filled = {fact.event.ticket: fired[fact.event.id] for fact in facts if isinstance(fact, Confirmed)}
    return [(filled[fact.ticket], fact.care) for fact in facts if isinstance(fact, Intent) and fact.care]


def test_history_and_a_live_hub_make_the_same_of_the_same_quotes(run: Path) -> None:
    """The account, its limits and its pace apart: these are another's. Live, a fill is some quotes later."""
    quotes = [
        MarketTick(each.symbol, each.bid, each.ask, each.time)
        for each in records(run)
        if isinstance(each, taped.Ticked)
    ]
    played = load(attrs.evolve(feed(1, 1), ticks=lambda: iter(quotes)), silent)
    drafts: list[Draft] = []
    Replay(settings(run.parent), played, "APEX", drafts.append).run(silent)
    facts: list[object] = [draft.fact for draft in drafts]
    assert cared(facts)
    live = journaled(run, SignalFound, VerdictGiven, Intent, Confirmed)
    assert [of_nobody(fact.signal) for fact in facts if isinstance(fact, SignalFound)] == [
        of_nobody(fact.signal) for fact in live if isinstance(fact, SignalFound)
    ]
    assert [judged(fact.verdict) for fact in facts if isinstance(fact, VerdictGiven)] == [
        judged(fact.verdict) for fact in live if isinstance(fact, VerdictGiven)
    ]
    assert cared(facts) == cared(live)
