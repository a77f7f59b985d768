"""`bitten report`: a run as one page to read, from its journal and its bars."""
