"""How a typical retail broker deals in a currency pair, for an account in US dollars."""

from bitten.errors import BittenError
from bitten.units import SymbolSpec

_CONTRACT = 100_000.0
_USD_PER = {
    "USD": 1.0,
    "EUR": 1.10,
    "GBP": 1.30,
    "CHF": 1.10,
    "JPY": 0.0075,
    "AUD": 0.70,
    "NZD": 0.65,
    "CAD": 0.75,
}
"""Round rates to value pairs without a dollar (EURGBP, EURJPY …): the market of one symbol does not tell them."""
_STOPS_LEVEL = 10
_HOURS = ((21 * 60, 5 * 24 * 60 + 22 * 60),)
"""Sunday 21:00 to Friday 22:00: New York's 17:00 in UTC, in winter and in summer. The ticks say what is open within."""


def typical_price(symbol: str) -> float:
    """A round price of a pair of major currencies. Raises BittenError for a symbol that is no such pair."""
    base, quoted = _pair(symbol)
    return _USD_PER[base] / _USD_PER[quoted]


def default_spec(symbol: str, price: float) -> SymbolSpec:
    """The usual conditions for a pair of major currencies that quotes near `price`.

    5 digits (3 where the quote is in yen), contracts of 100,000, 0.01 to 100 lots. A tick's value is exact where the
    quote is in dollars, that of `price` where the base is, and by a round rate for the others; it does not follow the
    market. Raises BittenError for a symbol that is no such pair.
    """
    base, quoted = _pair(symbol)
    digits = 3 if quoted == "JPY" else 5
    point = round(10.0**-digits, digits)
    dollars = 1 / price if base == "USD" else _USD_PER[quoted]
    return SymbolSpec(
        symbol=symbol,
        digits=digits,
        point=point,
        tick_size=point,
        tick_value=round(point * _CONTRACT * dollars, 5),
        contract_size=_CONTRACT,
        volume_min=0.01,
        volume_max=100.0,
        volume_step=0.01,
        stops_level=_STOPS_LEVEL,
        freeze_level=0,
        filling=("fok", "ioc"),
        trade_mode="full",
        hours=_HOURS,
    )


def _pair(symbol: str) -> tuple[str, str]:
    base, quoted = symbol[:3], symbol[3:]
    if base not in _USD_PER or quoted not in _USD_PER or base == quoted:
        raise BittenError(f"symbol {symbol}: no conditions are known; allowed are pairs of {', '.join(_USD_PER)}")
    return base, quoted
