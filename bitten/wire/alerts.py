"""What an operator's command and the hub say of alerts, over the desk's socket."""

from typing import Literal

import attrs

from bitten.units import PlainText


@attrs.frozen(kw_only=True)
class AlertsRequest:
    """Ask what waits on each route, and how its last send went."""

    type: Literal["alerts"] = "alerts"


@attrs.frozen(kw_only=True)
class AlertsTest:
    """Send a message on a route, or (route "") on all, past quiet hours, rates and what waits."""

    type: Literal["alerts_test"] = "alerts_test"
    route: PlainText
    who: PlainText


@attrs.frozen(kw_only=True)
class RouteStatus:
    """One route. Times are hub time, ms."""

    name: str
    service: str
    """The URL's scheme, or the variable or file that holds it."""
    events: tuple[str, ...]
    waiting: int
    """Alerts that were not told yet."""
    held: int
    """Of these, the ones that quiet hours or a rate held back."""
    sent: int
    """Messages since the beginning."""
    last_sent: int | None
    last_error: str
    """Of the newest send; "": it was taken."""
    failures: int
    """Sends that failed, in a row."""
    next_try_ms: int | None
    """Until a message that failed is tried again; None: none failed."""
    sending_ms: int | None
    """For how long a message has been on its way; None: none is."""
    dropped: int
    """Alerts that were never told: too many waited, or for too long."""


@attrs.frozen(kw_only=True)
class AlertsAnswer:
    """All routes."""

    type: Literal["alerts"] = "alerts"
    routes: tuple[RouteStatus, ...]
    quiet: bool
    """It is quiet now, for the routes that keep quiet hours."""
    position: int | None
    """Entries of the journal that were looked at; None: no route is configured."""
    failure: str
    """Why the journal cannot be read, or the state not be kept, now; "": it can."""


@attrs.frozen(kw_only=True)
class RouteTested:
    """What came of a test."""

    name: str
    error: str
    """Why the service did not take it; "": it did."""
    ms: int
    """How long it took."""


@attrs.frozen(kw_only=True)
class AlertsTestAnswer:
    """A line a route."""

    type: Literal["alerts_tested"] = "alerts_tested"
    routes: tuple[RouteTested, ...]
