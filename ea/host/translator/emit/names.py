"""How names, types and strings are written in C++."""

from collections.abc import Collection

from ea.host.translator.diagnostics import Place
from ea.host.translator.syntax import Parameter
from ea.host.translator.types import BASIC, COLOR, DATETIME, STRING, ArrayType, Basic, Element, Type

_KEYWORDS = frozenset(
    """
    alignas alignof and and_eq asm atomic_cancel atomic_commit atomic_noexcept auto bitand bitor catch char8_t char16_t
    char32_t co_await co_return co_yield compl concept const_cast consteval constexpr constinit decltype delete
    dynamic_cast explicit export extern friend goto inline mutable namespace new noexcept not not_eq nullptr operator or
    or_eq reflexpr register reinterpret_cast requires signed static_assert static_cast synchronized template
    thread_local throw try typedef typeid typename union unsigned using virtual volatile wchar_t xor xor_eq ea mql std
    """.split()  # noqa: SIM905 - a list of words is read as words
)
_MACROS = frozenset(
    """
    INT_MIN INT_MAX UINT_MAX LONG_MIN LONG_MAX ULONG_MAX CHAR_MIN CHAR_MAX SHRT_MAX DBL_EPSILON DBL_MAX DBL_MIN FLT_MAX
    SEEK_SET SEEK_CUR SEEK_END M_PI M_E EOF NAN INFINITY errno stdin stdout stderr assert major minor EAGAIN EINTR
    """.split()  # noqa: SIM905 - a list of words is read as words
)
_UNSIGNED = ("uchar", "ushort", "uint", "ulong")


def name(given: str) -> str:
    """A name, moved out of the way of C++'s keywords and of macros in its headers."""
    return f"{given}_" if given in _KEYWORDS or given in _MACROS else given


class Names:
    """Spellings, which differ for what the program declares and what the runtime does."""

    def __init__(self, own: Collection[str]) -> None:
        self._own = own

    def of(self, given: str) -> str:
        """The qualified name of a type, function, variable or constant outside functions."""
        return f"{'ea' if given in self._own else 'mql'}::{name(given)}"

    def element(self, kind: Element) -> str:
        """A type that is no array."""
        if kind in (STRING, DATETIME, COLOR) or (isinstance(kind, Basic) and kind.name in _UNSIGNED):
            return "mql::String" if kind == STRING else f"mql::{kind}"
        return str(kind) if str(kind) in BASIC else self.of(str(kind))

    def type(self, kind: Type) -> str:
        """The type of a variable."""
        if not isinstance(kind, ArrayType):
            return self.element(kind)
        element = self.element(kind.element)
        return f"mql::Array<{element}>" if kind.size is None else f"mql::FixedArray<{element}, {kind.size}>"

    def parameter(self, parameter: Parameter, builtin: bool = False) -> str:
        """A parameter, as it is declared."""
        return f"{self.passed(parameter, builtin)}{name(parameter.name)}"

    def passed(self, parameter: Parameter, builtin: bool = False) -> str:
        """A parameter's type; the runtime takes a string by reference, which it never changes while it reads it."""
        if isinstance(parameter.type, ArrayType):
            return f"mql::{'Const' if parameter.const else ''}ArrayRef<{self.element(parameter.type.element)}> "
        kind = self.element(parameter.type)
        if parameter.reference:
            return f"const {kind} &" if parameter.const else f"{kind} &"
        if builtin:
            return f"const {kind} &" if parameter.type == STRING else f"{kind} "
        return f"const {kind} " if parameter.const else f"{kind} "


def text(value: str) -> str:
    """A string literal of UTF-16."""
    return f'u"{"".join(map(_character, value))}"'


def _character(character: str) -> str:
    code = ord(character)
    if character in '"\\':
        return f"\\{character}"
    if 0x20 <= code < 0x7F:
        return character
    if code < 0xA0 or 0xD800 <= code <= 0xDFFF:
        return f"\\{code:03o}" if code < 0x200 else f'\\x{code:x}" u"'
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def line(place: Place) -> str:
    """What makes compiler and sanitizer speak of this place."""
    return f'#line {place.line} "{place.file}"'
