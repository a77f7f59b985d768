"""`bitten watch`: the hub at a glance, in the terminal. It asks the desk, as every command does."""
