"""How a configuration key is declared: once, on the frozen class of the brain that uses it, with range and reason.

`bitten.config` reads the declarations to structure and to refuse a file; the reference in the docs is made from them.
"""

import hashlib
from collections.abc import Callable, Collection
from enum import StrEnum
from math import isfinite
from typing import Any, TypeVar

import attrs

T = TypeVar("T")


class Secret:
    """A key, or a setting, that is shown to nobody: not in a log, a traceback or a status.

    In words it is a mark by which another value is seen to be another.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself, for the one place that needs it."""
        return self._value

    def __str__(self) -> str:
        """Thirty-two bits of a digest: enough to see a change, too few to find the value."""
        return f"secret {hashlib.sha256(self._value.encode()).hexdigest()[:8]}" if self._value else ""

    def __repr__(self) -> str:
        return f"<{self or 'no secret'}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __reduce__(self) -> str:
        raise TypeError("a secret is not copied into other forms")


def setting(
    default: T,
    doc: str,
    *,
    ge: float | None = None,
    le: float | None = None,
    gt: float | None = None,
    choices: Collection[str] | None = None,
    why: str = "",
) -> T:
    """A field with a default, a sentence for the operator, what is allowed, and why a limit is where it is by default.

    Numbers are always finite.
    The class raises ValueError for a value outside, naming key, value and range; the configuration checks types.
    """
    allowed = _allowed(default, ge, le, gt, choices)
    # attrs.field() is typed as what it makes, which this passes on.
    value: T = attrs.field(
        default=default,
        validator=_within(ge, le, gt, choices, allowed),
        metadata={"doc": doc, "allowed": allowed, "why": why},
    )
    return value


def _allowed(
    default: object, ge: float | None, le: float | None, gt: float | None, choices: Collection[str] | None
) -> str:
    if isinstance(default, StrEnum):
        choices = [member.value for member in type(default)]
    if choices is not None:
        return "one of " + ", ".join(choices)
    low = f"at least {_plain(ge)}" if ge is not None else f"above {_plain(gt)}" if gt is not None else ""
    high = f"at most {_plain(le)}" if le is not None else ""
    return ", ".join(filter(None, (low, high)))


def _plain(number: float) -> str:
    """Whole numbers without an exponent, as one would write them into the file."""
    return str(int(number)) if number == int(number) else f"{number:g}"


# Any: an attrs validator is called with the instance and the attribute of whatever class it stands on.
def _within(
    ge: float | None, le: float | None, gt: float | None, choices: Collection[str] | None, allowed: str
) -> Callable[[Any, "attrs.Attribute[Any]", Any], None]:
    def check(_: Any, attribute: "attrs.Attribute[Any]", value: Any) -> None:  # noqa: ANN401 - attrs' own signature
        outside = (
            (isinstance(value, float) and not isfinite(value))
            or (ge is not None and value < ge)
            or (le is not None and value > le)
            or (gt is not None and value <= gt)
            or (choices is not None and value not in choices)
        )
        if outside:
            raise ValueError(f"{attribute.name} = {value!r}: must be {allowed or 'a finite number'}")

    return check
