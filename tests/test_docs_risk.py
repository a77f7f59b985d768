"""The figures of the page about risk are those that the gate comes to."""

import attrs
import pytest

from bitten.rules.citadel import CitadelSettings
from bitten.rules.risk import TIERS, DenialCode, Denied, Exposure, Funds, Lock, Order, RiskSettings, Situation, decide
from bitten.rules.risk.order import draft, value
from bitten.units import Quote
from tests.rules.test_risk import BUY, CALM, NOW
from tests.rules.venom.drawn import SPEC
from tests.test_docs import TEXTS, rows

PAGE, TIER, SETTINGS = "docs/risk.md", TIERS["COMMANDER"], RiskSettings()
FIRE = attrs.evolve(
    CALM,
    signal=attrs.evolve(BUY, entry=1.10008, sl=1.09908, tp=1.10158),
    size=CitadelSettings().active_size,
    funds=Funds(
        balance=10_000.0, equity=9_800.0, margin=0.0, free_margin=9_800.0, leverage=100, opening_equity=10_000.0
    ),
    quote=Quote(1.1, 1.10008, NOW),
)


def number(cell: str) -> float:
    return float(cell.replace(",", "").replace("−", "-").rstrip(" %"))


def decided(**changes: object) -> Order | Denied:
    return decide(attrs.evolve(FIRE, **changes), SETTINGS, TIER)  # type: ignore[arg-type]


def said(decision: Order | Denied) -> str:
    return "fired" if isinstance(decision, Order) else decision.code.value


def made(situation: Situation) -> Order:
    order = draft(situation, SETTINGS, TIER)
    assert order is not None
    return order


def test_the_lots_of_the_example() -> None:
    assert (made(FIRE).lot, made(FIRE).risk) == (1.1, 110.0)
    assert made(attrs.evolve(FIRE, half_risk="3 losses in a row")).lot == 0.55
    poor = attrs.evolve(FIRE.funds, equity=80.0, free_margin=80.0)
    assert said(decided(funds=poor)) == "volume"
    steps = dict(rows(PAGE, "step"))
    assert steps["lots"].endswith("cut to 1.1")
    assert steps["the fire's risk"] == "110.00"
    assert steps["at half risk"].endswith("0.55 lots")
    assert steps["with an equity of 80"].endswith("`volume")


def test_the_daily_loss_of_the_example() -> None:
    table = rows(PAGE, "lost today")
    for lost, at_risk, fire, together, cap, outcome in table:
        assert number(fire) == made(FIRE).risk
        assert number(cap) == 10_000 * TIER.daily_loss_cap_pct / 100
        assert number(together) == pytest.approx(max(0.0, number(lost)) + number(at_risk) + number(fire))
        exposure = Exposure(shots_today=0, open_positions=0, realised_today=-number(lost), open_risk=number(at_risk))
        assert said(decided(exposure=exposure)) == outcome
    assert {row[-1] for row in table} == {"fired", "daily_loss"}


def test_the_margin_of_the_example() -> None:
    needed = value(made(FIRE), SPEC) / 100
    assert f"{value(made(FIRE), SPEC):,.2f}" in TEXTS[PAGE]
    assert f"{needed:,.2f}" in TEXTS[PAGE]
    for equity, margin, level, outcome in rows(PAGE, "equity"):
        funds = attrs.evolve(FIRE.funds, margin=number(margin), free_margin=number(equity) - number(margin))
        assert number(equity) == funds.equity
        assert round(funds.equity / (funds.margin + needed) * 100, 1) == number(level)
        assert said(decided(funds=funds)) == outcome


def test_a_lock_says_how_long_and_why() -> None:
    denied = decided(lock=Lock(NOW + 2_550_000, "4 losses in a row"))
    assert isinstance(denied, Denied)
    assert f"{denied.code}: {denied.message}\n" in TEXTS[PAGE]


def test_the_checks_name_every_denial_once_in_their_order() -> None:
    named = [code.strip(" `") for _, _, codes in rows(PAGE, "check") for code in codes.split(",")]
    assert named == list(DenialCode)


def test_the_tiers_are_those_that_are_shipped() -> None:
    told = {name: cells for name, *cells in rows(PAGE, "tier")}
    assert told == {
        name: [
            str(tier.shots_a_day),
            str(tier.open_at_once),
            f"{tier.risk_pct:g} %",
            f"{tier.daily_loss_cap_pct:g} %",
            ", ".join(tier.modes),
        ]
        for name, tier in TIERS.items()
    }


def test_the_limits_of_the_page_are_the_defaults() -> None:
    words = " ".join(TEXTS[PAGE].split())
    for told in (
        f"`max_lots`, {SETTINGS.max_lots:g},",
        f"`max_value`, {SETTINGS.max_value:,.0f} ",
        f"`collar_pips`, {SETTINGS.collar_pips:g},",
        f"`deviation_pips`, {SETTINGS.deviation_pips:g}.",
        f"`command_expiry_ms`, {SETTINGS.command_expiry_ms // 1_000} s,",
        f"`margin_level_pct`, {SETTINGS.margin_level_pct:g} %",
        f"(`like_fires`, {SETTINGS.like_fires})",
    ):
        assert told in words
