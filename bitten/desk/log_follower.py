"""Follows the hub's log through its desk, over restarts; what the desk does not tell any more, the file does."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Self

import attrs

from bitten.desk.log_lines import Line, between, newest_first
from bitten.errors import HubNotRunning, HubTimeout
from bitten.wire.lately import LogAnswer, LogRequest

Tell = Callable[[LogRequest], LogAnswer]


@attrs.define
class Follower:
    """What was seen last, and of which hub."""

    tell: Tell
    """The desk's answer. Raises `HubNotRunning` and `HubTimeout`."""
    file: Path | None
    _seen: LogRequest
    _last: Line | None
    _gone: bool

    @classmethod
    def after(cls, told: LogAnswer | None, tell: Tell, file: Path | None) -> Self:
        """Begin behind what a hub has told; None: there is none yet."""
        last = next(newest_first(file), None) if file is not None and file.exists() else None
        follower = cls(tell, file, LogRequest(), last, gone=told is None)
        if told is not None:
            follower._take(told)
        return follower

    def look(self) -> list[Line]:
        """What is new. What is not just lines is said on standard error."""
        try:
            answer = self.tell(self._seen)
        except (HubNotRunning, HubTimeout) as error:
            if self._gone:
                return []
            self._gone = True
            say(f"{error}; waiting for it")
            # One that only does not answer tells its lines itself when it goes on.
            return [] if isinstance(error, HubTimeout) else self._last_words()
        restarted = self._seen.hub not in ("", answer.hub)
        if restarted or self._gone:
            say("the hub was started anew" if restarted else "a hub is there")
        missed = self._missed(answer, restarted or self._gone)
        self._gone = False
        return [*missed, *self._take(answer)]

    def _take(self, answer: LogAnswer) -> list[Line]:
        since = self._seen.since if self._seen.hub == answer.hub else 0
        self._seen = LogRequest(hub=answer.hub, since=answer.lines[-1].n if answer.lines else since)
        lines = [Line.of(each) for each in answer.lines]
        self._last = lines[-1] if lines else self._last
        return lines

    def _missed(self, answer: LogAnswer, begins: bool) -> list[Line]:
        """What an earlier hub said after the last look, and what this one has forgotten already."""
        if not answer.lines or not (begins or answer.lost):
            return []
        if self.file is None and answer.lost:
            say(f"{answer.lost} lines are not remembered by the hub, and no file keeps them")
        return self._from_file(Line.of(answer.lines[0]))

    def _last_words(self) -> list[Line]:
        """What a hub that is gone said at the end stands in its file."""
        found = self._from_file(None)
        self._last = found[-1] if found else self._last
        return found

    def _from_file(self, before: Line | None) -> list[Line]:
        return [] if self.file is None or not self.file.exists() else between(self.file, self._last, before)


def say(what: str) -> None:
    """On standard error, which no script reads."""
    print(f"bitten: {what}", file=sys.stderr)
