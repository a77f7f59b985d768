"""Faults 19, 21 and 22: bytes that are no message, values that no field takes, texts that are no line."""

from pathlib import Path

import pytest

from bitten.actors.session import Session
from bitten.rules.session import State
from bitten.rules.session.allowance import MALFORMED_LIMIT
from tests.faults.guests import Guest, House, house
from tests.sockets.peers import eventually

TICK = b'{"type":"tick","session":"$session","symbol":"EURUSD","bid":1.1,"ask":1.2,"time":1700000000000'
NO_MESSAGE = {
    "malformed JSON": TICK,
    "bad UTF-8": TICK.replace(b"EURUSD", b"EUR\xff") + b"}",
    "bad UTF-8 in an unknown field": TICK + b',"note":"\xff"}',
    "60,000 brackets": TICK + b',"note":' + b"[" * 60_000,
    "60,000 brackets and nothing else": b"[" * 60_000,
    "a field twice": TICK + b',"bid":1.3}',
    "a session twice": TICK + b',"session":"$session"}',
    "an unknown field twice": TICK + b',"note":{"x":1,"x":1}}',
    "5,000 digits": TICK.replace(b"1.2", b"9" * 5_000) + b"}",
    "5,000 digits in an unknown field": TICK + b',"note":' + b"9" * 5_000 + b"}",
    "nothing": b"",
    "no session": TICK.replace(b"$session", b"") + b"}",
}
NAMELESS = ("malformed JSON", "60,000 brackets", "60,000 brackets and nothing else", "nothing", "no session")
"""Of these nothing can be read that says whose they are."""


def session_of(home: House, user: str) -> Session:
    """The user's session."""
    found = home.hub.around.roster.of(user)
    assert found is not None
    return found


async def undisturbed(guest: Guest) -> None:
    """Its session is the one that it was, and is answered."""
    guest.say("ping", nonce=7)
    while (heard := await guest.heard())["type"] != "pong":
        assert heard["type"] != "bye"
    assert heard["nonce"] == 7


async def dismissed(home: House, guest: Guest, user: str, port: str, raw: bytes) -> None:
    """It says the same ten times and is heard yet, and once more, and is sent away."""
    raw, session = raw.replace(b"$session", guest.session.encode()), session_of(home, user)
    for _ in range(MALFORMED_LIMIT):
        guest.send(port, raw)
    await eventually(lambda: session.machine.counts["malformed"] == MALFORMED_LIMIT)
    assert session.machine.state is State.LIVE
    guest.send(port, raw)
    while (heard := await guest.heard())["type"] != "bye":
        pass
    assert heard["reason"] == "malformed"
    assert home.hub.around.roster.of(user) is None


@pytest.mark.parametrize("port", ["command", "feedback"])
@pytest.mark.parametrize("what", NO_MESSAGE)
async def test_fault_19_ten_are_dropped_and_counted_and_one_more_ends_the_session(
    tmp_path: Path, what: str, port: str
) -> None:
    async with house(tmp_path, "alice", "bob") as home:
        alice, bob = await home.live("alice", login=100), await home.live("bob", login=101)
        await dismissed(home, alice, "alice", port, NO_MESSAGE[what])
        assert (home.hub.command.malformed, home.hub.feedback.malformed) == (0, 0)
        await undisturbed(bob)
        again = home.guest(home.keys["alice"])
        assert (await again.greets("alice", boot="b2", life=2))["type"] == "welcome"


@pytest.mark.parametrize("what", NO_MESSAGE)
async def test_fault_19_without_keys_the_address_tells_who_it_was(tmp_path: Path, what: str) -> None:
    async with house(tmp_path, "alice", curve=False) as home:
        alice = await home.live("alice", login=100)
        await dismissed(home, alice, "alice", "command", NO_MESSAGE[what])


@pytest.mark.parametrize("what", NAMELESS)
async def test_fault_19_without_keys_what_names_no_session_costs_none(tmp_path: Path, what: str) -> None:
    async with house(tmp_path, "alice", curve=False) as home:
        alice, stranger = await home.live("alice", login=100), home.guest(None)
        for port in ("command", "feedback"):
            for _ in range(MALFORMED_LIMIT + 1):
                stranger.send(port, NO_MESSAGE[what])
        counted = home.hub
        await eventually(lambda: counted.command.malformed == counted.feedback.malformed == MALFORMED_LIMIT + 1)
        assert session_of(home, "alice").machine.counts["malformed"] == 0
        await undisturbed(alice)
