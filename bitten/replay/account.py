"""The one account of a replay: what its terminal shows, and what its broker does, in the words of an EA."""

from collections.abc import Callable, Iterable

import attrs

from bitten.paper import wire_view
from bitten.paper.broker import Broker
from bitten.paper.broker_values import BrokerAccount, Deal
from bitten.paper.commands import asked, done_or_not
from bitten.paper.outcomes import answered, closed
from bitten.replay.caring import Caring
from bitten.replay.chronicle import Chronicle
from bitten.replay.market import Market
from bitten.replay.playing import Playing
from bitten.rules.facts import EquityNoted, Intent, Sent, digest
from bitten.rules.history import ReplaySettings
from bitten.rules.intending import Addressee, care_intent
from bitten.rules.session import Greeting, Record
from bitten.rules.session.telling import fact_of, greeted
from bitten.rules.terminal import TerminalView
from bitten.units import DAY_MS, TradingState
from bitten.wire.account import Telemetry
from bitten.wire.codec import NumberedEvent, hub_on_command
from bitten.wire.commands import Close, Fire, Modify
from bitten.wire.events import Status
from bitten.wire.session import Hello, Trading

USER, SERVER, LOGIN, EA = "replay", "Replay", 1, "replay"


class ReplayAccount:
    """Broker, terminal and EA in one, without delay: what the gate sees of the account is what it is."""

    def __init__(
        self,
        market: Market,
        settings: ReplaySettings,
        chronicle: Chronicle,
        caring: Caring,
        *,
        each_tick: bool,
        then: Callable[[], None],
    ) -> None:
        """`then` is called after each closing deal."""
        opened = BrokerAccount(
            server=SERVER,
            login=LOGIN,
            leverage=settings.leverage,
            deposit=settings.deposit,
            commission=settings.commission,
            slippage=settings.slippage_points,
        )
        self.broker = Broker(opened, market.specs)
        self.view = TerminalView(opened.utc_offset)
        self.greeting = _greeting(opened, int(market.time[0]))
        self._market = market
        self._chronicle = chronicle
        self._caring = caring
        self._then = then
        self._playing = Playing(market, self.broker, caring.watches, self._tell, self._care_at, each_tick=each_tick)
        self._events = 0
        for symbol, spec in market.specs.items():
            self.view.specs[symbol] = spec
        chronicle.note("session", greeted(self.greeting.hello, self.greeting.epoch))

    def play(self, upto: int) -> None:
        """Let the market go on up to a place; what it closes is told."""
        self._playing.play(upto)

    def look(self, upto: int) -> None:
        """Let it go on up to a place, and show what the terminal shows then."""
        self._playing.look(upto)
        self._show(upto)
        self.view.telemetry = self._telemetry()

    def note_equity(self, place: int) -> None:
        """The account as the quote before this place left it, at the place's time: a minute's, or a day's, first."""
        if place and self.broker.positions():
            self._playing.look(place - 1)
        else:
            self.play(place - 1)
        money, time = self.broker.account(), int(self._market.time[place])
        self._chronicle.now = time
        self._chronicle.note(
            "session",
            EquityNoted(
                user=USER,
                account=self.greeting.account,
                day=(time + self.view.utc_offset) // DAY_MS,
                time=time,
                balance=money.balance,
                equity=money.equity,
            ),
        )

    def fire(self, intent: Intent) -> None:
        """Have the broker carry out a fire, and tell what became of it; its position is cared for from now on."""
        self._execute(intent)
        self._care("")

    def _execute(self, intent: Intent) -> None:
        command = hub_on_command.decode(intent.raw.encode())
        assert isinstance(command, Fire | Close | Modify)
        cause = self._chronicle.ledger.seq_of(intent.account, intent.id)
        self._chronicle.write("session", Sent(id=intent.id, account=intent.account), cause)
        result = asked(command, self.broker, self.broker)
        self._playing.changed()
        if isinstance(command, Close):
            self._tell(deal for deal in self.broker.deals_since(self.broker.time) if deal.deal == result.deal)
        status = Status.FILLED if isinstance(command, Fire) and result.accepted else done_or_not(result)
        self._record(answered(intent.id, status, result, self._chronicle.now), cause)

    def _care_at(self, place: int, symbol: str) -> None:
        """A place that care waits for, or at which the broker has done something."""
        if self.broker.positions():
            self._show(place)
            self._care(symbol)
        else:
            self._caring.rest()

    def _care(self, symbol: str) -> None:
        """Take the steps that are due on positions of `symbol`, or of any, one after the other."""
        book, to = self._chronicle.ledger.book(self.greeting.account, USER), Addressee.of(self.greeting)
        while found := self._caring.due(book, self.view, symbol):
            holding, levels, step = found
            self._chronicle.now = self.view.market_now
            expires = self._chronicle.now + self._caring.expiry_ms
            intent = care_intent(book, holding, levels, step, to, self.view, expires)
            self._chronicle.write("care", intent)
            self._execute(intent)
            symbol = ""  # What it closed may have earned XP, and with it a step on another.

    def _show(self, place: int) -> None:
        """The terminal shows the newest quotes up to a place."""
        for symbol in self._market.specs:
            if quote := self.broker.quote(symbol):
                self.view.tick(symbol, quote.bid, quote.ask, quote.time)
        self.view.market_now = max(self.view.market_now, int(self._market.time[place]))

    def _tell(self, deals: Iterable[Deal]) -> None:
        """At once: what the terminal shows is what it showed then."""
        book = self._chronicle.ledger.book(self.greeting.account, USER)
        for deal in deals:
            self._chronicle.now = deal.time
            quote = self.broker.quote(deal.symbol)
            assert quote is not None
            self.view.tick(deal.symbol, quote.bid, quote.ask, quote.time)
            fire_id = book.magics.get(deal.magic, "")
            self._record(closed(deal, fire_id), self._chronicle.ledger.seq_of(self.greeting.account, fire_id))
            self._then()

    def _record(self, event: NumberedEvent, causes: tuple[int, ...]) -> None:
        self._events += 1
        numbered = attrs.evolve(event, n=self._events)
        fact = fact_of(Record(numbered, digest(numbered)), self.greeting, self.view.utc_offset)
        self._chronicle.write("session", fact, causes)

    def _telemetry(self) -> Telemetry:
        magics, session = self._chronicle.ledger.book(self.greeting.account, USER).magics, self.greeting.session
        told = wire_view.money(self.broker, session=session, time=self.view.market_now, next_event=self._events + 1)
        held = self.broker.positions()
        return attrs.evolve(
            told, positions=tuple(wire_view.position(each, magics.get(each.magic, "")) for each in held)
        )


def _greeting(opened: BrokerAccount, time: int) -> Greeting:
    hello = Hello(
        protocol=1,
        user=USER,
        ea=EA,
        build=0,
        account=wire_view.account_info(opened),
        time=time,
        utc_offset=opened.utc_offset,
        first_event=1,
        next_event=1,
        life=1,
        boot=EA,
        trade_allowed=True,
    )
    return Greeting(
        session=EA,
        hello=hello,
        epoch=1,
        cursor=0,
        symbols=(),
        bars=(),
        trading=Trading(state=TradingState.ACTIVE, reason=""),
    )
