"""Children and supervisors as data. What cannot work is refused where it is written down, before anything starts."""

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Any

import attrs

from bitten.errors import BittenError
from bitten.mailbox import Mailbox
from bitten.supervision.restart import Backoff, Limits, Restart

Ready = Callable[[], None]
"""A body calls it once what others need from it is there; calling it again does nothing."""
Body = Callable[[Ready], Awaitable[None]]
"""Called for every life of a child."""


class BadSpec(BittenError, ValueError):
    """A child or a supervisor that cannot work: who, what is wrong, what is allowed."""


class DuplicateChild(BadSpec):
    """A supervisor has a living child of that name already."""


class Strategy(StrEnum):
    """Who is restarted with a child: nobody, or those that start after it and may depend on it."""

    ONE_FOR_ONE = "one_for_one"
    REST_FOR_ONE = "rest_for_one"


def at_once(body: Callable[[], Awaitable[None]]) -> Body:
    """The body of a child that has nothing to prepare: started as soon as it runs."""

    async def run(ready: Ready) -> None:
        ready()
        await body()

    return run


@attrs.frozen
class Child:
    """A child of a supervisor. Names are unique among the living children of one.

    A child that is a supervisor has its `run` for a body; its stop timeout should cover those of its own children,
    else those that stop after it do not wait for them. Raises `BadSpec`.
    """

    name: str
    body: Body
    restart: Restart = Restart.PERMANENT
    stop_timeout: float = attrs.field(default=5.0, kw_only=True)
    """Seconds from its cancellation until the others stop without waiting for it. Above 0; may be infinite."""
    start_timeout: float = attrs.field(default=60.0, kw_only=True)
    """Seconds it may take to report that it has started. Above 0; may be infinite."""
    mailbox: Mailbox[Any] | None = attrs.field(default=None, kw_only=True)  # Any: messages are moved, never looked at
    """Survives its lives. What a life leaves unfinished goes from here to the dead letters."""

    def __attrs_post_init__(self) -> None:
        _require_name("child", self.name)
        for field, value in (("stop_timeout", self.stop_timeout), ("start_timeout", self.start_timeout)):
            if not value > 0:
                raise BadSpec(f"child {self.name}: {field} is {value!r}, allowed is above 0 s")


@attrs.frozen
class SupervisorSpec:
    """A supervisor, its children in the order in which they start; they stop in the opposite one. Raises `BadSpec`."""

    name: str
    children: tuple[Child, ...] = ()
    strategy: Strategy = Strategy.ONE_FOR_ONE
    limits: Limits = attrs.field(factory=Limits)
    backoff: Backoff = attrs.field(factory=Backoff)

    def __attrs_post_init__(self) -> None:
        _require_name("supervisor", self.name)
        names = [child.name for child in self.children]
        for name in names:
            if names.count(name) > 1:
                raise DuplicateChild(f"supervisor {self.name}: {names.count(name)} children are named {name}")


def _require_name(kind: str, name: str) -> None:
    if not (name and name.isprintable()):
        raise BadSpec(f"{kind}: name is {name!r}, allowed is printable and not empty")
