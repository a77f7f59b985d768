"""From MQL5 to C++: the EA's own source, checked as strictly as MetaEditor would, made to run without MetaTrader.

A source passes through the lexer, the preprocessor, the parser, the checker and the emitter, in this order. Whatever
MetaEditor refuses or warns about is refused here, and so is whatever lies outside the subset that the EA is written in:
a translator that takes more than MetaEditor would prove nothing.
"""
