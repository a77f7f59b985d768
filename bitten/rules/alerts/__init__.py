"""Alerts: which event is told on which route, when, and what waits meanwhile. They inform; nothing is decided by them.

The journal is the source: an alert is made of a fact, and `Told` says up to which entry that was done. It is kept with
the messages that still wait, so that neither a send that fails nor a restart loses one, or makes one twice.
"""

from bitten.rules.alerts.alert import Alert, Kind
from bitten.rules.alerts.outbox import Message, Outbox, Policy
from bitten.rules.alerts.settings import AlertSettings, RouteSettings
from bitten.rules.alerts.told import Told

__all__ = ["Alert", "AlertSettings", "Kind", "Message", "Outbox", "Policy", "RouteSettings", "Told"]
