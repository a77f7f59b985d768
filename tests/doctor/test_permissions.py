"""Modes, keys and versions, judged."""

from pathlib import Path

import attrs
import pytest

from bitten.doctor.finding import Severity
from bitten.doctor.permissions import PathSeen, Privacy, judge_key, judge_path
from bitten.doctor.versions import VersionsSeen, judge_versions

VERSIONS = VersionsSeen(
    package="0.1.0", python=(3, 11, 7), zmq=(4, 3, 5), curve=True, sqlite=(3, 46, 0), apsw="3.46.0.0"
)


@pytest.mark.parametrize(
    ("privacy", "mode", "is_folder", "severity", "remedy"),
    [
        (Privacy.STEERING, 0o644, False, Severity.OK, ""),
        (Privacy.STEERING, 0o755, True, Severity.OK, ""),
        (Privacy.STEERING, 0o664, False, Severity.ERROR, "chmod go-w /x"),
        (Privacy.STEERING, 0o646, False, Severity.ERROR, "chmod go-w /x"),
        (Privacy.ACCOUNTS, 0o600, False, Severity.OK, ""),
        (Privacy.ACCOUNTS, 0o711, True, Severity.OK, ""),
        (Privacy.ACCOUNTS, 0o640, False, Severity.WARNING, "chmod 600 /x"),
        (Privacy.ACCOUNTS, 0o604, False, Severity.WARNING, "chmod 600 /x"),
        (Privacy.ACCOUNTS, 0o755, True, Severity.WARNING, "chmod 700 /x"),
        (Privacy.ACCOUNTS, 0o620, False, Severity.ERROR, "chmod 600 /x"),
        (Privacy.SECRET, 0o700, True, Severity.OK, ""),
        (Privacy.SECRET, 0o600, False, Severity.OK, ""),
        (Privacy.SECRET, 0o710, True, Severity.ERROR, "chmod 700 /x"),
        (Privacy.SECRET, 0o604, False, Severity.ERROR, "chmod 600 /x, and make a new pair: this one may be known"),
    ],
)
def test_who_may_read_and_write(privacy: Privacy, mode: int, is_folder: bool, severity: Severity, remedy: str) -> None:
    found = judge_path(PathSeen("thing", Path("/x"), mode, is_folder, privacy))
    assert (found.about, found.severity, found.remedy) == ("thing /x", severity, remedy)
    assert f"mode {mode:04o}" in found.seen


@pytest.mark.parametrize(
    ("curve", "exists", "problem", "severity", "said", "remedy"),
    [
        (False, False, "", Severity.OK, "none is needed", ""),
        (True, False, "", Severity.ERROR, "[security] mode = curve needs it", "`bitten enroll USER`"),
        (True, True, "", Severity.OK, "for its owner alone", ""),
        (False, True, "", Severity.OK, "for its owner alone", ""),
        (True, True, "has mode 0644, allowed is 0600: chmod 600 it", Severity.ERROR, "has mode 0644", "chmod 600 it"),
        (False, True, "holds no key pair: restore it", Severity.ERROR, "holds no key pair", "restore it"),
    ],
)
def test_the_key(curve: bool, exists: bool, problem: str, severity: Severity, said: str, remedy: str) -> None:
    found = judge_key(Path("/k"), curve=curve, exists=exists, problem=problem)
    assert (found.severity, said in found.seen, remedy in found.remedy) == (severity, True, True), found


@pytest.mark.parametrize(
    ("seen", "curve", "hub", "wrong"),
    [
        (VERSIONS, True, None, {}),
        (VERSIONS, True, "0.1.0", {}),
        (VERSIONS, True, "0.0.9", {"BITTEN": Severity.WARNING}),
        (attrs.evolve(VERSIONS, python=(3, 10, 9)), False, None, {"Python": Severity.ERROR}),
        (attrs.evolve(VERSIONS, zmq=(4, 2, 9)), False, None, {"libzmq": Severity.ERROR}),
        (attrs.evolve(VERSIONS, sqlite=(3, 36, 0)), False, None, {"SQLite": Severity.ERROR}),
        (attrs.evolve(VERSIONS, curve=False), False, None, {"CURVE": Severity.WARNING}),
        (attrs.evolve(VERSIONS, curve=False), True, None, {"CURVE": Severity.ERROR}),
    ],
)
def test_versions(seen: VersionsSeen, curve: bool, hub: str | None, wrong: dict[str, Severity]) -> None:
    found = list(judge_versions(seen, curve=curve, hub=hub))
    assert {each.about: each.severity for each in found if each.severity is not Severity.OK} == wrong
    assert all(bool(each.remedy) is (each.severity is not Severity.OK) for each in found)
