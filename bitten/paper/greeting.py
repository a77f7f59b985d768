"""How the paper EA introduces itself, and what the hub must know before it may fire (protocol 2.1 to 2.7)."""

from bitten.paper import wire_view
from bitten.paper.account import PaperAccount
from bitten.paper.bar_book import BarBook
from bitten.paper.ea_values import Identity
from bitten.paper.moment import Moment
from bitten.wire.account import Ready
from bitten.wire.market import Bars, Spec
from bitten.wire.session import Hello, Welcome

PROTOCOL = 1
BUILD = 5200
"""The terminal build that the paper EA passes for."""
FIRST_WAIT_MS, LONGEST_WAIT_MS = 1_000, 32_000
_ROWS = 500
"""Bars that fit a frame with room to spare: a row is under 120 bytes."""


class Backoff:
    """How long to wait before the next try: 1 s, doubled each time, at most 32 s (protocol 2.8)."""

    def __init__(self, telemetry_ms: int) -> None:
        self._pace = Moment(0, 0, 0, telemetry_ms)
        self._wait = FIRST_WAIT_MS

    def next(self) -> int:
        """Milliseconds to wait now."""
        wait, self._wait = self._wait, min(2 * self._wait, LONGEST_WAIT_MS)
        return self._pace.scaled(wait)

    def reset(self) -> None:
        """A try has succeeded."""
        self._wait = FIRST_WAIT_MS


def hello(identity: Identity, account: PaperAccount, now: int) -> Hello:
    """The first message of a connection."""
    opened, ledger = account.broker.opened_as, account.ledger
    return Hello(
        protocol=PROTOCOL,
        user=identity.user,
        ea=ledger.ea,
        build=BUILD,
        account=wire_view.account_info(opened),
        time=now,
        utc_offset=opened.utc_offset,
        first_event=ledger.first_event,
        next_event=ledger.next_event,
        life=ledger.life,
        boot=identity.boot,
        trade_allowed=True,
    )


def specs(account: PaperAccount, welcome: Welcome) -> list[Spec]:
    """The conditions of the welcomed symbols; of one that is not traded here there are none."""
    known = account.broker.specs
    return [wire_view.spec(known[symbol], welcome.session) for symbol in welcome.symbols if symbol in known]


def history(bars: BarBook, welcome: Welcome, market_time: int) -> tuple[list[Bars], Ready]:
    """The bars that the welcome asks for, as many as there are, and the ready that counts them."""
    messages: list[Bars] = []
    counts: dict[str, int] = {}
    for wanted in welcome.bars:
        rows = bars.closed(wanted.symbol, wanted.timeframe, wanted.count, market_time)
        counts[f"{wanted.symbol} {wanted.timeframe}"] = len(rows)
        messages.extend(
            Bars(
                session=welcome.session,
                symbol=wanted.symbol,
                timeframe=wanted.timeframe,
                rows=rows[start : start + _ROWS],
            )
            for start in range(0, len(rows), _ROWS)
        )
    return messages, Ready(session=welcome.session, bars=counts)
