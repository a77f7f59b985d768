"""What an operator's command and the hub say of a configuration that is read anew, over the desk's socket."""

from typing import Literal

import attrs

from bitten.units import PlainText


@attrs.frozen(kw_only=True)
class Reload:
    """Read the configuration anew; with `apply` let it hold."""

    type: Literal["reload"] = "reload"
    apply: bool
    seen: PlainText
    """The `digest` of what the operator was shown and agreed to; "": whatever is found."""
    why: PlainText
    who: PlainText


@attrs.frozen(kw_only=True)
class Changed:
    """One key, or a whole user or tier, that is another. `before` "": it is new; `after` "": it is gone."""

    key: str
    before: str
    after: str
    holds: str
    """now, next session, or needs a restart."""


@attrs.frozen(kw_only=True)
class ReloadAnswer:
    """What differs between what holds and what is written, and whether that holds now."""

    type: Literal["reload"] = "reload"
    file: str
    differences: tuple[Changed, ...]
    problems: tuple[str, ...]
    """Why it is refused, a line each; what held holds on, whole."""
    applied: bool
    digest: str
    ended: tuple[str, ...]
    """Users whose session was ended by it."""
