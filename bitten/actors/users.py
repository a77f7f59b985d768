"""Users while the hub runs: not an actor, but the desk's hand on who may do what.

The operator's command has written the configuration already. Here it comes into force, and into the journal.
"""

from collections.abc import Iterable

import attrs
from loguru import logger

from bitten.actors.admission import Regime, Ruled
from bitten.actors.gatekeeper import Knocked
from bitten.config import problems_in
from bitten.errors import ExitCode, JournalError
from bitten.rules.access import Access, fingerprint
from bitten.rules.facts import UserChanged
from bitten.rules.risk import Mode
from bitten.sections import Config, UserSettings
from bitten.units import Account
from bitten.wire.desk import Refusal, UserRequest
from bitten.wire.users import (
    Enrol,
    PendingAnswer,
    PendingKey,
    PendingRequest,
    SetAccess,
    SetKey,
    SetMode,
    UserAnswer,
    UserChange,
    UsersAnswer,
    UsersRequest,
    UserStatus,
    change_of,
)


@attrs.frozen
class UserDesk:
    """Carries out what operators ask and order about users."""

    regime: Regime
    knocked: dict[str, Knocked]
    """The keys that were refused lately, the newest last."""

    def act(self, request: UserRequest) -> UsersAnswer | PendingAnswer | UserAnswer | Refusal:
        """Do it, and say what was done."""
        match request:
            case UsersRequest():
                return UsersAnswer(users=tuple(self._users()))
            case PendingRequest():
                return PendingAnswer(keys=tuple(self._pending()))
            case Enrol():
                return self._enrol(request)
            case SetAccess():
                return self._set_access(request)
            case SetKey():
                return self._set_key(request)
            case SetMode():
                return self._set_mode(request)

    def _users(self) -> Iterable[UserStatus]:
        config, around = self._config, self.regime.around
        ledger = around.scribe.ledger
        for name, user in sorted(config.users.items()):
            account = user.account or ledger.accounts.get(name)
            session = around.roster.of(name)
            yield UserStatus(
                user=name,
                tier=user.tier,
                mode=user.mode,
                access=user.access,
                why=user.access_why,
                fingerprint=fingerprint(user.public_key) if user.public_key else "",
                login=account.login if account else 0,
                server=account.server if account else "",
                session=session.machine.state if session else "",
                trading=around.scribe.trading_of(name).state,
                open_positions=self._open(name),
            )

    def _pending(self) -> Iterable[PendingKey]:
        now = self.regime.around.clock.now()
        enrolled = {user.public_key for user in self._config.users.values()}
        for each in reversed(self.knocked.values()):
            if each.public_key in enrolled:
                continue
            yield PendingKey(
                public_key=each.public_key,
                fingerprint=each.fingerprint,
                address=each.address,
                first_ms_ago=now - each.first,
                last_ms_ago=now - each.last,
                count=each.count,
            )

    def _enrol(self, request: Enrol) -> UserAnswer | Refusal:
        if request.user in self._config.users:
            return Refusal(message=f"user {request.user!r} is known to this hub already")
        user = UserSettings(
            tier=request.tier,
            mode=request.mode,
            account=Account(request.server, request.login) if request.login else None,
            public_key=request.public_key,
            accept_live=request.accept_live,
        )
        return self._change(request, user, stricter=False)

    def _set_access(self, request: SetAccess) -> UserAnswer | Refusal:
        user = self._config.users.get(request.user)
        if user is None:
            return self._unknown(request.user)
        changed = attrs.evolve(user, access=request.access, access_why=request.why)
        return self._change(request, changed, stricter=request.access is not Access.ENABLED)

    def _set_key(self, request: SetKey) -> UserAnswer | Refusal:
        user = self._config.users.get(request.user)
        if user is None:
            return self._unknown(request.user)
        return self._change(request, attrs.evolve(user, public_key=request.public_key), stricter=True)

    def _set_mode(self, request: SetMode) -> UserAnswer | Refusal:
        user = self._config.users.get(request.user)
        if user is None:
            return self._unknown(request.user)
        modes = self._config.tiers[user.tier].modes
        if request.mode not in modes:
            allowed = f"tier {user.tier} allows {', '.join(modes) or 'none'}"
            return Refusal(message=f"mode {request.mode}: {allowed}", exit_code=int(ExitCode.USAGE))
        changed = attrs.evolve(user, mode=request.mode.value)
        return self._change(request, changed, stricter=request.mode is Mode.MANUAL)

    def _change(self, request: UserChange, user: UserSettings, *, stricter: bool) -> UserAnswer | Refusal:
        """`stricter`: it holds even where the journal cannot be written, and is journaled as soon as it can."""
        name, change, scribe = request.user, change_of(request), self.regime.around.scribe
        config = attrs.evolve(self._config, users={**self._config.users, name: user})
        if problems := problems_in(config):
            return Refusal(message="; ".join(problems), exit_code=int(ExitCode.CONFIGURATION))
        key = fingerprint(user.public_key) if user.public_key else ""
        fact = UserChanged(user=name, change=change, fingerprint=key, why=request.why, who=request.who)
        try:
            scribe.write("desk", fact)
        except JournalError as error:
            if not stricter:
                return Refusal(message=f"not done: {error}")
            scribe.record("desk", fact, urgent=True)
        ruled, holds = self.regime.rule(config), scribe.trading_of(name)
        logger.warning("{} {} by {}: {}", name, change, request.who, request.why or "no reason given")
        return UserAnswer(
            user=name,
            change=change,
            trading=holds.state,
            why=holds.why,
            session=self._session(name, ruled),
            open_positions=self._open(name),
        )

    def _unknown(self, user: str) -> Refusal:
        known = ", ".join(self._config.users) or "none"
        return Refusal(
            message=f"user {user!r} is not known to this hub; known are {known}; `bitten reload` reads the files anew",
            exit_code=int(ExitCode.USAGE),
        )

    def _session(self, user: str, ruled: Ruled) -> str:
        """What became of it, as the answer names it."""
        if user in ruled.ended:
            return "ended"
        here = "" if self.regime.around.roster.of(user) is None else "here"
        return "told" if user in ruled.told else here

    def _open(self, user: str) -> int:
        book = self.regime.around.scribe.ledger.book_of(user)
        return 0 if book is None else book.open_count()

    @property
    def _config(self) -> Config:
        return self.regime.current.config
