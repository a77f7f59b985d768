"""The acceptor: whether a hello begins a session, and the session that begins.

Receives: `Knock`, a hello from a new routing id.
Sends: `bye` to who is refused; to the session that is superseded, that it is.
Journals: that a session began, before its welcome leaves, since it binds the user to an account; what is suspicious.
Fails as: itself alone: the EA starts over after 5 s without an answer.
"""

import secrets
from contextlib import suppress
from typing import get_args

import attrs
from loguru import logger

from bitten.actors.admission import bindings
from bitten.actors.line import Line
from bitten.actors.neighbours import Neighbours
from bitten.actors.session import Session
from bitten.current import Current
from bitten.errors import JournalError, Malformed
from bitten.mailbox import Bounded, Busy
from bitten.nursery import Child, NoSuchChild, Restart, Supervisor, at_once
from bitten.rules.acceptor import Accept, Present, Refuse, judge
from bitten.rules.access import user_of
from bitten.rules.session import Greeting, State
from bitten.rules.session.telling import greeted
from bitten.rules.throttle import Throttle
from bitten.sockets.command import Knock
from bitten.units import Account
from bitten.wire.codec import ea_on_command
from bitten.wire.session import BarsWanted, Bye, ByeReason, Hello, Timeframe, Trading

SESSION_STOP_S = 1.0


@attrs.define(eq=False)
class Acceptor:
    """Begins sessions, under the supervisor that keeps them."""

    current: Current
    around: Neighbours
    sessions: Supervisor
    mailbox: Bounded[Knock] = attrs.field(factory=lambda: Bounded("acceptor", 1_024))
    refused: int = 0
    malformed: int = 0
    _throttle: Throttle = attrs.field(factory=Throttle)

    async def run(self) -> None:
        """Answer hellos for ever."""
        async for knock in self.mailbox:
            try:
                hello = ea_on_command.decode(knock.raw, knock.envelope)
            except Malformed:
                self.malformed += 1
                continue
            if isinstance(hello, Hello):
                try:
                    await self._answer(knock, hello)
                except (JournalError, Busy) as error:
                    # No answer: the EA says hello again, until it can be journaled (protocol 2.3).
                    logger.error("{} not greeted: {}", hello.user, error)

    async def _answer(self, knock: Knock, hello: Hello) -> None:
        around, now = self.around, self.around.clock.now()
        there = around.roster.of(hello.user)
        present = None if there is None else _present(there)
        users = bindings(self.current.config, around.scribe.ledger)
        settings, sessions = self.current.config.session, len(around.roster)
        match judge(hello, users, present, settings, now, sender=knock.sender, sessions=sessions):
            case Refuse(bye=bye, security=security):
                self._refuse(knock, hello, bye, security)
            case Accept():
                # Before the present one is ended: where nothing can be written, that one stays as it is.
                epoch = around.scribe.ledger.epochs.get(hello.user, 0) + 1
                around.scribe.write("acceptor", greeted(hello, epoch))
                if there is not None:
                    await self._supersede(there)
                # What an earlier session brought must count before its cursor is told to the next one.
                await around.scribe.drained()
                self._begin(knock, self._greeting(hello, epoch))

    async def _supersede(self, there: Session) -> None:
        there.stop(ByeReason.SUPERSEDED, "another session of this user began")
        with suppress(NoSuchChild):
            await self.sessions.stop(there.id)
        # One that was never started is not there to be stopped, and does not leave by itself.
        self.around.roster.leave(there)

    def _refuse(self, knock: Knock, hello: Hello, bye: Bye, security: str) -> None:
        self.refused += 1
        self.around.command.send(knock.routing_id, bye)
        if security:
            # Who it is, is what the key says, where there is one; a name in a hello is only a claim.
            user = user_of(knock.sender) if knock.sender else hello.user
            self.around.suspicions.report(user, bye.reason.value, security)
        elif (more := self._throttle.pass_(self.around.clock.now(), hello.user, bye.reason.value)) is not None:
            logger.warning("{} refused: {}: {}{}", hello.user, bye.reason, bye.message, f" (+ {more})" if more else "")

    def _begin(self, knock: Knock, greeting: Greeting) -> None:
        around, hello = self.around, greeting.hello
        session = Session(
            greeting, Line(around.command, knock.routing_id, knock.sender), self.current.config.session, around
        )
        self.sessions.add(
            Child(
                session.id,
                at_once(session.run),
                restart=Restart.TEMPORARY,
                mailbox=session.mailbox,
                stop_timeout=SESSION_STOP_S,
            )
        )
        around.roster.enter(session)
        logger.info(
            "{} greeted: session {} of {} (build {})", hello.user, greeting.epoch, greeting.account, hello.build
        )

    def _greeting(self, hello: Hello, epoch: int) -> Greeting:
        scribe, market = self.around.scribe, self.current.config.market
        trading, book = scribe.trading_of(hello.user), scribe.ledger.books.get(_account(hello))
        return Greeting(
            session=secrets.token_hex(16),
            hello=hello,
            epoch=epoch,
            cursor=scribe.ledger.cursor(_account(hello), hello.ea).n,
            symbols=market.symbols,
            bars=tuple(
                BarsWanted(symbol=symbol, timeframe=timeframe, count=market.warm_up_bars)
                for symbol in market.symbols
                for timeframe in get_args(Timeframe)
                if timeframe in market.warm_up
            ),
            trading=Trading(state=trading.state, reason=trading.why),
            holds={} if book is None else dict(book.holds),
        )


def _account(hello: Hello) -> Account:
    return Account(hello.account.server, hello.account.login)


def _present(session: Session) -> Present | None:
    machine = session.machine
    if machine.state is State.ENDED:
        return None
    hello = machine.greeting.hello
    return Present(
        ea=hello.ea,
        boot=hello.boot,
        life=hello.life,
        lost_since=machine.since if machine.state is State.LOST else None,
        released=session.released,
        sender=session.line.sender,
    )
