"""The paper terminal's two sockets (protocol 1.1, 1.5): opened anew for every try, never waited for.

A full queue costs ticks first, then telemetry, of which the newest is kept; events and what prepares a session wait
here until there is room.
"""

import secrets
from collections import deque

import zmq

from bitten.keys import CurveClient
from bitten.paper.ea_values import Channel, Sending
from bitten.paper.misbehaviour import FaultyLink
from bitten.wire.account import Heartbeat, Telemetry
from bitten.wire.codec import encode
from bitten.wire.market import Tick, Ticks

_HIGH_WATER = 100
_SEND_BUFFER = 65_536
"""Bytes of the kernel's: a frozen hub should not find minutes of old ticks when it thaws."""
_AT_ONCE = 64


class Link:
    """DEALER and PUSH towards one hub. Not connected until `open`."""

    def __init__(
        self, host: str, command_port: int, feedback_port: int, faults: FaultyLink, curve: CurveClient | None = None
    ) -> None:
        self._endpoints = {
            Channel.COMMAND: f"tcp://{host}:{command_port}",
            Channel.FEEDBACK: f"tcp://{host}:{feedback_port}",
        }
        self._faults = faults
        self._curve = curve
        # A context of its own: sockets of whoever else is in the process are not ours to end.
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._sockets: dict[Channel, zmq.Socket[bytes]] = {}
        self._waiting: dict[Channel, deque[bytes]] = {channel: deque() for channel in Channel}
        self._telemetry: list[bytes] = []
        self.ticks_sent = 0
        self.ticks_dropped = 0

    def open(self) -> None:
        """Close both sockets and connect new ones, under a routing id that nobody had."""
        self.close()
        for channel, kind in ((Channel.COMMAND, zmq.DEALER), (Channel.FEEDBACK, zmq.PUSH)):
            socket = self._context.socket(kind)
            self._sockets[channel] = socket
            socket.linger = 0
            socket.sndhwm = _HIGH_WATER
            socket.sndbuf = _SEND_BUFFER
            socket.immediate = True
            socket.reconnect_ivl = -1
            if self._curve is not None:
                socket.curve_serverkey = self._curve.server.encode()
                socket.curve_publickey = self._curve.pair.public.encode()
                socket.curve_secretkey = self._curve.pair.secret.reveal().encode()
            if channel is Channel.COMMAND:
                socket.routing_id = secrets.token_hex(8).encode()
            socket.connect(self._endpoints[channel])

    def close(self, linger_ms: int = 0) -> None:
        """Close both; what waits is dropped, what libzmq has may still leave for `linger_ms`."""
        for socket in self._sockets.values():
            socket.close(linger_ms)
        self._sockets.clear()
        for waiting in self._waiting.values():
            waiting.clear()
        self._telemetry.clear()

    def end(self) -> None:
        """Nothing more will be opened."""
        self.close()
        self._context.term()

    def send(self, sendings: list[Sending]) -> None:
        """Pass on what can be passed on now."""
        for sending in sendings:
            for _ in range(self._faults.copies(sending.message)):
                self._send(sending)

    def flush(self) -> None:
        """Send what waited for room."""
        for channel, waiting in self._waiting.items():
            while waiting and self._try(channel, waiting[0]):
                waiting.popleft()
        while self._telemetry and self._room and self._try(Channel.FEEDBACK, self._telemetry[0]):
            self._telemetry.pop(0)

    def received(self) -> list[bytes]:
        """What has come on the command channel, at most 64 messages."""
        socket = self._sockets.get(Channel.COMMAND)
        frames: list[bytes] = []
        while socket is not None and len(frames) < _AT_ONCE:
            try:
                message = socket.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                break
            # A message of the wire is one frame (protocol 1.2); of any other none can be read.
            frames.append(message[0] if len(message) == 1 else b"")
        return frames

    def wait(self, milliseconds: int) -> None:
        """Until something comes, there is room for what waits, or the time is over."""
        poller = zmq.Poller()
        for channel, socket in self._sockets.items():
            wanted = zmq.POLLIN if channel is Channel.COMMAND else 0
            if self._waiting[channel] or (channel is Channel.FEEDBACK and self._telemetry):
                wanted |= zmq.POLLOUT
            if wanted:
                poller.register(socket, wanted)
        poller.poll(milliseconds)

    @property
    def _room(self) -> bool:
        return not self._waiting[Channel.FEEDBACK]

    def _send(self, sending: Sending) -> None:
        message, frame = sending.message, encode(sending.message)
        match message:
            case Tick() | Ticks():
                count = len(message.rows) if isinstance(message, Ticks) else 1
                if self._room and not self._telemetry and self._try(Channel.FEEDBACK, frame):
                    self.ticks_sent += count
                else:
                    self.ticks_dropped += count
            case Telemetry() | Heartbeat():
                self._send_newest(message, frame)
            case _:
                waiting = self._waiting[sending.channel]
                if waiting or not self._try(sending.channel, frame):
                    waiting.append(frame)

    def _send_newest(self, message: Telemetry | Heartbeat, frame: bytes) -> None:
        if self._room and not self._telemetry and self._try(Channel.FEEDBACK, frame):
            return
        if isinstance(message, Telemetry):
            if message.part == 1:
                self._telemetry.clear()
            self._telemetry.append(frame)

    def _try(self, channel: Channel, frame: bytes) -> bool:
        """Send without waiting; False: no room, or no connection yet."""
        socket = self._sockets.get(channel)
        if socket is None:
            return False
        try:
            socket.send(frame, zmq.NOBLOCK)
        except zmq.Again:
            return False
        return True
