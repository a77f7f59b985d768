"""Reckoning with constants, as far as array sizes, cases and defaults need it."""

from ea.host.translator.types import Basic, is_floating, limits

Number = int | float


def unary(operator: str, value: Number) -> Number | None:
    """The value of an operator before a constant."""
    match operator:
        case "-":
            return -value
        case "+":
            return value
        case "!":
            return int(not value)
        case "~" if isinstance(value, int):
            return ~value
    return None


def binary(operator: str, left: Number, right: Number) -> Number | None:
    """The value of an operator between two constants; None where it has none, as in a division by zero."""
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/" if right:
            return _quotient(left, right)
        case "&&":
            return int(bool(left) and bool(right))
        case "||":
            return int(bool(left) or bool(right))
        case "==" | "!=" | "<" | ">" | "<=" | ">=":
            return int(_compared(operator, left, right))
    return _bits(operator, left, right) if isinstance(left, int) and isinstance(right, int) else None


def _quotient(left: Number, right: Number) -> Number:
    if isinstance(left, int) and isinstance(right, int):
        quotient = abs(left) // abs(right)
        return quotient if (left < 0) == (right < 0) else -quotient
    return left / right


def _compared(operator: str, left: Number, right: Number) -> bool:
    return {
        "==": left == right,
        "!=": left != right,
        "<": left < right,
        ">": left > right,
        "<=": left <= right,
        ">=": left >= right,
    }[operator]


def _bits(operator: str, left: int, right: int) -> int | None:
    match operator:
        case "%" if right:
            return abs(left) % abs(right) * (-1 if left < 0 else 1)
        case "&":
            return left & right
        case "|":
            return left | right
        case "^":
            return left ^ right
        case "<<" if 0 <= right < 64:
            return left << right
        case ">>" if 0 <= right < 64:
            return left >> right
    return None


def fits(value: Number, kind: Basic) -> bool:
    """Whether a constant is within its type."""
    return is_floating(kind) or (limits(kind)[0] <= value <= limits(kind)[1])
