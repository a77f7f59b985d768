"""Markets that a paper broker trades in: recorded ones from files, and a seeded one made up."""

from bitten.paper.market.tick import MarketTick

__all__ = ["MarketTick"]
