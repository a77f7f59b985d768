"""Messages of the wire with defaults, for the tests of the paper EA."""

from collections.abc import Mapping

from bitten.units import Direction, TradingState
from bitten.wire.commands import Fire
from bitten.wire.events import Confirmation, Status
from bitten.wire.session import BarsWanted, Trading, Welcome

SESSION = "S-1"


def fire(**changes: object) -> Fire:
    """A market BUY of 0.1 EURUSD, good until 2^40, whose stop and target are 100 pips away from 1.1000."""
    fields: Mapping[str, object] = {
        "session": SESSION,
        "id": "F1",
        "expires": 2**50,
        "signal_id": "SIG1",
        "magic": 1001,
        "symbol": "EURUSD",
        "direction": Direction.BUY,
        "kind": "market",
        "entry": 1.1002,
        "lot": 0.1,
        "sl": 1.09,
        "tp": 1.11,
        "deviation": 30,
        "good_till": 0,
    }
    return Fire(**{**fields, **changes})  # type: ignore[arg-type]  # the samples' fields are what Fire declares


def confirmation(**changes: object) -> Confirmation:
    """A fire that was filled."""
    fields: Mapping[str, object] = {
        "session": SESSION,
        "n": 1,
        "id": "F1",
        "status": Status.FILLED,
        "again": False,
        "ticket": 1,
        "deal": 1,
        "price": 1.1,
        "lot": 0.1,
        "commission": 0.0,
        "retcode": 10009,
        "message": "",
        "time": 1000,
    }
    return Confirmation(**{**fields, **changes})  # type: ignore[arg-type]  # as above


def welcome(**changes: object) -> Welcome:
    """A welcome that echoes a hello of time 0, streams EURUSD and asks for no bars."""
    bars: tuple[BarsWanted, ...] = ()
    fields: Mapping[str, object] = {
        "session": SESSION,
        "epoch": 1,
        "time": 0,
        "echo": 0,
        "telemetry_ms": 5000,
        "symbols": ("EURUSD",),
        "bars": bars,
        "ack": 0,
        "trading": Trading(state=TradingState.ACTIVE, reason=""),
    }
    return Welcome(**{**fields, **changes})  # type: ignore[arg-type]  # as above
