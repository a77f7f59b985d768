"""A paper terminal as a process of its own: `python -m tests.paper.paper_process STATE COMMAND_PORT FEEDBACK_PORT`."""

import sys
from pathlib import Path

from bitten.paper.feed import made_up
from bitten.paper.terminal import PaperOptions, run
from tests.paper.ea_bench import MARKET

if __name__ == "__main__":
    state, command_port, feedback_port = sys.argv[1:]
    options = PaperOptions(
        user="alice",
        feed=made_up(1, ["EURUSD"], MARKET),
        state=Path(state),
        command_port=int(command_port),
        feedback_port=int(feedback_port),
        speed=100.0,
        telemetry_ms=500,
    )
    print(run(options).to_json())
