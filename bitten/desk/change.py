"""A change of a user that is written into the configuration: told to a running hub, and to the operator."""

from pathlib import Path

import attrs
import typer

from bitten.desk.client import Refused, ask, hub_of
from bitten.desk.options import print_json
from bitten.errors import BittenError, HubNotRunning, HubTimeout
from bitten.units import TradingState
from bitten.wire.users import UserAnswer, UserChange, change_of


@attrs.frozen
class Change:
    """A change, the file in which it is written ("": nowhere), and what was written for the trader."""

    request: UserChange
    file: str
    kit: tuple[str, ...] = ()

    def tell(self, config_path: Path | None, as_json: bool) -> None:
        """Tell the hub, if one runs, and the operator what came of it. Raises what the hub says against it."""
        try:
            answer = ask(hub_of(config_path), self.request)
        except HubNotRunning:
            if not self.file:
                raise
            answer = None
        except (Refused, HubTimeout) as error:
            if self.file:
                raise WrittenOnly(f"{self.file} is written, but {error}", error) from None
            raise
        assert answer is None or isinstance(answer, UserAnswer)
        if as_json:
            self._print(answer)
        else:
            self._say(answer)

    def _print(self, answer: UserAnswer | None) -> None:
        user, change = self.request.user, change_of(self.request)
        said = {"user": user, "change": change} if answer is None else attrs.asdict(answer)
        print_json({**said, "in_force": answer is not None, "file": self.file, "kit": self.kit})

    def _say(self, answer: UserAnswer | None) -> None:
        holds = "in force now" if answer is not None else "no hub is running: it takes effect at the next start"
        more = _more(answer) if answer is not None else ""
        typer.echo(f"{self.request.user}: {change_of(self.request)}: {holds}{more}")
        for each in filter(None, (self.file, *self.kit)):
            typer.echo(f"written: {each}")


class WrittenOnly(BittenError):
    """The configuration has the change, the hub has not."""

    def __init__(self, text: str, why: BittenError) -> None:
        super().__init__(text)
        self.exit_code = why.exit_code


def _more(answer: UserAnswer) -> str:
    known = {"ended": "; its session is ended", "told": "; its EA is told", "here": ""}
    parts = known.get(answer.session, "; its EA is not here")
    if answer.trading is not TradingState.ACTIVE:
        parts += f"; trading {answer.trading} ({answer.why})"
    if answer.open_positions:
        parts += f"; open positions: {answer.open_positions}"
    return parts
