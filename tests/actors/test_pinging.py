"""An operator's ping: from the hub to the EA over its command socket, and back."""

from pathlib import Path

import pytest
from trio.testing import MockClock

from bitten.errors import ExitCode
from bitten.rules.session.clock import UNANSWERED
from bitten.wire.desk import Refusal
from bitten.wire.ping import PingAnswer, PingRequest, PongAnswer, PongRequest
from tests.actors.bench import AUTO, Ea, hub
from tests.scenarios.live import HubTarget

TWO = {"alice": AUTO, "bob": AUTO}


def pinged(target: HubTarget, user: str) -> PongRequest:
    """Ping; what is to be asked next."""
    answer = target.hub.desk.act(PingRequest(user=user))
    assert isinstance(answer, PingAnswer)
    return PongRequest(user=answer.user, session=answer.session, nonce=answer.nonce)


def came_of(target: HubTarget, request: PongRequest) -> PongAnswer:
    """What the hub says came of it."""
    answer = target.hub.desk.act(request)
    assert isinstance(answer, PongAnswer)
    return answer


def refused(target: HubTarget, request: PingRequest | PongRequest) -> Refusal:
    """Why it was not done."""
    answer = target.hub.desk.act(request)
    assert isinstance(answer, Refusal)
    return answer


async def test_a_ping_goes_to_the_ea_and_its_pong_is_measured(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=TWO) as target:
        alice, bob = Ea(target, "alice"), Ea(target, "bob", login=101)
        await alice.go_live()
        await bob.go_live()
        await alice.telemetry(broker_ping_ms=38.5)
        await alice.got("ping")
        await bob.got("ping")

        asked = pinged(target, "alice")
        (ping,) = await alice.got("ping")
        assert ping["nonce"] == asked.nonce
        assert await bob.got("ping") == []
        before = came_of(target, asked)
        assert (before.answered, before.round_trip_ms, before.offset_ms) == (False, None, None)

        await target.advance(40)
        await alice.say("pong", nonce=ping["nonce"], echo=ping["time"], time=target.now + 5)
        after = came_of(target, asked)
        assert (after.answered, after.round_trip_ms, after.offset_ms) == (True, 40, 25)
        assert (after.broker_ping_ms, after.session_state, after.heard_ms_ago) == (38.5, "live", 0)
        assert after.clock_offset_ms == target.hub.desk.status().sessions[0].clock_offset_ms


async def test_a_pong_that_answers_another_ping_is_no_answer(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users={"paper": AUTO}) as target:
        ea = Ea(target)
        await ea.go_live()
        first, second = pinged(target, "paper"), pinged(target, "paper")
        one, two = (await ea.got("ping"))[-2:]
        await ea.say("pong", nonce=two["nonce"], echo=two["time"], time=target.now)
        assert [came_of(target, each).answered for each in (first, second)] == [False, True]
        await ea.say("pong", nonce=one["nonce"], echo=0, time=target.now)
        assert not came_of(target, first).answered


async def test_answers_are_kept_for_a_while_and_not_for_ever(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users={"paper": AUTO}) as target:
        ea = Ea(target)
        await ea.go_live()
        first = pinged(target, "paper")
        for n in range(UNANSWERED + 1):
            assert came_of(target, first).answered is (n > 0)
            ping = (await ea.got("ping"))[-1]
            await ea.say("pong", nonce=ping["nonce"], echo=ping["time"], time=target.now)
            pinged(target, "paper")
        assert not came_of(target, first).answered


async def test_who_is_not_live_is_not_pinged_and_who_is_live_is_named(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users=TWO) as target:
        alice, bob = Ea(target, "alice"), Ea(target, "bob", login=101)
        assert "live: nobody" in refused(target, PingRequest(user="alice")).message
        await alice.go_live()
        await bob.hello()
        waiting = refused(target, PingRequest(user="bob"))
        assert (waiting.exit_code, waiting.message) == (
            ExitCode.ERROR,
            "user 'bob' is greeted, and only who is live can be pinged; live: alice",
        )
        unknown = refused(target, PingRequest(user="cat"))
        assert (unknown.exit_code, "known are alice, bob" in unknown.message) == (ExitCode.USAGE, True)


@pytest.mark.parametrize(("silent_ms", "state", "pinged_too"), [(6_500, "stale", True), (13_000, "lost", False)])
async def test_a_stale_ea_is_pinged_and_a_lost_one_is_not(
    silent_ms: int, state: str, pinged_too: bool, tmp_path: Path, mock_clock: MockClock
) -> None:
    async with hub(tmp_path, mock_clock, users={"paper": AUTO}) as target:
        ea = Ea(target)
        await ea.go_live()
        await target.advance(silent_ms)
        if pinged_too:
            found = came_of(target, pinged(target, "paper"))
            assert (found.answered, found.session_state, found.heard_ms_ago) == (False, state, silent_ms)
        else:
            assert f"is {state}" in refused(target, PingRequest(user="paper")).message


async def test_a_session_that_ended_meanwhile_is_said(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users={"paper": AUTO}) as target:
        ea = Ea(target)
        await ea.go_live()
        asked = pinged(target, "paper")
        await ea.say("goodbye")
        assert "has ended" in refused(target, asked).message
        await ea.go_live()
        assert "has ended" in refused(target, asked).message
