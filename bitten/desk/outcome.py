"""What came of a command that an operator sent: followed until the EA has told it."""

import time
from pathlib import Path

import attrs
import typer

from bitten.desk.client import ask
from bitten.desk.options import print_json
from bitten.errors import BittenError, HubTimeout
from bitten.wire.acts import ActRequest, OrderAnswer, OutcomeAnswer, OutcomeRequest

LOOK_S = 0.05
"""Between two looks: a fill takes a broker some tens of milliseconds."""


class NotCarriedOut(BittenError):
    """The EA, or its broker, did not do it."""


@attrs.frozen(kw_only=True)
class Telling:
    """How an act is told."""

    as_json: bool
    wait_s: float


def send(hub: Path, request: ActRequest, how: Telling) -> None:
    """Have the hub do it, and tell what was sent and what came of it.

    Raises `NotCarriedOut`, and `HubTimeout` where nothing came of it in time.
    """
    sent = ask(hub, request)
    assert isinstance(sent, OrderAnswer)
    if not how.as_json:
        typer.echo(f"{sent.user}: sent: {sent.what} ({sent.id})")
    outcome = follow(hub, sent, how.wait_s)
    if how.as_json:
        print_json({**attrs.asdict(sent), "outcome": None if outcome is None else attrs.asdict(outcome)})
    if outcome is None:
        if how.wait_s:
            raise HubTimeout(f"{sent.id}: no outcome within {how.wait_s:g} s: ask `bitten positions`")
        return
    if not outcome.good:
        raise NotCarriedOut(f"{outcome.user}: {outcome.life}: {outcome.message or sent.what}")
    if not how.as_json:
        typer.echo(f"{outcome.user}: {_line(outcome)}")


def follow(hub: Path, sent: OrderAnswer, wait_s: float) -> OutcomeAnswer | None:
    """What came of it; None where nothing did in time."""
    deadline = time.monotonic() + wait_s
    while time.monotonic() < deadline:
        answer = ask(hub, OutcomeRequest(user=sent.user, id=sent.id))
        assert isinstance(answer, OutcomeAnswer)
        if answer.final or answer.good:
            return answer
        time.sleep(LOOK_S)
    return None


def _line(outcome: OutcomeAnswer) -> str:
    if outcome.life == "done":
        return "done"
    return f"{outcome.life}: {outcome.lot:g} lots at {outcome.price:g}, ticket {outcome.ticket}"
