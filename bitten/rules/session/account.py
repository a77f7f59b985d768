"""The account as its EA shows it: parts joined, the newest kept (protocol 2.5, 4.1)."""

from typing import Generic, TypeVar

import attrs

from bitten.rules.reconcile import Picture
from bitten.wire.account import Snapshot, Telemetry

M = TypeVar("M", Snapshot, Telemetry)


class Assembly(Generic[M]):
    """Joins parts 1 … `parts` of one message. A part out of its order drops what was gathered."""

    def __init__(self) -> None:
        self._parts: list[M] = []

    def add(self, part: M) -> M | None:
        """The whole, as if it had come in one part, once the last one is here."""
        if part.part == 1:
            self._parts = []
        follows = not self._parts or self._parts[0].parts == part.parts
        if not follows or not part.part == len(self._parts) + 1 <= part.parts:
            self._parts = []
            return None
        self._parts.append(part)
        if part.part < part.parts:
            return None
        parts, self._parts = self._parts, []
        return attrs.evolve(
            parts[0],
            part=1,
            parts=1,
            positions=tuple(position for each in parts for position in each.positions),
            orders=tuple(order for each in parts for order in each.orders),
        )


TELLING_MS = 30_000
"""Six periods: equity and margin that were told longer ago are no ground for a fire. Our own choice."""


class AccountView:
    """What is open in the account, and how old what is known of it is."""

    def __init__(self) -> None:
        self._snapshots = Assembly[Snapshot]()
        self._telemetries = Assembly[Telemetry]()
        self.picture: Picture | None = None
        """The newest whole one; None before the snapshot."""
        self._conflated: Telemetry | None = None
        self.due_at: int | None = None
        """When the telemetry that came beyond the allowance is to be shown; hub time, ms."""

        self._told_at: int | None = None

    def age(self, now: int) -> int:
        """For how long its balance and margin have not been told, ms; 0 as long as they never were."""
        return 0 if self._told_at is None else now - self._told_at

    def snapshot(self, part: Snapshot) -> bool:
        """True: the snapshot is whole."""
        whole = self._snapshots.add(part)
        if whole is not None:
            self.picture = Picture(whole.next_event, whole.positions, whole.orders)
        return whole is not None

    def telemetry(self, part: Telemetry, now: int) -> Telemetry | None:
        """The whole telemetry, once its last part is here. `now`: hub time, ms."""
        whole = self._telemetries.add(part)
        if whole is not None:
            self._told_at = now
        # Without a connection the terminal's lists may be empty, which means nothing.
        if whole is not None and whole.connected and self.picture is not None:
            self.picture = Picture(whole.next_event, whole.positions, whole.orders)
        return whole

    def conflate(self, telemetry: Telemetry, due_at: int) -> None:
        """Keep only the newest of what comes beyond the allowance. The first of them sets the time."""
        self._conflated = telemetry
        self.due_at = due_at if self.due_at is None else self.due_at

    def release(self) -> Telemetry | None:
        """What was kept."""
        kept, self._conflated, self.due_at = self._conflated, None, None
        return kept
