"""The trader at the terminal: sees what the hub shows, and presses FIRE or PASS if told to (protocol 6.6, 7)."""

from loguru import logger

from bitten.paper.ea_values import Counters, Press
from bitten.paper.ledger import Ledger
from bitten.paper.ledger_values import UNSENT
from bitten.paper.moment import Moment
from bitten.wire.advice import Denied, Rank, SignalAdvice, SignalEnd, TradingAdvice
from bitten.wire.codec import FromHub
from bitten.wire.events import FireRequest, Pass

PRESS_VALID_MS = 5_000
"""Hub time for which a press is meant: what arrives later is denied."""


class Trader:
    """A finger that never hesitates."""

    def __init__(self, ledger: Ledger, press: Press, counters: Counters) -> None:
        self._ledger = ledger
        self._press = press
        self._counters = counters

    def hear(self, message: FromHub, moment: Moment) -> None:
        """Advice for the chart."""
        match message:
            case SignalAdvice():
                self._counters.signals += 1
                logger.info("signal {} {} at {}", message.symbol, message.direction, message.entry)
                if message.mode == "manual":
                    self._decide(message.signal_id, moment)
            case Denied():
                self._counters.denied[message.code] = self._counters.denied.get(message.code, 0) + 1
                logger.info("denied {}: {}", message.code, message.message)
            case TradingAdvice():
                logger.info("trading is {}{}", message.state, f": {message.reason}" if message.reason else "")
            case Rank():
                logger.info("{} with {} XP", message.rank, message.xp)
            case SignalEnd():
                logger.info("signal {} ended: {}", message.signal_id, message.reason)

    def _decide(self, signal_id: str, moment: Moment) -> None:
        if self._press == "fire":
            expires = moment.hub + PRESS_VALID_MS
            self._ledger.append(FireRequest(session=UNSENT, n=1, signal_id=signal_id, expires=expires))
        elif self._press == "pass":
            with self._ledger.transaction():
                self._ledger.mark_passed(signal_id)
                self._ledger.append(Pass(session=UNSENT, n=1, signal_id=signal_id))
