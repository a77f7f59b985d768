"""One EA's session: what it says, what the journal and the hub do, and the time go in; effects come out.

Pure: `now` is hub time in milliseconds, everywhere the same clock, never going back.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from bitten.errors import IllegalEvent
from bitten.rules.facts import Action
from bitten.rules.fire import order_id
from bitten.rules.reconcile import NEVER_SEEN_AFTER_MS, Asker, Difference
from bitten.rules.session.account import TELLING_MS, AccountView
from bitten.rules.session.allowance import MALFORMED_WINDOW_MS, Allowance, Patience
from bitten.rules.session.clock import Pulse, RoundTrip
from bitten.rules.session.doubts import Doubts
from bitten.rules.session.effects import AccountSeen, Effect, End, Reconcile, Send, StateChanged
from bitten.rules.session.events import EventCursor
from bitten.rules.session.greeting import Greeting
from bitten.rules.session.intake import NEVER, Intake
from bitten.rules.session.settings import SessionSettings
from bitten.rules.session.settlement import Settlement
from bitten.rules.session.silence import Silence
from bitten.rules.session.table import ON_COMMAND, OURS, SAID, TABLE, Input, Resume, State, input_of
from bitten.units import TradingState
from bitten.wire.account import Heartbeat, Ready, Snapshot, Telemetry
from bitten.wire.advice import TradingAdvice
from bitten.wire.codec import FromEa, NumberedEvent
from bitten.wire.events import Confirmation
from bitten.wire.session import Bye, ByeReason, Goodbye, Hello, Live, Ping, Pong, Trading


class Session:
    """A session from its welcome to its end.

    Effects are to be carried out in order, before the next call. What the EA says never raises; what the hub does
    raises `IllegalEvent` where the table does not allow it, which is a defect of ours.
    """

    def __init__(self, greeting: Greeting, settings: SessionSettings, digests: Mapping[int, str], now: int) -> None:
        """`digests`: what the journal remembers of this EA's events (6.5), kept up to date by its owner."""
        self.greeting = greeting
        self.state = State.GREETED
        self.since = now
        """Since when; hub time, ms."""
        self.counts: Counter[str] = Counter()
        """What was dropped or refused, by reason."""
        self.allowance = Allowance(settings.max_messages_per_s)
        """Who handles market data counts it here, as telemetry is (protocol 8.2)."""
        self._settings = settings
        self._phase = State.GREETED
        """The state but for silence."""
        self._doubts = Doubts(order_id(greeting.account, greeting.session, "history", 1), holds=dict(greeting.holds))
        self._cursor = EventCursor(greeting.cursor, digests)
        self._intake = Intake(greeting.session, self._cursor, self._doubts, self.counts, settings)
        self._settlement = Settlement(greeting, self._cursor, self._doubts)
        self._pulse = Pulse(greeting.session, greeting.hello.time, settings, now)
        self._silence = Silence(settings, now)
        self._patience = Patience(settings.scaled(MALFORMED_WINDOW_MS))
        self._account = AccountView()
        self._ready = False
        self._trading = self._told = greeting.trading
        self._compare_due = False
        self._out: list[Effect] = []

    # What is known

    @property
    def clock_offset(self) -> int:
        """The EA's clock minus the hub's, ms."""
        return self._pulse.offset

    @property
    def clocks_agree(self) -> bool:
        """The clocks are not too far apart to fire (protocol 2.10)."""
        return not self._pulse.skewed

    @property
    def heard_at(self) -> int:
        """When the EA was last heard, on either channel; hub time, ms."""
        return self._silence.heard_at

    @property
    def events_held(self) -> int:
        """The last event of this EA that the journal holds durably."""
        return self._cursor.durable

    @property
    def trading(self) -> Trading:
        """What may be sent to this EA: the given state, or `reducing` while something is held against it."""
        if self._doubts.reason and self._trading.state is TradingState.ACTIVE:
            return Trading(state=TradingState.REDUCING, reason=self._doubts.reason[:512])
        return self._trading

    @property
    def deadline(self) -> int:
        """When `timer` must be called; hub time, ms. `NEVER` after the end."""
        if self.state is State.ENDED:
            return NEVER
        deadlines = (
            self._silence.stale_at(self.state),
            self._silence.lost_at(self.state),
            self._doubts.wake_at if self.state is State.RECONCILING else None,
            self._account.due_at,
        )
        return min(self._pulse.due_at, self._intake.deadline, *(each for each in deadlines if each is not None))

    def asker(self, now: int) -> Asker:
        """Whom `reconcile.compare` may have asked (protocol 5.4)."""
        hello = self.greeting.hello
        return Asker(ea=hello.ea, boot=hello.boot, now=now, patience=self._settings.scaled(NEVER_SEEN_AFTER_MS))

    def busy(self, now: int) -> bool:
        """A command is outstanding: silence may be a blocking call (protocol 2.8)."""
        return self._silence.busy(now)

    def refusal(self, action: Action, now: int) -> str:
        """Why a command may not be sent now; "": it may. To be asked right before it is handed to the socket."""
        if Input.COMMANDED not in TABLE[self.state] or (action == "fire" and self.state is not State.LIVE):
            return f"the session is {self.state}"
        if action != "fire":
            return ""
        if self._silence.quiet(now):
            return f"the EA has told nothing of its account for {now - self._silence.told_at} ms"
        if (age := self._account.age(now)) >= self._settings.scaled(TELLING_MS):
            return f"balance and margin were last told {age} ms ago"
        if self._pulse.skewed:
            return f"the clocks are {abs(self.clock_offset)} ms apart"
        if self.trading.state is not TradingState.ACTIVE:
            return f"{self.trading.state}: {self.trading.reason}"
        return ""

    # What the EA says

    def receive(self, message: FromEa, now: int) -> list[Effect]:
        """A message of either channel. One of another session is dropped and counted (protocol 2.4)."""
        if isinstance(message, Hello):
            kind = Input.HELLO
        elif message.session != self.greeting.session:
            kind = Input.FOREIGN
        else:
            kind = input_of(message)
        if self._enter(kind, now):
            self._handle(message, now)
        if kind in ON_COMMAND and self._silence.feedback_lost(self.state):
            return self._give_up_feedback(now)
        return self._effects()

    def touch(self, now: int) -> bool:
        """Market data of a live session is a sign of life and no more, told in a tenth of the time of `receive`.

        False: the session is in another state, and the message must go through `receive`.
        """
        if self.state is not State.LIVE:
            return False
        self._silence.told(now)
        return True

    def garbled(self, n: int, raw: bytes, now: int) -> list[Effect]:
        """An event of this session whose body cannot be read (protocol 8.1)."""
        if self._enter(Input.GARBLED, now):
            self._out += self._intake.garbled(n, raw, now)[1]
        return self._effects()

    def malformed(self, now: int) -> list[Effect]:
        """A message of this session that cannot be read, and is no event: more than 10 in 60 s end it."""
        self.counts["malformed"] += 1
        if self._enter(Input.MALFORMED, now) and self._patience.exhausted(now):
            return self.stop(ByeReason.MALFORMED, "more than 10 malformed messages in 60 s", now)
        return self._effects()

    # What the hub does

    def start(self, now: int) -> list[Effect]:
        """Welcome the EA; to be called once, first."""
        greeting = self.greeting
        self._out.append(Send(greeting.welcome(self._settings.telemetry_ms, now)))
        self._out += self._settlement.begin()
        self._intake.hear(greeting.hello.next_event, now)
        self._out += self._pulse.ping(now)
        return self._effects()

    def durable(self, n: int, now: int) -> list[Effect]:
        """The journal holds every event up to `n`: they are acked, once a call."""
        if self._enter(Input.DURABLE, now):
            self._out += self._intake.durable(n, now)
            self._compare_due = True
        return self._effects()

    def settle(self, differences: Sequence[Difference], now: int) -> list[Effect]:
        """The answer to `Reconcile`: ask, adopt, wait; with nothing left to ask the session goes live (2.6)."""
        self._enter(Input.COMPARED, now)
        if self.state is State.LIVE:
            self._out += self._settlement.appeared(differences, level=self._level)
            self._doubts.review(differences)
            return self._effects()
        self._out += self._settlement.ask(differences, level=self._level)
        if not self._doubts.open:
            self._out += self._settlement.conclude(differences)
            self._enter(Input.SETTLED, now)
            self._out.append(Send(Live(session=self.greeting.session)))
        return self._effects()

    def reconsider(self) -> list[Effect]:
        """The journal has changed by other means than events: the operator has settled something."""
        self._compare_due = True
        return self._effects()

    def commanded(self, command_id: str, now: int) -> list[Effect]:
        """A command was handed to the socket. Raises `IllegalEvent` where `refusal` was not asked."""
        self._enter(Input.COMMANDED, now)
        self._silence.commanded(command_id, now)
        return self._effects()

    def trade(self, trading: Trading) -> list[Effect]:
        """The trading state of this user is `trading` from now on; the EA is told what holds for it."""
        self._trading = trading
        return self._effects()

    def pardon(self) -> list[Effect]:
        """A person has looked at what is held, and lets the user trade on; what still differs stays in doubt."""
        self._doubts.holds.clear()
        return self._effects()

    def ping(self, now: int) -> tuple[int, list[Effect]]:
        """Ask the EA for a pong at once, as an operator wants to know; the number of the ping, for `answer`."""
        self._out += self._pulse.ping(now)
        return self._pulse.newest, self._effects()

    def answer(self, nonce: int) -> RoundTrip | None:
        """What came of that ping; None: no pong yet, or it is long ago."""
        return self._pulse.answer(nonce)

    def stop(self, reason: ByeReason, message: str, now: int) -> list[Effect]:
        """Say bye. Nothing follows it; an ended session stays as it is."""
        if self.state is not State.ENDED:
            self._out.append(Send(Bye(session=self.greeting.session, reason=reason, message=message)))
            self._enter(Input.STOPPED, now, reason)
            self._out.append(End(reason))
        return self._effects()

    def timer(self, now: int) -> list[Effect]:
        """Do what is due by now. Calling it early does no harm."""
        if self.state is State.ENDED:
            return []
        self._listen(now)
        if now >= self._pulse.due_at:
            self._out += self._pulse.ping(now)
        self._out += self._intake.timer(now)
        if self._account.due_at is not None and now >= self._account.due_at:
            kept = self._account.release()
            self._out += [] if kept is None else [AccountSeen(kept)]
        if self._doubts.wake_at is not None and now >= self._doubts.wake_at:
            self._doubts.wake_at = None
            self._compare_due = True
        return self._effects()

    # Within

    def _enter(self, what: Input, now: int, reason: str = "") -> bool:
        """Go where the table says. False: illegal, or after the end; then nothing has changed but a count."""
        after = TABLE[self.state].get(what)
        if after is None:
            if what in OURS:
                raise IllegalEvent(f"{what} in a session that is {self.state}")
            self.counts["illegal"] += 1
            return False
        if what is Input.FOREIGN or self.state is State.ENDED:
            self.counts["foreign" if what is Input.FOREIGN else "late"] += 1
            return False
        if what in ON_COMMAND:
            self._silence.answered(now)
        elif what in SAID:
            self._silence.told(now)
        if isinstance(after, Resume):
            self._move(self._phase, now, "heard again")
            self._compare_due = True
            after = TABLE[self.state][what]
            assert isinstance(after, State)
        self._move(after, now, reason)
        return True

    def _move(self, new: State, now: int, reason: str) -> None:
        if new is self.state:
            return
        self._out.append(StateChanged(self.state, new, reason))
        self.state, self.since = new, now
        if new not in (State.STALE, State.LOST):
            self._phase = new

    def _effects(self) -> list[Effect]:
        """Everything that has come of a call; what holds for the EA's trading is told when it has changed."""
        if self.trading != self._told and self.state is not State.ENDED:
            self._told = self.trading
            advice = TradingAdvice(session=self.greeting.session, state=self._told.state, reason=self._told.reason)
            self._out.append(Send(advice))
        effects, self._out = [*self._out, *self._compare()], []
        return effects

    def _handle(self, message: FromEa, now: int) -> None:
        match message:
            case Heartbeat(next_event=next_event):
                self._intake.hear(next_event, now)
            case Telemetry():
                self._take_telemetry(message, now)
            case Ping(nonce=nonce, time=echo):
                self._out.append(Send(Pong(session=self.greeting.session, nonce=nonce, time=now, echo=echo)))
            case Pong():
                self._take_pong(message, now)
            case Snapshot():
                self._intake.hear(message.next_event, now)
                self._compare_due = self._account.snapshot(message)
                self._prepare(now)
            case Ready():
                self._take_ready(now)
            case Goodbye(reason=reason):
                self._out.append(End(f"goodbye: {reason}"))
            case event if isinstance(event, NumberedEvent):
                self._take_event(event, now)
            case _:
                pass  # Market data is for those who trade on it; here it is only a sign of life.

    def _take_event(self, event: NumberedEvent, now: int) -> None:
        new, effects = self._intake.event(event, now)
        self._out += effects
        if new and isinstance(event, Confirmation):
            self._silence.concluded(event.id)
            self._doubts.heard_outcome(event.id, event.n)

    def _take_telemetry(self, part: Telemetry, now: int) -> None:
        admitted = self.allowance.admit(now)
        self._intake.hear(part.next_event, now)
        whole = self._account.telemetry(part, now)
        if whole is None:
            return
        if admitted:
            self._account.release()
            self._out.append(AccountSeen(whole))
        else:
            self.counts["conflated"] += 1
            self._account.conflate(whole, self.allowance.renewed_at)
        self._compare_due = True

    def _take_pong(self, pong: Pong, now: int) -> None:
        effects = self._pulse.pong(pong, now)
        if effects is None:
            self.counts["unasked"] += 1
        else:
            self._out += effects

    def _listen(self, now: int) -> None:
        """Draw the conclusion from silence."""
        lost, stale = self._silence.lost_at(self.state), self._silence.stale_at(self.state)
        reason = f"silent for {now - self.heard_at} ms"
        if lost is not None and now >= lost:
            self._enter(Input.SILENT, now, reason)
        elif stale is not None and now >= stale:
            self._enter(Input.QUIET, now, reason)
            self._out += self._pulse.ping(now)

    def _give_up_feedback(self, now: int) -> list[Effect]:
        """Its feedback link is dead and libzmq does not mend it (RECONNECT_IVL −1): the EA is to open both anew."""
        silence = now - self._silence.told_at
        return self.stop(ByeReason.FEEDBACK_LOST, f"nothing on the feedback port for {silence} ms: is it open?", now)

    def _take_ready(self, now: int) -> None:
        self._ready = True
        if self.state is State.LIVE:
            # It repeats its ready: the `live` has not reached it.
            self._out.append(Send(Live(session=self.greeting.session)))
        self._prepare(now)

    def _prepare(self, now: int) -> None:
        if self.state is State.GREETED and self._ready and self._account.picture is not None:
            self._enter(Input.PREPARED, now)
            self._compare_due = True

    @property
    def _level(self) -> bool:
        """The journal holds the events before the picture, and none after it is on its way."""
        picture = self._account.picture
        return picture is not None and self._cursor.received == self._cursor.durable == picture.next_event - 1

    def _compare(self) -> list[Effect]:
        """Have account and journal compared, when the journal has come as far as the account is shown."""
        due, self._compare_due = self._compare_due, False
        in_question = self.state is State.RECONCILING or (self.state is State.LIVE and self._doubts.unsettled)
        picture = self._account.picture
        if not due or not in_question or picture is None or self._cursor.durable < picture.next_event - 1:
            return []
        return [Reconcile(picture)]
