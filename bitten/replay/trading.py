"""What becomes of a verdict in a replay: the gate, the fire, and what its closing deals earn."""

from bitten.messages import Verdict
from bitten.replay.account import USER, ReplayAccount
from bitten.replay.caring import Caring, Watch
from bitten.replay.chronicle import Chronicle
from bitten.replay.market import Market
from bitten.rules.closings import closed_deal
from bitten.rules.facts import Denial
from bitten.rules.intending import Addressee, intended
from bitten.rules.risk import Denied, Mode, Tier, decide
from bitten.rules.risk.gather import Trader, situation
from bitten.rules.risk.pace import Paces
from bitten.rules.session import State
from bitten.rules.venom import Venom
from bitten.rules.xp import judge_close
from bitten.sections import Config, UserSettings

PRESS_VALID_MS = 5_000


class Trading:
    """One user of a tier. Where the tier may not fire by itself, the trader presses FIRE on every signal at once."""

    def __init__(
        self, config: Config, tier: Tier, market: Market, chronicle: Chronicle, venom: Venom, *, each_tick: bool = False
    ) -> None:
        self._config = config
        self._tier = tier
        self._mode = Mode.AUTO if Mode.AUTO in tier.modes else Mode.MANUAL
        self._chronicle = chronicle
        self.paces = Paces()
        caring = Caring(
            settings=config.care,
            wanted=UserSettings().care,
            expiry_ms=config.risk.command_expiry_ms,
            venom=venom,
            chronicle=chronicle,
            watches=tuple(Watch(market, symbol) for symbol in market.specs),
        )
        self.account = ReplayAccount(market, config.replay, chronicle, caring, each_tick=each_tick, then=self._judge)

    def consider(self, verdict: Verdict) -> None:
        """Fire a verdict, or deny it. The account must have been looked at where the market is now."""
        account, ledger, now = self.account, self._chronicle.ledger, self._chronicle.now
        asked_until = now + PRESS_VALID_MS if self._mode is Mode.MANUAL else 0
        case = situation(verdict, self._trader(), ledger, self._mode, self.paces, now, asked_until=asked_until)
        decision = decide(case, self._config.risk, self._tier)
        if isinstance(decision, Denied):
            denial = Denial(user=USER, signal_id=verdict.signal.id, code=decision.code.value, message=decision.message)
            self._chronicle.write("fire_router", denial)
            return
        leg = ledger.book(account.greeting.account, USER).next_leg(verdict.signal.id)
        to = Addressee.of(account.greeting)
        intent = intended(decision, verdict, to, account.view, leg=leg, asked_until=asked_until)
        self._chronicle.write("fire_router", intent)
        self.paces.fired(intent, now)
        account.fire(intent)

    def _trader(self) -> Trader:
        account, ledger = self.account, self._chronicle.ledger
        return Trader(
            user=USER,
            account=account.greeting.account,
            leverage=account.greeting.hello.account.leverage,
            view=account.view,
            state=State.LIVE,
            clocks_agree=True,
            busy=False,
            told=account.greeting.trading,
            hub=ledger.trading_of(""),
            own=ledger.trading_of(USER),
        )

    def _judge(self) -> None:
        """Earn what the closings that nobody has judged are worth."""
        ledger = self._chronicle.ledger
        for each in tuple(ledger.unjudged.values()):
            book = ledger.book(each.closing.account, USER)
            deal = closed_deal(each.closing, book, self.account.view)
            cap = self._tier.daily_loss_cap_pct
            award = judge_close(ledger.standing(USER), deal, self._config.xp, cap)
            self._chronicle.write("xp", award, causes=(each.seq,))
