"""Tokens into declarations: recursive descent over the subset."""
