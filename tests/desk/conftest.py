"""Fixtures of the commands."""

from tests.test_cli import bitten as bitten
