"""What the book knows of position care: which steps were taken, and under which id the next one goes.

The steps are read from the commands, so that what a hub did before it was killed is what the next one finds.
"""

from math import nan

import attrs

from bitten.messages import Timeframe
from bitten.rules.book import Book, Command, Holding
from bitten.rules.care import Care, Cared, CareSettings, Rules, Step, next_step
from bitten.rules.fire import Life, order_id
from bitten.rules.orders import Levels, levels_shown
from bitten.rules.terminal import TerminalView
from bitten.rules.venom import Venom
from bitten.rules.venom.indicators import atr
from bitten.units import SECOND_MS, Quote, TradingState

LONGEST_WAIT_MS = 600 * SECOND_MS
"""Between two tries of one step: a market that is closed refuses for a whole weekend."""
PASSING = frozenset({10004, 10016, 10018, 10020, 10021, 10024, 10026, 10027, 10028, 10029})
"""Refusals that another moment may take back: a price that moved or came too near, a closed market, too many requests,
AutoTrading off, a locked or frozen position. Any other is the broker's last word on the step.
"""
_NEVER_TRIED = (Life.WITHDRAWN, Life.EXPIRED, Life.NEVER_SEEN)


@attrs.frozen
class Look:
    """What care saw of a position, and the step that is due."""

    position: Cared
    quote: Quote
    rules: Rules
    step: Care | None


def look(
    book: Book,
    holding: Holding,
    view: TerminalView,
    allowed: frozenset[Step],
    settings: CareSettings,
    state: TradingState,
    venom: Venom,
) -> Look | None:
    """Look at an open position as its terminal and VENOM's bars show it; None: there is nothing to judge it by."""
    quote, spec = view.quote(holding.symbol), view.specs.get(holding.symbol)
    position = cared(book, holding, levels_shown(view, holding), view.market_now, settings)
    if quote is None or spec is None or position is None:
        return None
    rules = Rules(allowed, settings, spec, state, _atr(venom, holding.symbol, view.market_now, allowed))
    return Look(position, quote, rules, next_step(position, quote, rules))


def _atr(venom: Venom, symbol: str, market_now: int, allowed: frozenset[Step]) -> float:
    """ATR14 of M5, of the bars that the hub trades by; NaN: not known yet, or not needed."""
    if Step.TRAIL not in allowed:
        return nan
    bars = venom.closed(Timeframe.M5, market_now).get(symbol)
    return nan if bars is None else atr(bars)


def cared(book: Book, holding: Holding, shown: Levels | None, now: int, settings: CareSettings) -> Cared | None:
    """An open position at market time `now`. `shown`: its levels by the terminal's word; None: it shows none.

    None: a command on it is under way, or it came of no fire that is known, so that its first stop is not.
    """
    fired = book.commands.get(holding.fire_id)
    if fired is None or any(each.intent.ticket == holding.ticket for each in book.unresolved.values()):
        return None
    tries = _tries(book, holding.ticket)
    closest = [level for level in (holding.sl, shown.sl if shown else 0.0) if level]
    return Cared(
        direction=holding.direction,
        entry=holding.price,
        first_sl=fired.intent.sl,
        lot=holding.lot,
        left=holding.left,
        sl=max(closest, key=lambda level: level * holding.direction.sign, default=0.0),
        # What the terminal shows may be older than a step of ours.
        tp=shown.tp if shown and not tries else holding.tp,
        settled=frozenset(step for step, found in tries.items() if _settled(step, found)),
        waiting=frozenset(step for step, found in tries.items() if now < _again_at(found, settings)),
    )


def refused(book: Book, ticket: int) -> list[tuple[Command, bool]]:
    """The steps of a position that came to nothing, and whether each may be tried again."""
    tries = [book.commands[id_] for id_ in book.cared.get(ticket, ())]
    return [(each, _may_retry(each)) for each in tries if each.life.final and each.life is not Life.DONE]


def care_id(book: Book, ticket: int, step: Step) -> str:
    """The id of a step's next try: the same after a crash, so that no step is ever two commands."""
    number = 1 + sum(book.commands[id_].intent.care == step for id_ in book.cared.get(ticket, ()))
    return order_id(book.account, f"{ticket}:{step}", "close" if step is Step.HALF else "modify", number)


def _tries(book: Book, ticket: int) -> dict[Step, list[Command]]:
    tries: dict[Step, list[Command]] = {}
    for id_ in book.cared.get(ticket, ()):
        command = book.commands[id_]
        tries.setdefault(Step(command.intent.care), []).append(command)
    return tries


def _may_retry(command: Command) -> bool:
    return command.barren and (command.life in _NEVER_TRIED or command.retcode in PASSING)


def _settled(step: Step, tries: list[Command]) -> bool:
    newest = tries[-1]
    if step is Step.TRAIL and newest.life is Life.DONE:
        return False
    return not _may_retry(newest)


def _again_at(tries: list[Command], settings: CareSettings) -> int:
    """Market time from which the step may be tried; 0: the newest try was not refused."""
    failed = 0
    for command in reversed(tries):
        if not _may_retry(command):
            break
        failed += 1
    if not failed:
        return 0
    wait = min(settings.retry_s * SECOND_MS << min(failed - 1, 16), LONGEST_WAIT_MS)
    return tries[-1].intent.market_time + wait
