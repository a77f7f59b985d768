"""A recorded run gone through again: what the brains were given then, and whether they decide the same now."""

from collections.abc import Mapping
from pathlib import Path

import attrs

from bitten import tape
from bitten.errors import BittenError
from bitten.journal import JournalReader
from bitten.messages import Bar, Signal, Timeframe, Verdict
from bitten.plug_ins import resolve
from bitten.replay.differing import difference
from bitten.replay.market import Progress
from bitten.rules import taped
from bitten.rules.care import Care, Cared, Step, next_step
from bitten.rules.citadel import Calendar, Citadel, CitadelSettings, scene_of
from bitten.rules.citadel import build as build_shields
from bitten.rules.facts import Intent, SignalFound, VerdictGiven
from bitten.rules.risk import Order, decide
from bitten.rules.venom import Venom, VenomSettings
from bitten.rules.venom import build as build_patterns
from bitten.rules.venom.calibration import Calibration
from bitten.structure import structure
from bitten.units import DAY_MS

_SAY_EACH = 20_000


@attrs.define(kw_only=True)
class Comparison:
    """The object that `bitten replay --journal FILE --json` prints."""

    journal: str
    starts: int = 0
    """Starts of the hub that are on tape."""
    ticks: int = 0
    signals: int = 0
    """That were made then, on the day asked for."""
    verdicts: int = 0
    decisions: int = 0
    """The risk gate's: a fire, or why not."""
    steps: int = 0
    """Of position care."""
    differences: int = 0
    first: str = ""
    """The first difference, in words; "": there is none."""
    dropped: int = 0
    """Records that found no room on the tape: what comes after may differ because of it."""
    not_on_tape: int = 0
    """Signals of the journal, on the day asked for, that no tape tells of."""

    def differs(self, what: str) -> None:
        """Something is not what it was; "": it is."""
        if what:
            self.differences += 1
            self.first = self.first or what


def again(journal: Path, day: int | None, progress: Progress) -> Comparison:
    """Go through a journal's tapes. `day`: the market day, days since 1970, whose decisions are compared; None: all.

    Raises BittenError where there is no tape, or one cannot be read.
    """
    paths, found = tape.tapes(journal), Comparison(journal=str(journal))
    with JournalReader.open(journal) as reader:
        facts = [entry.fact for entry in reader.read()]
    if not paths:
        raise BittenError(f"journal {journal}: no tape in {tape.folder_of(journal)}; [tape] on = true keeps one")
    signals = {fact.signal.id: fact.signal for fact in facts if isinstance(fact, SignalFound)}
    verdicts = {fact.verdict.signal.id: fact.verdict for fact in facts if isinstance(fact, VerdictGiven)}
    steps = {fact.id: fact for fact in facts if isinstance(fact, Intent) and fact.care}
    count, seen = 0, set[str]()
    for path in paths:
        run: Run | None = None
        for record in tape.read(path):
            count += 1
            if count % _SAY_EACH == 0:
                progress("going through it again", count, 0)
            if isinstance(record, taped.Began):
                run = Run.begin(record, found, day, signals, verdicts, steps)
                found.starts += 1
            elif run is None:
                raise BittenError(f"tape {path}: does not begin with the start of a hub")
            else:
                run.take(record)
        seen |= run.seen if run is not None else set()
    found.not_on_tape = sum(_on(day, each.made_at) and each.id not in seen for each in signals.values())
    return found


def _on(day: int | None, time: int) -> bool:
    return day is None or time // DAY_MS == day


@attrs.define(eq=False)
class Run:
    """The brains of one start."""

    venom: Venom
    citadel: Citadel
    found: Comparison
    day: int | None
    signals: Mapping[str, Signal]
    """Of the journal, by id."""
    verdicts: Mapping[str, Verdict]
    steps: Mapping[str, Intent]
    """Of position care."""
    news: Calendar = attrs.field(factory=Calendar)
    seen: set[str] = attrs.field(factory=set)

    @classmethod
    def begin(
        cls,
        record: taped.Began,
        found: Comparison,
        day: int | None,
        signals: Mapping[str, Signal],
        verdicts: Mapping[str, Verdict],
        steps: Mapping[str, Intent],
    ) -> "Run":
        """As the hub began. Raises BittenError for a tape of another version."""
        if record.version != taped.VERSION:
            raise BittenError(f"a tape of version {record.version}: {taped.VERSION} is read here")
        venom, citadel = structure(record.venom, VenomSettings), structure(record.citadel, CitadelSettings)
        return cls(
            venom=Venom(venom, build_patterns(venom, resolve), Calibration(record.calibration)),
            citadel=Citadel(citadel, build_shields(citadel, resolve)),
            found=found,
            day=day,
            signals=signals,
            verdicts=verdicts,
            steps=steps,
        )

    def take(self, record: taped.Record) -> None:
        """What the brains were given; what they answered is compared."""
        match record:
            case taped.Ticked(user, symbol, time, bid, ask):
                self.found.ticks += 1
                self.venom.tick(user, symbol, time, bid, ask)
            case taped.Beat(user, time):
                self.venom.heartbeat(user, time)
            case taped.Seeded(user, symbol, timeframe, rows):
                self.venom.seed(user, symbol, Timeframe(timeframe), [Bar(*row) for row in rows])
            case taped.Specified(user, spec, utc_offset):
                self.venom.spec(user, spec, utc_offset)
            case taped.Gone(user):
                self.venom.source_gone(user)
            case taped.Looked():
                self._look(record)
            case taped.News(events):
                self.news = Calendar(events)
            case taped.Judged():
                self._judge(record)
            case taped.Gated():
                self._gate(record)
            case taped.Tended():
                self._tend(record)
            case taped.Dropped(count):
                self.found.dropped += count
            case taped.Began():
                raise BittenError("a tape on which a hub begins twice")

    def _look(self, record: taped.Looked) -> None:
        now = self.venom.evaluate(record.work).signal
        if record.signal is not None:
            self.seen.add(record.signal.id)
        if not _on(self.day, record.work.at):
            return
        self.found.signals += record.signal is not None
        name = f"signal at {record.work.symbol} {record.work.at}"
        self.found.differs(difference(name, record.signal, now))
        if record.signal is not None:
            journaled = self.signals.get(record.signal.id)
            self.found.differs(difference(f"journal's signal {record.signal.id}", journaled, now))

    def _judge(self, record: taped.Judged) -> None:
        signal = record.verdict.signal
        scene = scene_of(signal, self.venom, utc_offset=record.utc_offset, calendar=self.news, others=record.others)
        now = None if scene is None else self.citadel.judge(scene, record.ease)
        if not _on(self.day, signal.made_at):
            return
        self.found.verdicts += 1
        self.found.differs(difference(f"verdict on {signal.id}", record.verdict, now))
        self.found.differs(difference(f"journal's verdict on {signal.id}", self.verdicts.get(signal.id), now))

    def _gate(self, record: taped.Gated) -> None:
        situation = record.situation
        if not _on(self.day, situation.market_now):
            return
        self.found.decisions += 1
        now = decide(situation, record.settings, record.tier)
        then = record.order if isinstance(now, Order) else record.denied
        what = f"decision on {situation.signal.id} for {situation.user}"
        self.found.differs(difference(what, then or record.order or record.denied, now))

    def _tend(self, record: taped.Tended) -> None:
        if not _on(self.day, record.time):
            return
        now = next_step(record.position, record.quote, record.rules)
        what = f"position care of {record.ticket} for {record.user}"
        self.found.differs(difference(what, record.step, now))
        if record.step is not None:
            self.found.steps += 1
            intent = self.steps.get(record.id)
            journaled = None if intent is None else _step_of(intent, record.position, record.step.r)
            self.found.differs(difference(f"journal's step {record.id}", journaled, now))


def _step_of(intent: Intent, position: Cared, r: float) -> Care:
    """The step that an intent was made for: what it changes of the position."""
    step = Step(intent.care)
    if step is Step.HALF:
        return Care(step=step, lot=intent.lot, r=r)
    sl = None if intent.sl == position.sl else intent.sl
    tp = None if intent.tp == position.tp else intent.tp
    return Care(step=step, sl=sl, tp=tp, r=r)
