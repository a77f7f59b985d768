"""Mutants of the EA's source: each has one mistake, and the tests that drive the compiled EA must notice it."""
