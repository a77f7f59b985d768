"""Where a user's own plug-in is: in a module that Python finds, or in a file of its own."""

import importlib.util
import pkgutil
import sys
from pathlib import Path


def resolve(name: str) -> object:
    """What "package.module:Class" or "folder/file.py:Class" names.

    A relative path is looked for in the working directory, as the journal's. A file is run anew each time, so that a
    change of it is found. Raises FileNotFoundError, AttributeError for a class that is not there, and what the file
    itself raises.
    """
    place, _, attribute = name.rpartition(":")
    if not place.endswith(".py"):
        return pkgutil.resolve_name(name)
    path = Path(place).expanduser().absolute()
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path}")
    spec = importlib.util.spec_from_file_location(f"plug_in:{path}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Dataclasses and type hints look for the module that they stand in by its name.
    sys.modules[module.__name__] = module
    spec.loader.exec_module(module)
    found: object = getattr(module, attribute)
    return found
