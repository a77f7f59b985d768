"""What an operator may steer, section by section: each is the settings class of the module that uses it."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import get_args

import attrs
import platformdirs

from bitten.journal import Durability
from bitten.log import LogSettings
from bitten.rules.access import Access
from bitten.rules.alerts import AlertSettings
from bitten.rules.care import CareSettings, Step, known_steps
from bitten.rules.citadel import CitadelSettings
from bitten.rules.history import ReplaySettings
from bitten.rules.risk import TIERS, Mode, RiskSettings, Tier
from bitten.rules.session import SessionSettings
from bitten.rules.venom import VenomSettings
from bitten.rules.xp import XpSettings
from bitten.settings import setting
from bitten.tape import TapeSettings
from bitten.units import Account
from bitten.wire.session import Timeframe


@attrs.frozen
class SocketSettings:
    """[sockets]"""

    host: str = setting(
        "127.0.0.1",
        "Address to bind; 0.0.0.0 is every one of this machine. Other than loopback only with CURVE.",
    )
    command_port: int = setting(5555, "Commands to the EAs; 0: the system chooses.", ge=0, le=65_535)
    feedback_port: int = setting(5556, "Telemetry and feedback from the EAs; 0: the system chooses.", ge=0, le=65_535)
    max_frame_bytes: int = setting(
        65_536,
        "Longest frame that a peer may send; one that sends a longer one is disconnected.",
        ge=65_536,
        le=16_777_216,
        why="an EA cuts its lists to this size, so a longer frame is none of ours; a thousand of them may wait to be "
        "read from one connection, which is the memory that a peer can take.",
    )
    max_connections: int = setting(
        16_384,
        "TCP connections, as far as the system's limit of descriptors allows.",
        ge=64,
        le=1_000_000,
        why="an EA has two, a stranger one until its handshake's time is over. Far above what a hub needs, since "
        "where none is left nobody comes in, nor the operator; one that says nothing costs some kilobytes.",
    )
    max_sockets: int = setting(
        1_023,
        "Open ZMQ sockets.",
        ge=16,
        le=1_023,
        why="libzmq takes no more. A hub opens a dozen at most; connections are none.",
    )


class Security(StrEnum):
    """Who is heard on the two ports."""

    PLAIN = "plain"  # whoever connects
    CURVE = "curve"  # whose key a user has


@attrs.frozen
class SecuritySettings:
    """[security]"""

    mode: Security = setting(
        Security.PLAIN,
        "plain hears whoever connects, and is for this machine alone; curve hears the keys of enrolled users.",
    )
    keys: str = setting("", "Folder of the hub's key pair; \"\" is keys/ in the user's state directory.")
    handshake_ms: int = setting(
        5_000,
        "Until a connection must have shown its key, or is closed.",
        ge=100,
        le=60_000,
        why="an EA needs three round trips, a second on a bad line; who stays without a key is no EA, and each keeps a "
        "descriptor for so long.",
    )


@attrs.frozen
class DeskSettings:
    """[desk]"""

    path: str = setting("", "The operator's socket (ipc); \"\" is desk/desk.sock in the user's state directory.")


@attrs.frozen
class JournalSettings:
    """[journal]"""

    path: str = setting("", "The journal's file; \"\" is journal.sqlite in the user's state directory.")
    durability: Durability = setting(
        Durability.PROCESS,
        "What an intent survives: the end of the process (kill -9 included), or the loss of power (a slower fire).",
    )


@attrs.frozen
class MarketSettings:
    """[market]"""

    symbols: tuple[str, ...] = setting(("EURUSD", "GBPUSD"), "Symbols that each EA is asked to stream.")
    warm_up: tuple[str, ...] = setting(
        get_args(Timeframe), f"Timeframes whose past each EA is asked for: any of {', '.join(get_args(Timeframe))}."
    )
    warm_up_bars: int = setting(
        500, "Closed bars asked of each EA per timeframe, so that VENOM starts warm.", ge=1, le=10_000
    )


@attrs.frozen
class WatchdogSettings:
    """[watchdog]"""

    limit_s: float = setting(
        10.0, "Seconds without a turn of the loop after which the process is ended.", gt=0, le=3_600
    )


@attrs.frozen
class UserSettings:
    """[users.NAME], or a file NAME.toml in users.d/"""

    tier: str = setting("NIBBLER", "The tier whose limits hold for the user.")
    mode: str = setting("manual", "Who decides that a signal is fired.", choices=tuple(Mode))
    account: Account | None = setting(
        None, '{ server = "…", login = … }; without it the user is bound to the first account that says hello.'
    )
    public_key: str = setting("", "The public key of the user's EA (CURVE, 40 letters), as it shows it on its chart.")
    access: Access = setting(
        Access.ENABLED, "A disabled user may only lower exposure; a revoked one is not let in, and still tracked."
    )
    access_why: str = setting("", "Why the access is as it is; the trader is shown it.")
    accept_live: bool = setting(False, "A real-money account may be used.")
    care: tuple[str, ...] = attrs.field(
        default=tuple(step.value for step in Step),
        validator=known_steps,
        metadata={
            "doc": "Steps of position care that are taken once XP unlocks them; [] switches it off.",
            "allowed": f"any of {', '.join(Step)}",
        },
    )


@attrs.frozen
class Config:
    """Everything an operator may steer."""

    sockets: SocketSettings = attrs.Factory(SocketSettings)
    security: SecuritySettings = attrs.Factory(SecuritySettings)
    desk: DeskSettings = attrs.Factory(DeskSettings)
    journal: JournalSettings = attrs.Factory(JournalSettings)
    log: LogSettings = attrs.Factory(LogSettings)
    session: SessionSettings = attrs.Factory(SessionSettings)
    market: MarketSettings = attrs.Factory(MarketSettings)
    venom: VenomSettings = attrs.Factory(VenomSettings)
    citadel: CitadelSettings = attrs.Factory(CitadelSettings)
    risk: RiskSettings = attrs.Factory(RiskSettings)
    xp: XpSettings = attrs.Factory(XpSettings)
    care: CareSettings = attrs.Factory(CareSettings)
    watchdog: WatchdogSettings = attrs.Factory(WatchdogSettings)
    tape: TapeSettings = attrs.Factory(TapeSettings)
    replay: ReplaySettings = attrs.Factory(ReplaySettings)
    alerts: AlertSettings = attrs.Factory(AlertSettings)
    tiers: Mapping[str, Tier] = attrs.field(factory=lambda: dict(TIERS))
    users: Mapping[str, UserSettings] = attrs.field(factory=dict)

    @property
    def journal_path(self) -> Path:
        """Where the journal is."""
        return Path(self.journal.path).expanduser() if self.journal.path else state_dir() / "journal.sqlite"

    @property
    def key_path(self) -> Path:
        """Where the hub's key pair is."""
        return (Path(self.security.keys).expanduser() if self.security.keys else state_dir() / "keys") / "server.key"

    @property
    def desk_path(self) -> Path:
        """Where the operator's socket is."""
        return Path(self.desk.path).expanduser() if self.desk.path else state_dir() / "desk" / "desk.sock"


def state_dir() -> Path:
    """The user's state directory."""
    return Path(platformdirs.user_state_dir("bitten"))
