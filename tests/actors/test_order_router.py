"""Orders on what is open, through the desk to the EA and back."""

from pathlib import Path

import apsw
import msgspec
import pytest
from trio.testing import MockClock

from bitten.rules.facts import Intent
from bitten.units import TradingState
from bitten.wire.acts import ClosePosition, ModifyPosition, OrderAnswer
from bitten.wire.desk import Refusal, SetTrading
from tests.scenarios.live import HubTarget, live_hub
from tests.scenarios.runner import play
from tests.scenarios.samples import message
from tests.scenarios.script import START, Setup, parse

OPEN = """\
# 0.0 A position of ours is open.
ea> hello
hub> welcome {"session": "$session"}
ea> spec
ea> confirmation {"n": 1, "id": "F1", "status": "filled", "lot": 0.3}
hub> ack {"n": 1}
ea> snapshot {"next_event": 2, "positions": [{"ticket": 5, "lot": 0.3, "magic": 3121827576205193, "fire_id": "F1"}]}
ea> ready
hub> live
"""
SETUP = Setup(facts=(("intent", {"id": "F1", "lot": 0.3, "sl": 1.09}),))


async def opened(target: HubTarget) -> None:
    await play(parse("open", OPEN), target)


async def told(target: HubTarget, kind: str) -> dict[str, object]:
    """The next message of a type that the EA was sent."""
    while (found := await target.expect("ea")) is not None:
        if found["type"] == kind:
            return found
    raise AssertionError(f"the EA was sent no {kind}")


async def test_a_close_leaves_for_the_ea_as_it_was_journaled(tmp_path: Path, mock_clock: MockClock) -> None:
    async with live_hub(SETUP, tmp_path, mock_clock) as target:
        await opened(target)
        answer = target.hub.desk.act(ClosePosition(user="", ticket=5, lot=0.1, who="op"))
        assert isinstance(answer, OrderAnswer)
        command = await told(target, "close")
        assert (command["ticket"], command["lot"], command["if_lot"]) == (5, 0.1, 0.3)
        intent = target.hub.scribe.ledger.book_of("paper").commands[answer.id].intent  # type: ignore[union-attr]
        assert isinstance(intent, Intent)
        assert msgspec.json.decode(intent.raw) == command


async def test_all_of_a_position_is_closed_without_a_lot(tmp_path: Path, mock_clock: MockClock) -> None:
    async with live_hub(SETUP, tmp_path, mock_clock) as target:
        await opened(target)
        target.hub.desk.act(ClosePosition(user="", ticket=5, lot=0.0, who="op"))
        command = await told(target, "close")
        assert (command["lot"], command["if_lot"]) == (0.0, 0.3)


async def test_two_orders_on_one_position_have_two_ids(tmp_path: Path, mock_clock: MockClock) -> None:
    async with live_hub(SETUP, tmp_path, mock_clock) as target:
        await opened(target)
        first, second = (target.hub.desk.act(ClosePosition(user="", ticket=5, lot=0.1, who="op")) for _ in range(2))
        assert isinstance(first, OrderAnswer)
        assert isinstance(second, OrderAnswer)
        assert first.id != second.id


async def test_a_modify_holds_once_the_ea_has_done_it(tmp_path: Path, mock_clock: MockClock) -> None:
    async with live_hub(SETUP, tmp_path, mock_clock) as target:
        await opened(target)
        answer = target.hub.desk.act(ModifyPosition(user="", ticket=5, sl=1.095, tp=None, who="op"))
        assert isinstance(answer, OrderAnswer)
        command = await told(target, "modify")
        assert command["sl"] == 1.095
        assert "tp" not in command
        book = target.hub.scribe.ledger.book_of("paper")
        assert book is not None
        assert book.holdings[5].sl == 1.09
        done = {"type": "confirmation", "n": 2, "id": answer.id, "status": "done", "lot": 0.0, "time": START}
        done["session"] = command["session"]
        await target.inject("ea", "feedback", msgspec.json.encode(message(done)))
        assert book.holdings[5].sl == 1.095


@pytest.mark.parametrize("state", [TradingState.REDUCING, TradingState.HALTED])
async def test_a_close_passes_in_every_trading_state(
    state: TradingState, tmp_path: Path, mock_clock: MockClock
) -> None:
    async with live_hub(SETUP, tmp_path, mock_clock) as target:
        await opened(target)
        target.hub.desk.act(SetTrading(user="", state=state, why="test", who="op"))
        assert isinstance(target.hub.desk.act(ClosePosition(user="", ticket=5, lot=0.0, who="op")), OrderAnswer)
        assert await told(target, "close")
        loosened = target.hub.desk.act(ModifyPosition(user="", ticket=5, sl=1.0, tp=None, who="op"))
        assert isinstance(loosened, Refusal)


async def test_a_close_passes_while_the_journal_cannot_be_written(tmp_path: Path, mock_clock: MockClock) -> None:
    async with live_hub(SETUP, tmp_path, mock_clock) as target:
        await opened(target)
        disk = apsw.Connection(str(tmp_path / "journal.sqlite"))
        disk.execute("CREATE TRIGGER full BEFORE INSERT ON facts BEGIN SELECT RAISE(ABORT, 'disk is full'); END")
        answer = target.hub.desk.act(ClosePosition(user="", ticket=5, lot=0.0, who="op"))
        assert isinstance(answer, OrderAnswer)
        assert await told(target, "close")
        disk.execute("DROP TRIGGER full")
        disk.close()
        await target.advance(1_000)
        book = target.hub.scribe.ledger.book_of("paper")
        assert book is not None
        assert book.commands[answer.id].sent


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        (ClosePosition(user="", ticket=6, lot=0.0, who="op"), "ticket 6: no open position of ours"),
        (ClosePosition(user="", ticket=5, lot=0.4, who="op"), "position 5 has 0.3 open"),
        (ModifyPosition(user="", ticket=5, sl=None, tp=None, who="op"), "already"),
    ],
    ids=["unknown ticket", "too much", "no change"],
)
async def test_what_cannot_be_done_is_refused_and_nothing_is_sent(
    request_: ClosePosition | ModifyPosition, says: str, tmp_path: Path, mock_clock: MockClock
) -> None:
    async with live_hub(SETUP, tmp_path, mock_clock) as target:
        await opened(target)
        answer = target.hub.desk.act(request_)
        assert isinstance(answer, Refusal)
        assert says in answer.message
        book = target.hub.scribe.ledger.book_of("paper")
        assert book is not None
        assert list(book.commands) == ["F1"]
