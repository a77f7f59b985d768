"""`python -m tests.mutants [--seed S] [--count N] [--json FILE]`: exit 0 unless a mutant of the EA survives its tests.

Not in CI: each mutant is compiled and tried in a copy of the tree, which takes about a minute.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Annotated

import attrs
import msgspec
import typer
from platformdirs import user_cache_path

from tests.mutants.operators import Mutant, draw

app = typer.Typer(pretty_exceptions_enable=False)
ROOT = Path(__file__).parents[2]
STAGES = (
    ("tests/ea/test_source.py", "tests/ea/test_broker_time.py", "tests/ea/test_keys.py"),
    ("tests/ea/test_panel.py", "tests/scenarios/test_compiled_ea.py"),
    ("-k", "compiled", "tests/faults", "tests/integration"),
)
"""The tests in which the EA's own source runs, the quick ones first: most mutants get no further."""


@attrs.frozen
class Tried:
    """What became of a mutant."""

    mutant: Mutant
    outcome: str
    """`refused` by the translator or compiler, `caught` by a test, or `survived`."""
    by: str
    """The refusal, or the tests."""
    seconds: float


@app.command()
def main(
    seed: Annotated[int, typer.Option(help="Chooses them.")] = 1,
    count: Annotated[int, typer.Option(min=1, help="How many that compile are tried.")] = 50,
    out: Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Append one object a mutant.")] = None,
    parallel: Annotated[int, typer.Option("-n", min=1, help="Tests at a time.")] = 6,
) -> None:
    """Make mistakes in the EA's source, one at a time, and see whether the tests notice."""
    sources = [*sorted((ROOT / "ea/Include/Bitten").glob("*.mqh")), ROOT / "ea/BITTEN.mq5"]
    survived = tried = 0
    with tempfile.TemporaryDirectory(prefix="bitten-mutants-") as folder:
        tree = _copy(Path(folder))
        for each in draw(sources, Random(seed)):
            found = _try(each, tree, parallel)
            tried += found.outcome != "refused"
            survived += found.outcome == "survived"
            print(f"{found.outcome:8} {found.seconds:5.0f} s  {each}  [{found.by}]", flush=True)
            if out is not None:
                with out.open("ab") as file:
                    file.write(msgspec.json.encode(attrs.asdict(found)) + b"\n")
            if tried == count:
                break
    print(f"{tried} tried, {tried - survived} caught, {survived} survived")
    sys.exit(bool(survived))


def _copy(folder: Path) -> Path:
    """The tree as it is, and what has been compiled of it."""
    tree = folder / "tree"
    shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(".git", ".venv*", "*.pyc", ".*_cache"))
    made = user_cache_path("bitten")
    if made.exists():
        shutil.copytree(made, folder / "cache" / made.name)
    return tree


def _try(mutant: Mutant, tree: Path, parallel: int) -> Tried:
    began = time.monotonic()
    (path,) = (tree / "ea").rglob(mutant.file)
    text = path.read_text(encoding="ascii")
    lines = text.splitlines(keepends=True)
    lines[mutant.line - 1] = mutant.after + "\n"
    path.write_text("".join(lines), encoding="ascii")
    try:
        outcome, by = _outcome(tree, parallel)
    finally:
        path.write_text(text, encoding="ascii")
    return Tried(mutant, outcome, by, round(time.monotonic() - began, 1))


def _outcome(tree: Path, parallel: int) -> tuple[str, str]:
    if refusal := _run(tree, str(tree / "ea/host/run"), "--build"):
        return "refused", refusal[-1]
    for tests in STAGES:
        chosen = ("-m", "pytest", "-q", "-x", "-n", str(parallel), "-p", "no:cacheprovider", *tests)
        if said := _run(tree, *chosen):
            return "caught", "; ".join(_failures(said)) or said[-1]
    return "survived", "all tests"


def _failures(said: list[str]) -> Iterator[str]:
    for line in said:
        if line.startswith(("FAILED", "ERROR")):
            yield line.split(" - ")[0].rpartition("/")[2]


def _run(tree: Path, *arguments: str) -> list[str]:
    """What a Python program said, if it failed."""
    environment = {**os.environ, "PYTHONPATH": str(tree), "XDG_CACHE_HOME": str(tree.parent / "cache")}
    ended = subprocess.run(
        [sys.executable, *arguments], cwd=tree, env=environment, capture_output=True, text=True, check=False
    )
    return (ended.stdout + ended.stderr).splitlines() or ["failed without a word"] if ended.returncode else []


app()
