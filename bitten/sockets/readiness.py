"""Waiting for a ZMQ socket in trio.

libzmq offers one file descriptor for both directions, and it is edge-triggered: it becomes readable when *something*
happened, and `ZMQ_EVENTS` then tells what. Any send, receive or look at the events takes that edge away from whoever
sleeps on it. Hence the rules here: look before sleeping, wake whoever sleeps for what a look shows, and look again
after every operation. One task, the leader, waits for the descriptor; the others park until it is done or until
somebody's look concerns them.
"""

import trio
import zmq

from bitten.sockets.context import Socket

READ = int(zmq.POLLIN)
WRITE = int(zmq.POLLOUT)
# As plain integers: pyzmq converts an enum anew at every call.
_EVENTS = int(zmq.EVENTS)


class Readiness:
    """The tasks that wait for one socket. Of trio's run alone; no thread may touch the socket meanwhile."""

    def __init__(self, socket: Socket) -> None:
        self.wakeups = 0
        """How often a task slept on the descriptor and came back."""
        self.kicks = 0
        """How often that was because another task had taken the edge."""
        self._get = socket.get
        self._descriptor = socket.fileno()
        self._closed = False
        self._led = False
        self._leader_wants = 0
        self._followers = {READ: trio.lowlevel.ParkingLot(), WRITE: trio.lowlevel.ParkingLot()}

    async def pause(self, wanted: int) -> None:
        """Pass one checkpoint, sleeping there until the socket may be ready for `wanted` (`READ` or `WRITE`).

        It may come back for nothing, so the caller tries, and pauses again where that failed. Nothing has been taken
        from the socket when this is cancelled. Raises `trio.ClosedResourceError` once the socket is closed.
        """
        self.check_open()
        if self.look() & wanted:
            await trio.lowlevel.checkpoint()
        elif self._led:
            await self._followers[wanted].park()
        else:
            await self._lead(wanted)
        self.check_open()

    def look(self) -> int:
        """What the socket is ready for: a mask of `READ` and `WRITE`. Wakes those who sleep for it."""
        events = int(self._get(_EVENTS))
        if self._led:
            self._wake(events)
        return events

    def touched(self) -> None:
        """To be called after every operation on the socket: it may have taken the edge that a sleeper waits for."""
        if self._led:
            self.look()

    def check_open(self) -> None:
        """Raise `trio.ClosedResourceError` when the socket is closed."""
        if self._closed:
            raise trio.ClosedResourceError("this channel is closed")

    def close(self) -> bool:
        """Wake everyone with `trio.ClosedResourceError`, before the socket itself is closed, while the descriptor is
        still its own. False where that has been done already.
        """
        if self._closed:
            return False
        self._closed = True
        if self._led:
            trio.lowlevel.notify_closing(self._descriptor)
        return True

    async def _lead(self, wanted: int) -> None:
        self._led, self._leader_wants = True, wanted
        try:
            await trio.lowlevel.wait_readable(self._descriptor)
        except trio.ClosedResourceError:
            # Kicked, or closed: `pause` tells them apart.
            return
        finally:
            # Also when cancelled: somebody else must take over the descriptor.
            self._led, self._leader_wants = False, 0
            self.wakeups += 1
            for followers in self._followers.values():
                if followers:
                    followers.unpark_all()

    def _wake(self, events: int) -> None:
        if events & self._leader_wants:
            self._leader_wants = 0
            self.kicks += 1
            trio.lowlevel.notify_closing(self._descriptor)
        for direction, followers in self._followers.items():
            if events & direction and followers:
                followers.unpark_all()
