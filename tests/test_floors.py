"""Imports only go down the floors, and the two lowest floors touch nothing but their arguments."""

import grimp
import pytest

FLOORS: dict[str, int] = {
    "errors": 0,
    "units": 0,
    "settings": 0,
    "messages": 0,
    "rules": 1,
    "wire": 1,
    "structure": 2,
    "plug_ins": 2,
    "difference": 2,
    "destinations": 2,
    "told_file": 2,
    "user_files": 2,
    "calibration": 2,
    "channels": 2,
    "config": 2,
    "sections": 2,
    "contradictions": 2,
    "news": 2,
    "current": 2,
    "clock": 2,
    "log": 2,
    "sd_notify": 2,
    "lock": 2,
    "keys": 2,
    "failpoints": 2,
    "mailbox": 2,
    "nursery": 2,
    "supervision": 2,
    "journal": 2,
    "latency": 2,
    "journal_file": 2,
    "snapshot": 2,
    "tape": 2,
    "sockets": 2,
    "actors": 3,
    "hub": 4,
    "paper": 4,
    "replay": 4,
    "report": 5,
    "cli": 5,
    "demo": 5,
    "reference": 5,
    "desk": 5,
    "doctor": 5,
    "ea_export": 5,
    "__main__": 5,
}
EFFECTS = {
    "trio",
    "zmq",
    "time",
    "random",
    "os",
    "sqlite3",
    "apsw",
    "loguru",
    "socket",
    "threading",
    "pathlib",
    "secrets",
}
PAPER_MAY_USE = {"errors", "units", "settings", "wire", "paper", "failpoints", "keys"}
"""The paper EA shares only the words and the wire with the hub, so that a misreading is not shared too.

And how keys are kept on a disk, and the seam by which tests kill either of them: these have nothing to misread.
"""


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("bitten", include_external_packages=True, cache_dir=None)


def part(module: str) -> str:
    """The piece of the house that a module belongs to."""
    return module.split(".")[1] if "." in module else "errors"


def test_every_module_has_a_floor(graph: grimp.ImportGraph) -> None:
    modules = {module for module in graph.modules if module.startswith("bitten.")}
    assert {part(module) for module in modules} <= set(FLOORS)


def test_imports_only_go_down(graph: grimp.ImportGraph) -> None:
    upward = [
        f"{module} (floor {FLOORS[part(module)]}) imports {imported} (floor {FLOORS[part(imported)]})"
        for module in graph.modules
        if module.startswith("bitten.")
        for imported in graph.find_modules_directly_imported_by(module)
        if imported.startswith("bitten.") and FLOORS[part(imported)] > FLOORS[part(module)]
    ]
    assert upward == []


def test_the_lowest_floors_import_no_effect(graph: grimp.ImportGraph) -> None:
    impure = [
        f"{module} imports {imported}"
        for module in graph.modules
        if module.startswith("bitten.") and FLOORS[part(module)] <= 1
        for imported in graph.find_modules_directly_imported_by(module)
        if imported.split(".")[0] in EFFECTS
    ]
    assert impure == []


def test_the_paper_ea_shares_only_the_words_and_the_wire(graph: grimp.ImportGraph) -> None:
    shared = {
        part(imported)
        for module in graph.modules
        if module.startswith("bitten.paper")
        for imported in graph.find_modules_directly_imported_by(module)
        if imported.startswith("bitten.")
    }
    assert shared <= PAPER_MAY_USE
