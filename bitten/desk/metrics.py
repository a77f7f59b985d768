"""`bitten metrics`: the hub's status as Prometheus text, for node_exporter's textfile collector or a scraper."""

from collections.abc import Iterator, Sequence

import typer
from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from bitten.desk.client import ask, hub_of
from bitten.desk.options import ConfigOption
from bitten.rules.health import SEVERITY, Health
from bitten.units import TradingState
from bitten.wire.desk import HubStatus, StatusAnswer, StatusRequest

app = typer.Typer(rich_markup_mode=None)
Family = tuple[str, str, tuple[str, ...], Sequence[tuple[tuple[str, ...], float | None]]]
"""Name, what it says, the names of its labels, and of each sample their values and the figure; None: not known."""
_STRICT = {TradingState.ACTIVE: 0, TradingState.REDUCING: 1, TradingState.HALTED: 2}


@app.command()
def metrics(config_path: ConfigOption = None) -> None:
    """Print what the running hub counts and how it does, in Prometheus' text format; times are in seconds.

    Health is 0 ok, 1 late, 2 stale. A hub that does not run is exit code 3 and no text, never old figures.
    """
    answer = ask(hub_of(config_path), StatusRequest())
    assert isinstance(answer, StatusAnswer)
    typer.echo(exposition(answer.status), nl=False)


def exposition(status: HubStatus) -> str:
    """The text for one scrape."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collected(status))
    return generate_latest(registry).decode()


class _Collected(Collector):
    """The library asks it for families of figures."""

    def __init__(self, status: HubStatus) -> None:
        self._status = status

    def collect(self) -> Iterator[Metric]:
        for kind, families in ((GaugeMetricFamily, _gauges), (CounterMetricFamily, _counters)):
            for name, doc, labels, samples in families(self._status):
                family = kind(f"bitten_{name}", doc, labels=labels)
                for values, figure in samples:
                    if figure is not None:
                        family.add_metric(values, figure)
                yield family
        yield _latency(self._status)


def _latency(status: HubStatus) -> Metric:
    doc = "From a tick's arrival to its fire, from a fire to its durable confirmation, and of the journal's commits."
    family = HistogramMetricFamily("bitten_latency_seconds", doc, labels=("stage",))
    for each in status.latencies:
        buckets = [(str(int(bound) / 1_000_000), count) for bound, count in each.buckets.items()]
        family.add_metric((each.name,), [*buckets, ("+Inf", each.count)], sum_value=each.sum_us / 1_000_000)
    return family


def _gauges(status: HubStatus) -> Iterator[Family]:
    stages, sessions, journal = status.stages, status.sessions, status.journal
    yield "health", "0 ok, 1 late, 2 stale: the worst of all parts.", (), [((), SEVERITY[Health(status.health)])]
    yield "trading", "0 active, 1 reducing, 2 halted.", (), [((), _STRICT[status.trading])]
    yield "uptime_seconds", "Since the hub began.", (), [((), status.uptime_s)]
    yield "active_users", "Users whose session is live.", (), [((), status.active_users)]
    stage, user = ("stage",), ("user",)
    healths = [((each.name,), SEVERITY[Health(each.health)]) for each in stages]
    yield "stage_health", "By its own expectation: 0 ok, 1 late, 2 stale.", stage, healths
    ages = [((each.name,), None if each.age_ms is None else each.age_ms / 1000) for each in stages]
    yield "stage_age_seconds", "Since it spoke.", stage, ages
    yield "stage_queue", "Messages that wait for it.", stage, [((each.name,), each.queue) for each in stages]
    yield "session_live", "1 live, else 0.", user, [((each.user,), each.state == "live") for each in sessions]
    yield "session_equity", "Account currency.", user, [((each.user,), each.equity) for each in sessions]
    yield "session_balance", "Account currency.", user, [((each.user,), each.balance) for each in sessions]
    yield "session_positions", "Open on the account.", user, [((each.user,), each.open_positions) for each in sessions]
    heard = [((each.user,), each.heard_ms_ago / 1000) for each in sessions]
    yield "session_heard_seconds", "Since the EA said anything.", user, heard
    yield "journal_bytes", "Size of the file.", (), [((), journal.bytes)]
    yield "journal_lag", "Facts that wait for their commit.", (), [((), journal.lag)]
    yield "journal_failing", "1 while it cannot be written.", (), [((), bool(journal.failure))]


def _counters(status: HubStatus) -> Iterator[Family]:
    yield "stage_outputs", "How often it spoke.", ("stage",), [((each.name,), each.count) for each in status.stages]
    # A life that an actor has behind it adds to these; a session's actor goes with its session.
    fixed = [each for each in status.actors if not each.name.startswith("sessions/")]
    yield "actor_restarts", "After a crash.", ("actor",), [((each.name,), each.restarts) for each in fixed]
    yield "journal_facts", "In the journal.", (), [((), status.journal.entries)]
    yield "dead_letters", "Messages in hand at a crash.", (), [((), status.dead_letters)]
    yield "security_events", "What must not be.", ("what",), [((what,), n) for what, n in status.security.items()]
