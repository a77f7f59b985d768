"""What a scraper reads is what the hub's status says."""

from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families
from trio.testing import MockClock

from bitten.desk.metrics import exposition
from tests.actors.bench import AUTO, MANUAL, Ea, hub


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


async def test_a_fire_is_counted_from_its_tick_and_to_its_confirmation_once(
    tmp_path: Path, mock_clock: MockClock
) -> None:
    async with hub(tmp_path, mock_clock, users={"alice": AUTO, "bob": MANUAL}, sources=("alice",)) as target:
        alice, bob = Ea(target, "alice", login=1), Ea(target, "bob", login=2)
        for ea in (alice, bob):
            await ea.go_live()
        await bob.tick()
        await alice.tick()
        (fire,) = await alice.got("fire")
        await alice.filled(fire)
        await alice.event("confirmation", id=fire["id"], again=True)
        (advice,) = await bob.got("signal")
        await bob.event("fire_request", signal_id=advice["signal_id"], expires=target.now + 1_000)
        assert await bob.got("fire")
        status = target.hub.desk.status()
        counts = {each.name: each.count for each in status.latencies}
        assert counts["tick_to_fire"] == 1, "bob's was for his press, not for a tick"
        assert counts["fire_to_confirmation"] == 1
        assert counts["journal_commit"] > 3
        families = {each.name: each for each in text_string_to_metric_families(exposition(status))}
        samples = {
            (each.name.rpartition("_")[2], each.labels["stage"], each.labels.get("le", "")): each.value
            for each in families["bitten_latency_seconds"].samples
        }
        assert samples["count", "tick_to_fire", ""] == samples["bucket", "tick_to_fire", "+Inf"] == 1
        assert samples["bucket", "tick_to_fire", "10.0"] == 1
        assert 0 < samples["sum", "tick_to_fire", ""] < 10
