"""Mistakes that a new user makes: each is answered by one line that says what is wrong and what to do, and a code."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from bitten.errors import ExitCode
from bitten.journal import Journal
from tests.integration.conftest import bench as bench
from tests.integration.processes import Bench, until
from tests.test_cli import Bitten

OK, ERROR, USAGE, NO_HUB, CONFIGURATION, TIMEOUT = ExitCode
FILE = "bitten.toml"

IN_THE_FILE = [
    ("[sockets]\ncomand_port = 1", "sockets: unknown key 'comand_port': did you mean 'command_port'?"),
    ("[socket]", "unknown key 'socket': did you mean 'sockets'?"),
    ("[sockets", "not TOML: "),
    ("[sockets]\ncommand_port = 70000", "command_port = 70000: must be at least 0, at most 65535"),
    ('[sockets]\ncommand_port = "5555"', "sockets.command_port = '5555': must be a whole number"),
    ("[sockets]\nfeedback_port = 5555", "[sockets] feedback_port = 5555: is the command_port too; each has its own"),
    ('[sockets]\nhost = "0.0.0.0"', "[sockets] host = '0.0.0.0': whoever reaches it could trade; enrol each trader"),
    ("[risk]\nmax_lots = nan", "risk.max_lots = nan: must be a finite number"),
    ("[risk]\nmax_lots = -1", "max_lots = -1"),
    ('[users."../amy"]', "user '../amy': must be 1 to 64 of A-Z a-z 0-9 . _ : -, a letter or digit first"),
    ('[users.amy]\ntier = "GOLD"', "tier = 'GOLD': must be one of NIBBLER, FANG, COMMANDER, APEX"),
    ('[users.amy]\nmode = "auto"', "mode = 'auto': tier NIBBLER allows manual"),
    ('[users.amy]\npublic_key = "abc"', "public_key = 'abc': must be a public key of 40 letters (Z85)"),
    ('[users.amy]\naccept_live = "false"', "accept_live = 'false': must be true or false"),
    ('[market]\nsymbols = "EURUSD"', "market.symbols = 'EURUSD': must be a list of strings"),
    ('[market]\nsymbols = ["EUR USD"]', "'EUR USD' must be 1 to 32 visible ASCII letters, no blank"),
    ('[market]\nwarm_up = ["M2"]', "'M2' must be one of M1, M5, M15, H1"),
    ('[journal]\ndurability = "ram"', "durability = 'ram': must be one of process, power"),
    ('[log]\nlevel = "LOUD"', "level = 'LOUD': must be one of TRACE, DEBUG, INFO, WARNING, ERROR"),
    ('[alerts.routes.me]\nurl = "nosuch://token"', "[alerts.routes.me] url: nosuch:// is no URL that Apprise"),
    ('[alerts.routes.me]\nurl_env = "NO_SUCH"', "url_env = 'NO_SUCH': the hub's environment has no such variable"),
    ('[venom]\npatterns = ["nowhere.Pattern"]', "nowhere.Pattern"),
    ('[citadel]\nnews_file = "none.csv"', "[citadel] news_file cannot be read: No such file or directory"),
]


@pytest.mark.parametrize(("text", "said"), IN_THE_FILE, ids=[said for _, said in IN_THE_FILE])
def test_in_the_configuration(bitten: Bitten, tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / FILE).write_text(f"{text}\n", encoding="utf-8")
    checked = bitten("check", "--config", FILE)
    (line,) = checked.out.splitlines()[-1:]
    assert (checked.code, checked.err) == (CONFIGURATION, "")
    assert said in line


def no_more(folder: Path) -> None:
    """The folder is as it is."""


def configured(folder: Path) -> None:
    """A configuration whose state is in the folder, and no hub."""
    state = f'[desk]\npath = "{folder}/desk.sock"\n[journal]\npath = "{folder}/journal.sqlite"\n[users.amy]\n'
    (folder / FILE).write_text(state, encoding="utf-8")
    folder.chmod(0o700)


def ended(folder: Path) -> None:
    """The same, and the journal of a hub that has ended."""
    configured(folder)
    Journal.open(folder / "journal.sqlite").close()


def garbage_for_a_journal(folder: Path) -> None:
    """The same, and a file of another kind where the journal should be."""
    configured(folder)
    (folder / "journal.sqlite").write_bytes(b"no journal, but long enough to be looked at " * 100)


def open_to_all(folder: Path) -> None:
    """The same, in a folder that others may write to."""
    configured(folder)
    folder.chmod(0o777)


ON_THE_LINE: list[tuple[Callable[[Path], None], str, ExitCode, str]] = [
    (no_more, "halto", USAGE, "bitten: No such command 'halto'. Did you mean 'halt'?; see `bitten --help`"),
    (no_more, "fire", USAGE, "bitten fire: Missing argument 'USER'; see `bitten fire --help`"),
    (no_more, "fire amy", USAGE, "name a SIGNAL, or a --symbol"),
    (no_more, "halt", USAGE, "bitten halt: Missing option '--why'; see `bitten halt --help`"),
    (no_more, "halt --why news --know", USAGE, "No such option: --know"),
    (no_more, "close seven", USAGE, "'[TICKET]': Input should be a valid integer"),
    (no_more, "close 7 --lot -1", USAGE, "'--lot': Input should be greater than or equal to 0"),
    (no_more, "settle X --why seen", USAGE, "Missing option '--as'. Choose from: rejected, expired, cancelled"),
    (no_more, "journal", USAGE, "bitten journal: Missing command; see `bitten journal --help`"),
    (no_more, "journal show --since yesterday", USAGE, "'yesterday': must be a time as 2026-11-23T14:30"),
    (no_more, "demo --speed -1", USAGE, "'--speed': Input should be greater than or equal to 0.001"),
    (no_more, "demo --ticks none.csv", ERROR, "bitten: none.csv: No such file or directory"),
    (no_more, "replay none.csv", ERROR, "bitten: none.csv: No such file or directory"),
    (no_more, "run --config none.toml", CONFIGURATION, "bitten: none.toml: cannot be read: No such file or directory"),
    (no_more, "init /proc/none", CONFIGURATION, "/proc/none: cannot be made: No such file or directory; name another"),
    (configured, "alerts", NO_HUB, "start one with `bitten run`"),
    (configured, "alerts test", NO_HUB, "start one with `bitten run`"),
    (configured, "status", NO_HUB, "start one with `bitten run`, or name its configuration with --config"),
    (configured, "mode zed manual", USAGE, "user 'zed' is not configured; known are amy"),
    (configured, "mode amy auto", USAGE, "auto: tier NIBBLER allows manual"),
    (configured, "journal verify", ERROR, "journal.sqlite: there is none that can be read; check the path"),
    (configured, "enroll amy --key short", USAGE, "'short': must be a public key of 40 letters (Z85)"),
    (ended, "xp --user zed", USAGE, "'zed': known are amy"),
    (ended, "report --out page.html --user zed", ERROR, "nothing was traded or noted of user 'zed'"),
    (ended, "report --out /proc/none/page.html", ERROR, "--out /proc/none/page.html: cannot be written: No such file"),
    (configured, "report --out page.html", ERROR, "journal.sqlite: there is none that can be read; check the path"),
    (no_more, "report --out page.html --replay none", ERROR, "none/journal.sqlite: there is none that can be read"),
    (ended, "verdict NOPE", ERROR, "no verdict on signal or fire 'NOPE'; `bitten verdict` lists the newest"),
    (ended, "journal show --fire NOPE", ERROR, "nothing of a fire 'NOPE'; `bitten journal show` tells all"),
    (ended, "journal backup /proc/none", ERROR, "backup /proc/none: cannot be written"),
    (garbage_for_a_journal, "run", ERROR, "not a journal; restore a backup or choose another path"),
    (open_to_all, "run", CONFIGURATION, "has mode 0777, allowed is 0700: chmod 700 it"),
]


@pytest.mark.parametrize(("before", "command", "code", "said"), ON_THE_LINE, ids=[line for _, line, *_ in ON_THE_LINE])
def test_on_the_command_line(
    bitten: Bitten, tmp_path: Path, before: Callable[[Path], None], command: str, code: ExitCode, said: str
) -> None:
    before(tmp_path)
    words = command.split()
    named = [] if before is no_more else ["--config", FILE]
    refused = bitten(*words, *named)
    assert (refused.code, refused.out) == (code, "")
    (line,) = refused.err.splitlines()
    assert said in line


BESIDE_A_HUB: list[tuple[str, ExitCode, str]] = [
    ("fire zed SIG --yes", USAGE, "user 'zed' is not configured; known are alice, bob"),
    ("fire bob SIG --yes", ERROR, "denied: session_not_live: bob is not connected"),
    ("fire alice SIG --yes", ERROR, "denied: signal_expired: no signal SIG stands any more"),
    (
        "fire alice --symbol USDJPY --direction buy --sl 100 --yes",
        ERROR,
        "no_spec: the user's broker has not described",
    ),
    ("fire alice --symbol EURUSD --direction buy --sl 2 --yes", ERROR, "stops: stop 2.0 is "),
    ("close 4711", ERROR, "ticket 4711: no open position of ours at an EA that is connected"),
    ("close --user zed", USAGE, "user 'zed' is not configured; known are alice, bob"),
    ("close --symbol XAUUSD", ERROR, "no open position of ours is meant by that: `bitten positions` lists them"),
    ("cancel 4711", ERROR, "ticket 4711: no pending order of ours at an EA that is connected"),
    ("positions --user zed", USAGE, "user 'zed' is not configured; known are alice, bob"),
    ("halt --user zed --why news", USAGE, "user 'zed' is not configured; known are alice, bob"),
    ("release bob", ERROR, "user 'bob' has no session: the next hello is accepted anyway"),
    ("unlock alice --why calm", ERROR, "user 'alice' is not locked"),
    ("settle X --as expired --why seen", ERROR, "'X' is no command without an outcome; `bitten journal verify` lists"),
    ("run", ERROR, "is held by process "),
]


@pytest.mark.process
def test_beside_a_hub(bench: Bench, bitten: Bitten) -> None:
    config = bench.configure()
    hub = bench.hub(config)
    bench.paper("alice", hub.ports, "--speed", "10")
    until(lambda: hub.live("alice") and hub.count("ticks"))
    for command, code, said in BESIDE_A_HUB:
        refused = bitten(*command.split(), "--config", str(config))
        assert (command, refused.code, refused.out) == (command, code, ""), refused.err
        (line,) = refused.err.splitlines()
        assert said in line, command
    with socket.create_server(("127.0.0.1", 0)) as other:
        ports, (journal, desk) = (other.getsockname()[1], 0), (bench.folder / name for name in ("journal", "desk"))
        taken = bench.configure(ports=ports, journal=journal, desk=desk)
        refused = bitten("run", "--config", str(taken))
        assert (refused.code, refused.out) == (ERROR, "")
    assert "a program listens there already: stop it (another hub?), or configure another port" in refused.err
