"""`python -m ea.host.translator FILE.mq5 --out FILE.cpp`."""

import argparse
import sys
from pathlib import Path

from ea.host.translator.emit.prelude import emit_prelude
from ea.host.translator.translate import load_prelude, translate


def main() -> int:
    """Translate one program, or the prelude; 1 where something is refused, which goes to standard error."""
    parser = argparse.ArgumentParser(prog="python -m ea.host.translator", description="MQL5 to C++.")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("source", nargs="?", type=Path, help="the program, FILE.mq5")
    what.add_argument("--prelude", action="store_true", help="write the declarations of the built-ins instead")
    parser.add_argument("--out", type=Path, required=True, help="the C++ file to write")
    parser.add_argument("-I", dest="folders", action="append", default=[], type=Path, help="a folder of #include <...>")
    arguments = parser.parse_args()
    if arguments.prelude:
        arguments.out.write_text(emit_prelude(load_prelude().checked), encoding="utf-8")
        return 0
    translated = translate(arguments.source, arguments.folders)
    for refusal in translated.refusals:
        print(refusal, file=sys.stderr)
    if translated.refusals:
        return 1
    arguments.out.write_text(translated.cpp, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
