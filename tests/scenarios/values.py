"""What the names in a scenario stand for: given by the first message in which they are, and the same from then on."""

from collections.abc import Mapping

import attrs

from tests.scenarios.script import Json, ScenarioError, Step


@attrs.define
class Values:
    """The values of `$name`, and how what is said is filled and compared with them."""

    known: Json = attrs.field(factory=dict)

    def matches(self, pattern: object, found: object, now: int) -> bool:
        """Whether what was said is what was expected; a name that has no value takes the one that it finds."""
        if pattern == "$now":
            return found == now
        if isinstance(pattern, str) and pattern.startswith("$"):
            return bool(self.known.setdefault(pattern[1:], found) == found)
        if isinstance(pattern, dict) and isinstance(found, dict):
            return all(key in found and self.matches(value, found[key], now) for key, value in pattern.items())
        if isinstance(pattern, list) and isinstance(found, list):
            return len(pattern) == len(found) and all(
                self.matches(*pair, now) for pair in zip(pattern, found, strict=True)
            )
        return pattern in ("*", found)

    def settle(self, changes: Mapping[str, object], sample: Mapping[str, object]) -> None:
        """A name on its first use in what is injected takes what the sample has there."""
        for key, value in changes.items():
            name = value[1:] if isinstance(value, str) and value.startswith("$") else ""
            if name not in ("", "now", "i") and key in sample and sample[key] != value:
                self.known.setdefault(name, sample[key])

    def fill(self, value: object, step: Step, **more: int) -> object:
        """With every name's value in its place. Raises `ScenarioError` for one that has none."""
        if isinstance(value, dict):
            return {key: self.fill(each, step, **more) for key, each in value.items()}
        if isinstance(value, list):
            return [self.fill(each, step, **more) for each in value]
        if isinstance(value, str) and value.startswith("$"):
            values = {**more, **self.known}
            if value[1:] not in values:
                raise ScenarioError(f"{step.where}: {value} has no value yet")
            return values[value[1:]]
        return value

    def fill_raw(self, raw: str, **more: int) -> bytes:
        """Bytes as a scenario writes them: what is written \\xNN is that byte."""
        for name, value in {**more, **self.known}.items():
            raw = raw.replace(f"${name}", str(value))
        return raw.encode("latin-1").decode("unicode_escape").encode("latin-1") if "\\x" in raw else raw.encode()
