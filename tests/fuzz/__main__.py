"""`python -m tests.fuzz [--target T] [--inputs N] [--seed S]`: exit 0 unless an input does what must not happen.

Coverage-guided by atheris (libFuzzer). A failing input is written beside the corpus, and `--again FILE` plays it.
"""

import sys
import tempfile
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import Annotated

import typer

app = typer.Typer(pretty_exceptions_enable=False)
KEPT = Path(__file__).with_name("corpus")
"""Small inputs that once found something, or reach what others do not."""


class Target(StrEnum):
    """What an input is."""

    CONVERSATION = "conversation"
    """Frames on both ports and the time between them, for the session machine and what stands around it."""
    FRAME = "frame"
    """One frame, for the wire alone: some twenty times as many in the same time."""


@app.command()
def main(
    target: Annotated[Target, typer.Option(help="What an input is.")] = Target.CONVERSATION,
    inputs: Annotated[int, typer.Option(min=1, help="How many are tried.")] = 100_000,
    seed: Annotated[int, typer.Option(min=1, help="Chooses them.")] = 1,
    corpus: Annotated[Path | None, typer.Option(metavar="DIR", help="Keep what reaches new code here.")] = None,
    again: Annotated[Path | None, typer.Option(metavar="FILE", help="Play one input, and nothing else.")] = None,
) -> None:
    """Try inputs on the wire and the session machine until one breaks a promise."""
    import atheris

    # Only what is imported here is watched for what an input reaches.
    with atheris.instrument_imports(include=["bitten.rules", "bitten.wire", "bitten.rules.terminal"]):
        from tests.fuzz.mutation import frames, mutate, seeds
        from tests.fuzz.target import converse, read
    play = converse if target is Target.CONVERSATION else read
    if again is not None:
        play(again.read_bytes())
        return

    def change(conversation: bytes, most: int, chosen: int) -> bytes:
        random = Random(chosen)
        if random.random() < 0.2:
            changed: bytes = atheris.Mutate(conversation, most)
            return changed
        return mutate(conversation, random)[:most]

    with tempfile.TemporaryDirectory(prefix="bitten-fuzz-") as folder:
        begin = corpus or Path(folder)
        begin.mkdir(parents=True, exist_ok=True)
        for number, conversation in enumerate(seeds() if target is Target.CONVERSATION else frames()):
            (begin / f"seed{number}").write_bytes(conversation)
        options = [f"-runs={inputs}", f"-seed={seed}", "-max_len=16384", "-verbosity=1", "-print_final_stats=1"]
        options += [f"-artifact_prefix={Path.cwd()}/", str(begin)]
        options += [str(KEPT)] if target is Target.CONVERSATION else []
        atheris.Setup([sys.argv[0], *options], play, custom_mutator=change)
        atheris.Fuzz()


app()
