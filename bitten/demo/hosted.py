"""The compiled EA in a demo: built and run by `ea/host`, which a checkout has and an installed package has not."""

import re
import subprocess
import sys
from pathlib import Path

import attrs
import msgspec

import bitten
from bitten.errors import BittenError

RUNNER = Path(bitten.__file__).resolve().parents[1] / "ea" / "host" / "run"
_LEFT = re.compile(r"left: (\d+) ticks sent, (\d+) dropped, (\d+) events not acked, (\d+) foreign and (\d+) malformed")


@attrs.frozen(kw_only=True)
class HostedDeal:
    """A deal of the host's broker."""

    deal: int
    ticket: int
    """The position's."""
    magic: int
    """That the position was opened with."""
    comment: str = ""
    fire_id: str = ""
    """"" where the position was none of the hub's."""


@attrs.frozen(kw_only=True)
class HostedPosition:
    """A position that was open at the end."""

    ticket: int
    magic: int


@attrs.frozen(kw_only=True)
class HostReport:
    """The broker's book, and what the EA counted in its last life."""

    user: str
    server: str
    login: int
    opened: tuple[HostedDeal, ...]
    """Of the hub's fires alone, known by their magic: no other program trades this account."""
    closed: tuple[HostedDeal, ...]
    positions: tuple[HostedPosition, ...]
    ticks_played: int
    """That the terminal has shown, in all lives of the account."""
    ticks_sent: int
    ticks_dropped: int
    unacked: int
    """Events that the hub has not acked."""
    foreign: int
    """Messages of another session, dropped."""
    malformed: int


@attrs.frozen(kw_only=True)
class _Line:
    event: str
    text: str = ""
    server: str = ""
    login: int = 0
    opened: tuple[HostedDeal, ...] = ()
    closed: tuple[HostedDeal, ...] = ()
    positions: tuple[HostedPosition, ...] = ()
    ticks_played: int = 0


def build(*, sanitize: bool) -> None:
    """Build the host unless that is done. Raises `BittenError` outside a checkout, and where it cannot be built."""
    if not RUNNER.exists():
        raise BittenError(
            "--ea mql5: an installed bitten has no ea/host, which builds the EA: "
            "run `python -m bitten demo --ea mql5` in a checkout"
        )
    command = [sys.executable, str(RUNNER), "--build", *(["--sanitize"] if sanitize else [])]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        first, *more = ended.stderr.removeprefix("error: ").splitlines()
        raise BittenError(f"--ea mql5: {first}" + (f" (all of it: {RUNNER} --build)" if more else ""))


def read_report(user: str, output: bytes) -> HostReport:
    """What the host said at its end. Raises `BittenError` where it ended without a report."""
    lines = [msgspec.json.decode(line, type=_Line) for line in output.splitlines()]
    book = next((line for line in reversed(lines) if line.event == "report"), None)
    left = next((found for line in reversed(lines) if (found := _LEFT.search(line.text))), None)
    if book is None or left is None:
        raise BittenError(f"the compiled EA of {user} ended without a report: {lines[-1].text if lines else 'no line'}")
    sent, dropped, unacked, foreign, malformed = map(int, left.groups())
    ours = tuple(attrs.evolve(deal, fire_id=deal.comment) for deal in book.opened if deal.magic)
    fires = {deal.ticket: deal.fire_id for deal in ours}
    return HostReport(
        user=user,
        server=book.server,
        login=book.login,
        opened=ours,
        closed=tuple(attrs.evolve(deal, fire_id=fires.get(deal.ticket, "")) for deal in book.closed),
        positions=book.positions,
        ticks_played=book.ticks_played,
        ticks_sent=sent,
        ticks_dropped=dropped,
        unacked=unacked,
        foreign=foreign,
        malformed=malformed,
    )


def why(output: bytes, log: str) -> str:
    """Why the host ended badly: the finding of a sanitizer, or what it said last."""
    said = log.splitlines() + [line.text for line in _critical(output)]
    found = [line for line in said if "runtime error:" in line or line.startswith("SUMMARY:")]
    return (found or said or ["it said nothing"])[-1]


def _critical(output: bytes) -> list[_Line]:
    lines = [msgspec.json.decode(line, type=_Line) for line in output.splitlines()]
    return [line for line in lines if line.event in ("critical", "error")]
