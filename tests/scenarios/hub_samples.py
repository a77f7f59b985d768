"""What a hub says, with defaults: the samples that `hub> TYPE {changes}` changes where an EA is under test."""

from collections.abc import Mapping

from bitten.rules.fire import magic_of

SESSION = {"session": "$session"}
COMMAND = {**SESSION, "id": "C1", "expires": 1_800_000_000_000}
"""Good for as long as any scenario takes."""

SAMPLES: Mapping[str, Mapping[str, object]] = {
    "welcome": {
        "session": "S1",
        "epoch": 1,
        "time": "$now",
        "echo": "$hello_time",
        "telemetry_ms": 5000,
        "symbols": ["EURUSD"],
        "bars": [{"symbol": "EURUSD", "timeframe": "M5", "count": 500}],
        "ack": 0,
        "trading": {"state": "active", "reason": ""},
    },
    "live": {**SESSION},
    "bye": {**SESSION, "reason": "shutdown", "message": ""},
    "ping": {**SESSION, "nonce": 1, "time": "$now"},
    "pong": {**SESSION, "nonce": 1, "time": "$now", "echo": "$now"},
    "ack": {**SESSION, "n": 1},
    "resend": {**SESSION, "from": 1},
    "fire": {
        **COMMAND,
        "id": "F1",
        "signal_id": "SIG",
        "magic": magic_of("F1"),
        "symbol": "EURUSD",
        "direction": "BUY",
        "kind": "market",
        "entry": 1.1002,
        "lot": 0.1,
        "sl": 1.09,
        "tp": 1.11,
        "deviation": 30,
        "good_till": 0,
    },
    "modify": {**COMMAND, "id": "M1", "ticket": 1},
    "close": {**COMMAND, "ticket": 1, "lot": 0, "if_lot": 0.1},
    "cancel": {**COMMAND, "ticket": 1},
    "query": {**SESSION, "id": "F1"},
    "history": {**SESSION, "id": "H1", "since": 0},
    "signal": {
        **SESSION,
        "signal_id": "SIG",
        "symbol": "EURUSD",
        "direction": "BUY",
        "kind": "RAPID_ASSAULT",
        "entry": 1.1002,
        "sl": 1.09,
        "tp": 1.11,
        "score": 81.5,
        "shield": "SHIELD_APPROVED",
        "mode": "auto",
        "expires": 1_800_000_000_000,
    },
    "signal_end": {**SESSION, "signal_id": "SIG", "reason": "expired"},
    "rank": {
        **SESSION,
        "xp": 100,
        "rank": "RECRUIT",
        "next_rank_at": 1000,
        "streak": 1,
        "shots_left": 4,
        "locked_until": 0,
        "reason": "",
    },
    "trading": {**SESSION, "state": "reducing", "reason": "a test"},
    "denied": {**SESSION, "signal_id": "SIG", "code": "locked", "message": "a test"},
}


def message(changes: Mapping[str, object]) -> dict[str, object]:
    """What the hub says: the sample of the type with changes, or, marked `whole`, nothing but what is given."""
    if "whole" in changes:
        return {key: value for key, value in changes.items() if key != "whole"}
    return {**SAMPLES[str(changes["type"])], **changes}
