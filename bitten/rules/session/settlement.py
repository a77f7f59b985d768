"""How a session settles what differs between account and journal (protocol 2.6, 5.4, 5.8, 6.3)."""

from collections.abc import Sequence

from bitten.rules.reconcile import Adopt, Difference, External
from bitten.rules.session.doubts import GAP, Doubts
from bitten.rules.session.effects import Alarm, Effect, HoldBegun, Send, SetCursor
from bitten.rules.session.events import EventCursor
from bitten.rules.session.greeting import Greeting
from bitten.wire.commands import History, Query


class Settlement:
    """Turns differences into questions, adoptions and alarms, each once a session."""

    def __init__(self, greeting: Greeting, cursor: EventCursor, doubts: Doubts) -> None:
        self._greeting = greeting
        self._cursor = cursor
        self._doubts = doubts
        self._handled: set[int] = set()
        """Tickets that were adopted, or found to be external."""

    def begin(self) -> list[Effect]:
        """Compare the journal's cursor with the events that the EA still has (protocol 6.3)."""
        hello, held = self._greeting.hello, self._cursor.durable
        if hello.first_event > held + 1:
            self._cursor.jump(hello.first_event - 1)
            why = f"events {held + 1} to {hello.first_event - 1} are lost to this journal"
            new = self._doubts.hold(GAP, why)
            return [SetCursor(hello.first_event - 1), *([HoldBegun(GAP, why)] if new else []), *self._history()]
        if GAP in self._doubts.holds:
            return self._history()  # Asked for in an earlier session, which ended before all was told.
        if hello.next_event <= held:
            # Not journaled: every hello of this ledger shows it again, and the EA is to begin another one.
            why = f"its next event is {hello.next_event}, the journal holds {held} of it"
            self._doubts.hold("rolled_back", why)
            return [Alarm("rolled_back", why)]
        return []

    def ask(self, differences: Sequence[Difference], *, level: bool) -> list[Effect]:
        """Before the session is live. `Doubts.open` tells whether an answer is still to come.

        `level`: the journal holds exactly the events before the picture. Only then, and with no deals awaited, is a
        position adopted: its lots are then what every deal so far has left of it, and no such deal comes later.
        """
        queries, history = self._doubts.question(differences)
        effects: list[Effect] = [Send(Query(session=self._greeting.session, id=each)) for each in queries]
        if history:
            effects += self._history()
        for each in differences:
            if isinstance(each, External) or (level and not self._doubts.untold):
                effects += self._take_over(each)
        return effects

    def appeared(self, differences: Sequence[Difference], *, level: bool) -> list[Effect]:
        """In a live session: positions by which a deal has settled what stood open when it went live."""
        if not level:
            return []
        found = [each for each in differences if isinstance(each, Adopt) and each.id in self._doubts.unsettled]
        return [effect for each in found for effect in self._take_over(each)]

    def conclude(self, differences: Sequence[Difference]) -> list[Effect]:
        """All answers are in: what differs still is for a person, or for a deal that appears later."""
        self._doubts.give_up(differences)
        return [Alarm("unsettled", f"{what}: {why}") for what, why in self._doubts.unsettled.items()]

    def _take_over(self, difference: Difference) -> list[Effect]:
        if not isinstance(difference, Adopt | External) or difference.position.ticket in self._handled:
            return []
        ticket = difference.position.ticket
        self._handled.add(ticket)
        if isinstance(difference, External):
            return [difference]
        origin = f"came of {difference.id}" if difference.intended else "has our magic and no intent"
        return [difference, Alarm("adopted", f"position {ticket} {origin}")]

    def _history(self) -> list[Effect]:
        if not self._doubts.ask_history():
            return []
        greeting = self._greeting
        since = greeting.history_since
        return [Send(History(session=greeting.session, id=self._doubts.history_id, since=since))]
