"""Who may be here by the configuration as it is now, put in force wherever that is asked: keys, sessions, trading."""

from collections.abc import Callable, Mapping

import attrs
from loguru import logger

from bitten.actors.neighbours import Neighbours
from bitten.actors.session import Session
from bitten.current import Current
from bitten.rules.acceptor import UserBinding, barred
from bitten.rules.access import Access, Admission, Directory, fingerprint
from bitten.rules.facts import TradingSet
from bitten.rules.ledger import Ledger
from bitten.sections import Config, UserSettings
from bitten.units import TradingState

MOST_WORDS = 512
"""Letters of a reason that the wire carries (protocol 1.3)."""


def bindings(config: Config, ledger: Ledger) -> Mapping[str, UserBinding]:
    """What each user may connect with."""
    return {
        name: UserBinding(
            account=user.account or ledger.accounts.get(name),
            accept_live=user.accept_live,
            access=user.access,
            sender=str(Admission(name, fingerprint(user.public_key))) if user.public_key else "",
        )
        for name, user in config.users.items()
    }


def directory(config: Config) -> Directory:
    """The keys that are let in."""
    return Directory.of((name, user.public_key, user.access) for name, user in config.users.items())


def restrictions(users: Mapping[str, UserSettings]) -> Mapping[str, TradingSet]:
    """What holds for each user who is not enabled; nothing but another access lifts it."""
    return {
        name: TradingSet(user=name, state=TradingState.REDUCING, why=_words(user), who="configuration")
        for name, user in users.items()
        if user.access is not Access.ENABLED
    }


def _words(user: UserSettings) -> str:
    words = f"{user.access}: {user.access_why}" if user.access_why else f"{user.access} by the operator"
    return words[:MOST_WORDS]


@attrs.frozen
class Ruled:
    """What came of a new configuration, by user."""

    ended: tuple[str, ...]
    """Sessions that were ended, with a bye that says why."""
    told: tuple[str, ...]
    """EAs that were told of another trading state."""


@attrs.frozen
class Regime:
    """Swaps the configuration whole, and sees to it that what is already here obeys."""

    current: Current
    around: Neighbours
    let_in: Callable[[Directory], None]
    """Whose keys are let in from now on."""

    def rule(self, config: Config) -> Ruled:
        """From now on `config` holds."""
        scribe, roster = self.around.scribe, self.around.roster
        before = {session.user: scribe.trading_of(session.user) for session in roster}
        self.current.config = config
        scribe.restricted = restrictions(config.users)
        self.let_in(directory(config))
        users = bindings(config, scribe.ledger)
        ended = tuple(session.user for session in roster if self._end(session, users))
        changed = [session for session in roster if scribe.trading_of(session.user) != before[session.user]]
        for session in changed:
            session.tell_trading()
        return Ruled(ended=ended, told=tuple(session.user for session in changed))

    def _end(self, session: Session, users: Mapping[str, UserBinding]) -> bool:
        """End a session that could not begin any more."""
        bar = barred(session.machine.greeting.hello, users, sender=session.line.sender)
        if bar is None:
            return False
        logger.warning("{}: its session ends: {}", session.user, bar.bye.message)
        session.stop(bar.bye.reason, bar.bye.message)
        # Whoever looks for it from now on must not find one whose user may be unknown already.
        self.around.roster.leave(session)
        return True
