"""A paper terminal: a market, a broker with one account, and an Expert Advisor that speaks the wire to any hub.

`market` and `broker` know nothing of the wire; `ea` is the machine of the protocol's EA side, with `commands`, `outbox`
and `ledger`; `terminal` is the process that runs it. With the hub it shares the words and the wire, nothing else, so
that a misreading of the protocol on one side is not made up for on the other.
"""
