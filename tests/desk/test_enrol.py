"""`bitten enroll` and what changes a user, where no hub runs: what is written, what is said, what is refused."""

import json
import re
import stat
from pathlib import Path

import pytest

from bitten.config import load
from bitten.errors import ExitCode
from bitten.keys import KeyPair
from bitten.rules.access import Access, fingerprint
from tests.test_cli import Bitten

KEYS = ANNS, BENS, NEW = (
    "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID",
    "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs",
    "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7",
)
"""Public keys, of ZeroMQ's own documentation of CURVE."""
INPUT = re.compile(r"^input +\w+ +(\w+)=", re.MULTILINE)
ROOT = Path(__file__).parents[2]

MAIN = """\
[sockets]
host = "{host}"
command_port = 5555
feedback_port = 5556
[desk]
path = "{folder}/desk.sock"
[security]
mode = "{mode}"
keys = "{folder}/keys"
[users.ann]
public_key = "{anns}"
account = {{ server = "Broker", login = 1 }}
"""


def written(folder: Path, mode: str = "curve", host: str = "127.0.0.1") -> Path:
    """A configuration with Ann in it."""
    path = folder / "bitten.toml"
    path.write_text(MAIN.format(folder=folder, mode=mode, host=host, anns=ANNS), encoding="utf-8")
    return path


@pytest.fixture
def at(tmp_path: Path) -> tuple[str, str]:
    """The option that names a configuration under CURVE."""
    return "--config", str(written(tmp_path))


def preset(path: Path) -> dict[str, str]:
    """The inputs in a `.set` file, as a terminal reads it."""
    text = path.read_bytes().decode("utf-16")
    assert path.read_bytes()[:2] == b"\xff\xfe"
    lines = text.split("\r\n")
    assert lines.pop() == ""
    return dict(line.split("=", 1) for line in lines if not line.startswith(";"))


def test_enrolling_makes_the_hubs_keys_the_users_file_and_the_traders_kit(
    bitten: Bitten, at: tuple[str, str], tmp_path: Path
) -> None:
    account = ("--login", "7", "--server", "Broker-Demo")
    done = bitten("enroll", "ben", "--key", BENS, "--tier", "FANG", *account, "--out", "kit", *at)
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        "ben: enrolled: no hub is running: it takes effect at the next start",
        f"written: {tmp_path}/users.d/ben.toml",
        "written: kit/ben.set",
        "written: kit/ben.md",
    ]
    ben = load(tmp_path / "bitten.toml").users["ben"]
    assert (ben.tier, ben.mode, ben.public_key, str(ben.account)) == ("FANG", "manual", BENS, "7@Broker-Demo")
    assert (ben.access, ben.accept_live) == (Access.ENABLED, False)
    for path in ("users.d/ben.toml", "keys/server.key"):
        assert stat.S_IMODE((tmp_path / path).stat().st_mode) == 0o600
    server = KeyPair.load(tmp_path / "keys" / "server.key")
    inputs = preset(tmp_path / "kit" / "ben.set")
    assert list(inputs) == INPUT.findall((ROOT / "ea/Include/Bitten/Inputs.mqh").read_text(encoding="utf-8"))
    told = {name: inputs[name] for name in ("InpUser", "InpHost", "InpCommandPort", "InpFeedbackPort", "InpServerKey")}
    assert list(told.values()) == ["ben", "127.0.0.1", "5555", "5556", server.public]
    page = (tmp_path / "kit" / "ben.md").read_text(encoding="utf-8")
    assert re.findall(r"^(\d)\. ", page, re.MULTILINE) == list("12345")
    assert BENS in page
    assert fingerprint(BENS) in page


def test_the_hubs_keys_are_made_once(bitten: Bitten, at: tuple[str, str], tmp_path: Path) -> None:
    for user, key in (("ben", BENS), ("cid", NEW)):
        assert bitten("enroll", user, "--key", key, *at).code == 0
    inputs = [preset(tmp_path / f"{user}.set")["InpServerKey"] for user in ("ben", "cid")]
    assert inputs[0] == inputs[1] == KeyPair.load(tmp_path / "keys" / "server.key").public


def test_an_ea_without_a_key_is_given_what_it_needs_to_make_one(
    bitten: Bitten, at: tuple[str, str], tmp_path: Path
) -> None:
    done = bitten("enroll", "ben", "--json", *at)
    assert (done.code, done.err) == (0, "")
    told = json.loads(done.out)
    assert (told["change"], told["kit"], told["in_force"]) == ("invited", ["ben.set", "ben.md"], False)
    assert "Send it to the operator" in (tmp_path / "ben.md").read_text(encoding="utf-8")
    assert "ben" not in load(tmp_path / "bitten.toml").users
    assert "then: bitten enroll ben --key KEY" in bitten("enroll", "ben", *at).out


def test_on_a_plain_hub_a_name_is_enough(bitten: Bitten, tmp_path: Path) -> None:
    at = ("--config", str(written(tmp_path, "plain")))
    done = bitten("enroll", "ben", "--json", *at)
    assert (done.code, json.loads(done.out)["change"]) == (0, "enrolled")
    assert preset(tmp_path / "ben.set")["InpServerKey"] == ""
    assert load(tmp_path / "bitten.toml").users["ben"].public_key == ""
    assert not (tmp_path / "keys").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 2, "a name is needed, or --pending"),
        (("ben", "--key", "short"), 2, "'short': must be a public key of 40 letters (Z85)"),
        (("ben", "--key", "#" * 40), 2, "must be a public key of 40 letters (Z85)"),
        (("ben", "--key", NEW, "--fingerprint", "abc"), 2, "the key or its fingerprint, not both"),
        (("ben", "--key", NEW, "--login", "7"), 2, "an account is --login and --server together"),
        (("ben", "--key", NEW, "--tier", "GOLD"), 2, "'GOLD': must be one of NIBBLER, FANG, COMMANDER, APEX"),
        (("ben", "--key", NEW, "--mode", "auto"), 4, "[users.ben] mode = 'auto': tier NIBBLER allows manual"),
        (("b/n", "--key", NEW), 2, "user 'b/n': must be 1 to 64 of A-Z a-z 0-9 . _ : -, a letter or digit first"),
        (("ann", "--key", NEW), 1, "user 'ann' is configured already: `bitten rotate` gives another key"),
        (("ben", "--key", ANNS), 1, f"key {fingerprint(ANNS)} is that of user 'ann'"),
        (("ben", "--key", NEW, "--login", "1", "--server", "Broker"), 1, "account 1@Broker is that of user 'ann'"),
        (("ben", "--key", NEW, "--host", "a b"), 4, "--host 'a b': must be a host name or an address"),
        (("ben", "--fingerprint", "abc"), 3, "no hub at"),
        (("--pending",), 3, "no hub at"),
    ],
)
def test_who_is_not_enrolled(
    bitten: Bitten, at: tuple[str, str], tmp_path: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    done = bitten("enroll", *arguments, *at)
    assert (done.code, done.out) == (code, "")
    assert said in " ".join(done.err.replace("│", " ").split())
    assert not (tmp_path / "users.d").exists()
    assert not (tmp_path / "ben.set").exists()


def test_the_hubs_own_key_is_nobodys(bitten: Bitten, at: tuple[str, str], tmp_path: Path) -> None:
    assert bitten("enroll", "ben", *at).code == 0
    own = KeyPair.load(tmp_path / "keys" / "server.key").public
    assert "that is the hub's own public key" in bitten("enroll", "ben", "--key", own, *at).err


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_an_address_that_is_none_must_be_given(bitten: Bitten, tmp_path: Path, host: str) -> None:
    at = ("--config", str(written(tmp_path, host=host)))
    done = bitten("enroll", "ben", "--key", BENS, *at)
    assert (done.code, "add --host, as traders reach it" in done.err) == (4, True)
    assert bitten("enroll", "ben", "--key", BENS, "--host", "vps.example.org", *at).code == 0
    assert preset(tmp_path / "ben.set")["InpHost"] == "vps.example.org"


def test_a_secret_that_others_can_read_is_not_used(bitten: Bitten, at: tuple[str, str], tmp_path: Path) -> None:
    assert bitten("enroll", "ben", *at).code == 0
    (tmp_path / "keys" / "server.key").chmod(0o640)
    done = bitten("enroll", "ben", "--key", BENS, *at)
    assert (done.code, "mode 0640, allowed is 0600" in done.err) == (4, True)
    assert not (tmp_path / "users.d").exists()


@pytest.mark.parametrize(
    ("command", "access"),
    [("disable", Access.DISABLED), ("revoke", Access.REVOKED), ("enable", Access.ENABLED)],
)
def test_access_is_written_where_the_user_stands(
    bitten: Bitten, at: tuple[str, str], tmp_path: Path, command: str, access: Access
) -> None:
    done = bitten(command, "ann", "--why", "a dispute", "--json", *at)
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out) == {
        "user": "ann",
        "change": access.value,
        "in_force": False,
        "file": f"{tmp_path}/bitten.toml",
        "kit": [],
    }
    ann = load(tmp_path / "bitten.toml").users["ann"]
    assert (ann.access, ann.access_why, ann.public_key) == (access, "a dispute", ANNS)


def test_another_key(bitten: Bitten, at: tuple[str, str], tmp_path: Path) -> None:
    done = bitten("rotate", "ann", "--key", NEW, *at)
    assert (done.code, done.out.splitlines()[0]) == (
        0,
        "ann: rotated: no hub is running: it takes effect at the next start",
    )
    assert load(tmp_path / "bitten.toml").users["ann"].public_key == NEW
    again = bitten("rotate", "ann", "--key", NEW, *at)
    assert (again.code, again.err) == (1, "bitten: user 'ann' has that key already\n")
    assert bitten("rotate", "ann", *at).code == ExitCode.USAGE


@pytest.mark.parametrize(
    "arguments", [("disable", "dan"), ("enable", "dan"), ("revoke", "dan"), ("rotate", "dan", "--key", NEW)]
)
def test_somebody_who_is_not_there(bitten: Bitten, at: tuple[str, str], arguments: tuple[str, ...]) -> None:
    done = bitten(*arguments, *at)
    assert (done.code, done.out) == (2, "")
    assert done.err == "bitten: user 'dan' is not configured; known are ann\n"


def test_the_users_are_the_running_hubs(bitten: Bitten, at: tuple[str, str]) -> None:
    assert bitten("users", *at).code == ExitCode.NOT_RUNNING
