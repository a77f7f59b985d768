"""Whether a machine and a hub are fit to trade: what was seen, judged a finding a thing, each with its remedy.

The judges (`network`, `storage`, `permissions`, `versions`, `running`) are pure and read only what they are given;
`looking` sees for them; `examination` puts both together. Nothing here changes anything.
"""
