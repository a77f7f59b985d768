"""What the journal tells of a row: read on demand, since a journal may be long."""

from pathlib import Path

from bitten.desk import story
from bitten.desk.verdict import record_in, told
from bitten.desk.watch.looking import Look
from bitten.errors import BittenError
from bitten.journal import JournalReader


def story_of(look: Look, key: str, journal: Path) -> tuple[str, list[str]]:
    """A title and the lines of a command's story, or of the fire that opened a position. Raises `BittenError`."""
    _, user, name = key.split(" ", 2)
    id_ = name
    if key.startswith("position "):
        held = [each for each in look.positions.positions if (each.user, str(each.ticket)) == (user, name)]
        if not held:
            raise BittenError(f"ticket {name} is not open any more")
        id_ = held[0].fire_id
    with JournalReader.open(journal) as reader:
        lines = [story.line(entry) for entry in story.of_fire(reader.read(), id_)]
    return id_, lines or [f"the journal tells nothing of {id_}"]


def verdict_on(signal_id: str, journal: Path) -> tuple[str, list[str]]:
    """A title and the lines of the verdict on a signal. Raises `BittenError`."""
    case = record_in(journal).find(signal_id)
    if case is None:
        raise BittenError(f"no verdict on {signal_id or 'a fire of no signal'}: what a person fires has none")
    return signal_id, list(told(case))
