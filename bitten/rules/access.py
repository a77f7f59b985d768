"""Who may connect: CURVE public keys, whose they are, and what that connection is called from then on (protocol 1.6).

A key belongs to one user and one installation. The directory is a value: whoever changes it makes another one and puts
it in the old one's place, so nobody sees half of a change.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Self

import attrs

KEY_LETTERS = 40
"""Letters of a CURVE key in Z85 (ZeroMQ RFC 32): 32 bytes."""
_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"
"""The digits of Z85, in their order."""
_Z85 = re.compile(f"[{re.escape(_LETTERS)}]{{{KEY_LETTERS}}}\\Z")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}\Z")


class Access(StrEnum):
    """What a user may do here."""

    ENABLED = "enabled"
    DISABLED = "disabled"  # connects, and may only lower exposure
    REVOKED = "revoked"  # does not connect; what is open is still tracked


@attrs.frozen
class Admission:
    """A key that was let in."""

    user: str
    fingerprint: str

    def __str__(self) -> str:
        """As the User-Id of its connection."""
        return f"{self.user}/{self.fingerprint}"


@attrs.frozen
class Directory:
    """The keys that are let in, and whose they are."""

    _users: Mapping[str, str] = attrs.field(factory=dict)

    @classmethod
    def of(cls, keys: Iterable[tuple[str, str, Access]]) -> Self:
        """Of users, each with the public key (Z85; "" for none) and the access."""
        return cls({key: user for user, key, access in keys if key and access is not Access.REVOKED})

    def admit(self, public_key: str) -> Admission | None:
        """Whose key (Z85) that is; None: nobody's who may connect."""
        user = self._users.get(public_key)
        return None if user is None else Admission(user, fingerprint(public_key))


@lru_cache(4_096)
def fingerprint(public_key: str) -> str:
    """A public key for people: 16 hexadecimal digits of the SHA-256 of its letters, in fours. Raises ValueError."""
    if problem := problem_with(public_key):
        raise ValueError(problem)
    digits = hashlib.sha256(public_key.encode()).hexdigest()[:16]
    return "-".join(digits[place : place + 4] for place in range(0, 16, 4))


def problem_with(public_key: str) -> str:
    """Why this is no CURVE public key; "": it is one."""
    if _Z85.match(public_key) and all(_value(public_key[at : at + 5]) < 2**32 for at in range(0, KEY_LETTERS, 5)):
        return ""
    return f"{public_key!r}: must be a public key of {KEY_LETTERS} letters (Z85)"


def _value(group: str) -> int:
    """Of five letters, which are four bytes."""
    return sum(_LETTERS.index(letter) * 85**place for place, letter in enumerate(reversed(group)))


def problem_with_name(user: str) -> str:
    """Why no user can be called so; "": one can. An id of the wire (protocol 1.3) that makes no hidden file."""
    if _NAME.match(user):
        return ""
    return f"user {user!r}: must be 1 to 64 of A-Z a-z 0-9 . _ : -, a letter or digit first"


def user_of(sender: str) -> str:
    """The user that a connection's User-Id speaks for; "" where all is plain."""
    return sender.rpartition("/")[0]
