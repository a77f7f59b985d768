"""What the operator hands to a trader: the inputs of the EA as a `.set` file, and a page of five steps."""

import ipaddress
import re
from pathlib import Path

import attrs

from bitten.ea_export import as_preset, source_folder
from bitten.errors import BittenError, ConfigError
from bitten.rules.access import fingerprint


@attrs.frozen(kw_only=True)
class TraderKit:
    """Where the hub is, who the trader is there, and the keys by which they know each other."""

    user: str
    host: str
    command_port: int
    feedback_port: int
    server_key: str
    """The hub's public key; "": plain."""
    public_key: str
    """The EA's; "": it has not made one yet."""

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Write USER.set and USER.md into a folder. Raises `BittenError` where they cannot be written."""
        preset, page = folder / f"{self.user}.set", folder / f"{self.user}.md"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            preset.write_bytes(as_preset(self.preset()))
            page.write_text(self.page(), encoding="utf-8")
        except OSError as error:
            raise BittenError(f"{folder}: cannot be written: {error.strerror}; choose another --out") from None
        return preset, page

    def preset(self) -> str:
        """The shipped inputs, with this trader's in their place."""
        text = (source_folder() / "Presets" / "BITTEN.set").read_text(encoding="utf-8")
        inputs = {
            "InpUser": self.user,
            "InpHost": self.host,
            "InpCommandPort": str(self.command_port),
            "InpFeedbackPort": str(self.feedback_port),
            "InpServerKey": self.server_key,
        }
        lines = [f"; BITTEN: the inputs of {self.user}. Load them when you attach the EA.", *text.splitlines()[1:]]
        for name, value in inputs.items():
            (place,) = (place for place, line in enumerate(lines) if line.startswith(f"{name}="))
            lines[place] = f"{name}={value}"
        return "\n".join(lines) + "\n"

    def page(self) -> str:
        """The five steps, for the trader."""
        return _PAGE.format(user=self.user, first=self._first_contact())

    def _first_contact(self) -> str:
        if not self.server_key:
            return "Within seconds the panel on the chart shows LIVE in green."
        if not self.public_key:
            return _NO_KEY_YET.format(user=self.user)
        return _KNOWN_KEY.format(key=self.public_key, fingerprint=fingerprint(self.public_key))


def reachable(host: str, bound_to: str) -> str:
    """The address at which traders find the hub: as given, else the one that it binds. Raises `ConfigError`."""
    found = host or bound_to
    if not re.match(r"[A-Za-z0-9._:-]+\Z", found):
        raise ConfigError([f"--host {found!r}: must be a host name or an address"])
    try:
        nowhere = ipaddress.ip_address(found).is_unspecified
    except ValueError:
        nowhere = False
    if nowhere:
        raise ConfigError([f"[sockets] host = {found!r} is no address to connect to: add --host, as traders reach it"])
    return found


_NO_KEY_YET = """\
The panel shows your public key, 40 letters. Send it to the operator; it is no secret. The secret half
   is in `MQL5/Files/BITTEN/{user}.key`: send that file to nobody. Once the operator has entered your key, the
   panel shows LIVE in green."""

_KNOWN_KEY = """\
The panel shows your public key. It must be
   `{key}`
   (fingerprint {fingerprint}). If it is another one, tell the operator: the hub does not answer to it.
   With the right one the panel shows LIVE in green within seconds."""

_PAGE = """\
# BITTEN for {user}

1. **Files.** The operator gives you a folder `MQL5`. In MetaTrader 5: File, Open Data Folder. Copy it over the `MQL5`
   folder there. In the Navigator, right-click Expert Advisors, Refresh.
2. **Inputs.** Copy `{user}.set` into `MQL5/Presets` of the same data folder.
3. **Permissions.** Tools, Options, Expert Advisors: tick *Allow algorithmic trading* and *Allow DLL imports*. The
   AutoTrading button in the toolbar is green.
4. **Attach.** Drag BITTEN onto one chart, any symbol. Tab *Inputs*, *Load*, `{user}.set`, OK.
5. **See it live.** {first}

One chart an account. Your own limits (most lots, most positions, loss a day) are inputs too, and hold whatever the hub
says. When something is wrong, the tab *Experts* says what to do, in lines that begin with `BITTEN:`.
"""
