"""The risk gate: what stands between a signal and a command. `decide` is the whole of it."""

from bitten.rules.risk.denial import DenialCode, Denied
from bitten.rules.risk.gate import decide
from bitten.rules.risk.order import Order
from bitten.rules.risk.settings import TIERS, Mode, RiskSettings, Tier
from bitten.rules.risk.situation import AT_MARKET, Exposure, Funds, Lock, Pace, Situation, Terms

__all__ = [
    "AT_MARKET",
    "TIERS",
    "DenialCode",
    "Denied",
    "Exposure",
    "Funds",
    "Lock",
    "Mode",
    "Order",
    "Pace",
    "RiskSettings",
    "Situation",
    "Terms",
    "Tier",
    "decide",
]
