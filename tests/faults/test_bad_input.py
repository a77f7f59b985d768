"""Faults 19, 21 and 22: bytes that are no message, values that no field takes, texts that are no line."""

import base64
import json
from pathlib import Path

import pytest
import zmq
from loguru import logger

from bitten import log
from bitten.actors.session import Session
from bitten.log import LogSettings
from bitten.rules.facts import Draft, Garbled
from bitten.rules.session import State
from bitten.rules.session.allowance import MALFORMED_LIMIT
from bitten.units import TradingState
from tests.faults.guests import Guest, House, house
from tests.scenarios.samples import SAMPLES, fact
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


NO_NUMBER = ("true", '"1"', "null", "[1]", "NaN", "Infinity", "-Infinity", "1e999", "-1e999")
NO_PRICE = ("true", '"1.1"', "NaN", "Infinity", "1e999", "-1.1", "0", "1e9", "1e-13", "1e-308")
NO_LOT = ("true", '"0.1"', "NaN", "Infinity", "1e999", "-0.1", "0", "1e-9", "1e-308", "1000001")
NOT_JSON = ("NaN", "Infinity")
"""With these nothing of a message can be read, its number neither."""
HELD = {"ticket": 5, "symbol": "EURUSD", "direction": "BUY", "lot": 0.1, "open_price": 1.1, "open_time": 1}
HELD |= {"sl": 0, "tp": 0, "profit": 0, "magic": 0, "fire_id": ""}
HIDING = 987_654.5
"""Stands in a message where the value under test belongs."""
WRONG_VALUES: dict[str, tuple[str, dict[str, object], tuple[str, ...]]] = {
    "bid": ("tick", {"bid": HIDING}, NO_PRICE),
    "ask": ("tick", {"ask": HIDING}, NO_PRICE),
    "a row's bid": ("ticks", {"rows": [[1_700_000_000_000, HIDING, 1.2]]}, NO_PRICE),
    "a bar's high": ("bars", {"rows": [[1_699_999_800_000, 1.1, HIDING, 1.0, 1.1, 9]]}, NO_PRICE),
    "tick size": ("spec", {"tick_size": HIDING}, NO_PRICE),
    "volume step": ("spec", {"volume_step": HIDING}, NO_LOT),
    "a position's lot": ("snapshot", {"positions": [{**HELD, "lot": HIDING}]}, NO_LOT),
    "equity": ("telemetry", {"equity": HIDING}, (*NO_NUMBER, "1e15")),
    "time": ("heartbeat", {"time": HIDING}, ("true", '"1"', "NaN", "1e999", "1.5", "-1", "9007199254740992")),
    "a count": ("ready", {"bars": {"EURUSD M5": HIDING}}, ("true", '"1"', "NaN", "1e999", "1.5", "-1")),
}


@pytest.mark.parametrize("field", WRONG_VALUES)
async def test_fault_21_a_value_that_the_field_does_not_take_is_refused_at_the_wire(tmp_path: Path, field: str) -> None:
    kind, fields, values = WRONG_VALUES[field]
    async with house(tmp_path, "alice") as home:
        alice = await home.live("alice", login=100)
        session = session_of(home, "alice")
        await eventually(lambda: session.view.telemetry is not None)  # The last thing that it says to be live.
        known = session.view.telemetry, session.view.quote("EURUSD"), home.hub.venom.brain.statistics()
        for count, value in enumerate(values, start=1):
            alice.send("feedback", alice.frame(kind, **fields).replace(str(HIDING).encode(), value.encode()))
            await eventually(lambda: session.machine.counts["malformed"] == count)  # noqa: B023 - awaited at once
        assert (session.view.telemetry, session.view.quote("EURUSD"), home.hub.venom.brain.statistics()) == known
        assert session.machine.state is State.LIVE
        await undisturbed(alice)


@pytest.mark.parametrize("value", [value for value in NO_LOT if value not in NOT_JSON])
async def test_fault_21_an_event_with_such_a_value_is_kept_as_it_came_and_trading_stops(
    tmp_path: Path, value: str
) -> None:
    async with house(tmp_path, "alice") as home:
        home.hub.scribe.journal.append(Draft("test", 1, fact("intent", {"id": "F1", "user": "alice"})))
        alice = await home.live("alice", login=100)
        event = alice.frame("closed", fire_id="F1", lot=HIDING).replace(str(HIDING).encode(), value.encode())
        alice.send("feedback", event)
        while (heard := await alice.heard())["type"] != "ack":
            pass
        assert heard["n"] == 1
        (kept,) = [entry.fact for entry in home.hub.scribe.journal.read() if isinstance(entry.fact, Garbled)]
        assert base64.b64decode(kept.raw) == event
        book = home.hub.scribe.ledger.book_of("alice")
        assert book is not None
        assert (book.holdings, session_of(home, "alice").machine.trading.state) == ({}, TradingState.REDUCING)


UNRULY = {
    "a line of its own": "Broker\n2026-11-23 12:00:00 ERROR all positions closed",
    "a carriage return": "Broker\rERROR",
    "an escape sequence": "\x1b[2J\x1b[31mBroker",
    "C1 control": "Broker\x9b31m",
    "zero": "Bro\x00ker",
    "right to left": "Broker\u202erekorb",
    "an isolate": "Broker\u2066",
    "a separator": "Broker\u2028ERROR",
}
TEXTS: dict[str, tuple[str, str]] = {
    "symbol": ("tick", "symbol"),
    "fire id": ("confirmation", "id"),
    "message": ("confirmation", "message"),
    "reason": ("goodbye", "reason"),
    "signal id": ("pass", "signal_id"),
}
LONG = "x" * 60_000
"""As long a name as a frame holds; with more of it the frame is fault 20."""


@pytest.mark.parametrize("what", [*UNRULY, "60,000 letters"])
@pytest.mark.parametrize("field", TEXTS)
async def test_fault_22_a_text_that_is_no_line_is_refused(tmp_path: Path, field: str, what: str) -> None:
    kind, name = TEXTS[field]
    text = UNRULY.get(what, LONG)
    async with house(tmp_path, "alice") as home:
        alice = await home.live("alice", login=100)
        session = session_of(home, "alice")
        alice.say(kind, **{name: text})
        machine = session.machine
        await eventually(lambda: machine.counts["malformed"] == 1 or machine.trading.state is TradingState.REDUCING)
        assert machine.state is State.LIVE
        assert (machine.counts["malformed"] == 1) == ("n" not in SAMPLES[kind])


@pytest.mark.parametrize("what", [*UNRULY, "60,000 letters"])
@pytest.mark.parametrize("field", ["user", "ea", "boot", "server", "company", "currency"])
async def test_fault_22_a_hello_with_such_a_name_is_not_answered(tmp_path: Path, field: str, what: str) -> None:
    text = UNRULY.get(what, LONG)
    async with house(tmp_path, "alice", "bob") as home:
        alice, bob = home.guest(home.keys["alice"]), home.guest(home.keys["bob"])
        inner = field in ("server", "company", "currency")
        alice.say("hello", **({"account": {field: text}} if inner else {"user": "alice", field: text}))
        await eventually(lambda: home.hub.acceptor.malformed == 1)
        assert (await bob.greets("bob"))["type"] == "welcome"
        assert home.hub.around.roster.of("alice") is None


async def test_fault_22_a_name_of_a_megabyte_costs_the_link(tmp_path: Path) -> None:
    async with house(tmp_path, "alice") as home:
        alice = home.guest(home.keys["alice"])
        with alice.command.get_monitor_socket(zmq.EVENT_DISCONNECTED) as monitor:
            alice.say("hello", user="x" * 1_000_000)
            await eventually(lambda: bool(monitor.poll(0)))
            alice.command.disable_monitor()
        assert home.received() == 0


async def test_fault_22_what_a_peer_says_is_no_line_of_the_log(tmp_path: Path) -> None:
    log.configure(LogSettings(), beside=tmp_path / "journal.sqlite")
    try:
        async with house(tmp_path, "alice") as home:
            alice = await home.live("alice", login=100)
            for text in UNRULY.values():
                alice.say("goodbye", reason=text)
                alice.say("confirmation", message=text)
                alice.say("hello", user=text, account={"server": text})
            await eventually(lambda: home.hub.acceptor.malformed == len(UNRULY))
            alice.say("goodbye", reason="2026-11-23 12:00:00 ERROR all positions closed")
            await eventually(lambda: home.hub.around.roster.of("alice") is None)
    finally:
        logger.remove()
    lines = (tmp_path / "bitten.log.jsonl").read_text(encoding="utf-8").splitlines()
    said = [json.loads(line)["message"] for line in lines]
    assert all(text.isprintable() for text in said)
    assert [text for text in said if "all positions closed" in text and not text.startswith("alice")] == []
    assert any(text.startswith("alice ended") for text in said)
