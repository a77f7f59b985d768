"""Files as MetaEditor writes them."""

from pathlib import Path


def read(path: Path) -> str:
    """The text of a source file in UTF-16 or UTF-8, with line feeds alone at its line ends."""
    content = path.read_bytes()
    utf16 = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    return content.decode("utf-16" if utf16 else "utf-8-sig").replace("\r\n", "\n")
