"""Who is here: the living sessions by their id and by their user. One for the whole hub."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import attrs
from loguru import logger

from bitten.rules.access import user_of

if TYPE_CHECKING:
    from bitten.actors.session import Session


@attrs.define
class Roster:
    """The living sessions; at most one a user."""

    _by_id: "dict[str, Session]" = attrs.field(factory=dict)
    _by_user: "dict[str, Session]" = attrs.field(factory=dict)
    _by_address: "dict[bytes, Session]" = attrs.field(factory=dict)
    _active: int = 0

    def __iter__(self) -> "Iterator[Session]":
        return iter(tuple(self._by_user.values()))

    def __len__(self) -> int:
        return len(self._by_user)

    def session(self, session_id: str) -> "Session | None":
        """The living session of that id."""
        return self._by_id.get(session_id)

    def of(self, user: str) -> "Session | None":
        """The user's living session."""
        return self._by_user.get(user)

    def speaking(self, sender: str) -> "Session | None":
        """The living session of a connection's User-Id; None where all is plain."""
        session = self._by_user.get(user_of(sender))
        return session if session is not None and session.line.sender == sender else None

    def speaking_at(self, routing_id: bytes, sender: str) -> "Session | None":
        """The living session whose commands go to that routing id."""
        session = self._by_address.get(routing_id)
        return session if session is not None and session.line.sender == sender else None

    def enter(self, session: "Session") -> None:
        """A session begins, in place of the user's earlier one."""
        self._by_id[session.id] = self._by_user[session.user] = session
        self._by_address[session.line.routing_id] = session

    def leave(self, session: "Session") -> None:
        """A session has ended; a later one of the same user stays."""
        self._by_id.pop(session.id, None)
        if self._by_address.get(session.line.routing_id) is session:
            del self._by_address[session.line.routing_id]
        if self._by_user.get(session.user) is session:
            del self._by_user[session.user]
        self.count()

    def count(self) -> int:
        """How many users are live; logged when it changes."""
        active = sum(1 for session in self._by_user.values() if session.live)
        if active != self._active:
            self._active = active
            logger.info("active users: {}", active)
        return active
