"""The compiled EA is enrolled with what `bitten enroll` writes for its trader: its own key, made on its first run."""

import re

import pytest

from tests.faults.compiled import hosted, logged, needs_compiler, said
from tests.integration.processes import Bench, until
from tests.test_cli import Bitten
from tests.test_cli import bitten as bitten

pytestmark = [pytest.mark.process, needs_compiler]

MADE = re.compile(r"a key pair was made\. Your public key, for the hub's operator: (\S{40})$")


def test_from_the_first_run_to_live_and_refused(bitten: Bitten, bench: Bench) -> None:
    more = f'[security]\nmode = "curve"\nkeys = "{bench.folder}/keys"\n'
    asked = bitten("enroll", "alice", "--config", str(bench.configure(more=more, ports=(5555, 5556))))
    assert (asked.code, asked.err) == (0, "")
    config = bench.configure(more=more, telemetry_ms=200)
    hub, at = bench.hub(config), ("--config", str(config))
    with hosted(bench.folder, hub.ports, preset=bench.folder / "alice.set") as ea:
        (key,) = until(lambda: [found[1] for line in said(ea) if (found := MADE.search(line.text))])
        until(lambda: hub.status().security.get("unknown_key"))
        assert not logged(ea, "live: the hub may fire")
        assert bitten("rotate", "alice", "--key", key, *at).code == 0
        until(lambda: logged(ea, "live: the hub may fire"))
        assert hub.live("alice")
        assert bitten("revoke", "alice", "--why", "has left", *at).code == 0
        until(lambda: logged(ea, "refused by the hub (user_revoked"))
        ea.finish()
    assert hub.stop() == 0

    (pair,) = bench.folder.rglob("alice.key")
    public, secret = pair.read_text(encoding="ascii").split()
    assert public == key
    holds = [path for path in bench.folder.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]
    assert holds == [pair]
