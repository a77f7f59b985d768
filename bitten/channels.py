"""The hub's sockets, bound as the configuration says, with what guards the two that EAs connect to."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import attrs

from bitten.errors import ConfigError
from bitten.keys import KeyPair
from bitten.sections import Config, Security
from bitten.sockets.channel import PullChannel, RouterChannel
from bitten.sockets.context import open_context
from bitten.sockets.monitor import Monitor
from bitten.sockets.options import CurveServer, SocketOptions
from bitten.sockets.zap import ZapChannel

LINGER_MS = 500
"""How long the last words to the EAs may take to leave."""


@attrs.frozen
class Door:
    """Who may connect is asked here, and how handshakes failed is told."""

    zap: ZapChannel
    monitors: tuple[Monitor, ...]


@attrs.frozen
class Channels:
    """The three sockets, bound, and what guards the two that EAs connect to."""

    command: RouterChannel
    feedback: PullChannel
    desk: RouterChannel
    door: Door | None = None
    """None: plain, whoever connects is heard."""


@contextmanager
def open_channels(config: Config) -> Iterator[Channels]:
    """Bind the sockets. Raises `AddressError` and `ConfigError`; nothing stays bound then."""
    sockets, options = config.sockets, _options(config)
    with ExitStack() as opened:
        context = opened.enter_context(open_context(max_sockets=sockets.max_sockets))
        desk = opened.enter_context(RouterChannel.bind_ipc(context, config.desk_path))
        # Before the ports: what is asked while nobody listens is refused.
        zap = None if options.curve is None else opened.enter_context(ZapChannel.bind(context))
        command = opened.enter_context(RouterChannel.bind_tcp(context, sockets.host, sockets.command_port, options))
        feedback = opened.enter_context(PullChannel.bind_tcp(context, sockets.host, sockets.feedback_port, options))
        door = None
        if zap is not None:
            monitors = (Monitor.of(context, command), Monitor.of(context, feedback))
            door = Door(zap, tuple(map(opened.enter_context, monitors)))
        yield Channels(command, feedback, desk, door)
        command.close(LINGER_MS)


def _options(config: Config) -> SocketOptions:
    return SocketOptions(curve=_curve(config), max_message_bytes=config.sockets.max_frame_bytes)


def _curve(config: Config) -> CurveServer | None:
    """Raises `ConfigError` where there are no keys to guard the ports with."""
    if config.security.mode is Security.PLAIN:
        return None
    if not config.key_path.exists():
        raise ConfigError([f"[security] mode = curve, but no key is at {config.key_path}: `bitten enroll` makes it"])
    return CurveServer(secret=KeyPair.load(config.key_path).secret, handshake_ms=config.security.handshake_ms)
