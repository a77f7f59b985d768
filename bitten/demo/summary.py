"""What a demo came to: the hub's journal against the brokers' own books."""

from collections import Counter
from collections.abc import Iterable, Sequence

import attrs

from bitten.demo.report import EaReport
from bitten.journal import Journal
from bitten.rules.facts import Denial, Fact, SignalFound, VerdictGiven, XpAwarded
from bitten.rules.ledger import Ledger
from bitten.units import Account
from bitten.wire.desk import HubStatus


@attrs.frozen(kw_only=True)
class Summary:
    """The object that `bitten demo --json` prints."""

    seconds: float
    """Wall time of the market."""
    sessions: dict[str, str]
    """Each user's state when the market ended."""
    active_users: int
    ticks: int
    bars: dict[str, int]
    """VENOM's, each symbol once."""
    signals: int
    verdicts: dict[str, int]
    fires: int
    denied: dict[str, int]
    confirmations: dict[str, int]
    """Outcomes of fires, each once."""
    unconfirmed: int
    closed: int
    """Closing deals of our positions."""
    open: int
    profit: float
    xp: dict[str, int]
    lost: int
    """Deals of ours that the journal lacks, or fills that no broker made."""
    duplicated: int
    """Fires that a broker opened twice, or closings that earned twice."""


def summarize(journal: Journal, reports: Sequence[EaReport], seen: HubStatus, seconds: float) -> Summary:
    """Fold a finished demo; `seen` is the hub's last status while the market was open."""
    ledger, facts = journal.ledger, [entry.fact for entry in journal.read()]
    commands = [each for book in ledger.books.values() for each in book.commands.values()]
    fires = [command for command in commands if command.intent.action == "fire"]
    return Summary(
        seconds=round(seconds, 1),
        sessions={session.user: session.state for session in seen.sessions},
        active_users=seen.active_users,
        ticks=next(stage.count for stage in seen.stages if stage.name == "ticks"),
        bars=seen.bars,
        signals=sum(isinstance(fact, SignalFound) for fact in facts),
        verdicts=_verdicts(facts),
        fires=len(fires),
        denied=dict(Counter(fact.code for fact in facts if isinstance(fact, Denial))),
        confirmations=dict(Counter(command.life.value for command in fires if command.life.final)),
        unconfirmed=sum(not command.life.final for command in fires),
        closed=sum(len(book.deals) for book in ledger.books.values()),
        open=sum(len(book.holdings) for book in ledger.books.values()),
        profit=round(sum(book.profit for book in ledger.books.values()), 2),
        xp={report.user: ledger.standing(report.user).xp for report in reports},
        lost=sum(lost(ledger, report) for report in reports),
        duplicated=sum(duplicated(report) for report in reports) + _earned_twice(facts),
    )


def lost(ledger: Ledger, report: EaReport) -> int:
    """Deals of ours in the broker's book that the journal lacks, and fills of the journal that the broker lacks."""
    book = ledger.books.get(Account(report.server, report.login))
    if book is None:
        return len(report.opened) + len(report.closed)
    filled = {id_: command for id_, command in book.commands.items() if command.life.filled}
    opened = {deal.fire_id or book.magics.get(deal.magic, "") for deal in report.opened}
    unknown = len(opened - filled.keys())
    closings = sum(bool(deal.fire_id) and deal.deal not in book.deals for deal in report.closed)
    return unknown + closings + len(filled.keys() - opened)


def duplicated(report: EaReport) -> int:
    """Openings beyond the first of each fire."""
    return len(report.opened) - len({deal.magic for deal in report.opened})


def _verdicts(facts: Iterable[Fact]) -> dict[str, int]:
    verdicts = [fact.verdict for fact in facts if isinstance(fact, VerdictGiven)]
    passed = Counter(verdict.shield.value for verdict in verdicts if not verdict.vetoed)
    return dict(passed) | {"vetoed": sum(verdict.vetoed for verdict in verdicts)}


def _earned_twice(facts: Iterable[Fact]) -> int:
    awards = [(fact.account, fact.deal) for fact in facts if isinstance(fact, XpAwarded)]
    return len(awards) - len(set(awards))
