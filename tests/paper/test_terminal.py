"""The paper terminal over real sockets, against a scripted hub (protocol 1, 2, 5, 6)."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs
import pytest

from bitten.errors import BittenError
from bitten.paper.feed import Feed, made_up, recorded_bars, recorded_ticks
from bitten.paper.ledger import LedgerError
from bitten.paper.market import MarketTick
from bitten.paper.misbehaviour import Misbehaviour
from bitten.paper.report import PaperReport
from bitten.paper.terminal import PaperOptions, Terminal, run
from bitten.wire.account import Heartbeat, Ready, Snapshot, Telemetry
from bitten.wire.commands import Close
from bitten.wire.events import Closed, Confirmation
from bitten.wire.market import Tick
from bitten.wire.session import Bye, ByeReason, Goodbye, Hello
from tests.paper.ea_bench import MARKET, SPECS
from tests.paper.scripted_hub import ScriptedHub
from tests.paper.wire_samples import SESSION, fire

DAY = 86_400_000


def feed(*quotes: tuple[int, float], last: int = DAY) -> Feed:
    """Bids at ms after the market's start, with a spread of 2 pips, and a last tick that ends the market."""

    def ticks() -> Iterator[MarketTick]:
        for after, bid in (*quotes, (last, 1.1)):
            yield MarketTick("EURUSD", bid, round(bid + 0.0002, 5), MARKET + after)

    return Feed(name="drawn", specs={"EURUSD": SPECS["EURUSD"]}, start=MARKET, ticks=ticks)


@pytest.fixture
def hub() -> Iterator[ScriptedHub]:
    scripted = ScriptedHub()
    yield scripted
    scripted.close()


def options(hub: ScriptedHub, market: Feed, **changes: object) -> PaperOptions:
    """A terminal for the hub, whose periods are a tenth of the written ones."""
    plain = PaperOptions(
        user="alice",
        feed=market,
        command_port=hub.command_port,
        feedback_port=hub.feedback_port,
        telemetry_ms=500,
        wait_live=True,
    )
    return attrs.evolve(plain, **changes)  # type: ignore[arg-type]  # the fields are what PaperOptions declares


class Running:
    """A terminal in a thread."""

    def __init__(self, chosen: PaperOptions) -> None:
        self._terminal = Terminal(chosen)
        self._thread = threading.Thread(target=self._run)
        self._error: BaseException | None = None

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> PaperReport:
        """Tell it to stop, wait for its end, and read its report."""
        self._terminal.stop()
        return self.end()

    def end(self) -> PaperReport:
        """Wait for its end."""
        self._thread.join(timeout=20)
        assert not self._thread.is_alive()
        if self._error is not None:
            raise self._error
        return self._terminal.report()

    def close(self) -> None:
        self._terminal.stop()
        self._thread.join(timeout=20)
        self._terminal.close()

    def _run(self) -> None:
        try:
            self._terminal.loop()
        except BaseException as error:  # noqa: BLE001 - raised again in the test's own thread
            self._error = error


@contextmanager
def running(chosen: PaperOptions) -> Iterator[Running]:
    terminal = Running(chosen)
    terminal.start()
    try:
        yield terminal
    finally:
        terminal.close()


def test_a_whole_round_over_tcp(hub: ScriptedHub) -> None:
    with running(options(hub, feed((0, 1.1), (1000, 1.1)), speed=100.0)) as terminal:
        hub.go_live(telemetry_ms=500)
        assert hub.expect(Snapshot).positions == ()
        hub.expect(Ready)
        assert hub.expect(Tick).time == MARKET
        hub.expect(Tick)
        hub.send(fire())
        filled = hub.expect(Confirmation)
        assert (filled.status, filled.n, filled.ticket) == ("filled", 1, 1)
        assert hub.expect(Telemetry).positions[0].fire_id == "F1"
        hub.send(Close(session=SESSION, id="C1", expires=2**50, ticket=1, lot=0, if_lot=0.1))
        assert hub.expect(Closed).fire_id == "F1"
        assert hub.expect(Confirmation).status == "done"
        report = terminal.stop()
    assert hub.expect(Goodbye).session == SESSION
    assert [(deal.fire_id, deal.magic, deal.ticket) for deal in report.opened] == [("F1", 1001, 1)]
    assert [(deal.fire_id, deal.reason, deal.profit) for deal in report.closed] == [("F1", "close", -2.0)]
    assert (report.balance, report.unacked, report.ticks_sent, report.ticks_dropped) == (9998.0, 0, 2, 0)
    assert '"user":"alice"' in report.to_json()
    assert "\n" not in report.to_json() + report.summary()


def test_the_market_waits_for_live_and_its_time_goes_on_in_heartbeats(hub: ScriptedHub) -> None:
    with running(options(hub, feed((0, 1.1)), speed=1000.0)):
        hello = hub.expect(Hello)
        assert hello.user == "alice"
        hub.peers.clear()
        hub.expect(Hello)  # no answer: greeted again, and meanwhile no tick was played
        hub.send(Bye(reason=ByeReason.SHUTDOWN, message=""))
        hub.go_live(telemetry_ms=500)
        assert hub.expect(Tick).time == MARKET
        first = hub.expect(Heartbeat)
        assert hub.expect(Heartbeat).time > first.time > MARKET


def test_each_try_has_a_routing_id_of_its_own(hub: ScriptedHub) -> None:
    with running(options(hub, feed((0, 1.1)), telemetry_ms=50)):
        for _ in range(3):
            hub.expect(Hello)
    assert len(set(hub.peers)) >= 3
    assert {len(peer) for peer in hub.peers} == {16}


def test_run_ends_with_the_market_and_flushes_first(hub: ScriptedHub) -> None:
    with running(options(hub, feed((0, 1.1), last=1000), speed=100.0)) as terminal:
        hub.go_live(telemetry_ms=500)
        hub.expect(Tick)
        hub.send(fire())
        hub.expect(Confirmation)
        hub.expect(Goodbye)
        report = terminal.end()
    assert (report.market_time, report.unacked, len(report.positions)) == (MARKET + 1000, 0, 1)


def test_a_refusal_for_good_is_one_clear_line(hub: ScriptedHub) -> None:
    with running(options(hub, feed((0, 1.1)))) as terminal:
        hub.expect(Hello)
        hub.send(Bye(reason=ByeReason.UNKNOWN_USER, message="no [users.alice]"))
        with pytest.raises(BittenError, match=r"the hub refused alice: unknown_user no \[users.alice\]"):
            terminal.end()


def test_a_broken_message_of_the_hub_is_dropped_and_counted(hub: ScriptedHub) -> None:
    with running(options(hub, feed((0, 1.1)))) as terminal:
        hub.go_live(telemetry_ms=500)
        hub.expect(Tick)
        hub.command.send_multipart([hub.peer, b"{"])
        hub.command.send_multipart([hub.peer, b"one", b"two"])
        hub.send(fire())
        hub.expect(Confirmation)
        assert terminal.stop().malformed == 2


def test_started_again_it_is_the_same_account_and_missed_ticks_are_worked(hub: ScriptedHub, tmp_path: Path) -> None:
    market = feed((0, 1.1), (60_000, 1.08), (120_000, 1.1))
    chosen = options(hub, market, state=tmp_path)
    with running(chosen) as terminal:
        first = hub.go_live(telemetry_ms=500)
        hub.expect(Tick)
        hub.send(fire())
        hub.expect(Confirmation)
        hub.acking = False
        before = terminal.stop()
    # Away: at 10,000,000 times its pace the market passes the stop before this terminal is there again.
    away = attrs.evolve(chosen, speed=1_000_000.0)
    anchor_is_kept = Terminal(attrs.evolve(away, seconds=0.0))
    anchor_is_kept.close()
    with running(away) as terminal:
        again = hub.expect(Hello)
        report = terminal.stop()
    assert (again.ea, again.account) == (first.ea, first.account)
    assert (again.life, again.next_event) == (first.life + 2, 3)
    assert report.opened == before.opened
    assert [(deal.reason, deal.price) for deal in report.closed] == [("sl", 1.08)]


def test_a_clock_that_is_off_moves_what_is_said_and_not_the_market(hub: ScriptedHub, tmp_path: Path) -> None:
    chosen = options(hub, feed((0, 1.1), (300_000, 1.08)), state=tmp_path)
    times = []
    for skew_ms in (0, 600_000, 0):
        with running(attrs.evolve(chosen, misbehaviour=Misbehaviour(skew_ms=skew_ms))) as terminal:
            times.append(hub.go_live(telemetry_ms=500).time)
            report = terminal.stop()
        assert report.market_time < MARKET + 300_000
    assert 600_000 <= times[1] - times[0] < 660_000
    assert 0 <= times[2] - times[0] < 60_000


def test_two_terminals_do_not_share_a_state(hub: ScriptedHub, tmp_path: Path) -> None:
    chosen = options(hub, feed((0, 1.1)), state=tmp_path)
    with running(chosen), pytest.raises(LedgerError, match="in use"):
        Terminal(chosen)


def test_an_account_stays_in_its_market(hub: ScriptedHub, tmp_path: Path) -> None:
    chosen = options(hub, feed((0, 1.1)), state=tmp_path)
    Terminal(chosen).close()
    other = attrs.evolve(chosen, feed=attrs.evolve(chosen.feed, name="another"))
    with pytest.raises(BittenError, match="this account trades in drawn, not in another"):
        Terminal(other)
    Terminal(chosen).close()  # the refusal has let go of the file


def test_without_a_state_every_account_is_another(hub: ScriptedHub) -> None:
    servers = set()
    for _ in range(2):
        terminal = Terminal(options(hub, feed((0, 1.1))))
        servers.add(terminal.report().server)
        terminal.close()
    assert len(servers) == 2


@pytest.mark.parametrize(
    ("option", "values"),
    [
        ("speed", [0.0, -1.0, 1e7, float("nan")]),
        ("seconds", [-1.0, float("nan")]),
        ("deposit", [0.0, float("inf")]),
        ("leverage", [0, 100_001]),
        ("commission", [-0.1, float("nan")]),
    ],
)
def test_an_impossible_option_is_refused(hub: ScriptedHub, option: str, values: list[float]) -> None:
    for value in values:
        with pytest.raises(BittenError, match=f"^{option} .*: must be "):
            options(hub, feed(), **{option: value})


def test_lost_and_doubled_messages_lose_and_double_no_fire(hub: ScriptedHub) -> None:
    faults = Misbehaviour(lose=0.4, double=0.5, seed=3)
    with running(options(hub, feed((0, 1.1)), telemetry_ms=50, misbehaviour=faults)) as terminal:
        hub.go_live(telemetry_ms=50)
        while hub.expect(Telemetry).time <= MARKET:  # a lost tick is not repeated: wait for what tells of market time
            pass
        for i in range(20):
            hub.send(fire(id=f"F{i}", magic=i + 1, lot=0.01))
        told: set[str] = set()
        while len(told) < 20:
            told.add(hub.expect(Confirmation).id)
        report = terminal.stop()
    assert sorted(deal.fire_id for deal in report.opened) == sorted(told)


def test_a_seeded_feed_is_the_same_each_time_and_has_a_past() -> None:
    first, second = (made_up(7, ["EURUSD", "GBPUSD"], MARKET) for _ in range(2))
    assert first.name == second.name
    assert [next(ticks) for ticks in (first.ticks(), second.ticks())] == [next(first.ticks())] * 2
    assert set(first.specs) == {"EURUSD", "GBPUSD"}
    past = list(first.past("EURUSD"))
    assert past[-1][0] < first.start
    assert len(past) > 1000


def test_recorded_feeds_know_their_symbol_and_start(market_data: Path) -> None:
    ticks = recorded_ticks([market_data / "EURUSD_2019-01-01_ticks.csv.gz"])
    assert set(ticks.specs) == {"EURUSD"}
    assert next(ticks.ticks()).time == ticks.start
    bars = recorded_bars(market_data / "GBPUSD_2012-02_M1_bid.csv.gz", market_data / "GBPUSD_2012-02_M1_ask.csv.gz")
    assert set(bars.specs) == {"GBPUSD"}
    assert next(bars.ticks()).synthetic


def test_run_raises_what_is_wrong_with_the_state(tmp_path: Path, hub: ScriptedHub) -> None:
    (tmp_path / "broker.db").write_bytes(b"no ledger at all" * 100)
    with pytest.raises(LedgerError, match="damaged"):
        run(options(hub, feed((0, 1.1)), state=tmp_path))
