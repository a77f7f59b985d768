"""What became of commands, positions and orders: outcomes and events, written together with the broker's book.

Nothing is sent from here: every word is an event in the ledger first, which `outbox` sends until it is acked.
"""

import attrs
from loguru import logger

from bitten.paper.account import PaperAccount
from bitten.paper.broker_values import Deal
from bitten.paper.ledger_values import Entry, Stage
from bitten.paper.outcomes import closed, ended, filled, said
from bitten.wire.commands import History
from bitten.wire.events import Confirmation, Status


class Chronicle:
    """The one place that makes confirmations and closings."""

    def __init__(self, account: PaperAccount) -> None:
        self._account = account
        self._ledger = account.ledger

    def conclude(self, entry: Entry, outcome: Confirmation, stage: Stage = Stage.FINAL) -> None:
        """Write what became of a command, and the event that says so, together."""
        with self._ledger.transaction():
            self._ledger.put(attrs.evolve(entry, stage=stage, outcome=outcome))
            self._ledger.append(outcome)
        kind = type(entry.request).__name__.lower() if entry.request else "query"
        logger.info("{} {}: {} {}", kind, entry.id, outcome.status, outcome.message)

    def say_again(self, entry: Entry, time: int) -> None:
        """Answer a repeat or a query with the stored outcome, as a new event (protocol 5.1, 6.4)."""
        outcome = entry.outcome or said(entry.id, Status.UNKNOWN, time, message="no answer is known yet")
        self._ledger.append(attrs.evolve(outcome, again=True))

    def tell(self) -> None:
        """Make events of the deals and of the ends of pending orders that have not been told, and save the book."""
        with self._ledger.transaction():
            for deal in self._account.untold():
                self._tell_deal(deal)
            self._tell_ended_orders()
            self._account.save()

    def tell_again(self, command: History, time: int) -> None:
        """Make events of the deals since a time once more, then say that this was done (protocol 5.8)."""
        with self._ledger.transaction():
            for deal in self._account.broker.deals_since(command.since):
                fire_id = self._ledger.fire_of(deal.magic)
                if deal.entry == "out":
                    self._ledger.append(closed(deal, fire_id))
                elif entry := self._ledger.entry(fire_id):
                    self._ledger.append(attrs.evolve(filled(entry, deal), again=True))
            self.conclude(Entry(id=command.id, stage=Stage.FINAL), said(command.id, Status.DONE, time))

    def _tell_deal(self, deal: Deal) -> None:
        fire_id = self._ledger.fire_of(deal.magic)
        if deal.entry == "out":
            self._ledger.append(closed(deal, fire_id))
            what = f"{deal.symbol} {deal.direction} {deal.lot} at {deal.price}"
            logger.info("closed {} ({}): {:+.2f}", what, deal.reason, deal.profit)
        elif entry := self._ledger.entry(fire_id):
            # Whatever was said before: a deal is the truth, and overrides "not found" (protocol 5.5).
            self.conclude(entry, filled(entry, deal))

    def _tell_ended_orders(self) -> None:
        placed = self._ledger.in_stage(Stage.PLACED)
        if not placed:
            return
        ends = {end.ticket: end for end in self._account.broker.order_ends_since(0)}
        for entry in placed:
            end = ends.get(entry.outcome.ticket if entry.outcome else 0)
            outcome = end and ended(entry.id, end)
            if outcome:
                self.conclude(entry, outcome)
