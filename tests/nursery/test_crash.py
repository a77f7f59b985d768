"""What counts as a crash."""

import pytest

from bitten.supervision.crash import crash_in
from tests.nursery.stage import Boom, stray_cancellation


async def test_cancelled_is_not_a_crash() -> None:
    cancelled = await stray_cancellation()
    assert crash_in(cancelled) is None
    assert crash_in(BaseExceptionGroup("", [cancelled, BaseExceptionGroup("", [cancelled])])) is None


async def test_exception_group_with_one_crash() -> None:
    cancelled, boom = await stray_cancellation(), Boom()
    assert crash_in(boom) is boom
    assert crash_in(ExceptionGroup("", [boom])) is boom
    assert crash_in(BaseExceptionGroup("", [cancelled, boom])) is boom
    assert crash_in(BaseExceptionGroup("", [cancelled, ExceptionGroup("", [ExceptionGroup("", [boom])])])) is boom


async def test_exception_group_with_several_crashes_stays_a_group() -> None:
    cancelled, crashes = await stray_cancellation(), [Boom(1), Boom(2)]
    crash = crash_in(BaseExceptionGroup("", [cancelled, *crashes]))
    assert isinstance(crash, ExceptionGroup)
    assert list(crash.exceptions) == crashes


async def test_what_is_neither_goes_on_up() -> None:
    with pytest.raises(KeyboardInterrupt):
        crash_in(KeyboardInterrupt())
    with pytest.raises(BaseExceptionGroup) as raised:
        crash_in(BaseExceptionGroup("", [await stray_cancellation(), Boom(), SystemExit(3)]))
    assert [type(each) for each in raised.value.exceptions] == [SystemExit]
