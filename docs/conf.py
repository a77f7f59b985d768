"""The documentation as a site: `sphinx-build -W docs DIR`. Two pages of it are made of the code each time."""

from pathlib import Path

from bitten import __version__
from bitten.reference import commands, messages

project, author, release = "BITTEN", "the BITTEN engineers", __version__
extensions = ["myst_parser"]
myst_heading_anchors = 3
exclude_patterns = ["conf.py"]
html_theme = "furo"
html_title = "BITTEN"
html_show_copyright = False
# A link to the repository's own files is right on a code host, and leads nowhere in a site.
suppress_warnings = ["myst.xref_missing"]

made = Path(__file__).parent / "reference"
made.mkdir(exist_ok=True)
(made / "commands.md").write_text(commands(), encoding="utf-8")
(made / "messages.md").write_text(messages(), encoding="utf-8")
