"""The watch itself: it looks once a second, shows what it saw and how old that is, and does what is confirmed."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.events import Resize
from textual.widgets import DataTable, Footer, RichLog, Static

from bitten.desk.watch import acting, tables
from bitten.desk.watch.acting import Act
from bitten.desk.watch.looking import Look, Looking
from bitten.desk.watch.memory import Memory
from bitten.desk.watch.pane import Pane
from bitten.desk.watch.screens import Page, Question
from bitten.desk.watch.stories import story_of, verdict_on
from bitten.errors import BittenError
from bitten.wire.desk import DeskAnswer, DeskRequest

LOOK_S = 1.0
DRAW_S = 0.5
"""Ages and countdowns go on between two looks, and when there is no answer."""
PANES = 4
WIDE = 120
"""Columns from which the parts stand side by side."""


class Watch(App[None]):
    """Everything at a glance."""

    CSS_PATH = "watch.tcss"
    TITLE = "bitten watch"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "fire", "fire"),
        Binding("c", "close", "close"),
        Binding("h", "halt", "halt"),
        Binding("r", "resume", "resume"),
        Binding("q", "quit", "quit"),
    ]

    def __init__(
        self,
        look: Looking,
        send: Callable[[DeskRequest], DeskAnswer],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._look_once, self._send, self._clock = look, send, clock
        self._memory = Memory()
        self._looking = False
        self._headline, self._stages, self._parts = Static(id="headline"), Static(id="stages"), Container(id="parts")
        self._lines = RichLog(id="log", max_lines=1_000, wrap=False)

    def compose(self) -> ComposeResult:
        """From the most urgent at the top to the log at the bottom."""
        yield self._headline
        yield self._stages
        with self._parts:
            yield Pane("sessions", tables.SESSIONS, "none", id="sessions")
            yield Pane("signals that stand", tables.SIGNALS, "none", id="signals")
            yield Pane("in flight and open", tables.FIRES, "nothing", id="fires")
            yield Pane("locked and denied", tables.RESTRAINTS, "nobody", id="restraints")
            self._lines.border_title = "log"
            yield self._lines
        yield Footer()

    def on_mount(self) -> None:
        """Look at once, and from then on."""
        self.set_interval(LOOK_S, self.look)
        self.set_interval(DRAW_S, self.draw)
        self.look()
        self.draw()
        self.query_one("#sessions").focus()

    def on_resize(self, event: Resize) -> None:
        """Side by side where there is room."""
        self.set_class(event.size.width >= WIDE, "wide")

    def look(self) -> None:
        """Ask the hub, unless an answer is still waited for."""
        if not self._looking:
            self._looking = True
            self._look_in_a_thread()

    @work(thread=True)
    def _look_in_a_thread(self) -> None:
        try:
            seen = self._look_once(self._memory.seen)
        except BittenError as error:
            self.call_from_thread(self._failed, str(error))
        else:
            self.call_from_thread(self._saw, seen)

    def _failed(self, trouble: str) -> None:
        self._looking = False
        self._memory.fail(trouble)
        self.draw()

    def _saw(self, look: Look) -> None:
        self._looking = False
        self._memory.take(look, self._clock())
        for line in tables.log_lines(self._memory):
            self._lines.write(line)
        self.draw()

    def draw(self) -> None:
        """Show what is known, and how old it is."""
        memory, now = self._memory, self._clock()
        self._headline.update(tables.headline(memory, now))
        for part in (self._stages, self._parts):
            part.set_class(memory.is_old(now), "old")
        # The timer may come once more while the screen is taken down.
        if memory.newest is None or len(self.query(Pane)) < PANES:
            return
        self._stages.update(tables.stages(memory, now))
        for name, rows in (
            ("sessions", tables.sessions(memory, now)),
            ("signals", tables.signals(memory, now)),
            ("fires", tables.fires(memory)),
            ("restraints", tables.restraints(memory, now)),
        ):
            self._pane(name).show(list(tables.faded(rows) if memory.is_old(now) else rows))

    def _pane(self, name: str) -> Pane:
        return self.query_one(f"#{name}", Pane)

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Enter on a row: what there is to read of it."""
        if self._memory.newest is not None and isinstance(event.data_table, Pane):
            self._open(event.data_table.id or "", event.data_table.chosen)

    def _open(self, pane: str, key: str) -> None:
        look = self._memory.newest
        assert look is not None
        if pane == "sessions":
            self.push_screen(Page(key, list(tables.session_details(look, key))))
        elif pane == "restraints" and key.startswith("lock"):
            user = key.split(" ")[1]
            self.push_screen(Page(user, list(tables.session_details(look, user))))
        else:
            self._read(pane, key)

    @work(thread=True)
    def _read(self, pane: str, key: str) -> None:
        """From the journal, which may be long."""
        look = self._memory.newest
        assert look is not None
        journal = Path(look.status.journal.path)
        try:
            if pane == "fires":
                title, lines = story_of(look, key, journal)
            else:
                title, lines = verdict_on(key.rpartition(" ")[2], journal)
        except BittenError as error:
            self.call_from_thread(self.notify, str(error), severity="error", markup=False)
        else:
            self.call_from_thread(self.push_screen, Page(title, lines))

    def action_halt(self) -> None:
        """Ask who and why, and halt."""
        self._ask(acting.halt())

    def action_resume(self) -> None:
        """Ask who and why, and resume."""
        self._ask(acting.resume())

    def action_fire(self) -> None:
        """Fire the chosen signal."""
        look, chosen = self._memory.newest, self._pane("signals").chosen
        self._ask(acting.fire(look, chosen) if look and chosen else None, "choose a signal that stands")

    def action_close(self) -> None:
        """Close the chosen position, or cancel the chosen order."""
        look, chosen = self._memory.newest, self._pane("fires").chosen
        act = acting.close(look, chosen) if look and chosen else None
        self._ask(act, "choose an open position or a pending order")

    def _ask(self, act: Act | None, otherwise: str = "") -> None:
        if act is None:
            self.notify(otherwise, severity="warning")
            return

        def answered(fields: dict[str, str] | None) -> None:
            if fields is not None:
                self._carry_out(act.request(fields))

        self.push_screen(Question(act.effect, act.fields), answered)

    @work(thread=True)
    def _carry_out(self, request: DeskRequest) -> None:
        try:
            told = acting.said(self._send(request))
        except BittenError as error:
            self.call_from_thread(self.notify, str(error), severity="error", timeout=10, markup=False)
        else:
            self.call_from_thread(self.notify, told, timeout=10, markup=False)
        self.call_from_thread(self.look)
