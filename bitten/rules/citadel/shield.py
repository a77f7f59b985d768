"""What a shield is: the whole interface that a plug-in needs.

A shield looks at a `Scene` and answers with `Points` (above 0: for the signal), with a `Veto`, or with None where it
has nothing to say. It must be a function of the scene alone: no state between calls, no clock, no files. An exception
benches it until the hub's CITADEL is started again, and harms nothing else.

    class NoMondays:
        name = "no_mondays"

        def judge(self, scene: Scene) -> Points | Veto | None:
            return Veto("it is Monday") if scene.market.at // DAY_MS % 7 == 4 else None
"""

from math import isfinite
from typing import Protocol, runtime_checkable

import attrs

from bitten import units
from bitten.messages import Conflict
from bitten.rules.citadel.scene import Scene

MOST_POINTS = 10.0
"""A shield alone may take a score from one end to the other, no further."""


def _bounded(_: object, attribute: "attrs.Attribute[float]", value: float) -> None:
    if not (isfinite(value) and abs(value) <= MOST_POINTS):
        raise ValueError(f"{attribute.name} = {value!r}: must be {-MOST_POINTS:g} to {MOST_POINTS:g}")


@attrs.frozen
class Points:
    """What speaks for (above 0) or against a signal. Raises ValueError for points outside -10 to 10, and TypeError."""

    points: float = attrs.field(converter=float, validator=_bounded)
    sentence: str = attrs.field(converter=units.sentence)
    """For people."""


@attrs.frozen
class Veto:
    """Nothing may come of the signal."""

    sentence: str = attrs.field(converter=units.sentence)
    """For people."""


@attrs.frozen
class Conflicts:
    """The signal may not be fired beside these; whether it is, shows when a user fires."""

    conflicts: tuple[Conflict, ...]


Answer = Points | Veto | Conflicts


@runtime_checkable
class Shield(Protocol):
    """A shield, built in or a user's own."""

    name: str
    """Unique; the name of its part in a verdict."""

    def judge(self, scene: Scene) -> Answer | None:
        """What this shield has to say."""


def problem_with(shield: object) -> str:
    """Why an object is not a shield; "" if it is one."""
    if not isinstance(shield, Shield):
        return f"{shield!r} is no shield: it needs name and judge(scene)"
    name: object = shield.name
    if not (isinstance(name, str) and name and name.isascii() and name.isprintable()):
        return f"name = {name!r}: must be printable ASCII"
    return ""
