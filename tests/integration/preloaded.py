"""What a process of the tests' has loaded before it begins: loading it costs more than many a test of such a process.

Imported by the server that forks them, and by nobody else.
"""

import os

# A thread of a numerics library's own would not be there after a fork.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["NO_COLOR"] = "1"

import bitten.cli
import bitten.hub
import bitten.paper.trader

__all__ = ["bitten"]
