"""BITTEN: live execution for MetaTrader 5 over ZMQ."""

from importlib.metadata import version

__version__ = version("bitten")
