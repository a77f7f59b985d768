"""What opens above the watch: a page to read, and the question before an act."""

from collections.abc import Sequence
from typing import ClassVar

import attrs
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Label, Static


class Page(ModalScreen[None]):
    """Lines to read: a session's details, a fire's story, a verdict."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,q", "dismiss", "back")]

    def __init__(self, title: str, lines: Sequence[str]) -> None:
        super().__init__()
        self._title, self._lines = title, lines

    def compose(self) -> ComposeResult:
        """A box that scrolls."""
        with VerticalScroll(classes="box") as box:
            box.border_title, box.border_subtitle = self._title, "escape: back"
            yield Static("\n".join(self._lines), markup=False)


@attrs.frozen
class Field:
    """What is asked before an act."""

    name: str
    value: str = ""
    hint: str = ""
    needed: bool = False


class Question(ModalScreen[dict[str, str] | None]):
    """Names the effect of an act and asks what it needs; answers with the fields, or None: it is left."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "leave it")]

    def __init__(self, effect: str, fields: Sequence[Field]) -> None:
        super().__init__()
        self._effect, self._fields = effect, fields

    def compose(self) -> ComposeResult:
        """The effect, and a line for each field."""
        with Vertical(classes="box question") as box:
            box.border_subtitle = "enter: do it   escape: leave it"
            yield Static(self._effect, markup=False)
            for each in self._fields:
                yield Label(f"{each.name}:", markup=False)
                yield Input(each.value, placeholder=each.hint, id=each.name, max_length=512)

    def on_mount(self) -> None:
        """Begin where something is missing."""
        missing = next((each for each in self._fields if each.needed and not each.value), self._fields[-1])
        self.query_one(f"#{missing.name}", Input).focus()

    def on_input_submitted(self) -> None:
        """Do it; or go where something is missing still."""
        told = {each.name: self.query_one(f"#{each.name}", Input).value.strip() for each in self._fields}
        missing = next((each for each in self._fields if each.needed and not told[each.name]), None)
        if missing is None:
            self.dismiss(told)
        else:
            self.query_one(f"#{missing.name}", Input).focus()
