"""Runs to report on: a replay of a made-up market, and the same told by two users."""

from collections.abc import Iterator
from functools import cache

import attrs

from bitten.replay.summary import Summary
from bitten.rules.facts import Draft, Entry
from tests.replay.samples import facts, market

TICKS = 20_000
"""Some forty hours, in which a dozen fires are made and a few days begin."""


@cache
def replayed() -> tuple[Summary, tuple[Draft, ...]]:
    """What a replay comes to, and all that it says."""
    summary, drafts = facts(market(1, TICKS), each_tick=False)
    return summary, tuple(drafts)


def entries(user: str = "replay") -> Iterator[Entry]:
    """The replay's journal, told of a user of that name."""
    for seq, draft in enumerate(replayed()[1], start=1):
        told = {"user": user} if hasattr(draft.fact, "user") else {}
        fact = attrs.evolve(draft.fact, **told)  # type: ignore[arg-type]  # who has a user has a string
        yield Entry(seq=seq, time=draft.time, actor=draft.actor, causes=draft.causes, fact=fact)
