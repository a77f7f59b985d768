"""One demo from start to summary."""

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import attrs
from rich.console import Console

from bitten.demo import ea
from bitten.demo.ea import EaKind
from bitten.demo.market import MarketChoice
from bitten.demo.processes import EaProcess, HubProcess, configure, hub, start_ea, stop
from bitten.demo.report import EaReport
from bitten.demo.summary import Summary, summarize
from bitten.demo.view import Show, live_view
from bitten.errors import BittenError
from bitten.journal import Journal
from bitten.wire.desk import HubStatus

LOOK_S = 0.25
BUILT_IN_SECONDS = 25.0
"""How long the market without an end is played unless told otherwise."""
MAX_USERS = 200


@attrs.frozen(kw_only=True)
class DemoOptions:
    """What `bitten demo` is told."""

    market: MarketChoice
    users: int
    speed: float
    seconds: float | None
    compiled: bool = False
    """The EA's own source, compiled, in place of the paper EA."""
    sanitize: bool = False
    """Compiled with address and undefined-behaviour sanitizers."""

    def __attrs_post_init__(self) -> None:
        if not 1 <= self.users <= MAX_USERS:
            raise BittenError(f"--users {self.users}: must be 1 to {MAX_USERS}")
        if self.seconds is not None and not self.seconds > 0:
            raise BittenError(f"--seconds {self.seconds:g}: must be above 0")


def run(options: DemoOptions, console: Console) -> Summary:
    """Play a market through a hub and its EAs. Raises `BittenError` where a process or a file fails."""
    feed = options.market.feed()
    seconds = options.seconds or (BUILT_IN_SECONDS if options.market.endless else None)
    users = [f"user{number}" for number in range(1, options.users + 1)]
    total = seconds or _length_s(options)
    market = f"{' '.join(feed.specs)}, built-in market {options.market.seed}" if options.market.endless else feed.name
    kind = _kind(options, console)
    title = f"{market}, at {options.speed:g} ×"
    with tempfile.TemporaryDirectory(prefix="bitten-demo-") as name:
        folder = Path(name)
        folder.chmod(0o700)
        config = configure(folder, users, list(feed.specs))
        with hub(folder, config) as running, live_view(console, title, total) as show:
            eas = _start(running, folder, users, options, kind, seconds)
            try:
                seen, took = _watch(running, eas, show)
            finally:
                for each in eas:
                    stop(each.process)
            reports = [each.report() for each in eas]
        return _read(folder, reports, seen, took)


def _kind(options: DemoOptions, console: Console) -> EaKind:
    if not options.compiled:
        return ea.paper()
    with console.status("building the EA"):
        return ea.mql5(sanitize=options.sanitize)


def _start(
    running: HubProcess,
    folder: Path,
    users: Sequence[str],
    options: DemoOptions,
    kind: EaKind,
    seconds: float | None,
) -> list[EaProcess]:
    ports = {socket.name: socket.endpoint.rpartition(":")[2] for socket in running.status().sockets}
    arguments = [
        *("--command-port", ports["command"], "--feedback-port", ports["feedback"]),
        *("--speed", str(options.speed)),
        *(("--seconds", str(seconds)) if seconds is not None else ()),
        *options.market.arguments(),
    ]
    return [start_ea(folder, user, kind, arguments) for user in users]


def _watch(running: HubProcess, eas: Sequence[EaProcess], show: Show) -> tuple[HubStatus, float]:
    """Until every EA has ended: the last status with the most EAs live, its counts the newest; and seconds taken."""
    began = time.monotonic()
    seen = newest = running.status()
    while any(each.process.poll() is None for each in eas):
        newest = running.status()
        if newest.active_users >= seen.active_users:
            seen = newest
        show(newest, time.monotonic() - began)
        time.sleep(LOOK_S)
    newest = running.status()
    return attrs.evolve(seen, stages=newest.stages, bars=newest.bars), time.monotonic() - began


def _read(folder: Path, reports: Sequence[EaReport], seen: HubStatus, took: float) -> Summary:
    journal = Journal.open(folder / "journal.sqlite")
    try:
        return summarize(journal, reports, seen, took)
    finally:
        journal.close()


def _length_s(options: DemoOptions) -> float:
    """Wall seconds that the whole market takes: it is read once, which also finds a broken line before it starts."""
    last = first = options.market.feed().start
    for tick in options.market.feed().ticks():
        last = tick.time
    return (last - first) / 1000 / options.speed
