"""The snippets of refused.toml and accepted.toml, as programs."""

import tomllib
from pathlib import Path

import attrs
import cattrs

_FOLDER = Path(__file__).parent
_BEFORE = "void OnTick()\n  {\n"


@attrs.frozen
class Snippet:
    """A piece of MQL5 and what becomes of it."""

    name: str
    page: str
    inside: str = ""
    source: str = ""
    refusals: tuple[str, ...] = ()
    says: str = ""

    @property
    def program(self) -> str:
        """The whole program."""
        return self.source or f"{_BEFORE}{self.inside}  }}\n"

    @property
    def above(self) -> int:
        """How many lines of the program come before the snippet."""
        return 0 if self.source else _BEFORE.count("\n")


def snippets(file: str) -> list[Snippet]:
    """Those of one file."""
    return cattrs.structure(tomllib.loads((_FOLDER / file).read_text(encoding="utf-8"))["snippet"], list[Snippet])
