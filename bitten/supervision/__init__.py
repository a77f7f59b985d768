"""The pieces of supervision that `bitten.nursery` is put together from."""
