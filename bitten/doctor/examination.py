"""Everything that `bitten doctor` looks at, in the order in which it is shown."""

import time
from collections.abc import Iterator
from pathlib import Path

from bitten.contradictions import is_loopback
from bitten.desk.client import ask, lock_of
from bitten.doctor import looking
from bitten.doctor.finding import Finding
from bitten.doctor.network import Bound, judge_firewall, judge_port
from bitten.doctor.permissions import Privacy, judge_key, judge_path
from bitten.doctor.running import (
    Running,
    judge_clock_of,
    judge_jump,
    judge_running,
    judge_stages,
    judge_synchronised,
    judge_terminals,
)
from bitten.doctor.storage import judge_journal, judge_place
from bitten.doctor.versions import judge_versions
from bitten.errors import BittenError, HubNotRunning
from bitten.lock import holder_of
from bitten.log import file_of
from bitten.sections import Config, Security
from bitten.tape import folder_of
from bitten.wire.desk import StatusAnswer, StatusRequest
from bitten.wire.diagnosis import DiagnosisAnswer, DiagnosisRequest


def examine(path: Path, config: Config) -> list[Finding]:
    """All findings. `path`: the file that the configuration was read from.

    Raises `BittenError` for a user who may not look at what is the hub's.
    """
    looking.refuse_strangers(config.desk_path, config.journal_path, config.key_path)
    running, silent = hub_at(config.desk_path)
    hub = None if running is None else running.status
    curve = config.security.mode is Security.CURVE
    return [
        judge_running(running, str(config.desk_path), silent=silent),
        *_network(config, running, holder_of(lock_of(config.desk_path))),
        *_clock(config, running),
        *_storage(config, running, up=running is not None or bool(silent)),
        *_permissions(path, config),
        *judge_versions(looking.versions(), curve=curve, hub=None if hub is None else hub.version),
        *(judge_terminals(running.diagnosis.terminals) if running else ()),
        *(judge_stages(running.status.stages) if running else ()),
    ]


def hub_at(desk: Path) -> tuple[Running | None, str]:
    """The hub that answers, or why one that is there does not; neither: there is none."""
    try:
        status, diagnosis = ask(desk, StatusRequest()), ask(desk, DiagnosisRequest())
    except HubNotRunning:
        return None, ""
    except BittenError as error:
        return None, str(error)
    assert isinstance(status, StatusAnswer)
    assert isinstance(diagnosis, DiagnosisAnswer)
    return Running(status.status, diagnosis, time.time_ns() // 1_000_000), ""


def _network(config: Config, running: Running | None, holder: int | None) -> Iterator[Finding]:
    sockets = config.sockets
    ports = {"command": sockets.command_port, "feedback": sockets.feedback_port}
    for name, port in ports.items():
        hub = None if holder is None else Bound(holder, None if running is None else _bound(running, name))
        yield judge_port(looking.port(f"{name}_port", sockets.host, port), hub)
    loopback = is_loopback(sockets.host)
    yield judge_firewall(looking.firewall(), sockets.host, (ports["command"], ports["feedback"]), loopback=loopback)


def _bound(running: Running, name: str) -> int:
    endpoint = next(each.endpoint for each in running.status.sockets if each.name == name)
    return int(endpoint.rpartition(":")[2])


def _clock(config: Config, running: Running | None) -> Iterator[Finding]:
    limit = config.session.max_clock_skew_ms
    yield judge_synchronised(looking.synchronised())
    if running is not None:
        yield judge_jump(running, limit)
        yield from (judge_clock_of(each, limit) for each in running.diagnosis.terminals)


def _storage(config: Config, running: Running | None, *, up: bool) -> Iterator[Finding]:
    journal, log = config.journal_path, file_of(config.log, config.journal_path)
    places = {"journal": journal.parent}
    if log is not None:
        places["log"] = log.parent
    if config.tape.on:
        places["tape"] = folder_of(journal)
    for what, folder in places.items():
        yield judge_place(looking.place(what, folder))
    failure = "" if running is None else running.status.journal.failure
    yield judge_journal(looking.journal(journal), hub_up=up, failure=failure)


def _permissions(path: Path, config: Config) -> Iterator[Finding]:
    journal, key = config.journal_path, config.key_path
    users = path.parent / "users.d"
    wanted = [
        ("configuration", path, Privacy.STEERING),
        ("users", users, Privacy.STEERING),
        *(("user", each, Privacy.STEERING) for each in sorted(users.glob("*.toml"))),
        ("desk folder", config.desk_path.parent, Privacy.SECRET),
        ("journal", journal, Privacy.ACCOUNTS),
        ("tape", folder_of(journal), Privacy.ACCOUNTS),
    ]
    if (log := file_of(config.log, journal)) is not None:
        wanted.append(("log", log, Privacy.ACCOUNTS))
    seen = (looking.path(*each) for each in wanted)
    yield from (judge_path(each) for each in seen if each is not None)
    exists = key.exists()
    problem = looking.key_problem(key) if exists else ""
    yield judge_key(key, curve=config.security.mode is Security.CURVE, exists=exists, problem=problem)
