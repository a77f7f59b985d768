"""Strict structuring of plain tables (TOML) into settings classes, and mistakes in words."""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from enum import StrEnum
from math import isfinite
from typing import Any, TypeVar

import attrs
from cattrs import Converter, transform_error
from cattrs.errors import AttributeValidationNote, ClassValidationError, ForbiddenExtraKeysError
from cattrs.gen import make_dict_structure_fn

from bitten.settings import Secret

T = TypeVar("T")


def structure(tables: Mapping[str, object], into: type[T]) -> T:
    """An instance of `into`. Raises what `problems_of` puts into words."""
    return _converter.structure(tables, into)


def problems_of(error: Exception) -> list[str]:
    """One line a mistake: key, what is wrong, what is allowed. Re-raises what is no mistake of the file."""
    lines = []
    for found in transform_error(error, path="", format_exception=_say):
        what, _, where = found.rpartition(" @ ")
        key = where.lstrip(".")
        lines.append(f"{key}{'' if what.startswith(' = ') or not key else ': '}{what}")
    return lines


def _say(error: BaseException, _: type | None) -> str:
    if isinstance(error, ForbiddenExtraKeysError):
        known = [field.name for field in attrs.fields(error.cl)]
        return "; ".join(_unknown(key, known) for key in sorted(error.extra_fields))
    if isinstance(error, KeyError):
        return f"{error.args[0]} is missing"
    if isinstance(error, ValueError | TypeError):
        return str(error)
    raise error


def _unknown(key: str, known: list[str]) -> str:
    close = get_close_matches(key, known, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"known are {', '.join(known)}"
    return f"unknown key {key!r}: {hint}"


# Any: a hook is given whatever the file holds; that is what it is there to refuse.
def _exactly(expected: type, name: str) -> Callable[[Any, Any], Any]:
    def hook(value: Any, _: Any) -> Any:  # noqa: ANN401 - see above
        if type(value) is not expected:
            raise TypeError(f" = {value!r}: must be {name}")
        return value

    return hook


def _number(value: Any, _: Any) -> float:  # noqa: ANN401 - see above
    if type(value) not in (int, float) or not isfinite(value):
        raise TypeError(f" = {value!r}: must be a finite number")
    return float(value)


def _choice(value: Any, into: type[StrEnum]) -> StrEnum:  # noqa: ANN401 - see above
    allowed = [member.value for member in into]
    if value not in allowed:
        raise ValueError(f" = {value!r}: must be one of {', '.join(allowed)}")
    return into(value)


def _settings(into: type[Any]) -> Callable[[Mapping[str, Any], Any], Any]:
    make = make_dict_structure_fn(into, _converter, _cattrs_forbid_extra_keys=True, _cattrs_detailed_validation=True)

    def hook(value: Any, kind: Any) -> Any:  # noqa: ANN401 - see above
        if not isinstance(value, Mapping):
            raise TypeError(f" = {value!r}: must be a table")
        try:
            return make(value, kind)
        except ClassValidationError as error:
            # A constructor stops at its first mistake, and is not reached where a type is wrong: look at every range.
            wrong = {name: each for each in error.exceptions if (name := _field_of(each))}
            others = [each for each in error.exceptions if isinstance(each, ForbiddenExtraKeysError)]
            ranges = _out_of_range(into, {key: each for key, each in value.items() if key not in wrong})
            raise ClassValidationError(error.message, [*wrong.values(), *others, *ranges], into) from None

    return hook


def _field_of(error: Exception) -> str:
    """The field whose value made the error; "" for the constructor's own."""
    notes = getattr(error, "__notes__", [])
    return next((note.name for note in notes if isinstance(note, AttributeValidationNote)), "")


def _out_of_range(into: type[Any], table: Mapping[str, Any]) -> list[Exception]:
    found: list[Exception] = []
    for field in attrs.fields(into):
        if field.validator is not None and field.name in table:
            try:
                field.validator(None, field, table[field.name])
            except ValueError as error:
                found.append(error)
    return found


def _strings(value: Any, _: Any) -> tuple[str, ...]:  # noqa: ANN401 - see above
    if not isinstance(value, list) or any(type(each) is not str for each in value):
        raise TypeError(f" = {value!r}: must be a list of strings")
    return tuple(value)


def _secret(value: Any, _: Any) -> Secret:  # noqa: ANN401 - see above
    if type(value) is not str:
        raise TypeError("must be a string")  # What it is instead may hold the secret.
    return Secret(value)


_converter = Converter(detailed_validation=True, forbid_extra_keys=True)
_converter.register_structure_hook(bool, _exactly(bool, "true or false"))
_converter.register_structure_hook(int, _exactly(int, "a whole number"))
_converter.register_structure_hook(str, _exactly(str, "a string"))
_converter.register_structure_hook(Secret, _secret)
_converter.register_structure_hook(float, _number)
_converter.register_structure_hook(StrEnum, _choice)
_converter.register_structure_hook_func(lambda t: t == tuple[str, ...], _strings)
_converter.register_structure_hook_factory(attrs.has, _settings)
