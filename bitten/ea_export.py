"""`bitten ea …`: the Expert Advisor as an `MQL5` folder, ready to be copied into a terminal's data folder.

The sources come with this package. libzmq for Windows comes from the last wheel of pyzmq that carries it as a file of
its own, through pip, and every file is compared with its SHA-256 before it is written.
"""

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Annotated

import attrs
import msgspec
import typer

from bitten.errors import BittenError

app = typer.Typer(help="The Expert Advisor for MetaTrader 5.", rich_markup_mode=None)

REQUIREMENT = "pyzmq==25.1.2"
"""Later wheels link libzmq into their own module; this one has libzmq 4.3.4 with CURVE, and libsodium beside it."""
WHEEL = "pyzmq-25.1.2-cp311-cp311-win_amd64.whl"
WHEEL_SHA256 = "25c2dbb97d38b5ac9fd15586e048ec5eb1e38f3d47fe7d92167b0c77bb3584e9"


@attrs.frozen
class Library:
    """A DLL in the wheel, the name that it must have beside the EA, and its SHA-256."""

    member: str
    name: str
    sha256: str


LIBRARIES: tuple[Library, ...] = (
    Library(
        "pyzmq.libs/libzmq-v141-mt-4_3_4-0a6f51ca.dll",
        "libzmq.dll",
        "b2d32d44a52ce88a71c53ef9386fe00476f7a4dbca8a4c48699f17b38214599b",
    ),
    Library(
        "pyzmq.libs/libsodium-ac42d648.dll",
        "libsodium-ac42d648.dll",
        "ac42d648d80b67cb4d286b21a784c889ece77842ed0eb06563127b3491819178",
    ),
    Library(
        "pyzmq.libs/msvcp140.dll",
        "msvcp140.dll",
        "052b1978b08e2219fa53e6b2f58846a63150bcf002bd36e54b6bc10644684482",
    ),
)
"""libzmq asks for libsodium by this very name, so only libzmq is renamed."""


@app.command()
def export(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Where the MQL5 folder is written.")],
    wheel: Annotated[
        Path | None, typer.Option("--wheel", metavar="FILE", help=f"{WHEEL}, fetched by hand; else pip gets it.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Lay out Experts, Include, Presets and Libraries, to be copied into a terminal's data folder.

    Without a network, get the wheel elsewhere and name it with --wheel. The terminal's computer needs Microsoft's
    Visual C++ runtime (vc_redist.x64.exe), which most have.
    """
    root = directory / "MQL5"
    files = [*copy_sources(source_folder(), root), *extract_libraries(wheel, root / "Libraries")]
    if as_json:
        print(msgspec.json.encode({"folder": str(root), "files": [str(each) for each in files]}).decode())
        return
    for each in files:
        typer.echo(str(each))
    typer.echo(f"copy {root} over the MQL5 folder of the terminal's data folder, then compile Experts/BITTEN.mq5 (F7)")


def source_folder() -> Path:
    """The EA's sources: inside an installed package, beside it in a checkout. Raises BittenError without."""
    package = Path(__file__).parent
    for folder in (package / "ea", package.parent / "ea"):
        if (folder / "BITTEN.mq5").is_file():
            return folder
    raise BittenError(f"{package / 'ea'}: the EA's sources are not part of this installation; install bitten anew")


def copy_sources(source: Path, root: Path) -> list[Path]:
    """Write the program, its includes and its presets under `root`; a preset in UTF-16, as the terminal saves them.

    Raises BittenError, naming the path, where the folder cannot be written.
    """
    pairs = [(source / "BITTEN.mq5", root / "Experts" / "BITTEN.mq5")]
    pairs += [
        (file, root / "Include" / "Bitten" / file.name) for file in sorted((source / "Include/Bitten").glob("*.mqh"))
    ]
    presets = [(file, root / "Presets" / file.name) for file in sorted((source / "Presets").glob("*.set"))]
    for file, target in pairs:
        _write(target, file.read_bytes())
    for file, target in presets:
        _write(target, as_preset(file.read_text(encoding="utf-8")))
    return [target for _, target in (*pairs, *presets)]


def as_preset(text: str) -> bytes:
    """Inputs, a line each, as the terminal saves and loads them: UTF-16 with a byte order mark, CR LF."""
    return text.replace("\n", "\r\n").encode("utf-16")


def extract_libraries(wheel: Path | None, folder: Path) -> list[Path]:
    """Write the DLLs of `wheel`, or of the one that pip gets, into `folder`.

    Raises BittenError, which says what to get by hand, when pip cannot get it or a hash is not the expected one.
    """
    with tempfile.TemporaryDirectory(prefix="bitten-ea-") as scratch:
        return [_extract(wheel or _download(Path(scratch)), library, folder) for library in LIBRARIES]


def _download(scratch: Path) -> Path:
    wheel = scratch / WHEEL
    if wheel.exists():
        return wheel
    pins = scratch / "requirements.txt"
    pins.write_text(f"{REQUIREMENT} --hash=sha256:{WHEEL_SHA256}\n", encoding="utf-8")
    asked = ["download", "--no-deps", "--only-binary=:all:", "--platform", "win_amd64", "--python-version", "311"]
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *asked, "--require-hashes"]
    done = subprocess.run(
        [*command, "-q", "-d", str(scratch), "-r", str(pins)], capture_output=True, text=True, check=False
    )
    if done.returncode or not wheel.exists():
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise BittenError(
            f"pip could not get {REQUIREMENT} ({last}). The sources are written. Fetch {WHEEL} "
            f"(SHA-256 {WHEEL_SHA256}) from the files of pyzmq 25.1.2 on the Python Package Index, "
            "then run this again with --wheel FILE"
        )
    return wheel


def _extract(wheel: Path, library: Library, folder: Path) -> Path:
    try:
        with zipfile.ZipFile(wheel) as archive:
            content = archive.read(library.member)
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise BittenError(f"{wheel}: no {library.member} in it ({error}); it must be {WHEEL}") from None
    found = hashlib.sha256(content).hexdigest()
    if found != library.sha256:
        raise BittenError(f"{wheel}: {library.member} has SHA-256 {found}, expected {library.sha256}; do not use it")
    target = folder / library.name
    _write(target, content)
    return target


def _write(target: Path, content: bytes) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    except OSError as error:
        raise BittenError(f"{target} cannot be written: {error.strerror}; choose another DIR") from None
