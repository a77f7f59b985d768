"""The account against the journal, before a session may be fired at (protocol 2.6, 5.4, 5.5, 6.3).

The broker is the truth about what exists, the ledger about what was intended. Absence from a snapshot ends nothing: a
closing deal does, or the operator.
"""

from collections.abc import Callable, Container, Iterator, Mapping

import attrs

from bitten.rules.book import Book
from bitten.rules.fire import Life, is_ours
from bitten.wire.base import Order, Position

NEVER_SEEN_AFTER_MS = 60_000
"""How long after its expiry a command may be asked about in another process than it was sent to (protocol 5.4)."""


@attrs.frozen
class Picture:
    """The account at a moment: every deal before it is an event before `next_event` (protocol 2.5)."""

    next_event: int
    positions: tuple[Position, ...]
    orders: tuple[Order, ...]


@attrs.frozen(kw_only=True)
class Unresolved:
    """A command without an outcome: what became of it must be found out."""

    id: str
    ea: str
    """The ledger that it was addressed to."""
    boot: str
    """The process that it was sent to."""
    expires: int
    """Hub time, ms."""
    magic: int = 0
    """Of a fire; 0 for other commands."""
    placed: bool = False
    """Its pending order is known to stand."""


@attrs.frozen
class Held:
    """An open position of ours, as the journal knows it."""

    fire_id: str
    ticket: int
    lot: float


@attrs.frozen(kw_only=True)
class Belief:
    """What the journal believes about an account."""

    unresolved: tuple[Unresolved, ...] = ()
    held: tuple[Held, ...] = ()
    ended: Container[int] = frozenset()
    """Tickets of ours whose closing is known."""
    fires: Mapping[int, str] = attrs.field(factory=dict)
    """The id of every fire that was intended, by its magic."""


@attrs.frozen(kw_only=True)
class Asker:
    """Who is asked: the EA of this session, and when (hub time, ms)."""

    ea: str
    boot: str
    now: int
    patience: int = NEVER_SEEN_AFTER_MS
    """`NEVER_SEEN_AFTER_MS` at the session's pace."""


@attrs.frozen
class Ask:
    """A command whose outcome this EA can tell: `query` it."""

    id: str


@attrs.frozen
class Wait:
    """A command that this EA may be asked about only later: until then "never seen" would prove nothing."""

    id: str
    until: int
    """Hub time, ms."""


@attrs.frozen
class Hold:
    """A difference that no question can settle: the operator, or a deal that appears later, must."""

    what: str
    """A command's id, or a ticket."""
    why: str


@attrs.frozen
class Adopt:
    """A position with our magic that no word of an EA explains: taken over under `id` (protocol 5.4, 6.3)."""

    id: str
    position: Position
    intended: bool = False
    """It came of a fire of this journal, whose ledger is gone, or has forgotten it."""


@attrs.frozen
class External:
    """A position that is not ours: counted in exposure, never closed unless asked."""

    position: Position


@attrs.frozen
class Missing:
    """A position that the journal holds open, gone or of another volume: its deals must be told again (`history`)."""

    held: Held
    found: float
    """Lots that the account shows; 0: no such position."""


Difference = Ask | Wait | Hold | Adopt | External | Missing


def compare(
    belief: Belief, picture: Picture, asker: Asker, is_ours: Callable[[int], bool] = is_ours
) -> tuple[Difference, ...]:
    """Every difference between journal and account. The caller's cursor must have reached the picture's next event."""
    return (
        *_of_commands(belief, picture, asker),
        *_of_held(belief, picture),
        *_of_positions(belief, picture, asker, is_ours),
        *_of_orders(belief, picture, is_ours),
    )


def _of_commands(belief: Belief, picture: Picture, asker: Asker) -> Iterator[Difference]:
    standing = {order.magic for order in picture.orders}
    there = {position.magic for position in picture.positions}
    for command in belief.unresolved:
        if command.placed and command.magic in standing:
            continue
        if command.ea != asker.ea and command.magic in there:
            continue  # A deal has settled it: the position is adopted.
        if command.ea != asker.ea:
            yield Hold(command.id, f"it was addressed to the ledger {command.ea}, which only that one can answer for")
        elif command.boot == asker.boot or asker.now > command.expires + asker.patience:
            yield Ask(command.id)
        else:
            yield Wait(command.id, command.expires + asker.patience + 1)


def _of_held(belief: Belief, picture: Picture) -> Iterator[Difference]:
    lots = {position.ticket: position.lot for position in picture.positions}
    for held in belief.held:
        found = lots.get(held.ticket, 0.0)
        if found != held.lot:
            yield Missing(held, found)


def _of_positions(
    belief: Belief, picture: Picture, asker: Asker, is_ours: Callable[[int], bool]
) -> Iterator[Difference]:
    known = {held.ticket for held in belief.held}
    awaited = {command.magic for command in belief.unresolved if command.ea == asker.ea}
    for position in picture.positions:
        if position.ticket in known:
            continue
        if not is_ours(position.magic):
            yield External(position)
        elif position.magic not in awaited and position.ticket not in belief.ended:
            intended = belief.fires.get(position.magic)
            id_ = intended or position.fire_id or f"adopted-{position.ticket}"
            yield Adopt(id_, position, intended is not None)


def _of_orders(belief: Belief, picture: Picture, is_ours: Callable[[int], bool]) -> Iterator[Difference]:
    awaited = {command.magic for command in belief.unresolved}
    for order in picture.orders:
        if is_ours(order.magic) and order.magic not in awaited:
            yield Hold(str(order.ticket), "a pending order has our magic and no intent")


def belief(book: Book) -> Belief:
    """What a book believes."""
    return Belief(
        unresolved=tuple(
            Unresolved(
                id=command.intent.id,
                ea=command.intent.ea,
                boot=command.intent.boot,
                expires=command.intent.expires,
                magic=command.intent.magic,
                placed=command.life is Life.PLACED,
            )
            for command in book.unresolved.values()
        ),
        held=tuple(Held(each.fire_id, each.ticket, each.left) for each in book.holdings.values()),
        ended=book.positions.keys() - book.holdings.keys(),
        fires=book.magics,
    )
