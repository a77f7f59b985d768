"""An EA that nobody knows knocks, is enrolled, trades, is disabled and revoked: by the commands, over CURVE.

And all the while no secret is said: not on a command line, in an output, a log, the journal, or what a trader is given.
"""

import base64
from pathlib import Path

import attrs
import pytest
from zmq.utils import z85

from bitten.keys import KeyPair
from bitten.rules.facts import UserChanged
from tests.integration.processes import Bench, one_object, until
from tests.test_cli import Bitten
from tests.test_cli import bitten as bitten

pytestmark = pytest.mark.process


@attrs.define
class Enrolment:
    """A hub under CURVE in which nobody has a key, an EA with one, and all that was ever printed."""

    run: Bitten
    bench: Bench
    server: KeyPair
    trader: KeyPair
    config: Path = attrs.field(init=False)
    printed: list[str] = attrs.field(factory=list)

    def __attrs_post_init__(self) -> None:
        self.config = self.under_curve()

    def bitten(self, *arguments: str) -> str:
        """What a command answers."""
        done = self.run(*arguments, "--config", str(self.config))
        self.printed += [done.out, done.err]
        assert done.code == 0, done.err
        return done.out

    def asked(self, *arguments: str) -> dict[str, object]:
        """The one object that a command answers with."""
        return one_object(self.bitten(*arguments, "--json"))

    def rows(self, *arguments: str) -> list[dict[str, object]]:
        """The list that a command answers with, under the last of the names."""
        *command, name = arguments
        found = self.asked(*command)[name]
        assert isinstance(found, list)
        return found

    def under_curve(self, ports: tuple[int, int] = (0, 0)) -> Path:
        """A configuration with these ports."""
        more = f'[security]\nmode = "curve"\nkeys = "{self.bench.folder}/keys"\n'
        return self.bench.configure(more=more, telemetry_ms=200, ports=ports)


@pytest.fixture
def enrolment(bitten: Bitten, bench: Bench) -> Enrolment:
    """Keys that the test knows, so that it can look for them."""
    server = KeyPair.make(bench.folder / "keys" / "server.key")
    trader = KeyPair.make(bench.folder / "ea" / "ea.key")
    return Enrolment(bitten, bench, server, trader)


def test_from_a_knock_to_a_trade_and_out_of_the_door(enrolment: Enrolment) -> None:
    bench = enrolment.bench
    hub = bench.hub(enrolment.config)
    told = ("--server-key", enrolment.server.public, "--keys", str(bench.folder / "ea"), "--telemetry-ms", "100")
    ea = bench.paper("carol", hub.ports, *told)
    (knocked,) = until(lambda: enrolment.rows("enroll", "--pending", "keys"))
    assert (knocked["public_key"], knocked["address"]) == (enrolment.trader.public, "127.0.0.1")

    kit = ("--out", str(bench.folder / "kit"))
    chosen = ("--fingerprint", str(knocked["fingerprint"]), "--tier", "APEX", "--mode", "auto")
    enrolled = enrolment.asked("enroll", "carol", *chosen, *kit)
    assert (enrolled["in_force"], enrolled["change"]) == (True, "enrolled")
    until(lambda: hub.count("confirmations"))

    disabled = enrolment.asked("disable", "carol", "--why", "a dispute")
    assert (disabled["trading"], disabled["session"]) == ("reducing", "told")
    until(lambda: hub.said("carol denied: reducing"))
    # Killed and not stopped: that Carol is disabled stands in her file, from the next hub's first moment on.
    again = enrolment.under_curve(hub.ports)
    hub.process.kill()
    hub.end()
    hub = bench.hub(again)
    until(lambda: hub.live("carol", epoch=2) and hub.said("carol denied: reducing"))
    assert not hub.said("carol fired")

    secrets = secrets_of(enrolment.server, enrolment.trader)
    lines = [Path(f"/proc/{each.process.pid}/cmdline").read_bytes() for each in (hub, ea)]
    open_positions = enrolment.asked("revoke", "carol")["open_positions"]
    until(lambda: hub.session("carol") is None)
    (carol,) = (each for each in enrolment.rows("users", "users") if each["user"] == "carol")
    assert (carol["access"], carol["session"], carol["open_positions"]) == ("revoked", "", open_positions)
    assert ea.end() == 1  # Refused for good.
    assert hub.stop() == 0

    changes = [entry.fact for entry in bench.read()[0] if isinstance(entry.fact, UserChanged)]
    assert [(fact.change, fact.why) for fact in changes] == [
        ("enrolled", ""),
        ("disabled", "a dispute"),
        ("revoked", ""),
    ]
    enrolment.bitten("journal", "export")
    said = [path.read_bytes() for path in bench.folder.rglob("*") if path.is_file() and path.suffix != ".key"]
    assert any(enrolment.trader.public.encode() in each for each in said)  # The search does find what is there.
    for text in (*said, *lines, *(each.encode() for each in enrolment.printed)):
        assert not [secret for secret in secrets if secret in text]


def secrets_of(*pairs: KeyPair) -> set[bytes]:
    """A secret as it might be written: in Z85, raw, in hexadecimal, in base 64."""
    found = set()
    for pair in pairs:
        raw = z85.decode(pair.secret.reveal())
        found |= {pair.secret.reveal().encode(), raw, raw.hex().encode(), base64.b64encode(raw).rstrip(b"=")}
    return found
