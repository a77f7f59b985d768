"""`bitten alerts` and `bitten alerts test`, asked of a live hub: what they print, and their exit codes."""

import json
from functools import partial
from pathlib import Path

import attrs
import trio
from trio.testing import MockClock

from bitten.errors import ExitCode
from bitten.rules.alerts import AlertSettings, RouteSettings
from bitten.settings import Secret
from tests.receiver import receiver
from tests.scenarios.live import config, live_hub
from tests.scenarios.script import Setup
from tests.test_cli import Bitten, Ended


async def test_a_route_that_takes_messages_and_one_that_does_not(
    tmp_path: Path, mock_clock: MockClock, bitten: Bitten
) -> None:
    with receiver() as good, receiver() as bad:
        bad.status = 500
        routes = {name: RouteSettings(url=Secret(each.url)) for name, each in (("phone", good), ("mail", bad))}
        settings = attrs.evolve(config(Setup(), tmp_path), alerts=AlertSettings(routes=routes))
        file = tmp_path / "bitten.toml"
        file.write_text(f'[desk]\npath = "{settings.desk_path}"\n', encoding="utf-8")

        async def said(*arguments: str) -> Ended:
            return await trio.to_thread.run_sync(partial(bitten, "alerts", *arguments, "--config", str(file)))

        async with live_hub(Setup(), tmp_path, mock_clock, settings=settings):
            shown = await said()
            assert shown.code == ExitCode.OK
            assert [line.split()[:2] for line in shown.out.splitlines() if "json://" in line] == [
                ["phone", "json://"],
                ["mail", "json://"],
            ]
            both = await said("test")
            assert both.code == ExitCode.ERROR
            first, second = both.out.splitlines()
            assert first.startswith("phone: sent in ")
            assert second.startswith("mail: FAILED: ")
            one = await said("test", "--route", "phone", "--json")
            (found,) = json.loads(one.out)["routes"]
            assert (one.code, found["name"], found["error"]) == (ExitCode.OK, "phone", "")
            unknown = await said("test", "--route", "nobody")
            assert (unknown.code, unknown.out) == (ExitCode.USAGE, "")
            assert unknown.err == "bitten: route 'nobody' is not configured; known are phone, mail\n"
            listed = json.loads((await said("--json")).out)
            assert [each["waiting"] for each in listed["routes"]] == [0, 0]
            assert "sekrit" not in f"{shown.out}{both.out}{one.out}{listed}"
