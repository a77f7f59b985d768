"""What a replay came to."""

from collections import Counter, defaultdict

import attrs

from bitten.replay.account import USER, ReplayAccount
from bitten.replay.chronicle import Chronicle
from bitten.replay.market import Market
from bitten.rules.book import Book
from bitten.rules.facts import Closing, Confirmed, Denial, Fact, SignalFound, VerdictGiven
from bitten.rules.fire import Life
from bitten.rules.history import ReplaySettings
from bitten.rules.venom.outcome import VenomStatistics


@attrs.frozen(kw_only=True)
class Models:
    """How the simulated broker dealt."""

    spread: str
    slippage: str
    commission: str
    account: str


@attrs.frozen(kw_only=True)
class Summary:
    """The object that `bitten replay --json` prints. Money in the account's currency, times market milliseconds."""

    market: str
    begin: int
    end: int
    ticks: int
    bars: dict[str, int]
    tier: str
    models: Models
    signals: dict[str, int]
    """By pattern."""
    verdicts: dict[str, int]
    """By class; what was vetoed is counted as such alone."""
    denied: dict[str, int]
    fires: int
    care: dict[str, int]
    """Steps of position care that were carried out."""
    trades: int
    """Positions that were closed."""
    won: int
    """Of these, those that earned more than they cost."""
    open: int
    profit: float
    """Realised by the closing deals, net of commission and swap."""
    mean_r: float | None
    """Of the trades: net profit over what their stop would have lost; None without trades."""
    balance: float
    equity: float
    xp: int
    benched: dict[str, str]
    """Patterns that raised, and what."""


def models(settings: ReplaySettings) -> Models:
    """The settings in words."""
    return Models(
        spread="the data's, quote by quote",
        slippage=f"{settings.slippage_points} points against us on what is filled at the market, none on targets",
        commission=f"{settings.commission:g} a lot and side",
        account=f"{settings.deposit:g} at 1:{settings.leverage}, no delay between a decision and its fill",
    )


def summarize(
    market: Market,
    tier: str,
    settings: ReplaySettings,
    chronicle: Chronicle,
    account: ReplayAccount,
    venom: VenomStatistics,
) -> Summary:
    """Count what the facts say."""
    facts, book = chronicle.facts, chronicle.ledger.book(account.greeting.account, USER)
    results = _results(facts, chronicle)
    money = account.broker.account()
    return Summary(
        market=market.name,
        begin=int(market.time[0]),
        end=int(market.time[-1]),
        ticks=len(market),
        bars={timeframe.value: count for timeframe, count in venom.bars.items()},
        tier=tier,
        models=models(settings),
        signals=_sorted(Counter(fact.signal.pattern for fact in facts if isinstance(fact, SignalFound))),
        verdicts=_sorted(_verdicts(facts)),
        denied=_sorted(Counter(fact.code for fact in facts if isinstance(fact, Denial))),
        fires=sum(command.intent.action == "fire" for command in book.commands.values()),
        care=_sorted(_steps(book)),
        trades=len(results),
        won=sum(net > 0 for net, _ in results.values()),
        open=len(book.holdings),
        profit=round(book.profit, 2),
        mean_r=round(sum(net / risk for net, risk in results.values()) / len(results), 4) if results else None,
        balance=money.balance,
        equity=money.equity,
        xp=chronicle.ledger.standing(USER).xp,
        benched=dict(venom.benched),
    )


def _results(facts: list[Fact], chronicle: Chronicle) -> dict[str, tuple[float, float]]:
    """Net result, with what the opening cost, and risk of each fire whose position is closed."""
    nets: defaultdict[str, float] = defaultdict(float)
    risks: dict[str, float] = {}
    for fact in facts:
        if isinstance(fact, Confirmed):
            nets[fact.event.id] += fact.event.commission
        elif isinstance(fact, Closing) and fact.event.fire_id:
            book = chronicle.ledger.book(fact.account, fact.user)
            nets[fact.event.fire_id] += fact.net
            if fact.event.ticket not in book.holdings:
                risks[fact.event.fire_id] = book.commands[fact.event.fire_id].intent.risk
    return {fire_id: (nets[fire_id], risk) for fire_id, risk in risks.items()}


def _steps(book: Book) -> Counter[str]:
    """Steps of position care that were carried out."""
    taken = (each for each in book.commands.values() if each.intent.care and each.life is Life.DONE)
    return Counter(each.intent.care for each in taken)


def _verdicts(facts: list[Fact]) -> Counter[str]:
    verdicts = [fact.verdict for fact in facts if isinstance(fact, VerdictGiven)]
    return Counter("vetoed" if verdict.vetoed else verdict.shield.value for verdict in verdicts)


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items()))
