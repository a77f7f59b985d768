"""Markets that a paper broker trades in: recorded ones from files, and a seeded one made up."""

from bitten.paper.market.files import bar_market, merged, symbol_of, tick_market
from bitten.paper.market.seeded import SeededMarket
from bitten.paper.market.specs import default_spec
from bitten.paper.market.tick import MarketTick

__all__ = ["MarketTick", "SeededMarket", "bar_market", "default_spec", "merged", "symbol_of", "tick_market"]
