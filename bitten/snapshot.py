"""A snapshot of the ledger beside its journal: what the facts up to one entry fold into, so that a start is quick.

It is a shortcut and nothing more: the facts stay the truth. One that is missing, damaged, of another journal, or made
by another version of the rules is not used, and everything is folded anew. Its file is replaced as a whole.
"""

import hashlib
import os
from contextlib import suppress
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import attrs
import msgspec

from bitten.errors import JournalError
from bitten.rules.ledger import Ledger

SUFFIX = ".snapshot"
_DIGEST_BYTES = 32


@attrs.frozen
class Snapshot:
    """The ledger after entry `seq`."""

    seq: int
    """The last entry that is folded in."""
    checksum: int
    """That entry's: it tells whether the snapshot belongs to the journal that it lies beside."""
    rules: str
    """The rules that folded it."""
    ledger: Ledger


_decoder = msgspec.msgpack.Decoder(Snapshot)


def snapshot_path(journal: Path) -> Path:
    """Where a journal's snapshot lies."""
    return journal.with_name(journal.name + SUFFIX)


@cache
def rules_digest() -> str:
    """A digest of all code that a fold depends on: a ledger that other rules made may mean something else."""
    root = resources.files("bitten")
    parts = [root / name for name in ("rules", "wire", "errors.py", "messages.py", "settings.py", "units.py")]
    digest = hashlib.sha256()
    for part in parts:
        _digest_into(digest, part)
    return digest.hexdigest()


def read(journal: Path) -> Snapshot | None:
    """The journal's snapshot; None where there is none that is whole and of these rules."""
    try:
        raw = snapshot_path(journal).read_bytes()
    except OSError:
        return None
    body = memoryview(raw)[_DIGEST_BYTES:]
    if hashlib.sha256(body).digest() != raw[:_DIGEST_BYTES]:
        return None
    try:
        found = _decoder.decode(body)
    except (msgspec.DecodeError, KeyError):  # Another version's: its fields, or what refers to what, are others.
        return None
    return found if found.rules == rules_digest() else None


def write(journal: Path, seq: int, checksum: int, ledger: Ledger) -> int:
    """Replace the journal's snapshot; its bytes. Raises `JournalError`, with the old one left as it was."""
    body = msgspec.msgpack.encode(Snapshot(seq, checksum, rules_digest(), ledger))
    path = snapshot_path(journal)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(hashlib.sha256(body).digest())
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise JournalError(f"snapshot {path}: cannot be written: {error.strerror}") from None
    return _DIGEST_BYTES + len(body)


def remove(journal: Path) -> None:
    """Leave the journal without a snapshot."""
    snapshot_path(journal).unlink(missing_ok=True)


def _digest_into(digest: "hashlib._Hash", part: Traversable) -> None:
    if part.is_dir():
        for each in sorted(part.iterdir(), key=lambda each: each.name):
            _digest_into(digest, each)
    elif part.name.endswith(".py"):
        digest.update(f"{part.name}\0".encode())
        digest.update(part.read_bytes())
