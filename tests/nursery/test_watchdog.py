"""A task that never reaches a checkpoint: only the end of the process helps."""

import subprocess
import sys
from math import nan

import pytest

from bitten.nursery import BadSpec
from bitten.supervision.watchdog import Watchdog

HUB = """
import sys, time
import trio
from bitten.mailbox import DeadLetters
from bitten.nursery import Child, Supervisor, SupervisorSpec, at_once
from bitten.supervision.watchdog import Watchdog

async def venom():
    {venom}

def say(words):
    print(words.actor, words.limit)
    print(words.stack)
    sys.stdout.flush()
    {then}

children = Child("watchdog", Watchdog(0.2, 70, say).run), Child("venom", at_once(venom))
root = Supervisor(SupervisorSpec("root", children), DeadLetters(), lambda event: None)

async def main():
    with trio.move_on_after(0.8):
        await root.run()

trio.run(main)
"""
DEAF = "while True: time.sleep(0.001)"


def run_hub(venom: str, then: str = "pass") -> subprocess.CompletedProcess[str]:
    source = HUB.format(venom=venom, then=then)
    return subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=30, check=False)


@pytest.mark.process
def test_deaf_child_trips_watchdog() -> None:
    ended = run_hub(DEAF)
    assert (ended.returncode, ended.stderr) == (70, "")
    assert ended.stdout.startswith("root/venom 0.2\n")
    assert "in venom" in ended.stdout


@pytest.mark.process
@pytest.mark.parametrize("then", ["raise OSError('the disk is full')", "time.sleep(3600)"])
def test_last_words_that_cannot_be_said_save_nobody(then: str) -> None:
    assert run_hub(DEAF, then).returncode == 70


@pytest.mark.process
def test_a_loop_that_beats_is_left_alone() -> None:
    ended = run_hub("await trio.sleep_forever()")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


@pytest.mark.parametrize("limit", [0, -1, nan])
def test_a_limit_that_cannot_work_is_refused(limit: float) -> None:
    with pytest.raises(BadSpec, match="watchdog: limit is"):
        Watchdog(limit, 70, print)
