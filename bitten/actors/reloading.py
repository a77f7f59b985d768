"""The configuration read anew: shown before it holds, and whole or not at all.

Read in a thread: nobody who trades waits for a disk, and no halt does.
"""

from pathlib import Path

import attrs
import trio
from loguru import logger

from bitten.actors.admission import Regime
from bitten.config import Config, load, problems_in
from bitten.difference import Difference, differences, digest, lockout, while_running
from bitten.errors import ConfigError, ExitCode, JournalError
from bitten.rules.facts import Reloaded
from bitten.wire.desk import Refusal
from bitten.wire.reload import Changed, Reload, ReloadAnswer


@attrs.frozen
class Reloader:
    """Carries out `bitten reload`."""

    regime: Regime
    source: Path | None
    """The file that the configuration was read from; None: it was made without one."""

    async def act(self, request: Reload) -> ReloadAnswer | Refusal:
        """Read it; show it, refuse it, or let it hold."""
        if self.source is None:
            return Refusal(message="this hub was not started from a file: there is nothing to read anew")
        try:
            found = await trio.to_thread.run_sync(load, self.source, abandon_on_cancel=True)
        except ConfigError as error:
            return self._answer(self._config, problems=tuple(error.problems))
        # From here on nothing waits: what is compared is what holds.
        problems = self._against(found)
        if problems or not request.apply:
            return self._answer(found, problems=problems)
        if request.seen not in ("", digest(found)):
            return Refusal(message="the files have changed since they were shown: look at them again")
        return self._apply(found, request)

    def _against(self, found: Config) -> tuple[str, ...]:
        """What speaks against it, though it is right in itself."""
        together = while_running(self._config, found)
        locked = lockout(self._config, together)
        return tuple(f"{self.source}: {each}" for each in (*problems_in(together), *([locked] if locked else [])))

    def _apply(self, found: Config, request: Reload) -> ReloadAnswer | Refusal:
        shown = self._answer(found)
        told = tuple(_line(each) for each in differences(self._config, found))
        if told:
            try:
                self.regime.around.scribe.write("desk", Reloaded(changes=told, why=request.why, who=request.who))
            except JournalError as error:
                return Refusal(message=f"not done: {error}", exit_code=int(ExitCode.ERROR))
        ruled = self.regime.rule(while_running(self._config, found))
        for each in told:
            logger.warning("configuration: {}", each)
        return attrs.evolve(shown, applied=True, ended=ruled.ended)

    def _answer(self, found: Config, problems: tuple[str, ...] = ()) -> ReloadAnswer:
        changed = [Changed(**attrs.asdict(each)) for each in differences(self._config, found)]
        return ReloadAnswer(
            file=str(self.source),
            differences=tuple(changed),
            problems=problems,
            applied=False,
            digest=digest(found),
            ended=(),
        )

    @property
    def _config(self) -> Config:
        return self.regime.current.config


def _line(each: Difference) -> str:
    return f"{each.key}: {each.before or 'not there'} -> {each.after or 'not there'} ({each.holds})"
