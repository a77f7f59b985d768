"""What an EA says, with defaults: the samples that `ea> TYPE {changes}` changes."""

import json
from collections.abc import Mapping

from bitten.rules.facts import Fact, decode
from bitten.rules.fire import magic_of

SESSION = {"session": "$session"}
EVENT = {**SESSION, "n": 1}

SAMPLES: Mapping[str, Mapping[str, object]] = {
    "hello": {
        "protocol": 1,
        "user": "paper",
        "ea": "L1",
        "build": 5200,
        "account": {
            "login": 100,
            "server": "Broker",
            "company": "Broker Ltd",
            "currency": "USD",
            "leverage": 30,
            "margin_mode": "hedging",
            "demo": True,
        },
        "time": "$now",
        "utc_offset": 0,
        "first_event": 1,
        "next_event": 1,
        "life": 1,
        "boot": "b1",
        "trade_allowed": True,
    },
    "ping": {**SESSION, "nonce": 1, "time": "$now"},
    "pong": {**SESSION, "nonce": 1, "time": "$now", "echo": "$now"},
    "goodbye": {**SESSION, "reason": "chart closed"},
    "spec": {
        **SESSION,
        "symbol": "EURUSD",
        "digits": 5,
        "point": 0.00001,
        "tick_size": 0.00001,
        "tick_value": 1.0,
        "contract_size": 100000.0,
        "volume_min": 0.01,
        "volume_max": 100.0,
        "volume_step": 0.01,
        "stops_level": 0,
        "freeze_level": 0,
        "filling": ["fok", "ioc"],
        "trade_mode": "full",
        "hours": [],
    },
    "tick": {**SESSION, "symbol": "EURUSD", "bid": 1.1, "ask": 1.10008, "time": "$now"},
    "ticks": {**SESSION, "symbol": "EURUSD", "rows": [[1700000000000, 1.1, 1.10008]]},
    "bars": {
        **SESSION,
        "symbol": "EURUSD",
        "timeframe": "M5",
        "rows": [[1699999800000, 1.1, 1.1003, 1.0998, 1.1001, 120]],
    },
    "calendar": {**SESSION, "rows": [[1700000000000, "USD", 3, "Non-Farm Payrolls"]]},
    "snapshot": {**SESSION, "part": 1, "parts": 1, "next_event": 1, "positions": [], "orders": []},
    "ready": {**SESSION, "bars": {"EURUSD M5": 0}},
    "telemetry": {
        **SESSION,
        "time": "$now",
        "utc_offset": 0,
        "next_event": 1,
        "balance": 1000.0,
        "equity": 1000.0,
        "margin": 0.0,
        "free_margin": 1000.0,
        "profit": 0.0,
        "connected": True,
        "broker_ping_ms": 20.0,
        "trade_allowed": True,
        "part": 1,
        "parts": 1,
        "positions": [],
        "orders": [],
    },
    "heartbeat": {**SESSION, "time": "$now", "next_event": 1},
    "confirmation": {
        **EVENT,
        "id": "F1",
        "status": "filled",
        "again": False,
        "ticket": 5,
        "deal": 6,
        "price": 1.1,
        "lot": 0.1,
        "commission": 0.0,
        "retcode": 10009,
        "message": "",
        "time": "$now",
    },
    "closed": {
        **EVENT,
        "ticket": 5,
        "deal": 7,
        "fire_id": "F1",
        "symbol": "EURUSD",
        "direction": "BUY",
        "lot": 0.1,
        "price": 1.101,
        "profit": 10.0,
        "commission": 0.0,
        "swap": 0.0,
        "reason": "tp",
        "time": "$now",
    },
    "fire_request": {**EVENT, "signal_id": "SIG", "expires": 0},
    "pass": {**EVENT, "signal_id": "SIG"},
}

POSITION: Mapping[str, object] = {
    "ticket": 5,
    "symbol": "EURUSD",
    "direction": "BUY",
    "lot": 0.1,
    "open_price": 1.1,
    "open_time": 1700000000000,
    "sl": 0.0,
    "tp": 0.0,
    "profit": 0.0,
    "magic": 0,
    "fire_id": "",
}
"""What a position in a `positions` list has where it does not say otherwise."""

INTENT: Mapping[str, object] = {
    "id": "F1",
    "user": "paper",
    "account": {"server": "Broker", "login": 100},
    "ea": "L1",
    "boot": "b1",
    "action": "fire",
    "expires": 1700000000000,
    "raw": "{}",
    "symbol": "EURUSD",
    "direction": "BUY",
    "lot": 0.1,
    "sl": 0.0,
    "tp": 0.0,
    "magic": magic_of("F1"),
    "signal_id": "SIG",
    "leg": 1,
    "day": 0,
    "market_time": 0,
}


def message(changes: Mapping[str, object]) -> dict[str, object]:
    """What the EA says: the sample of the type with changes, or, marked `whole`, nothing but what is given."""
    if "whole" in changes:
        return {key: value for key, value in changes.items() if key != "whole"}
    said = {**SAMPLES.get(str(changes["type"]), {}), **changes}
    for key, inner in SAMPLES.get(str(changes["type"]), {}).items():
        if isinstance(inner, dict) and isinstance(changes.get(key), dict):
            said[key] = {**inner, **said[key]}  # type: ignore[dict-item]  # just checked
    positions = said.get("positions")
    if isinstance(positions, list):
        said["positions"] = [{**POSITION, **position} for position in positions]
    return said


def fact(kind: str, fields: Mapping[str, object]) -> Fact:
    """A fact that the journal holds already. Raises ValueError or msgspec's errors for what is none."""
    defaults = INTENT if kind == "intent" else {}
    return decode(kind, json.dumps({**defaults, **fields, "kind": kind}).encode())
