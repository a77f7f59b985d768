"""The configuration as it is now: one cell that all actors read, whose content is swapped whole."""

import attrs

from bitten.config import Config


@attrs.define(eq=False)
class Current:
    """What holds now. Who keeps a part of it for later keeps what held once: read it where it is used."""

    config: Config
