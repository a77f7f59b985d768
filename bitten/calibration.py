"""The calibration file on disk (`[venom] calibration`), as `bitten calibrate` writes it."""

from pathlib import Path

import attrs
import msgspec

from bitten.errors import ConfigError
from bitten.rules.venom import VenomSettings
from bitten.rules.venom.calibration import Calibration, Row

VERSION = 1


@attrs.frozen(kw_only=True)
class CalibrationFile:
    """What VENOM reads of it; it may hold more."""

    version: int
    rows: tuple[Row, ...]


def read_calibration(settings: VenomSettings) -> Calibration:
    """What the configuration names; an empty one where it names none.

    A relative path is looked for in the working directory, as the journal's. Raises `ConfigError`.
    """
    if not settings.calibration:
        return Calibration()
    path = Path(settings.calibration).expanduser()
    try:
        found = msgspec.json.decode(path.read_bytes(), type=CalibrationFile)
    except OSError as error:
        raise ConfigError([f"{path}: [venom] calibration cannot be read: {error.strerror}"]) from None
    except msgspec.DecodeError as error:
        raise ConfigError([f"{path}: no calibration: {error}"]) from None
    if found.version != VERSION:
        raise ConfigError([f"{path}: a calibration of version {found.version}: {VERSION} is read here"])
    return Calibration(found.rows)
