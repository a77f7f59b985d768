"""What is read of the compiled EA's lines."""

import pytest

from bitten.demo.hosted import read_report, why
from bitten.errors import BittenError
from bitten.rules.fire import magic_of

FOUND = "SUMMARY: AddressSanitizer: heap-use-after-free Ledger.mqh:12 in Put"
UNDEFINED = "Ledger.mqh:7:3: runtime error: signed integer overflow"
OURS = magic_of("F1")
LEFT = (
    '{"event":"log","kind":"print","text":"BITTEN: left: 1323 ticks sent, 7 dropped, 2 events not acked, '
    '1 foreign and 3 malformed messages"}\n'
)
BOOK = (
    '{"event":"report","server":"Paper-1","login":7,"opened":['
    f'{{"deal":2,"ticket":10,"magic":{OURS},"comment":"F1","profit":0}},'
    '{"deal":3,"ticket":11,"magic":0,"comment":""}],"closed":['
    f'{{"deal":4,"ticket":10,"magic":{OURS},"comment":"[tp 1.1]"}},'
    '{"deal":5,"ticket":11,"magic":0,"comment":""}],'
    f'"positions":[{{"ticket":12,"magic":{OURS},"lot":0.1}}],"balance":10000.5,"ticks_played":1330}}\n'
)


def test_the_book_and_the_counts() -> None:
    report = read_report("amy", (LEFT + BOOK).encode())
    assert (report.user, report.server, report.login) == ("amy", "Paper-1", 7)
    assert [(deal.deal, deal.fire_id) for deal in report.opened] == [(2, "F1")]
    assert [(deal.deal, deal.fire_id) for deal in report.closed] == [(4, "F1"), (5, "")]
    assert [position.ticket for position in report.positions] == [12]
    assert (report.ticks_played, report.ticks_sent, report.ticks_dropped, report.unacked) == (1330, 1323, 7, 2)
    assert (report.foreign, report.malformed) == (1, 3)


@pytest.mark.parametrize("output", ["", LEFT, BOOK])
def test_no_report(output: str) -> None:
    with pytest.raises(BittenError, match="the compiled EA of amy ended without a report"):
        read_report("amy", output.encode())


@pytest.mark.parametrize(
    ("output", "log", "reason"),
    [
        ("", "", "it said nothing"),
        ("", "error: g++ is not installed", "error: g++ is not installed"),
        ('{"event":"critical","text":"zero divide"}\n' + LEFT, "", "zero divide"),
        (
            "",
            "SUMMARY: AddressSanitizer: heap-use-after-free\n==1==ABORTING",
            "SUMMARY: AddressSanitizer: heap-use-after-free",
        ),
        (
            "",
            "a.mqh:7:3: runtime error: signed integer overflow\nAborted",
            "a.mqh:7:3: runtime error: signed integer overflow",
        ),
    ],
)
def test_why_it_ended_badly(output: str, log: str, reason: str) -> None:
    assert why(output.encode(), log) == reason
