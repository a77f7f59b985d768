"""Specs as data: what cannot work is refused where it is written down."""

from math import inf, nan

import attrs
import pytest

from bitten.errors import BittenError
from bitten.nursery import BadSpec, Child, DuplicateChild, SupervisorSpec, at_once
from tests.nursery.stage import forever

BODY = at_once(forever)


@pytest.mark.parametrize(
    ("name", "stop_timeout", "start_timeout", "reason"),
    [
        ("", 1, 1, r"child: name is '', allowed is printable and not empty"),
        ("a\nb", 1, 1, r"child: name is 'a\\nb'"),
        ("venom", 0, 1, r"child venom: stop_timeout is 0, allowed is above 0 s"),
        ("venom", nan, 1, r"child venom: stop_timeout is nan"),
        ("venom", 1, -1, r"child venom: start_timeout is -1"),
    ],
)
def test_bad_spec_refused_with_reason(name: str, stop_timeout: float, start_timeout: float, reason: str) -> None:
    with pytest.raises(BadSpec, match=reason):
        Child(name, BODY, stop_timeout=stop_timeout, start_timeout=start_timeout)


def test_a_supervisor_without_a_name_is_refused() -> None:
    with pytest.raises(BadSpec, match="supervisor: name is ''"):
        SupervisorSpec("")


def test_duplicate_child_name_refused() -> None:
    with pytest.raises(DuplicateChild, match="supervisor root: 2 children are named venom"):
        SupervisorSpec("root", (Child("venom", BODY), Child("citadel", BODY), Child("venom", BODY)))


def test_a_refusal_can_be_shown_to_a_person() -> None:
    assert issubclass(BadSpec, BittenError)


def test_a_child_may_be_given_all_the_time_there_is() -> None:
    assert Child("root", BODY, stop_timeout=inf, start_timeout=inf).stop_timeout == inf


def test_a_spec_is_checked_again_when_it_is_changed() -> None:
    spec = SupervisorSpec("root", (Child("venom", BODY),))
    with pytest.raises(BadSpec):
        attrs.evolve(spec, children=spec.children * 2)
