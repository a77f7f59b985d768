"""Running hubs that are broken on purpose: the storm catches each, and clears the real one on the same seed."""

from collections import Counter

import pytest

from tests.storm.broken import VARIANTS
from tests.storm.checker import Kind
from tests.storm.run import Outcome, StormOptions, run

pytestmark = pytest.mark.process

CAUGHT = {
    # Killed with the command delivered: what it had not written down is gone.
    "forgets": (5, "hub_killed_at_a_fire", Kind.WITHOUT_INTENT),
    # The broker leaves in doubt what it did, and does it.
    "retries": (217, "ea_misbehaves", Kind.DUPLICATED),
    # Killed with events that it had acked, and no room to journal them.
    "acks_early": (7, "hub_killed_on_a_full_disk", Kind.LOST),
}
"""The seed, the fault that surely meets the weakness, and the count that tells of it."""


def storm(seed: int, fault: str, hub_module: tuple[str, ...]) -> Outcome:
    """A single fault, and one EA."""
    return run(StormOptions(seed=seed, faults=1, users=1, only=(fault,), hub_module=hub_module), lambda _: None)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_broken_hub_is_caught_and_the_real_one_is_not(variant: str) -> None:
    seed, fault, kind = CAUGHT[variant]
    broken = storm(seed, fault, ("tests.storm.broken", variant))
    assert Counter(each.kind for each in broken.findings)[kind] > 0, broken.to_dict()
    real = storm(seed, fault, ("bitten",))
    assert (real.findings, real.faults) == ((), {fault: 1})
    assert real.orders
