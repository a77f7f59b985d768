"""Hubs that are broken on purpose, to see whether the storm tells: `python -m tests.storm.broken VARIANT run ...`.

Each is the hub with one part exchanged, and that part does one thing wrong.
"""

import sys
from unittest.mock import patch

import attrs

from bitten import cli
from bitten.actors.fire_router import FireRouter
from bitten.actors.scribe import Scribe
from bitten.actors.session import Session
from bitten.actors.session_messages import Durable
from bitten.messages import Verdict
from bitten.rules.facts import Draft, Entry, Fact, Intent
from bitten.rules.fire import fire_id, magic_of
from bitten.rules.session import Record, RecordRaw
from bitten.rules.session.telling import Told as Telling
from bitten.wire.codec import encode, hub_on_command
from bitten.wire.commands import Fire


class Forgets(Scribe):
    """Says that an intent is durable, and leaves it to the next group."""

    def write(self, actor: str, fact: Fact, causes: tuple[int, ...] = ()) -> Entry:
        if not isinstance(fact, Intent):
            return super().write(actor, fact, causes)
        self.record(actor, fact, causes, urgent=True)
        return Draft(actor, self.clock.now(), fact, causes).entry(self.journal.entries + 1)


@attrs.define(eq=False)
class Retries(FireRouter):
    """Fires again, under a new id, what it has no word of when the next signal comes, and asks nobody."""

    _retried: set[str] = attrs.field(factory=set)

    def _consider(self, verdict: Verdict) -> None:
        for session in self.roster:
            book = self.scribe.ledger.book(session.account, session.user)
            for command in list(book.unresolved.values()):
                if command.intent.action == "fire" and command.intent.id not in self._retried and session.live:
                    self._again(command.intent, session)
        super()._consider(verdict)

    def _again(self, intent: Intent, session: Session) -> None:
        fire = hub_on_command.decode(intent.raw.encode())
        assert isinstance(fire, Fire)
        id_ = fire_id(intent.account, intent.signal_id, intent.leg + 1)
        expires = self.clock.now() + self.current.config.risk.command_expiry_ms
        fire = attrs.evolve(fire, session=session.id, id=id_, magic=magic_of(id_), expires=expires)
        again = attrs.evolve(
            intent, id=id_, magic=fire.magic, leg=intent.leg + 1, expires=expires, raw=encode(fire).decode()
        )
        self._retried |= {intent.id, id_}
        self.scribe.write("fire_router", again)
        session.execute(again)


class AcksEarly(Session):
    """Acks an event when it has handed it to the scribe, and not when it is durable."""

    def _record(self, effect: Telling) -> None:
        super()._record(effect)
        if isinstance(effect, Record | RecordRaw):
            self._durable = effect.event.n if isinstance(effect, Record) else effect.n
            self.mailbox.post_urgent(Durable())


VARIANTS: dict[str, tuple[str, type]] = {
    "forgets": ("bitten.hub.Scribe", Forgets),
    "retries": ("bitten.hub.FireRouter", Retries),
    "acks_early": ("bitten.actors.acceptor.Session", AcksEarly),
}
"""By name: which part is exchanged, and for what."""


def main() -> None:
    """Run the `bitten` command that follows the variant's name, with that part exchanged."""
    place, part = VARIANTS[sys.argv.pop(1)]
    with patch(place, part):
        cli.main()


if __name__ == "__main__":
    main()
