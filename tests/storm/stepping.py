"""A hub on a machine whose clock steps: `python -m tests.storm.stepping MILLISECONDS 0|1 run ...`.

Each second it steps by so much, or back. 1: it is off already when the hub starts.
"""

import sys
import time
from collections.abc import Callable
from unittest.mock import patch

from bitten import cli


def main() -> None:
    """Run the `bitten` command that follows."""
    step_ms, begins_off = int(sys.argv.pop(1)), int(sys.argv.pop(1))
    began = time.monotonic()

    def off() -> bool:
        return int(time.monotonic() - began) % 2 != begins_off

    def stepping(real: Callable[[], int], step: int) -> Callable[[], int]:
        return lambda: real() + step * off()

    with patch("time.time_ns", stepping(time.time_ns, step_ms * 1_000_000)):
        cli.main()


if __name__ == "__main__":
    main()
