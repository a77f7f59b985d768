"""`bitten xp`: score, rank, streak and locks of each user, and the deals that it was earned with."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from bitten import config
from bitten.desk.options import ConfigOption, JournalOption, JsonOption, journal_path, print_json
from bitten.journal import JournalReader
from bitten.rules.care import CareSettings, Step, unlocked
from bitten.rules.earnings import KINDS, Earning, Score, Scores
from bitten.rules.xp import XpSettings, next_rank_at, rank_of
from bitten.sections import Config
from bitten.units import utc

app = typer.Typer(rich_markup_mode=None)


@app.command()
def xp(
    user: Annotated[str, typer.Option("--user", metavar="U", help="Only this user; else all.")] = "",
    last: Annotated[int, typer.Option("--last", metavar="N", min=0, max=1_000, help="Earnings to show of each.")] = 5,
    config_path: ConfigOption = None,
    journal: JournalOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show XP: rank, streak, locks with until when and why, halved risk, and what was earned last with which deals.

    It is folded from the journal, also while the hub writes to it.
    """
    settings = config.load(config.find(config_path))
    with JournalReader.open(journal_path(config_path, journal)) as reader:
        scores = Scores.of(reader.read(kinds=KINDS), last)
    names = _names(settings, scores, user)
    if as_json:
        print_json({"users": [_plain(name, scores.of_user(name), settings.xp, settings.care) for name in names]})
        return
    for name in names:
        for line in _told(name, scores.of_user(name), settings.xp, settings.care):
            typer.echo(line)
    if not names:
        typer.echo("no users yet")


def _names(settings: Config, scores: Scores, user: str) -> list[str]:
    """Who is shown. Raises typer.BadParameter for a user whom nobody knows."""
    known = sorted({*settings.users, *scores.by_user})
    if not user:
        return known
    if user not in known:
        raise typer.BadParameter(f"{user!r}: known are {', '.join(known) or 'none'}", param_hint="--user")
    return [user]


# Any: what goes into JSON.
def _plain(name: str, score: Score, settings: XpSettings, care: CareSettings) -> dict[str, Any]:
    standing = score.standing
    return {
        "user": name,
        "xp": standing.xp,
        "rank": rank_of(standing.xp, settings),
        "next_rank_at": next_rank_at(standing.xp, settings),
        "streak": standing.streak,
        "locked_until": standing.locked_until if score.locked else 0,
        "lock_reason": standing.lock_reason if score.locked else "",
        "half_risk": score.half_risk,
        "unlocked": [step for step in Step if step in unlocked(standing.xp, list(Step), care)],
        "market_time": score.market_now,
        "earnings": [_earning(each) for each in score.earnings],
    }


def _earning(earning: Earning) -> dict[str, Any]:
    award, closed = earning.award, earning.closed
    return {
        "deal": award.deal,
        "ticket": award.ticket,
        "points": award.points,
        "reasons": award.reasons,
        "profit": award.profit,
        "symbol": None if closed is None else closed.symbol,
        "lot": None if closed is None else closed.lot,
        "reason": None if closed is None else closed.reason,
        "time": None if closed is None else closed.time,
    }


def _told(name: str, score: Score, settings: XpSettings, care: CareSettings) -> Iterator[str]:
    """A score in lines for a person."""
    standing = score.standing
    after = next_rank_at(standing.xp, settings)
    following = f", {after - standing.xp} to {rank_of(after, settings)}" if after else ""
    yield f"{name}: {standing.xp} XP, {rank_of(standing.xp, settings)}{following}; {_streak(standing.streak)}"
    if score.locked:
        yield f"  locked until {utc(standing.locked_until)} UTC (market time): {standing.lock_reason}"
    if half := score.half_risk:
        yield f"  half risk: {half}"
    steps = unlocked(standing.xp, list(Step), care)
    yield f"  unlocked: {', '.join(step for step in Step if step in steps) or 'nothing yet'}"
    for each in score.earnings:
        yield f"  {_line(each)}"


def _line(earning: Earning) -> str:
    award, closed = earning.award, earning.closed
    why = ", ".join(award.reasons) or "nothing"
    what = f"deal {award.deal}" if closed is None else f"deal {award.deal} {closed.symbol} {closed.lot:g} lots"
    when = "" if closed is None else f"{utc(closed.time)} UTC  "
    return f"{when}{award.points:+5d}  {why}: {what}, {award.profit:+.2f}"


def _streak(streak: int) -> str:
    if not streak:
        return "no streak"
    one, more = ("win", "wins in a row") if streak > 0 else ("loss", "losses in a row")
    return f"{abs(streak)} {one if abs(streak) == 1 else more}"
