"""The doctor's judges and what they are given."""
