"""The EAs that a demo can run: the paper EA, which every installation has, and the EA's own source, compiled."""

from collections.abc import Callable

import attrs
import msgspec

from bitten.demo import hosted
from bitten.demo.report import EaReport
from bitten.paper.report import PaperReport


@attrs.frozen
class EaKind:
    """How an EA is started, and how what it said is read."""

    name: str
    command: tuple[str, ...]
    """What follows the Python interpreter; the options that it takes are those of `bitten paper`."""
    read: Callable[[str, bytes], EaReport]
    """The report in what the EA of a user wrote to standard output. Raises `BittenError` where there is none."""
    why: Callable[[bytes, str], str]
    """Why it ended badly, in a line, by what it wrote to standard output and standard error."""


def paper() -> EaKind:
    """The paper EA."""
    return EaKind("paper", ("-m", "bitten", "paper", "--json"), _paper_report, lambda _output, log: last_line(log))


def mql5(*, sanitize: bool) -> EaKind:
    """The compiled EA, which is built first where it is not. Raises `BittenError` where that is not possible."""
    hosted.build(sanitize=sanitize)
    flags = ("--sanitize",) if sanitize else ()
    return EaKind("compiled", (str(hosted.RUNNER), *flags), hosted.read_report, hosted.why)


def last_line(text: str) -> str:
    """What a process said last."""
    lines = text.splitlines()
    return lines[-1] if lines else "it said nothing"


def _paper_report(_user: str, output: bytes) -> PaperReport:
    return msgspec.json.decode(output, type=PaperReport)
