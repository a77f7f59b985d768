"""`bitten ea export`: the MQL5 folder, and DLLs that are what they are said to be."""

import hashlib
import zipfile
from pathlib import Path

import attrs
import pytest
from typer.testing import CliRunner

from bitten import cli, ea_export
from bitten.ea_export import Library, copy_sources, extract_libraries, source_folder
from bitten.errors import BittenError


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A wheel of two small DLLs, and the table that expects them."""
    path = tmp_path / "some.whl"
    contents = {"libs/one.dll": b"first", "libs/two.dll": b"second"}
    with zipfile.ZipFile(path, "w") as archive:
        for member, content in contents.items():
            archive.writestr(member, content)
    expected = tuple(
        Library(member, Path(member).name, hashlib.sha256(content).hexdigest()) for member, content in contents.items()
    )
    monkeypatch.setattr(ea_export, "LIBRARIES", expected)
    return path


def test_the_folder_has_all_that_the_terminal_needs(wheel: Path, tmp_path: Path) -> None:
    """Program, includes, presets and libraries stand where MetaTrader looks for them."""
    done = CliRunner().invoke(cli.app, ["ea", "export", str(tmp_path / "out"), "--wheel", str(wheel)])
    root = tmp_path / "out" / "MQL5"
    assert done.exit_code == 0, done.output
    assert (root / "Experts/BITTEN.mq5").read_bytes() == (source_folder() / "BITTEN.mq5").read_bytes()
    assert {file.name for file in (root / "Include/Bitten").iterdir()} == {
        file.name for file in (source_folder() / "Include/Bitten").glob("*.mqh")
    }
    assert (root / "Libraries/one.dll").read_bytes() == b"first"
    assert str(root / "Libraries/two.dll") in done.output


def test_every_include_is_exported(tmp_path: Path) -> None:
    """What a source includes stands where its #include looks for it."""
    files = [path for path in copy_sources(source_folder(), tmp_path) if path.suffix in (".mq5", ".mqh")]
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith('#include "'):
                assert (file.parent / line.split('"')[1]).is_file(), (file, line)
            elif line.startswith("#include <"):
                assert (tmp_path / "Include" / line.split("<")[1].rstrip(">")).is_file(), (file, line)


def test_a_preset_is_in_utf_16_and_names_inputs_of_the_ea(tmp_path: Path) -> None:
    """The terminal saves presets so, and silently ignores a name that is no input."""
    copy_sources(source_folder(), tmp_path)
    text = (tmp_path / "Presets/BITTEN.set").read_bytes().decode("utf-16")
    names = {line.split("=")[0] for line in text.splitlines() if "=" in line and not line.startswith(";")}
    inputs = (source_folder() / "Include/Bitten/Inputs.mqh").read_text(encoding="utf-8").splitlines()
    declared = {line.split("=")[0].split()[-1] for line in inputs if line.startswith("input ") and "group" not in line}
    assert names == declared


def test_another_content_is_refused(wheel: Path, tmp_path: Path) -> None:
    """A DLL whose hash is another one is not written."""
    ea_export.LIBRARIES = (attrs.evolve(ea_export.LIBRARIES[0], sha256="0" * 64),)
    with pytest.raises(BittenError, match="do not use it"):
        extract_libraries(wheel, tmp_path / "libraries")
    assert not (tmp_path / "libraries").exists()


def test_another_wheel_is_refused(tmp_path: Path) -> None:
    """A file that is no such wheel is named."""
    other = tmp_path / "other.whl"
    other.write_bytes(b"nothing")
    with pytest.raises(BittenError, match=r"other\.whl: no pyzmq"):
        extract_libraries(other, tmp_path / "libraries")


def test_without_a_network_it_says_what_to_get(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """pip fails: the file, its hash and the next command are in the message."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(BittenError, match=f"Fetch {ea_export.WHEEL}.*{ea_export.WHEEL_SHA256}.*--wheel FILE"):
        extract_libraries(None, tmp_path / "libraries")
