"""`python -m benchmarks COMMAND [--json]`: how fast the hub is, each figure against a baseline of the same run."""

from typing import Annotated

import attrs
import msgspec
import typer

from benchmarks import curve, disturbed, latency, replay, start, stream
from bitten.errors import BittenError

app = typer.Typer(
    name="benchmarks",
    help="Measure the hub, each figure against a baseline of the same run.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
RoundsOption = Annotated[int, typer.Option("--rounds", min=1, help="Turns of hub and loop.")]


@app.command("latency")
def latency_command(
    as_json: JsonOption = False,
    rounds: RoundsOption = 5,
    ticks: Annotated[
        int, typer.Option("--ticks", min=2, max=latency.MOST_TICKS, help="Fires measured a round.")
    ] = 2_000,
) -> None:
    """From a tick on the feedback port to its fire on the command port, with the intent journaled; microseconds."""
    _show(latency.measure(rounds, ticks), as_json)


@app.command("stream")
def stream_command(
    as_json: JsonOption = False,
    rounds: RoundsOption = 5,
    ticks: Annotated[int, typer.Option("--ticks", min=1, max=100_000, help="Ticks an EA and round.")] = 8_000,
) -> None:
    """50 EAs streaming ticks into bars; ticks a second."""
    _show(stream.measure(rounds, ticks), as_json)


@app.command("flood")
def flood_command(
    as_json: JsonOption = False,
    rounds: RoundsOption = 5,
    ticks: Annotated[int, typer.Option("--ticks", min=2, max=2_000, help="Fires measured a stretch.")] = 500,
) -> None:
    """What an EA at 100 times its allowance costs the fires of another; microseconds, quiet and flooded in turn."""
    _show(disturbed.measure("flood", rounds, ticks), as_json)


@app.command("strangers")
def strangers_command(
    as_json: JsonOption = False,
    rounds: RoundsOption = 5,
    ticks: Annotated[int, typer.Option("--ticks", min=2, max=2_000, help="Fires measured a stretch.")] = 500,
) -> None:
    """What a thousand strangers and 200 handshakes a second cost the fires of an enrolled EA; microseconds."""
    _show(disturbed.measure("strangers", rounds, ticks), as_json)


@app.command("curve")
def curve_command(
    as_json: JsonOption = False,
    rounds: RoundsOption = 4,
    ticks: Annotated[int, typer.Option("--ticks", min=2, max=5_000, help="Fires, and ticks an EA, a round.")] = 2_000,
) -> None:
    """What CURVE costs a fire's latency and the rate of streams, against plain."""
    _show(curve.measure(rounds, ticks), as_json)


@app.command("start")
def start_command(
    as_json: JsonOption = False,
    rounds: RoundsOption = 5,
    small: Annotated[int, typer.Option("--small", min=20, help="Facts of the small journal.")] = 1_000,
    large: Annotated[int, typer.Option("--large", min=20, help="Facts of the large journal.")] = 1_000_000,
) -> None:
    """From the start of a hub to its first live session, with little and with much in its journal; seconds."""
    _show(start.measure(rounds, small, large), as_json)


@app.command("replay")
def replay_command(
    as_json: JsonOption = False,
    rounds: RoundsOption = 5,
    ticks: Annotated[int, typer.Option("--ticks", min=1, help="Quotes of the month, from its beginning.")] = 120_468,
) -> None:
    """A month of history against NautilusTrader, which the extra `benchmark` installs; ticks a second."""
    _show(replay.measure(rounds, ticks), as_json)


def _show(
    figures: latency.Latency | stream.Stream | start.Start | disturbed.Disturbed | curve.Curve | replay.Replayed,
    as_json: bool,
) -> None:
    named = attrs.asdict(figures)
    if as_json:
        typer.echo(msgspec.json.encode(named).decode())
        return
    for name, figure in named.items():
        typer.echo(f"{name:<12} {figure:>12,}")


def main() -> None:
    """Run a command; an error is one line."""
    try:
        app()
    except BittenError as error:
        typer.echo(f"benchmarks: {error}", err=True)
        raise SystemExit(int(error.exit_code)) from None


if __name__ == "__main__":
    main()
