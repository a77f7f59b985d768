"""For any sequence of signals, fills, closes and operators' acts no limit is exceeded, counted at the socket.

What the hub sends is held against a reckoning of its own, kept from the messages alone: it shares nothing with the
ledger or the gate.
"""

from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import attrs
import trio
from hypothesis import given, settings
from hypothesis import strategies as st
from trio.testing import MockClock

from bitten.rules.risk import RiskSettings, Tier
from bitten.sections import UserSettings
from bitten.units import MINUTE_MS, Direction, TradingState
from bitten.wire.acts import FireNow
from bitten.wire.desk import SetTrading
from bitten.wire.lifting import Rearm
from tests.actors.bench import Ea, hub
from tests.scenarios.live import HubTarget
from tests.scenarios.script import START, Json

TIER = Tier(shots_a_day=6, open_at_once=3, risk_pct=1.0, daily_loss_cap_pct=2.5, modes=("auto",))
RISK = RiskSettings(fires_per_minute_user=4, fires_per_minute_hub=5, like_fires=5, max_lots=1.2)
USERS = {name: UserSettings(tier="OPEN", mode="auto") for name in ("alice", "bob")}
OPENING = 10_000.0
KEPT = ("lot", "sl", "tp", "magic")
"""Of a fire, what its position shows."""
ALIVE_S = 5
"""An EA that is silent for longer is stale."""
POINT_VALUE = 100_000.0
"""Account currency that a lot gains in EURUSD for a price distance of 1."""


def number(value: object) -> float:
    """A number of a message."""
    assert isinstance(value, float | int)
    return float(value)


@attrs.define
class Fire:
    """A fire that was sent, by what the messages say."""

    said: Json
    at: int
    """Hub time."""
    market: int
    ticket: int = 0
    """0: without an outcome."""
    waits: bool = False
    """As a pending order."""

    @property
    def risk(self) -> float:
        distance = number(self.said["entry"]) - number(self.said["sl"])
        return distance * POINT_VALUE * number(self.said["lot"])


@attrs.define
class Account:
    """One user's, as its EA knows it."""

    ea: Ea
    fires: list[Fire] = attrs.field(factory=list)
    """All that were sent."""
    live: list[Fire] = attrs.field(factory=list)
    """Without an outcome, or open."""
    barren: set[str] = attrs.field(factory=set)
    """Signals whose fire was rejected."""
    realised: float = 0.0
    tickets: int = 0

    @property
    def balance(self) -> float:
        return OPENING + self.realised


@attrs.define
class Market:
    """The hub, its EAs, and what is sent to them."""

    target: HubTarget
    accounts: dict[str, Account]
    market: int = START
    state: TradingState = TradingState.ACTIVE
    rearmed: int = START
    """Market time."""

    async def signal(self, seconds: int) -> None:
        """Time passes for both; the source finds a BUY, which each user has a quote for."""
        for part in (*[ALIVE_S] * (seconds // ALIVE_S), seconds % ALIVE_S):
            self.market += part * 1_000
            await self.target.advance(part * 1_000)
            for account in self.accounts.values():
                await self.told(account)
        for account in reversed(self.accounts.values()):
            await account.ea.say("tick", time=self.market)
        await self.look()

    async def desk(self, user: str, lot: float, away: int) -> None:
        """An operator wishes for something, within the limits or not; `away`: pips below the quote, 0 at the market."""
        entry = round(1.1 - away * 0.0001, 5)
        self.target.hub.desk.act(
            FireNow(
                user=user,
                signal_id="",
                symbol="EURUSD",
                direction=Direction.BUY,
                lot=lot,
                sl=round(entry - 0.001, 5),
                kind="limit" if away else "market",
                entry=entry if away else 0.0,
                why="",
                who="op",
            )
        )
        await self.look()

    async def again(self, user: str) -> None:
        """An operator fires the newest signal, which the hub may have fired already.

        Not one whose fire came to nothing: to repeat that is the next leg, and an operator may (protocol 5.6).
        """
        signal = f"EVERY_TICK:EURUSD:M5:{self.market}:B"
        if signal in self.accounts[user].barren:
            return
        self.target.hub.desk.act(FireNow(user=user, signal_id=signal, why="", who="op"))
        await self.look()

    async def told(self, account: Account) -> None:
        shown = [each for each in account.live if each.ticket and not each.waits]
        positions = [
            {"ticket": each.ticket, "fire_id": each.said["id"], **{key: each.said[key] for key in KEPT}}
            for each in shown
        ]
        await account.ea.telemetry(
            balance=account.balance, equity=account.balance, free_margin=account.balance, positions=positions
        )

    async def resolve(self, account: Account, how: str) -> None:
        """The oldest fire without an outcome has one, or a pending order is filled."""
        fire = next((each for each in account.live if not each.ticket or each.waits), None)
        if fire is None:
            return
        ea, said = account.ea, fire.said
        if how == "rejected":
            account.live.remove(fire)
            account.barren.add(str(said["signal_id"]))
            await ea.event("confirmation", id=said["id"], status=how, ticket=0, deal=0, price=0.0, lot=0.0)
            return
        if not fire.ticket:
            account.tickets += 1
            fire.ticket = account.tickets + (1_000 if ea.user == "bob" else 0)
        if said["kind"] == "limit" and not fire.waits:
            fire.waits = True
            await ea.event("confirmation", id=said["id"], status="placed", ticket=fire.ticket, deal=0, lot=said["lot"])
            return
        fire.waits = False
        await ea.filled(said, ticket=fire.ticket)

    async def close(self, account: Account, share: float) -> None:
        """The oldest open position is closed at so much of its risk: -1 is the stop."""
        fire = next((each for each in account.live if each.ticket and not each.waits), None)
        if fire is None:
            return
        account.live.remove(fire)
        profit = round(fire.risk * share, 2)
        account.realised += profit
        await account.ea.closed(fire.said, profit, ticket=fire.ticket, time=self.market)
        await self.told(account)

    async def set_state(self, state: TradingState) -> None:
        self.state = state
        self.target.hub.desk.act(SetTrading(user="", state=state, why="", who="op"))
        await self.look()

    async def rearm(self) -> None:
        self.rearmed = self.market + 1
        self.target.hub.desk.act(Rearm(user="", why="", who="op"))

    async def look(self) -> None:
        """Count what was sent since the last look, one by one."""
        for account in self.accounts.values():
            for said in await account.ea.got("fire"):
                fire = Fire(said, self.target.now, self.market)
                account.fires.append(fire)
                account.live.append(fire)
                self.check(account, fire)

    def check(self, account: Account, fire: Fire) -> None:
        """No limit is exceeded, this one included."""
        assert self.state is TradingState.ACTIVE
        assert 0 < fire.risk <= 0.01 * account.balance + 1e-6
        assert number(fire.said["lot"]) <= RISK.max_lots
        assert len(account.fires) <= TIER.shots_a_day
        assert len(account.live) <= TIER.open_at_once
        lost = max(0.0, -account.realised) + sum(each.risk for each in account.live)
        assert lost <= OPENING * TIER.daily_loss_cap_pct / 100 + 1e-6
        lately = self.target.now - MINUTE_MS
        assert sum(each.at > lately for each in account.fires) <= RISK.fires_per_minute_user
        everybody = [each for one in self.accounts.values() for each in one.fires]
        assert sum(each.at > lately for each in everybody) <= RISK.fires_per_minute_hub
        alike = max(self.rearmed, self.market - 10 * MINUTE_MS + 1)
        assert sum(each.market >= alike for each in account.fires) <= RISK.like_fires
        signals = [each.said["signal_id"] for each in account.fires]
        assert signals.count(fire.said["signal_id"]) == 1


users = st.sampled_from(sorted(USERS))
acts = st.one_of(
    st.tuples(st.just("signal"), st.sampled_from((1, 5, 15, 30))),
    st.tuples(st.just("signal"), st.sampled_from((1, 5))),
    st.tuples(st.just("resolve"), users, st.sampled_from(("filled", "filled", "filled", "rejected"))),
    st.tuples(st.just("close"), users, st.sampled_from((-1.0, -1.0, -0.5, 0.0, 1.0))),
    st.tuples(st.just("desk"), users, st.sampled_from((0.0, 0.1, 1.1, 2.0)), st.sampled_from((0, 5))),
    st.tuples(st.just("again"), users),
    st.tuples(st.just("state"), st.sampled_from(TradingState)),
    st.tuples(st.just("rearm")),
)


async def carry_out(market: Market, act: tuple[object, ...]) -> None:
    match act:
        case ("signal", int(seconds)):
            await market.signal(seconds)
        case ("resolve", str(user), str(how)):
            await market.resolve(market.accounts[user], how)
        case ("close", str(user), float(share)):
            await market.close(market.accounts[user], share)
        case ("desk", str(user), float(lot), int(away)):
            await market.desk(user, lot, away)
        case ("again", str(user)):
            await market.again(user)
        case ("state", TradingState() as state):
            await market.set_state(state)
        case ("rearm",):
            await market.rearm()
        case _:
            raise AssertionError(act)


async def play(folder: Path, clock: MockClock, sequence: list[tuple[object, ...]], sent: list[Fire]) -> None:
    async with AsyncExitStack() as stack:
        target = await stack.enter_async_context(
            hub(folder, clock, users=USERS, sources=("alice",), tier=TIER, risk=RISK)
        )
        accounts = {name: Account(Ea(target, name, login=number)) for number, name in enumerate(USERS, 1)}
        for account in accounts.values():
            await account.ea.go_live()
        market = Market(target, accounts)
        for act in sequence:
            await carry_out(market, act)
        assert target.hub.scribe.ledger.conflicts == []
        sent += [fire for account in accounts.values() for fire in account.fires]


def played(sequence: list[tuple[object, ...]]) -> list[Fire]:
    """The fires that were sent, none of them beyond a limit."""
    sent: list[Fire] = []
    with TemporaryDirectory() as folder:
        clock = MockClock()
        trio.run(partial(play, Path(folder), clock, sequence, sent), clock=clock)
    return sent


@settings(max_examples=8, deadline=None)
@given(sequence=st.lists(acts, min_size=15, max_size=40))
def test_no_limit_is_ever_exceeded(sequence: list[tuple[object, ...]]) -> None:
    played(sequence)


def test_the_reckoning_sees_fires_up_to_a_limit() -> None:
    """Each has two open at once, since three would lose more than the cap, and once they are won two more."""
    sequence: list[tuple[object, ...]] = [("signal", 1)] * 3
    for user in USERS:
        sequence += [("resolve", user, "filled"), ("close", user, 1.0)] * 2
    assert len(played([*sequence, *[("signal", 30)] * 4])) == 8
