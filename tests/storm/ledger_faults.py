"""39: an EA's ledger is lost, damaged, rolled back or copied; its account is what it was.

What only a ledger knew dies with it, and is then the operator's to settle. So a ledger is taken from a user who is
halted and of whose commands all have their outcome. Positions are open, closings untold, and the EA is killed.
"""

import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bitten.desk.client import Refused
from bitten.paper.ledger import FILE
from bitten.rules.ledger import Ledger
from bitten.units import TradingState
from bitten.wire.desk import Release, SetTrading
from tests.storm.field import NotCalm
from tests.storm.weather import Weather

SETTLES_S = 20.0
TRADES_S = 4.0
REFUSED_WITHIN_S = 20.0
PAGE = 4096


def ledger_lost(weather: Weather) -> None:
    """The file is gone."""
    user = weather.user()
    with _ended(weather, user) as ledger:
        ledger.unlink()


def ledger_damaged(weather: Weather) -> None:
    """A page of the file is gone."""
    user = weather.user()
    with _ended(weather, user) as ledger:
        whole = ledger.read_bytes()
        ledger.write_bytes(whole[:PAGE] + bytes(PAGE) + whole[2 * PAGE :])


def ledger_rolled_back(weather: Weather) -> None:
    """The file is an older one; what was traded since then it has never heard of."""
    user = weather.user()
    older = weather.field.state(user) / "older"
    with _quiet(weather, user) as ledger:
        shutil.copy(ledger, older)
    weather.field.within(TRADES_S, lambda: weather.live(user))
    weather.sleep()
    with _ended(weather, user) as ledger:
        shutil.copy(older, ledger)
        # Under its own name it is a copy to the hub: it is not let in while that session exists (protocol 2.3).
        _release(weather, user)


def ledger_copied(weather: Weather) -> None:
    """A second terminal says hello with a copy, on an account of its own: refused, the first undisturbed."""
    user = weather.user()
    weather.strangers += 1
    stranger = f"stranger{weather.strangers}"
    weather.field.state(stranger).mkdir(mode=0o700)
    ledger = weather.field.state(user) / FILE
    weather.field.until("the ledger is made", ledger.exists)
    shutil.copy(ledger, weather.field.state(stranger))
    copy = weather.field.knock(user, stranger)
    code = copy.end(REFUSED_WITHIN_S)
    if code != 1:
        raise NotCalm(f"an EA on a copy of a ledger ended with {code}: {copy.lines[-3:]}")


@contextmanager
def _ended(weather: Weather, user: str) -> Iterator[Path]:
    """As `_quiet`, and the ledger will not be what it was."""
    with _quiet(weather, user) as ledger:
        weather.ledger_ends(user)
        yield ledger
        if weather.random.random() < 0.5:
            # Else the new one waits until the session of the old one has been lost for long (protocol 2.3).
            _release(weather, user)


@contextmanager
def _quiet(weather: Weather, user: str) -> Iterator[Path]:
    """The user's EA is killed when nothing is under way, and is back afterwards. Raises `NotCalm`."""
    _trade(weather, user, TradingState.HALTED)
    weather.field.until(f"{user}'s commands have their outcomes", lambda: _settled(weather, user), SETTLES_S)
    weather.end_ea(user, signal.SIGKILL)
    yield weather.field.state(user) / FILE
    weather.ea_back(user)
    _trade(weather, user, TradingState.ACTIVE)


def _release(weather: Weather, user: str) -> None:
    with suppress(Refused):  # There is no session: the next hello is accepted anyway.
        weather.field.hub.ask(Release(user=user, who="storm"))


def _trade(weather: Weather, user: str, state: TradingState) -> None:
    weather.field.hub.ask(SetTrading(user=user, state=state, why="the storm", who="storm"))


def _settled(weather: Weather, user: str) -> bool:
    ledger = Ledger()
    for entry in weather.field.entries():
        ledger.apply(entry)
    book = ledger.book_of(user)
    # What the hub takes for a live session may be that of a life before, whose end it has not noticed yet.
    begun = weather.field.ea(user).said("INFO    live")
    return begun and weather.live(user) and (book is None or not book.unresolved)


ALL = (ledger_lost, ledger_damaged, ledger_rolled_back, ledger_copied)
