"""What operators ask and order, over the desk's own socket: true answers, effects that hold, refusals that say why."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import attrs
import msgspec
import pytest
import trio
from trio.testing import MockClock

from bitten.errors import ExitCode
from bitten.rules.facts import TradingSet
from bitten.sockets.channel import DealerChannel
from bitten.sockets.context import open_context
from bitten.units import TradingState
from bitten.wire.desk import (
    DeskAnswer,
    DeskRequest,
    HubStatus,
    Refusal,
    Release,
    ReleaseAnswer,
    SetTrading,
    StatusAnswer,
    StatusRequest,
    TradingAnswer,
    desk_answers,
)
from tests.actors.bench import AUTO, Ea, full_disk, hub, journaled
from tests.scenarios.live import HubTarget
from tests.scenarios.script import START

ONE = {"paper": AUTO}
TWO = {"alice": AUTO, "bob": AUTO}


@attrs.define
class Operator:
    """An operator at the desk's socket."""

    channel: DealerChannel

    async def send(self, raw: bytes) -> DeskAnswer:
        """The answer to these bytes."""
        await self.channel.send(raw)
        with trio.fail_after(5):
            (answer,) = await self.channel.receive_batch()
        return desk_answers.decode(answer)

    async def ask(self, request: DeskRequest) -> DeskAnswer:
        """The answer to a request."""
        return await self.send(msgspec.json.encode(request))

    async def status(self) -> HubStatus:
        """The hub as it says it is."""
        answer = await self.ask(StatusRequest())
        assert isinstance(answer, StatusAnswer)
        return answer.status

    async def set_trading(self, state: TradingState, user: str = "", why: str = "news") -> TradingAnswer:
        """Done, and how."""
        answer = await self.ask(SetTrading(user=user, state=state, why=why, who="op"))
        assert isinstance(answer, TradingAnswer)
        return answer


@asynccontextmanager
async def at_the_desk(target: HubTarget) -> AsyncIterator[Operator]:
    with open_context() as context:
        path = target.hub.current.config.desk_path
        with DealerChannel.connect(context, f"ipc://{path}") as channel:
            yield Operator(channel)


async def test_the_status_is_true(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target, at_the_desk(target) as operator:
        ea = Ea(target)
        await ea.go_live()
        await ea.tick()
        (fire,) = await ea.got("fire")
        await ea.filled(fire)
        await ea.telemetry(equity=10_012.5, positions=[{"ticket": 5, "lot": fire["lot"], "fire_id": fire["id"]}])
        await target.advance(1_500)
        status = await operator.status()
        assert (status.trading, status.trading_why, status.active_users) == (TradingState.ACTIVE, "", 1)
        assert status.uptime_s == 1.5
        (session,) = status.sessions
        assert (session.user, session.login, session.server, session.state) == ("paper", 100, "Broker", "live")
        assert (session.epoch, session.heard_ms_ago, session.clock_offset_ms) == (1, 1_500, 0)
        assert (session.balance, session.equity, session.open_positions) == (10_000.0, 10_012.5, 1)
        stages = {stage.name: stage for stage in status.stages}
        counts = {name: stage.count for name, stage in stages.items()}
        once = dict.fromkeys(("ticks", "signals", "verdicts", "fires", "confirmations"), 1)
        assert counts == {**once, "bars": 0, "closings": 0, "xp": 0}
        assert (stages["fires"].last, stages["fires"].age_ms) == ("paper BUY 1.0 EURUSD", 1_500)
        assert (stages["closings"].last, stages["closings"].age_ms) == ("", None)
        journal = target.hub.scribe.journal.statistics()
        assert (status.journal.entries, status.journal.lag, status.journal.failure) == (journal.entries, 0, "")
        assert status.journal.bytes > 0
        assert (status.dead_letters, status.benched, status.conflicts) == (0, (), ())
        sockets = {socket.name: socket.counts for socket in status.sockets}
        assert (sockets["command"]["received"], sockets["desk"]["received"]) == (1, 1)


async def test_a_stage_that_owes_a_word_is_stale_and_the_status_says_so(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target, at_the_desk(target) as operator:
        before = await operator.status()
        assert (before.health, before.complaints) == ("ok", ())
        assert [stage.why for stage in before.stages if stage.name == "ticks"] == ["no EA is live"]
        ea = Ea(target)
        await ea.go_live()
        assert (await operator.status()).health == "ok"
        await ea.tick()
        await ea.got("fire")
        for _ in range(40):
            await target.advance(1_000)
            await ea.say("heartbeat", time=target.now, next_event=ea.next_event)
        status = await operator.status()
        stages = {stage.name: (stage.health, stage.why) for stage in status.stages}
        assert stages["ticks"] == ("late", "silent for 40 s; expected while a market is open")
        assert stages["confirmations"] == ("stale", "silent for 40 s; expected on each command")
        assert (stages["verdicts"], stages["bars"]) == (("ok", ""), ("ok", ""))
        assert status.health == "stale"
        assert [each.split(":")[0] for each in status.complaints] == ["ticks late", "confirmations stale"]


async def test_a_lost_session_makes_the_hub_stale(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target, at_the_desk(target) as operator:
        await Ea(target).go_live()
        await target.advance(60_000)
        status = await operator.status()
        assert (status.health, [session.state for session in status.sessions]) == ("stale", ["lost"])
        assert status.complaints == ("session paper stale: lost: last heard 60 s ago",)


async def test_the_status_names_every_actor(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target, at_the_desk(target) as operator:
        ea = Ea(target)
        await ea.go_live()
        actors = {actor.name: actor for actor in (await operator.status()).actors}
        above = {"watchdog", "scribe", "fire_router", "sockets", "sessions", "acceptor", "flattener", "desk", "brains"}
        above |= {"archivist", "tidings"}
        below = {
            "sockets/command",
            "sockets/feedback",
            "brains/venom",
            "brains/citadel",
            "brains/xp",
            "brains/care",
            "tidings/alerts",
        }
        assert actors.keys() == {f"bitten/{name}" for name in above} | below | {f"sessions/{ea.session}"}
        assert {(actor.state, actor.lives, actor.restarts) for actor in actors.values()} == {("running", 1, 0)}


@pytest.mark.parametrize("state", [TradingState.HALTED, TradingState.REDUCING])
async def test_a_trading_state_is_answered_journaled_and_told(
    state: TradingState, tmp_path: Path, mock_clock: MockClock, log_lines: list[str]
) -> None:
    async with hub(tmp_path, mock_clock, users=TWO) as target, at_the_desk(target) as operator:
        alice, bob = Ea(target, "alice", login=1), Ea(target, "bob", login=2)
        for ea in (alice, bob):
            await ea.go_live()
        answer = await operator.set_trading(state)
        assert (answer.scope, answer.before, answer.set_to, answer.after, answer.why) == (
            "hub",
            TradingState.ACTIVE,
            state,
            state,
            "news",
        )
        assert sorted(answer.told) == ["alice", "bob"]
        for ea in (alice, bob):
            (told,) = await ea.got("trading")
            assert (told["state"], told["reason"]) == (state, "news")
        assert journaled(target, TradingSet) == [TradingSet(user="", state=state, why="news", who="op")]
        assert f"hub set to {state} by op: news" in log_lines
        assert (await operator.status()).trading is state


async def test_the_stricter_of_hub_and_user_holds(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=TWO) as target, at_the_desk(target) as operator:
        alice, bob = Ea(target, "alice", login=1), Ea(target, "bob", login=2)
        for ea in (alice, bob):
            await ea.go_live()
        answer = await operator.set_trading(TradingState.HALTED, user="alice", why="she asked")
        assert (answer.scope, answer.told) == ("user alice", ("alice",))
        await operator.set_trading(TradingState.REDUCING)
        answer = await operator.set_trading(TradingState.ACTIVE, user="alice")
        assert (answer.before, answer.set_to, answer.after) == (
            TradingState.HALTED,
            TradingState.ACTIVE,
            TradingState.REDUCING,
        )
        assert [told["state"] for told in await alice.got("trading")] == ["halted", "reducing"]
        assert [told["state"] for told in await bob.got("trading")] == ["reducing"]


async def test_a_user_who_is_not_configured_cannot_be_halted(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=TWO) as target, at_the_desk(target) as operator:
        answer = await operator.ask(SetTrading(user="carol", state=TradingState.HALTED, why="", who="op"))
        assert isinstance(answer, Refusal)
        assert answer.message == "user 'carol' is not configured; known are alice, bob"
        assert answer.exit_code == ExitCode.USAGE
        assert journaled(target, TradingSet) == []


async def test_a_halt_holds_though_it_cannot_be_written_and_a_resume_does_not(
    tmp_path: Path, mock_clock: MockClock
) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target, at_the_desk(target) as operator:
        ea = Ea(target)
        await ea.go_live()
        with full_disk(tmp_path):
            refused = await operator.ask(SetTrading(user="", state=TradingState.ACTIVE, why="", who="op"))
            assert isinstance(refused, Refusal)
            assert "disk is full" in refused.message
            assert (await operator.set_trading(TradingState.HALTED)).after is TradingState.HALTED
            assert "disk is full" in (await operator.status()).journal.failure
        await target.advance(1_000)
        assert [fact.state for fact in journaled(target, TradingSet)] == [TradingState.HALTED]
        await ea.tick()
        (denial,) = await ea.got("denied")
        assert (denial["code"], denial["message"]) == ("halted", "trading is halted hub-wide: news")


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b'{"type": "dance"}', "type 'dance' is not one of"),
        (b"not json", "no message"),
        (b"\xff\xfe", "no message"),
        (b'{"type": "set_trading", "user": "", "state": "drunk", "why": "", "who": "op"}', "drunk"),
        (b'{"type": "set_trading", "user": ""}', "state"),
        (b'{"type": "close", "ticket": "5", "lot": 0, "who": "op", "user": ""}', "ticket"),
    ],
    ids=["unknown", "no json", "no utf-8", "state", "missing", "type"],
)
async def test_what_is_no_request_is_refused_and_the_desk_goes_on(
    raw: bytes, says: str, tmp_path: Path, mock_clock: MockClock
) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target, at_the_desk(target) as operator:
        answer = await operator.send(raw)
        assert isinstance(answer, Refusal)
        assert answer.message.startswith("the hub does not know this request: ")
        assert says in answer.message
        assert answer.exit_code == ExitCode.USAGE
        (desk,) = [actor for actor in (await operator.status()).actors if actor.name == "bitten/desk"]
        assert desk.restarts == 0


async def test_a_released_session_gives_way_to_another_ledger(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target, at_the_desk(target) as operator:
        ea = Ea(target)
        await ea.go_live()
        other = Ea(target, peer="other")
        await other.say("hello", ea="L-other", boot="b2", account={"login": 100})
        (bye,) = await other.got("bye")
        assert bye["reason"] == "already_connected"
        answer = await operator.ask(Release(user="paper", who="op"))
        assert answer == ReleaseAnswer(user="paper", state="live")
        other = Ea(target, peer="another")
        await other.hello(ea="L-other", boot="b2")
        (bye,) = await ea.got("bye")
        assert bye["reason"] == "superseded"


async def test_a_user_without_a_session_has_none_to_release(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target, at_the_desk(target) as operator:
        answer = await operator.ask(Release(user="paper", who="op"))
        assert isinstance(answer, Refusal)
        assert "has no session" in answer.message


async def test_uptime_is_hub_time(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=ONE) as target, at_the_desk(target) as operator:
        await target.advance(90_000)
        assert target.now == START + 90_000
        assert (await operator.status()).uptime_s == 90.0
