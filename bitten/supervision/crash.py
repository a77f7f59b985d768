"""What a body raised: a crash, a cancellation, or a group that holds both."""

import trio


def crash_in(raised: BaseException) -> Exception | None:
    """The crash in what a body raised; None when it was only cancelled. Raises what is neither (KeyboardInterrupt).

    A nursery that breaks raises a group of the crash and the cancellations that it caused. Only the crash counts, and
    a lone one is taken out of its groups.
    """
    if isinstance(raised, BaseExceptionGroup):
        crashes, others = raised.split(Exception)
        aliens = None if others is None else others.split(trio.Cancelled)[1]
        if aliens is not None:
            raise aliens
        return _lone(crashes)
    if isinstance(raised, trio.Cancelled):
        return None
    if isinstance(raised, Exception):
        return raised
    raise raised


def _lone(crash: Exception | None) -> Exception | None:
    while isinstance(crash, ExceptionGroup) and len(crash.exceptions) == 1:
        crash = crash.exceptions[0]
    return crash
