"""How often a thing is said: once a minute of each kind, with how many were left out in between."""

import attrs

from bitten.units import MINUTE_MS

KINDS = 256
"""Kinds that are told apart; beyond, the one said longest ago is forgotten: strangers must not fill the memory."""


@attrs.define
class _Said:
    at: int
    left_out: int = 0


@attrs.define
class Throttle:
    """Remembers what was said. Times are hub time, ms."""

    every_ms: int = MINUTE_MS
    _said: dict[tuple[str, ...], _Said] = attrs.field(factory=dict)

    def pass_(self, now: int, *kind: str) -> int | None:
        """None where it was said a moment ago; otherwise how many were left out since."""
        said = self._said.get(kind)
        if said is not None and now - said.at < self.every_ms:
            said.left_out += 1
            return None
        self._said.pop(kind, None)
        self._said[kind] = _Said(now)
        if len(self._said) > KINDS:
            del self._said[next(iter(self._said))]
        return 0 if said is None else said.left_out
