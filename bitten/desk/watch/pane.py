"""A table of rows that come and go under a cursor that stays with its row."""

from collections.abc import Sequence
from typing import ClassVar

from rich.console import RenderableType
from textual.binding import Binding, BindingType
from textual.widgets import DataTable

from bitten.desk.watch.tables import Row


class Pane(DataTable[RenderableType]):
    """A titled part of the watch."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select_cursor", "details"),
        Binding("tab", "app.focus_next", "next part"),
    ]

    def __init__(self, title: str, columns: Sequence[str], empty: str, **named: str) -> None:
        super().__init__(cursor_type="row", zebra_stripes=False, cell_padding=1, **named)  # type: ignore[arg-type]  # id alone
        self.border_title, self._names, self._empty = title, columns, empty
        self._keys: list[str] = []

    def on_mount(self) -> None:
        """Its columns."""
        for name in self._names:
            self.add_column(name, key=name)

    @property
    def chosen(self) -> str:
        """The key of the row under the cursor; "": there is none."""
        return self._keys[self.cursor_row] if 0 <= self.cursor_row < len(self._keys) else ""

    def show(self, rows: Sequence[Row]) -> None:
        """These rows, and no others."""
        self.border_subtitle = "" if rows else self._empty
        if [row.key for row in rows] == self._keys:
            for row in rows:
                for name, cell in zip(self._names, row.cells, strict=True):
                    self.update_cell(row.key, name, cell, update_width=True)
            return
        chosen = self.chosen
        self.clear()
        self._keys = [row.key for row in rows]
        for row in rows:
            self.add_row(*row.cells, key=row.key)
        if chosen in self._keys:
            self.move_cursor(row=self._keys.index(chosen))
