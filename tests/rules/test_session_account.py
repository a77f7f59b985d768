"""Parts, telemetry beyond the allowance, malformed messages (protocol 2.5, 4.1, 8.1, 8.2)."""

import attrs
import pytest

from bitten.rules.session import AccountSeen, End, SessionSettings
from bitten.rules.session.account import Assembly
from bitten.rules.session.allowance import Allowance, Patience
from bitten.wire.account import Snapshot
from bitten.wire.session import Bye, ByeReason
from tests.rules import session_samples as ea

T, SESSION = ea.T, ea.SESSION


@pytest.mark.parametrize(
    ("parts", "wholes"),
    [
        ([(1, 1)], [1]),
        ([(1, 3), (2, 3), (3, 3)], [3]),
        ([(1, 2), (1, 2), (2, 2)], [2]),
        ([(1, 3), (3, 3), (2, 3)], []),
        ([(2, 2), (1, 2)], []),
        ([(1, 3), (2, 2), (3, 3)], []),
        ([(3, 2)], []),
        ([(1, 2), (2, 2), (1, 2), (2, 2)], [2, 2]),
    ],
)
def test_parts_are_joined_in_their_order_or_not_at_all(parts: list[tuple[int, int]], wholes: list[int]) -> None:
    assembly = Assembly[Snapshot]()
    joined = [assembly.add(ea.snapshot(part, of, positions=(ea.position(part),))) for part, of in parts]
    assert [len(each.positions) for each in joined if each is not None] == wholes
    assert all((each.part, each.parts) == (1, 1) for each in joined if each is not None)


def test_ready_waits_for_the_whole_snapshot() -> None:
    session = ea.begun()
    session.receive(ea.snapshot(1, 2), T)
    session.receive(ea.ready(), T)
    assert session.state == "greeted"
    assert ea.names(session.receive(ea.snapshot(2, 2), T)) == ["StateChanged", "Reconcile"]


def test_a_telemetry_in_parts_is_shown_whole() -> None:
    session = ea.live()
    assert session.receive(ea.telemetry(part=1, parts=2, positions=(ea.position(1),)), T) == []
    (seen,) = session.receive(ea.telemetry(part=2, parts=2, positions=(ea.position(2),), orders=(ea.order(),)), T)
    assert isinstance(seen, AccountSeen)
    assert [each.ticket for each in seen.telemetry.positions] == [1, 2]
    assert len(seen.telemetry.orders) == 1


def test_beyond_the_allowance_the_newest_telemetry_is_shown_when_the_second_is_over() -> None:
    session = ea.live(settings=SessionSettings(max_messages_per_s=1))
    shown = [session.receive(ea.telemetry(equity=float(each)), T + each) for each in range(4)]
    assert [len(effects) for effects in shown] == [1, 0, 0, 0]
    assert session.counts["conflated"] == session.allowance.over == 3
    assert session.deadline == T + 1_000
    (seen,) = session.timer(T + 1_000)
    assert isinstance(seen, AccountSeen)
    assert seen.telemetry.equity == 3.0
    assert session.timer(T + 1_001) == []


def test_a_flood_of_market_data_does_not_put_the_kept_telemetry_off() -> None:
    session = ea.live(settings=SessionSettings(max_messages_per_s=1))
    session.receive(ea.telemetry(), T)
    session.receive(ea.telemetry(equity=2.0), T)
    session.allowance.admit(T + 1_000)
    assert ea.names(session.timer(T + 1_000)) == ["AccountSeen"]


def test_beyond_the_allowance_events_are_still_taken() -> None:
    session = ea.live(settings=SessionSettings(max_messages_per_s=1))
    for _ in range(5):
        session.receive(ea.telemetry(), T)
    assert [ea.names(session.receive(ea.passed(n), T)) for n in (1, 2, 3)] == [["Record"]] * 3


def test_an_allowance_is_per_second() -> None:
    allowance = Allowance(2)
    assert [allowance.admit(each) for each in (5_000, 5_001, 5_999, 6_000, 6_001, 6_002)] == [
        *(True, True, False),
        *(True, True, False),
    ]
    assert (allowance.over, allowance.renewed_at) == (2, 7_000)


def test_more_than_10_malformed_messages_in_60_s_end_the_session() -> None:
    session = ea.live()
    for each in range(10):
        assert session.malformed(T + each * 1_000) == []
    effects = session.malformed(T + 59_999)
    assert ea.names(effects) == ["bye", "StateChanged", "End"]
    (bye,) = ea.sent(effects)
    assert isinstance(bye, Bye)
    assert (bye.reason, bye.session) == (ByeReason.MALFORMED, SESSION)
    assert End(ByeReason.MALFORMED) in effects
    assert session.counts["malformed"] == 11


def test_malformed_messages_are_forgiven_after_60_s() -> None:
    patience = Patience(60_000)
    assert not any(patience.exhausted(each * 6_000) for each in range(100))
    assert Patience(60_000).exhausted(0) is False


def test_messages_of_another_session_are_dropped_and_counted() -> None:
    session = ea.live()
    strange = attrs.evolve(ea.passed(1), session="S-0")
    assert session.receive(strange, T) == []
    assert (session.counts["foreign"], session.events_held) == (1, 0)
    assert ea.names(session.receive(ea.passed(1), T)) == ["Record"]
