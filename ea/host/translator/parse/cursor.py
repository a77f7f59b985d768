"""A place in the tokens, and the names of types met so far."""

from collections.abc import Sequence

from ea.host.translator.diagnostics import Place, outside, refused
from ea.host.translator.lexer import Kind, Token
from ea.host.translator.types import BASIC, Element, EnumType, StructType

FOREIGN = frozenset(
    """
    auto nullptr constexpr decltype noexcept static_cast reinterpret_cast const_cast try catch throw goto std friend
    mutable explicit volatile wchar_t inline unsigned typename size_t
    """.split()  # noqa: SIM905 - a list of words is read as words
)
"""Words of C++ that mean nothing in MQL5."""
BEYOND = {
    "template": "templates",
    "virtual": "virtual functions",
    "override": "virtual functions",
    "interface": "interfaces",
    "union": "unions",
    "new": "class pointers",
    "delete": "class pointers",
    "dynamic_cast": "class pointers",
    "GetPointer": "class pointers",
    "operator": "operator overloading",
    "typedef": "pointers to functions",
    "namespace": "namespaces",
    "extern": "extern variables",
    "export": "exported functions",
    "sinput": "sinput",
    "pack": "packing",
    "final": "inheritance",
}
"""Words of MQL5 that the subset does without."""


class Cursor:
    """Reads tokens from first to last."""

    def __init__(self, tokens: Sequence[Token], known: dict[str, Element] | None = None) -> None:
        self._tokens = tokens
        self._at = 0
        self.types: dict[str, Element] = {**BASIC, **(known or {})}
        self.builtin = known is None
        """Whether this is the prelude, which may say what a program may not."""

    @property
    def token(self) -> Token:
        """The one at hand."""
        return self._tokens[self._at]

    @property
    def place(self) -> Place:
        """Where the one at hand is."""
        return self.token.place

    def ahead(self, steps: int = 1) -> Token:
        """One further on; the last one where there are not so many."""
        return self._tokens[min(self._at + steps, len(self._tokens) - 1)]

    def next(self) -> Token:
        """Take the one at hand."""
        token = self.token
        if token.kind is not Kind.END:
            self._at += 1
        return token

    def at(self, *texts: str) -> bool:
        """Whether a name or mark at hand is one of these."""
        return self.token.kind in (Kind.NAME, Kind.MARK) and self.token.text in texts

    def take(self, *texts: str) -> Token | None:
        """Take the one at hand if it is one of these."""
        return self.next() if self.at(*texts) else None

    def expect(self, text: str, number: int = 149) -> Token:
        """Take the one at hand, which must be `text`; otherwise refused under that number."""
        taken = self.take(text)
        if taken is None:
            raise refused(self.place, number, f"'{text}' expected, found {self.found}")
        return taken

    @property
    def found(self) -> str:
        """The one at hand, for a message."""
        return f"'{self.token.text}'"

    def identifier(self) -> Token:
        """Take a name that is free to be given."""
        self.refuse_foreign()
        if self.token.kind is not Kind.NAME:
            raise refused(self.place, 228, f"a name is expected, found {self.found}")
        if self.token.text in RESERVED or self.token.text in BASIC:
            raise refused(self.place, 149, f"{self.found} is a word of the language and no name")
        if len(self.token.text) > 63:
            raise refused(self.place, 126, f"the name {self.found} is longer than 63 characters")
        return self.next()

    def refuse_foreign(self) -> None:
        """Refuse a word of C++, or of MQL5 beyond the subset."""
        if self.token.kind is not Kind.NAME or self.builtin:
            return
        if self.token.text in FOREIGN:
            raise refused(self.place, 149, f"{self.found} is C++, not MQL5")
        if self.token.text in BEYOND:
            raise outside(self.place, f"{self.found}: {BEYOND[self.token.text]} are outside the subset")

    def at_type(self) -> bool:
        """Whether the name of a type is at hand."""
        return self.token.kind is Kind.NAME and (self.token.text in self.types or self.token.text in ("struct", "enum"))

    def type(self) -> Element:
        """Take the name of a type; a pointer to it is refused."""
        self.refuse_foreign()
        if self.take("struct", "enum") and self.token.text not in self.types:
            raise refused(self.place, 281, f"{self.found} is no declared type")
        named = self.types.get(self.token.text)
        if named is None:
            raise refused(self.place, 116, f"a type is expected, found {self.found}")
        self.next()
        if named in (BASIC["int"], BASIC["long"]) and self.at("int", "long", "double"):
            raise refused(self.place, 149, f"'{named} {self.token.text}' is C++, not MQL5")
        if self.at("*"):
            raise _pointer(named, self.place)
        return named


def _pointer(to: Element, place: Place) -> Exception:
    if isinstance(to, StructType):
        return outside(place, f"'{to} *': class pointers are outside the subset")
    kind = "an enumeration" if isinstance(to, EnumType) else f"'{to}'"
    return refused(place, 253, f"a pointer to {kind}: MQL5 has them for classes only")


RESERVED = frozenset(
    """
    break case class const continue default do else enum false for if input private protected public return sizeof
    static struct switch this true while NULL
    """.split()  # noqa: SIM905 - a list of words is read as words
)
