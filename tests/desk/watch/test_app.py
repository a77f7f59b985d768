"""The watch as a person uses it: keys, what opens, what is sent, and pictures of it."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import attrs
import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from bitten.desk.watch.app import Watch
from bitten.desk.watch.looking import Look
from bitten.desk.watch.screens import Page, Question
from bitten.errors import BittenError, HubNotRunning
from bitten.journal import Journal
from bitten.units import TradingState
from bitten.wire.acts import ClosePosition, OrderAnswer
from bitten.wire.desk import DeskAnswer, DeskRequest, SetTrading, TradingAnswer
from bitten.wire.lately import LogRequest
from tests.desk.watch.samples import LOOK, STATUS

NARROW, WIDE = (80, 24), (140, 40)
Steps = Callable[[Pilot[None]], Awaitable[None]]


@attrs.define
class Hub:
    """Answers as it is told, and keeps what was asked of it."""

    look: Look = LOOK
    trouble: str = ""
    refusal: str = ""
    now: float = 0.0
    requests: list[DeskRequest] = attrs.field(factory=list)

    def seen(self, request: LogRequest) -> Look:
        """A look; the app takes one a second, however slow the test is. Lines are told once."""
        if self.trouble:
            raise HubNotRunning(self.trouble)
        log = self.look.log
        since = request.since if request.hub == log.hub else 0
        new = attrs.evolve(log, lines=tuple(each for each in log.lines if each.n > since))
        return attrs.evolve(self.look, log=new)

    def send(self, request: DeskRequest) -> DeskAnswer:
        """An act."""
        self.requests.append(request)
        if self.refusal:
            raise BittenError(self.refusal)
        if isinstance(request, SetTrading):
            after = request.state
            active = TradingState.ACTIVE
            return TradingAnswer(scope="hub", before=active, set_to=after, after=after, why=request.why, told=())
        return OrderAnswer(id="C1", user="alice", what="close")

    def watch(self) -> Watch:
        """The app before it."""
        return Watch(self.seen, self.send, lambda: self.now)


def use(hub: Hub, steps: Steps, size: tuple[int, int] = NARROW) -> None:
    """Run the app and do these steps. Textual needs asyncio."""

    async def run() -> None:
        async with hub.watch().run_test(size=size) as pilot:
            await settled(pilot)
            await steps(pilot)

    asyncio.run(run())


async def settled(pilot: Pilot[None]) -> None:
    """The threads have answered, and it is drawn."""
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def headline(pilot: Pilot[None]) -> str:
    """What the first line says."""
    return str(pilot.app.query_one("#headline", Static).render())


def told(pilot: Pilot[None]) -> list[str]:
    """What was notified."""
    return [each.message for each in pilot.app._notifications]


def test_halt_needs_a_reason_and_says_what_it_did() -> None:
    hub = Hub()

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("h")
        assert isinstance(pilot.app.screen, Question)
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, Question)  # Not without a reason.
        assert hub.requests == []
        await pilot.press(*"news", "enter")
        await settled(pilot)
        assert told(pilot) == ["hub: active -> halted; no EA is connected to be told"]

    use(hub, steps)
    (sent,) = hub.requests
    assert isinstance(sent, SetTrading)
    assert (sent.state, sent.user, sent.why, sent.flatten) == (TradingState.HALTED, "", "news", False)


def test_escape_leaves_it() -> None:
    hub = Hub()

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("r", *"calm", "escape")
        await settled(pilot)
        assert not isinstance(pilot.app.screen, Question)

    use(hub, steps)
    assert hub.requests == []


def test_a_position_is_closed_by_its_row_and_a_refusal_is_shown() -> None:
    hub = Hub(refusal="ticket 7: [x] gone")

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("tab", "tab", "down", "c")
        assert "CLOSE alice's BUY 0.3 EURUSD" in str(pilot.app.screen.query_one(Static).render())
        await pilot.press("enter")
        await settled(pilot)
        assert told(pilot) == ["ticket 7: [x] gone"]

    use(hub, steps)
    (sent,) = hub.requests
    assert isinstance(sent, ClosePosition)
    assert (sent.user, sent.ticket) == ("alice", 7)


def test_a_signal_is_fired_for_the_one_who_is_left() -> None:
    hub = Hub()

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("f")
        assert pilot.app.screen.query_one("#user", Input).value == "bob"
        await pilot.press("enter")
        await settled(pilot)

    use(hub, steps)
    assert [getattr(each, "user", "") for each in hub.requests] == ["bob"]


def test_nothing_to_fire_or_close_is_said() -> None:
    empty = attrs.evolve(
        LOOK,
        signals=attrs.evolve(LOOK.signals, signals=()),
        positions=attrs.evolve(LOOK.positions, positions=(), commands=()),
    )

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("f", "c")
        assert told(pilot) == ["choose a signal that stands", "choose an open position or a pending order"]

    use(Hub(empty), steps)


def test_enter_opens_a_session_and_escape_goes_back() -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, Page)
        assert "1809442 at Demo-1" in str(pilot.app.screen.query_one(Static).render())
        await pilot.press("escape")
        assert not isinstance(pilot.app.screen, Page)

    use(Hub(), steps)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (("tab", "enter"), "no verdict on MOMENTUM_BURST:EURUSD:M5:1763927700000:B"),
        (("tab", "tab", "enter"), "the journal tells nothing of F9"),
        (("tab", "tab", "down", "enter"), "the journal tells nothing of F7"),
        (("tab", "tab", "tab", "down", "down", "enter"), "no verdict on MOMENTUM_BURST:EURUSD:M5:1763927700000:B"),
        (("tab", "tab", "tab", "enter"), "4 losses in a row"),
    ],
    ids=["verdict", "story of a command", "story of a position", "denial", "lock"],
)
def test_what_a_row_opens_is_read_from_the_journal(tmp_path: Path, keys: tuple[str, ...], said: str) -> None:
    path = tmp_path / "journal.sqlite"
    Journal.open(path).close()
    journal = attrs.evolve(STATUS.journal, path=str(path))

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press(*keys)
        await settled(pilot)
        shown = str(pilot.app.screen.query_one(Static).render()) if isinstance(pilot.app.screen, Page) else ""
        assert any(said in each for each in (shown, *told(pilot)))

    use(Hub(attrs.evolve(LOOK, status=attrs.evolve(STATUS, journal=journal))), steps)


def test_a_hub_that_falls_silent_is_not_shown_as_one_that_lives_and_is_followed_when_it_comes_back() -> None:
    hub = Hub()

    async def steps(pilot: Pilot[None]) -> None:
        app = pilot.app
        assert isinstance(app, Watch)
        assert headline(pilot).startswith(" BITTEN 8.0.0")
        hub.trouble, hub.now = "no hub at desk.sock", 8.0
        app.look()
        await settled(pilot)
        assert headline(pilot).startswith(" NO ANSWER for 8 s")
        assert all(app.query_one(name).has_class("old") for name in ("#stages", "#parts"))
        hub.trouble = ""
        app.look()
        await settled(pilot)
        assert headline(pilot).startswith(" BITTEN 8.0.0")
        assert not app.query_one("#parts").has_class("old")

    use(hub, steps)


def test_it_waits_for_a_hub_that_is_not_there_yet() -> None:
    async def steps(pilot: Pilot[None]) -> None:
        assert headline(pilot) == " no hub yet: no hub at desk.sock "
        await pilot.press("f", "c", "enter")  # There is nothing to act on, and nothing to crash on.

    use(Hub(trouble="no hub at desk.sock"), steps)


def test_a_timer_that_comes_while_the_screen_is_taken_down_breaks_nothing() -> None:
    async def steps(pilot: Pilot[None]) -> None:
        app = pilot.app
        assert isinstance(app, Watch)
        await app.screen.query("*").remove()
        app.draw()

    use(Hub(), steps)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "140x40"])
def test_a_picture(snap_compare: Callable[..., bool], size: tuple[int, int]) -> None:
    assert snap_compare(Hub().watch(), terminal_size=size, run_before=settled)


def test_a_picture_of_silence(snap_compare: Callable[..., bool]) -> None:
    hub = Hub()

    async def silent(pilot: Pilot[None]) -> None:
        await settled(pilot)
        hub.trouble, hub.now = "no hub at desk.sock", 8.0
        assert isinstance(pilot.app, Watch)
        pilot.app.look()
        await settled(pilot)

    assert snap_compare(hub.watch(), terminal_size=NARROW, run_before=silent)


def test_a_picture_of_a_question(snap_compare: Callable[..., bool]) -> None:
    async def asked(pilot: Pilot[None]) -> None:
        await settled(pilot)
        await pilot.press("h")
        pilot.app.screen.query_one("#why", Input).cursor_blink = False
        await pilot.pause()

    assert snap_compare(Hub().watch(), terminal_size=NARROW, run_before=asked)
