"""Fault 22 on the compiled EA: what its broker wrote leaves it as the wire takes it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bitten.wire.session import Hello
from tests.faults.compiled import hosted, needs_compiler
from tests.paper.scripted_hub import ScriptedHub

pytestmark = [pytest.mark.process, needs_compiler]


@pytest.fixture
def hub() -> Iterator[ScriptedHub]:
    """A hub that reads what comes as the real one does."""
    scripted = ScriptedHub()
    yield scripted
    scripted.close()


def test_fault_22_a_company_that_writes_backwards_and_rings_is_greeted_with(hub: ScriptedHub, tmp_path: Path) -> None:
    line = "account server=Paper-1 login=1 company=Bröker\u202e\x07\x1b[31m\u2069Ltd\x7f\x9f\u061c"
    with hosted(tmp_path, (hub.command_port, hub.feedback_port), line):
        assert hub.expect(Hello).account.company == "Bröker   [31m Ltd   "
