"""The desk's path: reachable by its owner alone, held by one hub, named in full when it cannot be had."""

import os
from pathlib import Path

import pytest
import zmq

from bitten.errors import AddressError, ConfigError, ExitCode
from bitten.sockets.channel import DealerChannel, RouterChannel, Sent
from bitten.sockets.context import Context, open_context
from tests.sockets.peers import receive


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "desk" / "socket"


async def test_the_operator_reaches_the_hub(context: Context, path: Path) -> None:
    with RouterChannel.bind_ipc(context, path) as hub, DealerChannel.connect(context, f"ipc://{path}") as desk:
        assert hub.endpoint == f"ipc://{path}"
        desk.send_nowait(b"halt")
        ((name, body),) = await receive(hub, 1)
        assert body == b"halt"
        assert hub.send_to(name, b"halted") is Sent.SENT
        assert await desk.receive_batch() == [b"halted"]


def test_its_folder_is_made_for_its_owner_alone(context: Context, tmp_path: Path) -> None:
    folder = tmp_path / "state" / "bitten" / "desk"
    with RouterChannel.bind_ipc(context, folder / "socket"):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_a_second_hub_is_refused_and_the_first_keeps_the_path(context: Context, path: Path) -> None:
    with RouterChannel.bind_ipc(context, path), open_context() as other:
        with pytest.raises(AddressError, match=rf"^desk path {path} is held by process {os.getpid()}: stop that one"):
            RouterChannel.bind_ipc(other, path)
        with DealerChannel.connect(other, f"ipc://{path}") as desk:
            desk.send_nowait(b"still yours")


async def test_a_closed_channel_leaves_its_path_to_the_next(context: Context, path: Path) -> None:
    for _ in range(20):
        with RouterChannel.bind_ipc(context, path) as hub, DealerChannel.connect(context, f"ipc://{path}") as desk:
            desk.send_nowait(b"hello")
            assert [body for _, body in await receive(hub, 1)] == [b"hello"]


def test_a_closed_channel_leaves_nothing_behind(context: Context, path: Path) -> None:
    RouterChannel.bind_ipc(context, path).close()
    assert list(path.parent.iterdir()) == []


@pytest.fixture
def left_behind(path: Path) -> Path:
    path.parent.mkdir(mode=0o700)
    path.with_name("socket.lock").write_text("999999999\n")
    path.write_bytes(b"")
    return path


async def test_what_a_killed_hub_left_behind_is_in_nobodys_way(context: Context, left_behind: Path) -> None:
    path = left_behind
    with RouterChannel.bind_ipc(context, path) as hub, DealerChannel.connect(context, f"ipc://{path}") as desk:
        desk.send_nowait(b"hello")
        assert [body for _, body in await receive(hub, 1)] == [b"hello"]


def test_a_path_that_is_too_long_is_a_mistake_in_the_configuration(context: Context, tmp_path: Path) -> None:
    path = tmp_path / ("x" * 120)
    with pytest.raises(ConfigError) as refused:
        RouterChannel.bind_ipc(context, path)
    allowed = zmq.IPC_PATH_MAX_LEN
    assert str(refused.value) == (
        f"desk path {path}: {len(str(path))} bytes long, the system allows {allowed}: configure another"
    )
    assert refused.value.exit_code is ExitCode.CONFIGURATION


def test_the_longest_path_that_is_allowed_is_bound(context: Context, tmp_path: Path) -> None:
    folder = tmp_path / "d"
    path = folder / ("ü" + "x" * (zmq.IPC_PATH_MAX_LEN - len(str(folder)) - 3))
    assert len(os.fsencode(path)) == zmq.IPC_PATH_MAX_LEN
    RouterChannel.bind_ipc(context, path).close()


@pytest.mark.parametrize("mode", [0o701, 0o710, 0o755, 0o777])
def test_a_folder_that_others_may_enter_is_refused(context: Context, path: Path, mode: int) -> None:
    path.parent.mkdir()
    path.parent.chmod(mode)
    with pytest.raises(ConfigError, match=rf"folder {path.parent} has mode {mode:04o}, allowed is 0700: chmod 700 it"):
        RouterChannel.bind_ipc(context, path)
    assert list(path.parent.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_another_user_is_refused(context: Context, path: Path) -> None:
    path.parent.mkdir(mode=0o700)
    os.chown(path.parent, 12_345, -1)
    with pytest.raises(ConfigError, match="belongs to user 12345, allowed is 0"):
        RouterChannel.bind_ipc(context, path)


def test_a_link_to_a_folder_is_refused(context: Context, tmp_path: Path, path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    path.parent.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConfigError, match=f"{path.parent} is a link"):
        RouterChannel.bind_ipc(context, path)


def test_a_folder_that_cannot_be_made_is_named(context: Context, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=f"no folder {tmp_path}/file/desk: "):
        RouterChannel.bind_ipc(context, tmp_path / "file" / "desk" / "socket")
    with pytest.raises(ConfigError, match=f"no folder {tmp_path}/file: "):
        RouterChannel.bind_ipc(context, tmp_path / "file" / "socket")


def test_a_path_that_cannot_be_bound_leaves_no_lock(context: Context, path: Path) -> None:
    (path / "in the way").mkdir(parents=True)
    path.parent.chmod(0o700)
    with pytest.raises(AddressError, match=rf"^desk path {path}: cannot bind: .*; configure another path$"):
        RouterChannel.bind_ipc(context, path)
    assert not path.with_name("socket.lock").exists()
