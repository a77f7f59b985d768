"""A short run of the fuzzer, and what is kept in its corpus. Long runs are told of in docs/reliability.md."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from random import Random

import pytest

from bitten.rules.session import State
from tests.fuzz.mutation import frames, mutate, seeds
from tests.fuzz.target import converse, read

ROOT = Path(__file__).parents[1]


@pytest.mark.process
@pytest.mark.skipif(find_spec("atheris") is None, reason="atheris, the fuzzer, has no wheel for this machine")
@pytest.mark.parametrize(("target", "inputs"), [("frame", 70_000), ("conversation", 30_000)])
def test_a_hundred_thousand_inputs_break_nothing(target: str, inputs: int) -> None:
    fuzz = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", "--target", target, "--inputs", str(inputs)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert (fuzz.returncode, fuzz.stderr[-3_000:] if fuzz.returncode else "") == (0, "")
    assert f"stat::number_of_executed_units: {inputs}" in fuzz.stderr


def test_every_kind_of_frame_to_begin_with_is_a_message() -> None:
    assert all(map(read, frames()))


@pytest.mark.parametrize("conversation", seeds())
def test_the_conversations_to_begin_with_reach_a_live_session(conversation: bytes) -> None:
    session = converse(conversation).session
    assert session is not None
    assert session.state in (State.LIVE, State.ENDED)


@pytest.mark.parametrize("file", sorted((ROOT / "tests/fuzz/corpus").iterdir()), ids=lambda file: file.name)
def test_what_once_broke_something_does_not(file: Path) -> None:
    converse(file.read_bytes())


def test_without_a_fuzzer_changed_conversations_break_nothing() -> None:
    random = Random(1)
    for conversation in seeds():
        for _ in range(10):
            conversation = mutate(conversation, random)
            converse(conversation)
