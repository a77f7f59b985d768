"""What follows once an event of an EA is durable: whoever acts on it is told, and the log.

Called by the scribe, also when the session that brought the event has ended meanwhile.
"""

from collections.abc import Iterator

from loguru import logger

from bitten.actors.neighbours import Neighbours
from bitten.actors.triggers import care_for
from bitten.messages import DealClosed, FireAsked
from bitten.rules.facts import Closing, Confirmed, Entry, Fact, Passed, Requested, command_of
from bitten.rules.ledger import Ledger
from bitten.units import Account


def pass_on(entry: Entry, user: str, account: Account, around: Neighbours) -> None:
    """Tell of a durable event of a user's account. Only posts where it cannot be refused, or need not be heard."""
    _look_for_what_is_anothers(entry.fact, user, account, around)
    match entry.fact:
        case Confirmed(event=event):
            care_for(user, around.care)
            around.stages.latencies.confirmed(event.id)
            around.stages.spoke("confirmations", f"{event.status} {event.id}")
            logger.info(
                "{} {}: {} {} lots at {}{}",
                user,
                event.status,
                event.id,
                event.lot,
                event.price,
                event.message and f" {event.message}",
            )
        case Closing(event=event):
            care_for(user, around.care)
            around.stages.spoke("closings", f"{event.symbol} {event.reason}")
            logger.info("{} closed: {} {} {:+.2f}", user, event.symbol, event.reason, entry.fact.net)
            around.xp.post_urgent(DealClosed(user=user, account=account, seq=entry.seq))
        case Requested(event=event):
            around.router.post_urgent(FireAsked(user=user, signal_id=event.signal_id, expires=event.expires))
        case Passed(event=event):
            logger.info("{} passed: {}", user, event.signal_id)
        case _:
            pass


def _look_for_what_is_anothers(fact: Fact, user: str, account: Account, around: Neighbours) -> None:
    """What belongs to another account is a security event, and changes nothing there (protocol 6.7)."""
    for what, claimed, owner in _claims(fact, account, around.scribe.ledger):
        around.suspicions.report(user, what, f"{account} speaks of {claimed}, which is {owner}'s")


def _claims(fact: Fact, account: Account, ledger: Ledger) -> Iterator[tuple[str, str, Account]]:
    """What another account told before, or was told: its kind, its name, whose it is."""
    claimed = command_of(fact)
    owner = ledger.owner_of(claimed) if claimed else None
    if owner is not None and owner != account:
        yield "foreign_id", claimed, owner
    if isinstance(fact, Confirmed | Closing):
        for book in ledger.beside(account):
            if fact.event.ticket and fact.event.ticket in book.positions:
                yield "foreign_ticket", f"position {fact.event.ticket}", book.account
            if fact.event.deal and fact.event.deal in book.deals:
                yield "foreign_deal", f"deal {fact.event.deal}", book.account
