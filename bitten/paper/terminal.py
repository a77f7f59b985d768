"""The paper terminal: one process that plays a market, keeps an account, and runs the paper EA against a hub.

One thread, as a MetaTrader terminal has for an EA: sockets are drained, the market is played up to now, the EA's timer
is called, and the thread sleeps until a message or the next tick.
"""

import secrets
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from types import FrameType

import attrs
from loguru import logger

from bitten.errors import BittenError, Malformed
from bitten.keys import CurveClient
from bitten.paper.account import PaperAccount
from bitten.paper.bar_book import BarBook
from bitten.paper.broker import Broker
from bitten.paper.broker_values import BrokerAccount
from bitten.paper.ea import Ea
from bitten.paper.ea_values import Identity, Press, State
from bitten.paper.feed import Feed
from bitten.paper.ledger import Ledger
from bitten.paper.link import Link
from bitten.paper.misbehaviour import FaultyLink, Freezes, Gaps, Misbehaviour, dealer_for
from bitten.paper.playback import Playback
from bitten.paper.report import PaperReport, report
from bitten.wire.codec import hub_on_command

FLUSH_MS = 5_000
"""How long the end waits for the hub to ack what it was told."""
QUIET_MS = 500
"""How long no command must have come before the end: the market's last tick may still cause one."""
_TICK_MS = 4
"""The least sleep between two looks at the market: ticks due within it leave together."""


@attrs.frozen(kw_only=True)
class PaperOptions:
    """What `bitten paper` is told. Raises BittenError, which names option and range, for a value outside."""

    user: str
    feed: Feed
    state: Path | None = None
    """Where account, ledger and place in the market live; None: in memory, another account every time."""
    host: str = "127.0.0.1"
    command_port: int = 5555
    feedback_port: int = 5556
    speed: float = 1.0
    """Times the market's own pace, above 0."""
    seconds: float | None = None
    """Wall time after which to stop; None: at the market's end."""
    press: Press = "none"
    misbehaviour: Misbehaviour = attrs.field(factory=Misbehaviour)
    deposit: float = 10_000.0
    leverage: int = 100
    commission: float = 0.0
    """A lot and side."""
    telemetry_ms: int = 5000
    """The pace of the protocol's periods until the hub gives another."""
    curve: CurveClient | None = None
    """None: plain."""
    wait_live: bool = False
    """A new account's market begins only when the session is live."""

    def __attrs_post_init__(self) -> None:
        for name, value, allowed, fits in (
            ("speed", self.speed, "above 0, at most 1000000", 0 < self.speed <= 1_000_000),
            ("seconds", self.seconds, "0 or more", self.seconds is None or self.seconds >= 0),
            ("deposit", self.deposit, "above 0, at most 1e12", 0 < self.deposit <= 1e12),
            ("leverage", self.leverage, "1 to 100000", 1 <= self.leverage <= 100_000),
            ("commission", self.commission, "0 to 1e6", 0 <= self.commission <= 1e6),
        ):
            if not fits:
                raise BittenError(f"{name} {value}: must be {allowed}")


def run(options: PaperOptions) -> PaperReport:
    """Play until the market's end, `seconds`, SIGTERM or SIGINT; then flush, say goodbye and report.

    Both signals are ignored from then on, so that the process, which is to end, does not end without its report.

    Raises BittenError where the ledger or a market file cannot be used, and when the hub refuses this EA for good.
    """
    terminal = Terminal(options)
    try:
        with _told_to_stop(terminal):
            terminal.loop()
        return terminal.report()
    finally:
        terminal.close()


class Terminal:
    """Everything of one terminal. Its clock is wall time at the start plus a monotonic counter (protocol 2.10)."""

    def __init__(self, options: PaperOptions) -> None:
        self._options = options
        self._clock_offset = time.time() - time.monotonic() + options.misbehaviour.skew_ms / 1000
        self._ledger = Ledger.open(options.state)
        try:
            self._build(options)
        except BaseException:
            self._ledger.close()
            raise

    def stop(self) -> None:
        """End soon, from a signal handler or another thread."""
        self._told = True

    def loop(self) -> None:
        """Run until the end has come and what happened was told."""
        while not self._is_over(self._now()):
            self._once()
        if self._ea.refusal is not None:
            refusal = self._ea.refusal
            raise BittenError(f"the hub refused {self._options.user}: {refusal.reason} {refusal.message}".rstrip())
        self._link.send(self._ea.leave("terminal closed"))
        self._link.close(linger_ms=500)

    def report(self) -> PaperReport:
        """The account as it stands."""
        return report(
            self._options.user,
            self._account,
            self._ea.counters,
            market_time=self._ea.market_time,
            ticks_sent=self._link.ticks_sent,
            ticks_dropped=self._link.ticks_dropped,
        )

    def close(self) -> None:
        """Let go of sockets and ledger."""
        self._link.end()
        self._ledger.close()

    # Building

    def _build(self, options: PaperOptions) -> None:
        faults = options.misbehaviour
        luck = [Random(f"{faults.seed} {options.user} {part}") for part in ("broker", "link", "freeze", "gap")]
        broker = self._broker(options)
        self._account = PaperAccount(self._ledger, broker, dealer_for(broker, faults, luck[0]))
        identity = Identity(
            user=options.user, boot=secrets.token_hex(8), telemetry_ms=options.telemetry_ms, press=options.press
        )
        bars = BarBook()
        for symbol in options.feed.specs:
            bars.begin(symbol, options.feed.past(symbol))
        self._ea = Ea(identity, self._account, bars, lambda: faults.latency_ms)
        self._playback = Playback(options.feed.ticks(), options.feed.start, options.speed)
        self._freezes = Freezes(faults, luck[2])
        self._gaps = Gaps(faults, luck[3], options.feed.specs)
        self._told = False
        self._started, self._ending = self._now(), 0
        self._resume_market()
        to = (options.host, options.command_port, options.feedback_port)
        self._link = Link(*to, FaultyLink(faults, luck[1]), options.curve)

    def _broker(self, options: PaperOptions) -> Broker:
        """The account of this ledger; a new one is on a server of its own (protocol 5.6)."""
        market, book = self._ledger.kept("market"), self._ledger.kept("book")
        if book is not None:
            if market != options.feed.name:
                raise BittenError(f"{options.state}: this account trades in {market}, not in {options.feed.name}")
            return Broker.from_state(book, options.feed.specs)
        server = f"Paper-{secrets.token_hex(4)}"
        opened = BrokerAccount(
            server=server,
            login=1 + secrets.randbelow(9_999_999),
            deposit=options.deposit,
            leverage=options.leverage,
            commission=options.commission,
        )
        broker = Broker(opened, options.feed.specs)
        with self._ledger.transaction():
            self._ledger.keep("market", options.feed.name)
            self._ledger.keep("book", broker.to_state())
        return broker

    def _resume_market(self) -> None:
        """Go to the saved place, then through what the market did while this terminal was away."""
        for _ in range(self._account.place):
            if (tick := self._playback.skip()) is not None:
                self._ea.recall(tick)
        now = self._now()
        self._ea.advance(self._playback.market_time(now))
        match self._ledger.kept("anchor"):
            case {"wall": int(wall), "market": int(market), "speed": float(speed)}:
                self._begin(now, market + int((self._wall(now) - wall) * speed))
                while not self._playback.over and self._playback.wait(now) == 0:
                    self._play(now)
                logger.info("the account was away; its market is at {}", self._ea.market_time)
            case _ if not self._options.wait_live:
                self._begin(now, self._options.feed.start)

    def _begin(self, now: int, market_time: int) -> None:
        self._playback.begin(now, market_time)
        self._ledger.keep(
            "anchor", {"wall": self._wall(now), "market": market_time, "speed": float(self._options.speed)}
        )

    # Running

    def _once(self) -> None:
        if freeze := self._freezes.at(self._now() // 1000):
            logger.warning("frozen for {} ms", freeze)
            time.sleep(freeze / 1000)
        now = self._now()
        self._account.blind = now - self._started < self._options.misbehaviour.blind_ms
        if self._ea.state is State.WAITING and now >= self._ea.retry_at:
            self._link.open()
            self._link.send(self._ea.connect(now))
        self._link.flush()
        self._read(now)
        self._play(now)
        self._link.send(self._ea.timer(now))
        if self._ea.state is State.WAITING:
            self._link.close(linger_ms=100)
        self._link.wait(self._pause(self._now()))

    def _read(self, now: int) -> None:
        """Everything that has come, before anything is judged by what has not."""
        while frames := self._link.received():
            for frame in frames:
                try:
                    message = hub_on_command.decode(frame)
                except Malformed as error:
                    self._ea.counters.malformed += 1
                    logger.warning("dropped from the hub: {}", error)
                    continue
                self._link.send(self._ea.receive(message, now))

    def _play(self, now: int) -> None:
        if self._ending:
            return
        if not self._playback.begun and self._ea.state is State.LIVE:
            self._begin(now, self._options.feed.start)
        for tick in self._playback.due(now):
            self._ea.tick(self._gaps.at(tick))
        self._ea.advance(self._playback.market_time(now))

    def _pause(self, now: int) -> int:
        """Milliseconds to sleep: to the next tick, at most to the next look at the timer."""
        timer = max(2, min(100, self._ea.telemetry_ms // 50))
        tick = None if self._ending else self._playback.wait(now)
        return timer if tick is None else max(_TICK_MS, min(timer, tick))

    def _is_over(self, now: int) -> bool:
        if self._ea.state is State.ENDED:
            return True
        if not self._ending and (why := self._reason_to_end(now)):
            self._ending = now
            logger.info("ending: {}", why)
        if not self._ending:
            return False
        if self._told and not self._ea.in_session:
            return True
        quiet = self._told or now - max(self._ending, self._ea.commanded_at) >= QUIET_MS
        return now - self._ending >= FLUSH_MS or (quiet and not self._ea.busy)

    def _reason_to_end(self, now: int) -> str:
        """Why to end now; "" where there is no reason."""
        seconds = self._options.seconds
        if self._told:
            return "told to"
        if seconds is not None and now - self._started >= seconds * 1000:
            return "time is over"
        return "the market is over" if self._playback.over else ""

    def _wall(self, now: int) -> int:
        """What a right clock shows: by it the market goes on while this terminal is away."""
        return now - self._options.misbehaviour.skew_ms

    def _now(self) -> int:
        """The EA's clock, milliseconds."""
        return int((self._clock_offset + time.monotonic()) * 1000)


@contextmanager
def _told_to_stop(terminal: Terminal) -> Iterator[None]:
    """SIGTERM and SIGINT end the loop, and are ignored after its end; only the main thread can be told so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        terminal.stop()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    except BaseException:
        for number, handler in before.items():
            signal.signal(number, handler)
        raise
    # Not a handler of ours: the interpreter takes those away before the process has ended.
    for number in before:
        signal.signal(number, signal.SIG_IGN)
