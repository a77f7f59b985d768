"""The hub's configuration for a benchmark: limits are lifted here, by the keys that every operator has."""

from pathlib import Path
from typing import Literal

from benchmarks.ea import symbol_name, user_name
from bitten.keys import KeyPair
from bitten.rules.session import SessionSettings

_BASE = """\
[sockets]
command_port = 0
feedback_port = 0
[desk]
path = "{folder}/desk.sock"
[journal]
path = "{folder}/journal.sqlite"
[market]
symbols = [{symbols}]
warm_up = [{warm_up}]
"""

_LATENCY = """\
[session]
max_messages_per_s = {rate}
[venom]
sources = [{sources}]
patterns = ["benchmarks.pattern:EveryTick"]
cool_down_s = 0
max_per_hour = 1000000000
[citadel]
unverified_size = 0.5
[risk]
margin_level_pct = 0.0
fires_per_minute_user = 1000000000
fires_per_minute_hub = 1000000000
like_fires = 1000000000
[tiers.BENCHMARK]
shots_a_day = 1000000000
open_at_once = 1000000000
daily_loss_cap_pct = 1000000000.0
modes = ["auto"]
"""

# The receiver is stopped while the senders fill their queues, which must not look like silence to it.
_STREAM = """\
[session]
telemetry_ms = 3600000
max_messages_per_s = {rate}
[venom]
sources = [{sources}]
[watchdog]
limit_s = 600
"""

_GUARDED = """\
[security]
mode = "curve"
keys = "{keys}"
"""

_USER = """\
[users.{user}]
tier = "{tier}"
mode = "{mode}"
"""


KEYS = "keys"
"""Folder of the key pairs, in the benchmark's own."""
Benchmark = Literal["latency", "flood", "stream", "start"]


def configure(folder: Path, benchmark: Benchmark, eas: int, *, curve: bool = False) -> Path:
    """Write the configuration of a hub for `eas` EAs, everything that it keeps in `folder`.

    For the flood the first EA is the one that is measured, and the allowance is the one that is shipped.
    """
    fires, flood = benchmark in ("latency", "flood"), benchmark == "flood"
    users, symbols = ([name(number) for number in range(eas)] for name in (user_name, symbol_name))
    text = (_BASE + (_LATENCY if fires else _STREAM)).format(
        folder=folder,
        symbols=_quoted(symbols),
        sources=_quoted(users[:1] if flood else users),
        rate=SessionSettings().max_messages_per_s if flood else 10**9,
        warm_up=_quoted(["M1", "M5", "M15", "H1"] if fires else []),
    )
    tier, mode = ("BENCHMARK", "auto") if fires else ("NIBBLER", "manual")
    path = folder / "benchmark.toml"
    text += _GUARDED.format(keys=folder / KEYS) if curve else ""
    for user in users:
        text += _USER.format(user=user, tier=tier, mode=mode)
        text += f'public_key = "{KeyPair.make(folder / KEYS / f"{user}.key").public}"\n' if curve else ""
    if curve:
        KeyPair.make(folder / KEYS / "server.key")
    path.write_text(text, encoding="utf-8")
    return path


def _quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
