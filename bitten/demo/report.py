"""What a demo reads of an EA at its end: the book of its simulated broker, whichever EA it was."""

from collections.abc import Sequence
from typing import Protocol


class Opening(Protocol):
    """A deal in of a fire of the hub's."""

    @property
    def fire_id(self) -> str:
        """ "" where only the magic tells."""

    @property
    def magic(self) -> int:
        """The fire's."""


class Closing(Protocol):
    """A deal out."""

    @property
    def deal(self) -> int:
        """Its number at the broker."""

    @property
    def fire_id(self) -> str:
        """ "" where the position was none of the hub's."""


class EaReport(Protocol):
    """The account of a user, and the deals that were made on it."""

    @property
    def user(self) -> str:
        """As the hub's configuration names them."""

    @property
    def server(self) -> str:
        """The broker's."""

    @property
    def login(self) -> int:
        """On that server."""

    @property
    def opened(self) -> Sequence[Opening]:
        """Of the hub's fires alone."""

    @property
    def closed(self) -> Sequence[Closing]:
        """All of them."""
