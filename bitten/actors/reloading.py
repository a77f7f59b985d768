"""The configuration read anew: shown before it holds, and whole or not at all.

Read in a thread: nobody who trades waits for a disk, and no halt does.
"""

from collections.abc import Callable
from pathlib import Path

import attrs
import trio
from loguru import logger

from bitten.actors.admission import Regime
from bitten.config import load, problems_in
from bitten.destinations import refuse_unknown
from bitten.difference import Difference, Holds, differences, digest, lockout, while_running
from bitten.errors import ConfigError, ExitCode, JournalError
from bitten.news import read_news
from bitten.rules.citadel import Calendar, Newsroom
from bitten.rules.facts import Reloaded
from bitten.sections import Config
from bitten.wire.desk import Refusal
from bitten.wire.reload import Changed, Reload, ReloadAnswer


@attrs.frozen
class Found:
    """What is written: the configuration, and the calendar that goes with it."""

    config: Config
    calendar: Calendar

    @property
    def digest(self) -> str:
        """A name for all that it says."""
        return digest(self.config, self.calendar.events)


@attrs.frozen
class Reloader:
    """Carries out `bitten reload`."""

    regime: Regime
    source: Path | None
    """The file that the configuration was read from; None: it was made without one."""
    newsroom: Newsroom
    ruled: Callable[[], None]
    """Called once another configuration holds."""

    async def act(self, request: Reload) -> ReloadAnswer | Refusal:
        """Read it; show it, refuse it, or let it hold."""
        if self.source is None:
            return Refusal(message="this hub was not started from a file: there is nothing to read anew")
        try:
            found = await trio.to_thread.run_sync(self._read, self.source, abandon_on_cancel=True)
        except ConfigError as error:
            return self._answer(Found(self._config, self.newsroom.file), problems=tuple(error.problems))
        # From here on nothing waits: what is compared is what holds.
        problems = self._against(found.config)
        if problems or not request.apply:
            return self._answer(found, problems=problems)
        if request.seen not in ("", found.digest):
            return Refusal(message="the files have changed since they were shown: look at them again")
        return self._apply(found, request)

    def _against(self, found: Config) -> tuple[str, ...]:
        """What speaks against it, though it is right in itself."""
        together = while_running(self._config, found)
        locked = lockout(self._config, together)
        return tuple(f"{self.source}: {each}" for each in (*problems_in(together), *([locked] if locked else [])))

    def _read(self, source: Path) -> "Found":
        """What is written now. The calendar is the file that the hub was started with: its path needs a restart."""
        found = load(source)
        refuse_unknown(found.alerts)
        return Found(found, read_news(self._config.citadel))

    def _differences(self, found: "Found") -> tuple[Difference, ...]:
        return (
            *differences(self._config, found.config),
            *_news(self._config.citadel.news_file, self.newsroom.file, found.calendar),
        )

    def _apply(self, found: "Found", request: Reload) -> ReloadAnswer | Refusal:
        shown = self._answer(found)
        told = tuple(_line(each) for each in self._differences(found))
        if told:
            try:
                self.regime.around.scribe.write("desk", Reloaded(changes=told, why=request.why, who=request.who))
            except JournalError as error:
                return Refusal(message=f"not done: {error}", exit_code=int(ExitCode.ERROR))
        ruled = self.regime.rule(while_running(self._config, found.config))
        self.newsroom.read(found.calendar)
        self.ruled()
        for each in told:
            logger.warning("configuration: {}", each)
        return attrs.evolve(shown, applied=True, ended=ruled.ended)

    def _answer(self, found: "Found", problems: tuple[str, ...] = ()) -> ReloadAnswer:
        changed = [Changed(**attrs.asdict(each)) for each in self._differences(found)]
        return ReloadAnswer(
            file=str(self.source),
            differences=tuple(changed),
            problems=problems,
            applied=False,
            digest=found.digest,
            ended=(),
        )

    @property
    def _config(self) -> Config:
        return self.regime.current.config


def _news(path: str, before: Calendar, after: Calendar) -> tuple[Difference, ...]:
    """What differs in the calendar file, as one line."""
    gone, new = set(before.events) - set(after.events), set(after.events) - set(before.events)
    if not (gone or new):
        return ()
    told = f"{len(after)} ({len(new)} new, {len(gone)} gone)"
    return (Difference(key=f"events of {path}", before=str(len(before)), after=told, holds=Holds.NOW),)


def _line(each: Difference) -> str:
    return f"{each.key}: {each.before or 'not there'} -> {each.after or 'not there'} ({each.holds})"
