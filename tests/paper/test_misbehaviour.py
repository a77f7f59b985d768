"""Misbehaviour is none by default, and the same again for the same seed."""

from collections import Counter
from itertools import pairwise
from random import Random

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitten.errors import BittenError
from bitten.paper.broker import Broker
from bitten.paper.broker_values import BrokerAccount, OrderRequest, Retcode
from bitten.paper.market import MarketTick
from bitten.paper.misbehaviour import FaultyBroker, FaultyLink, Freezes, Gaps, Misbehaviour, dealer_for
from bitten.units import Direction
from bitten.wire.account import Heartbeat, Snapshot
from bitten.wire.market import Tick
from bitten.wire.session import Ping
from tests.paper.ea_bench import MARKET, SPECS
from tests.paper.wire_samples import SESSION, confirmation

REQUEST = OrderRequest(symbol="EURUSD", direction=Direction.BUY, kind="market", lot=0.1, entry=1.1002, deviation=30)


def broker() -> Broker:
    """A broker with a quote."""
    plain = Broker(BrokerAccount(server="Paper-1", login=1), SPECS)
    plain.tick(MarketTick("EURUSD", 1.1, 1.1002, MARKET))
    return plain


def tick(after: int) -> MarketTick:
    """The same quote, later."""
    return MarketTick("EURUSD", 1.1, 1.1002, MARKET + after)


def test_parse_reads_every_field() -> None:
    assert Misbehaviour.parse("") == Misbehaviour()
    text = "latency_ms=50, requote=0.1,reject=0.2,timeout=0.3,lose=0.05,double=0.1,freeze_ms=2000,freeze=0.01,seed=-7"
    assert Misbehaviour.parse(text) == Misbehaviour(
        latency_ms=50,
        requote=0.1,
        reject=0.2,
        timeout=0.3,
        lose=0.05,
        double=0.1,
        freeze_ms=2000,
        freeze=0.01,
        seed=-7,
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("loose=1", r"'loose' is not known; there are latency_ms, requote, .*seed"),
        ("lose", r"'lose': a number belongs after the ="),
        ("lose=x", r"'lose=x': a number belongs after the ="),
        ("latency_ms=0.5", r"'latency_ms=0.5': a whole number belongs"),
        ("lose=1.5", r"lose=1.5: a probability is between 0 and 1"),
        ("lose=nan", r"lose=nan: a probability is between 0 and 1"),
        ("freeze_ms=-1", r"freeze_ms=-1: milliseconds are between 0 and 600000"),
        ("skew_ms=3600001", r"skew_ms=3600001: a clock is off by -3600000 to 3600000"),
        ("flood=0", r"flood=0: a quote is sent 1 to 1000 times"),
        ("gap_pips=-1", r"gap_pips=-1: pips are between 0 and 1000"),
    ],
)
def test_parse_names_what_is_wrong_and_what_is_allowed(text: str, says: str) -> None:
    with pytest.raises(BittenError, match=says) as error:
        Misbehaviour.parse(text)
    assert "\n" not in str(error.value)


def test_a_broker_that_is_to_behave_is_the_broker_itself() -> None:
    plain = broker()
    assert dealer_for(plain, Misbehaviour(latency_ms=5, lose=1.0), Random(1)) is plain
    assert isinstance(dealer_for(plain, Misbehaviour(requote=0.1), Random(1)), FaultyBroker)


@pytest.mark.parametrize(
    ("faults", "retcode"),
    [
        (Misbehaviour(reject=1.0), Retcode.REJECT),
        (Misbehaviour(requote=1.0), Retcode.REQUOTE),
        (Misbehaviour(timeout=1.0), Retcode.TIMEOUT),
    ],
)
def test_a_fault_answers_in_the_brokers_stead(faults: Misbehaviour, retcode: Retcode) -> None:
    plain = broker()
    faulty = FaultyBroker(plain, faults, Random(1))
    assert faulty.open(REQUEST).retcode == retcode
    assert faulty.close(1, 0).retcode == retcode
    assert faulty.modify(1, sl=1.0, tp=None).retcode == retcode
    assert faulty.cancel(1).retcode == retcode
    assert plain.positions() == ()


def test_a_partial_fill_is_half_on_the_step_and_never_less_than_the_least() -> None:
    plain = broker()
    faulty = FaultyBroker(plain, Misbehaviour(partial=1.0), Random(1))
    results = [faulty.open(attrs.evolve(REQUEST, lot=lot)) for lot in (0.1, 0.03, 0.01)]
    assert [(each.retcode, each.lot) for each in results] == [
        (Retcode.DONE_PARTIAL, 0.05),
        (Retcode.DONE_PARTIAL, 0.01),
        (Retcode.DONE, 0.01),
    ]
    assert [position.lot for position in plain.positions()] == [0.05, 0.01, 0.01]


def test_a_rewritten_comment_is_the_brokers_own() -> None:
    plain = broker()
    FaultyBroker(plain, Misbehaviour(rewrite=1.0), Random(1)).open(attrs.evolve(REQUEST, comment="F1", magic=7))
    (position,) = plain.positions()
    assert (position.comment, position.magic) == ("[dealing desk]", 7)


def test_what_timed_out_is_carried_out_at_the_next_tick_once() -> None:
    plain = broker()
    faulty = FaultyBroker(plain, Misbehaviour(timeout=1.0), Random(1))
    faulty.open(REQUEST)
    (deal,) = faulty.tick(tick(1000))
    assert (deal.entry, deal.lot) == ("in", 0.1)
    assert faulty.tick(tick(2000)) == []
    assert len(plain.positions()) == 1


@given(seed=st.integers(), rates=st.tuples(*[st.floats(0, 1)] * 3))
def test_the_same_seed_misbehaves_in_the_same_way(seed: int, rates: tuple[float, float, float]) -> None:
    faults = Misbehaviour(reject=rates[0], requote=rates[1], timeout=rates[2])

    def answers() -> list[int]:
        faulty = FaultyBroker(broker(), faults, Random(seed))
        return [faulty.open(REQUEST).retcode for _ in range(20)]

    assert answers() == answers()


def test_one_faults_rate_leaves_the_others_luck_alone() -> None:
    def rejected(faults: Misbehaviour) -> list[bool]:
        faulty = FaultyBroker(broker(), faults, Random(5))
        return [faulty.open(REQUEST).retcode == Retcode.REJECT for _ in range(200)]

    assert rejected(Misbehaviour(reject=0.3)) == rejected(Misbehaviour(reject=0.3, requote=0.5))


def test_the_link_loses_and_doubles_as_often_as_told_and_spares_what_is_not_repeated() -> None:
    link = FaultyLink(Misbehaviour(lose=0.2, double=0.5), Random(1))
    copies = Counter(link.copies(confirmation()) for _ in range(5000))
    assert copies[0] == pytest.approx(1000, rel=0.1)
    assert copies[2] == pytest.approx(2000, rel=0.1)
    snapshot = Snapshot(session=SESSION, part=1, parts=1, next_event=1, positions=(), orders=())
    spared = (snapshot, Ping(session=SESSION, nonce=1, time=1))
    assert {link.copies(message) for message in spared for _ in range(100)} == {1}


def test_a_link_that_is_to_behave_sends_once() -> None:
    link = FaultyLink(Misbehaviour(), Random(1))
    beat = Heartbeat(session=SESSION, time=1, next_event=1)
    assert {link.copies(beat) for _ in range(100)} == {1}


def test_a_flood_is_one_of_quotes_and_spares_the_rest() -> None:
    link = FaultyLink(Misbehaviour(flood=100), Random(1))
    assert link.copies(Tick(session=SESSION, symbol="EURUSD", bid=1.1, ask=1.2, time=1)) == 100
    assert link.copies(Heartbeat(session=SESSION, time=1, next_event=1)) == 1


def test_a_market_that_jumps_stays_where_it_is_until_the_next_jump() -> None:
    gaps = Gaps(Misbehaviour(gap=0.1, gap_pips=50), Random(3), SPECS)
    quotes = [gaps.at(tick(after)) for after in range(200)]
    jumps = {round((new.bid - old.bid) / SPECS["EURUSD"].pip) for old, new in pairwise(quotes)}
    assert jumps == {-50, 0, 50}
    assert {(round(quote.ask - quote.bid, 5), quote.time - MARKET) for quote in quotes} == {
        (0.0002, after) for after in range(200)
    }
    assert len({quote.bid for quote in quotes}) < 20


def test_a_market_that_is_to_behave_is_as_it_comes() -> None:
    assert Gaps(Misbehaviour(gap_pips=50), Random(1), SPECS).at(tick(1)) == tick(1)


def test_each_second_is_judged_once_for_a_freeze() -> None:
    freezes = Freezes(Misbehaviour(freeze=1.0, freeze_ms=300), Random(1))
    assert [freezes.at(second) for second in (100, 100, 101, 101, 102)] == [0, 0, 300, 0, 300]
    assert [Freezes(Misbehaviour(freeze_ms=300), Random(1)).at(second) for second in (1, 2, 3)] == [0, 0, 0]
