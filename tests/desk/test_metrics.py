"""What a scraper reads is what the hub's status says."""

from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families
from trio.testing import MockClock

from bitten.desk.metrics import exposition
from tests.actors.bench import AUTO, Ea, hub


async def test_the_text_says_what_the_status_says(tmp_path: Path, mock_clock: MockClock) -> None:
    async with hub(tmp_path, mock_clock, users={"paper": AUTO}) as target:
        ea = Ea(target)
        await ea.go_live()
        await ea.tick()
        await ea.got("fire")
        await target.advance(40_000)
        status = target.hub.desk.status()
        found = {
            (sample.name, *sample.labels.values()): sample.value
            for family in text_string_to_metric_families(exposition(status))
            for sample in family.samples
        }
        assert found["bitten_stage_outputs_total", "fires"] == 1
        assert found["bitten_stage_age_seconds", "fires"] == 40
        assert ("bitten_stage_age_seconds", "closings") not in found, "it never spoke"
        assert (found["bitten_health",], found["bitten_stage_health", "confirmations"]) == (2, 2)
        assert (found["bitten_session_equity", "paper"], found["bitten_session_live", "paper"]) == (10_000, 0)
        assert (found["bitten_trading",], found["bitten_journal_failing",]) == (0, 0)
        assert found["bitten_journal_facts_total",] == status.journal.entries
