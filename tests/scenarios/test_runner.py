"""The runner itself: what it cannot read it names, and a hub that does otherwise than a scenario says fails it."""

from pathlib import Path

import pytest

from bitten.rules.facts import Intent
from tests.scenarios import samples
from tests.scenarios.pure import PureTarget
from tests.scenarios.runner import play
from tests.scenarios.script import Expect, Inject, ScenarioError, all_files, parse, read

GREETED = 'ea> hello\nhub> welcome {"session": "$session"}\n'


async def run(text: str) -> None:
    scenario = parse("x", text)
    await play(scenario, PureTarget(scenario.setup))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("ea> hello {", r"x:1: '\{' is no JSON"),
        ("\nea> hello [1]", r"x:2: '\[1\]' is no JSON object"),
        ("say hello", "x:1: 'say hello' is no ea>, ea-raw>, hub>, wait or include line"),
        ("ea-raw> aloud x", "x:1: channel 'aloud' is not command or feedback"),
        ("include nothing.part", "x:1: there is no nothing.part"),
        ('# settings: {"speed": 1}', "x: settings: speed is not a field of Setup"),
        ('# settings: {"telemetry_ms": "fast"}', "x: settings: Expected `int`"),
        ("# fact: intent {", "x: fact: .* is no JSON"),
    ],
)
def test_what_cannot_be_read_is_named(text: str, complaint: str) -> None:
    with pytest.raises(ScenarioError, match=complaint):
        parse("x", text)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("ea> hello\nhub> bye", r"x:2: hub> bye\n  but the hub said .*'type': 'welcome'"),
        ('ea> hello\nhub> welcome {"ack": 1}', "x:2"),
        ('ea> hello\nhub> welcome {"mood": "*"}', "x:2"),
        ('ea> hello\nhub> welcome {"symbols": []}', "x:2"),
        ('ea> hello\nhub> welcome {"trading": {"state": "halted"}}', "x:2"),
        ('ea> hello\nhub> welcome {"session": "$a", "echo": "$a"}', "x:2"),
        ('ea> hello\nwait 1\nhub> welcome {"time": "$now"}', "x:3"),
        (GREETED + "hub> live", "x:3: hub> live\n  but the hub said nothing"),
        ("ea> hello\nhub> nothing", "x:2: hub> nothing\n  but the hub said"),
        ("ea> hello", "x: at its end the hub had said more to ea: .*welcome"),
        ("ea> ping", "x:1: \\$session has no value yet"),
        ("# pings: shown\n" + GREETED, "x: at its end .*ping"),
        (GREETED + 'ea> pass {"n": 1}\nhub> ack {"n": 2}', "x:4"),
    ],
)
async def test_a_hub_that_does_otherwise_fails_the_scenario(text: str, complaint: str) -> None:
    with pytest.raises(ScenarioError, match=complaint):
        await run(text)


async def test_one_ack_may_stand_for_the_ones_before() -> None:
    await run(GREETED + '3 x ea> pass {"n": "$i"}\nhub> ack {"n": 3}')
    await run(GREETED + '3 x ea> pass {"n": "$i"}\nhub> ack {"n": 1}\nhub> ack {"n": 3}')


async def test_pings_are_answered_unless_they_are_shown() -> None:
    await run(GREETED + "wait 20000\nhub> nothing")
    await run("# pings: shown\n" + GREETED + "hub> ping\nwait 5000\nhub> ping\nhub> nothing")


async def test_a_whole_message_is_sent_as_it_is() -> None:
    await run(GREETED + 'ea> {"type": "ping", "session": "$session", "nonce": 3, "time": 5}\nhub> pong {"nonce": 3}')


def test_raw_bytes_keep_their_backslashes_for_bytes() -> None:
    (step,) = parse("x", r"ea-raw:two> command \xff{").steps
    assert isinstance(step, Inject)
    assert (step.peer, step.channel, step.raw) == ("two", "command", r"\xff{")


def test_a_fact_in_the_head_is_a_fact() -> None:
    (given,) = parse("x", '# fact: intent {"id": "F7"}').setup.facts
    intent = samples.fact(*given)
    assert isinstance(intent, Intent)
    assert (intent.id, intent.ea) == ("F7", "L1")


@pytest.mark.parametrize("path", sorted({*all_files("hub"), *all_files("mql5")}), ids=lambda path: path.stem)
def test_each_scenario_names_its_clause_and_ends_with_an_expectation(path: Path) -> None:
    scenario = read(path)
    clause = scenario.name.split("-")[0]
    head = path.read_text().splitlines()[0]
    assert head.startswith("# ")
    assert clause in head
    tested = {"hub": Expect, "ea": Inject, "mql5": Inject}
    assert isinstance(scenario.steps[-1], tuple(tested[side] for side in scenario.targets))
