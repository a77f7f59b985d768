"""What follows once an event of an EA is durable: whoever acts on it is told, and the log.

Called by the scribe, also when the session that brought the event has ended meanwhile.
"""

from loguru import logger

from bitten.actors.neighbours import Neighbours
from bitten.messages import DealClosed, FireAsked
from bitten.rules.facts import Closing, Confirmed, Entry, Fact, Requested, command_of
from bitten.units import Account


def pass_on(entry: Entry, user: str, account: Account, around: Neighbours) -> None:
    """Tell of a durable event of a user's account. Only posts where it cannot be refused."""
    _look_for_foreign_ids(entry.fact, user, account, around)
    match entry.fact:
        case Confirmed(event=event):
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
            around.stages.spoke("closings", f"{event.symbol} {event.reason}")
            logger.info("{} closed: {} {} {:+.2f}", user, event.symbol, event.reason, entry.fact.net)
            around.xp.post_urgent(DealClosed(user=user, account=account, seq=entry.seq))
        case Requested(event=event):
            around.router.post_urgent(FireAsked(user=user, signal_id=event.signal_id, expires=event.expires))
        case _:
            pass


def _look_for_foreign_ids(fact: Fact, user: str, account: Account, around: Neighbours) -> None:
    """An id that belongs to another account is a security event, and changes nothing there (protocol 6.7)."""
    claimed = command_of(fact)
    owner = around.scribe.ledger.owner_of(claimed) if claimed else None
    if owner in (None, account):
        return
    detail = f"{account} speaks of {claimed}, which is {owner}'s"
    around.suspicions.report(user, "foreign_id", detail)
