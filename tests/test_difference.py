"""What differs between two configurations, when it can hold, and what would lock everyone out."""

import attrs
import pytest

from bitten.difference import Holds, differences, digest, lockout, while_running
from bitten.rules.access import Access
from bitten.rules.risk import RiskSettings, Tier
from bitten.rules.session import SessionSettings
from bitten.rules.venom import VenomSettings
from bitten.sections import Config, Security, SecuritySettings, SocketSettings, UserSettings
from bitten.units import Account

ANN = UserSettings(public_key="a" * 40)
OLD = Config(users={"ann": ANN, "ben": UserSettings()})
CURVE = SecuritySettings(mode=Security.CURVE)


def found(new: Config) -> list[tuple[str, str, str, Holds]]:
    return [attrs.astuple(each) for each in differences(OLD, new)]


def test_nothing_differs_from_itself() -> None:
    assert differences(OLD, attrs.evolve(OLD)) == ()
    assert digest(OLD) == digest(attrs.evolve(OLD))


def test_a_key_is_named_with_what_it_was_and_is() -> None:
    new = attrs.evolve(OLD, risk=RiskSettings(max_lots=2.0), users={**OLD.users, "ben": UserSettings(tier="FANG")})
    assert found(new) == [
        ("risk.max_lots", "5.0", "2.0", Holds.NOW),
        ("users.ben.tier", "NIBBLER", "FANG", Holds.NOW),
    ]
    assert digest(new) != digest(OLD)


def test_users_and_tiers_come_and_go() -> None:
    tiers = {**OLD.tiers, "GOLD": Tier()}
    del tiers["APEX"]
    new = attrs.evolve(
        OLD, tiers=tiers, users={"ann": attrs.evolve(ANN, account=Account("B", 1)), "cid": UserSettings()}
    )
    assert found(new) == [
        ("tiers.APEX", "there", "", Holds.NOW),
        ("tiers.GOLD", "", "there", Holds.NOW),
        ("users.ann.account", "none", "1@B", Holds.NOW),
        ("users.ben", "there", "", Holds.NOW),
        ("users.cid", "", "there", Holds.NOW),
    ]


def test_what_needs_a_restart_is_named_and_stays_as_it_is() -> None:
    new = attrs.evolve(
        OLD,
        sockets=SocketSettings(host="127.0.0.2"),
        security=CURVE,
        session=SessionSettings(telemetry_ms=1_000),
        venom=VenomSettings(sources=("ann", "ben")),
        risk=RiskSettings(max_lots=2.0),
    )
    assert [(key, holds) for key, _, _, holds in found(new)] == [
        ("sockets.host", Holds.RESTART),
        ("security.mode", Holds.RESTART),
        ("session.telemetry_ms", Holds.SESSION),
        ("venom.sources", Holds.RESTART),
        ("risk.max_lots", Holds.NOW),
    ]
    together = while_running(OLD, new)
    assert (together.sockets, together.security, together.venom) == (OLD.sockets, OLD.security, OLD.venom)
    assert (together.session, together.risk) == (new.session, new.risk)


DISABLED = attrs.evolve(ANN, access=Access.DISABLED)
KEYLESS = UserSettings()


@pytest.mark.parametrize(
    ("before", "after", "security", "locked"),
    [
        ({"ann": ANN}, {"ann": ANN}, CURVE, False),
        ({"ann": ANN}, {}, CURVE, True),
        ({"ann": ANN}, {"ann": DISABLED}, CURVE, True),
        ({"ann": ANN}, {"ann": KEYLESS}, CURVE, True),
        ({"ann": ANN}, {"ann": KEYLESS}, SecuritySettings(), False),
        ({"ann": ANN}, {"ann": DISABLED}, SecuritySettings(), True),
        ({"ann": ANN, "ben": KEYLESS}, {"ben": ANN}, CURVE, False),
        ({"ann": KEYLESS}, {}, CURVE, False),
        ({}, {}, CURVE, False),
    ],
)
def test_who_could_still_trade(
    before: dict[str, UserSettings], after: dict[str, UserSettings], security: SecuritySettings, locked: bool
) -> None:
    old, new = (Config(users=users, security=security) for users in (before, after))
    said = lockout(old, new)
    assert said.startswith("nobody could trade any more: no enabled user") is locked
    assert ("ann now)" in said) is locked
