"""Building the host: the EA as C++, compiled with the runtime, each object kept by the hash of what made it."""

import hashlib
import shutil
import subprocess
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import attrs
from platformdirs import user_cache_path

from bitten.errors import BittenError
from ea.host.translator.emit.prelude import emit_prelude
from ea.host.translator.translate import load_prelude, translate

HERE = Path(__file__).parent
PARTS = ("runtime", "broker", "terminal")
_FLAGS = ("-std=c++20", "-O1", "-fwrapv", "-fno-strict-aliasing", "-ftrivial-auto-var-init=pattern")
_SANITIZERS = ("-g", "-fno-omit-frame-pointer", "-fno-sanitize-recover=all", "-fsanitize=address,undefined")


class BuildError(BittenError):
    """There is no compiler, the source is refused, or the compiler fails."""


@attrs.frozen
class Compiler:
    """g++ with flags, and a folder of what it made."""

    program: str
    flags: tuple[str, ...]
    cache: Path

    def object(self, source: Path, headers: str) -> Path:
        """The object of a C++ file; `headers` stands for all that it includes. Raises BuildError."""
        key = _digest(headers, " ".join(self.flags), source.read_text(encoding="utf-8"))
        made = self.cache / f"{source.stem}-{key}.o"
        if not made.exists():
            folders = [f"-I{folder}" for folder in (self.cache, *(HERE / part for part in PARTS))]
            self.call([*self.flags, *folders, "-c", str(source)], made)
        return made

    def call(self, arguments: list[str], made: Path) -> None:
        """Make a file, all of it or none. Raises BuildError with the compiler's own words."""
        new = made.with_suffix(f".{id(made)}.new")
        ended = subprocess.run([self.program, *arguments, "-o", str(new)], capture_output=True, text=True, check=False)
        if ended.returncode:
            raise BuildError(f"{self.program} failed for {made.name}:\n{ended.stderr}")
        new.replace(made)


def build(source: Path, folders: Iterable[Path], *, sanitize: bool = False) -> Path:
    """The program that hosts `source`. Raises BuildError, which names file, line and reason of what is refused."""
    program = shutil.which("g++")
    if program is None:
        raise BuildError("g++ is not installed: it compiles the EA's source for this machine")
    translated = translate(source, list(folders))
    if translated.refusals:
        raise BuildError("\n".join(map(str, translated.refusals)))
    flags = (*_FLAGS, *_SANITIZERS) if sanitize else _FLAGS
    prelude = emit_prelude(load_prelude().checked)
    cache = user_cache_path("bitten") / "ea-host" / _digest(prelude, " ".join(flags))
    cache.mkdir(parents=True, exist_ok=True)
    (cache / "prelude.hpp").write_text(prelude, encoding="utf-8")
    unit = cache / f"{source.stem}-{_digest(translated.cpp)}.cpp"
    unit.write_text(translated.cpp, encoding="utf-8")
    return _link(Compiler(program, flags, cache), [unit, *_sources()], prelude)


def _link(compiler: Compiler, sources: list[Path], prelude: str) -> Path:
    headers = prelude + "".join(
        path.read_text(encoding="utf-8") for part in PARTS for path in sorted((HERE / part).glob("*.hpp"))
    )
    with ThreadPoolExecutor(2) as pool:
        objects = list(pool.map(lambda path: compiler.object(path, headers), sources))
    made = compiler.cache / f"host-{_digest(*(path.name for path in objects))}"
    if not made.exists():
        compiler.call([*compiler.flags, *map(str, objects), "-ldl"], made)
    return made


def _sources() -> list[Path]:
    return [path for part in PARTS for path in sorted((HERE / part).glob("*.cpp"))]


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:20]
