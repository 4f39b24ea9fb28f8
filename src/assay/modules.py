"""Modules of a package, found where the package is.

    find_nearby("assay")        # from now on
    load("assay.cli.status")

Python asks each of its finders for a module, lists folders, and spells out several paths before it
reads one file: of a command that loads a hundred of our modules this is a tenth. The installed
command looks there itself, and leaves to Python what is not plain: no compiled form, a stale one,
another place to keep it. Who imports us as a library sees nothing of this.
Source: the import system in Python's reference; PEP 552 for the head of a compiled form.
"""

from __future__ import annotations

import marshal
import os
import sys
from _frozen_importlib import ModuleSpec
from _frozen_importlib_external import MAGIC_NUMBER, SourceFileLoader

from assay.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from types import CodeType, ModuleType

    from assay.typed import Sequence

# What a compiled form begins with that is of this Python, and of a source of a time and a size.
_HEAD = MAGIC_NUMBER + bytes(4)
_HEAD_BYTES = 16
_ENDING = f".{sys.implementation.cache_tag}.pyc"
_NUMBER = (1 << 32) - 1
_READ_FLAGS = os.O_RDONLY | os.O_CLOEXEC


def load(name: str) -> ModuleType:
    """The module of that whole name, as by `importlib.import_module`, which need not be loaded."""
    __import__(name)
    return sys.modules[name]


def find_nearby(package: str) -> None:
    """Look for what is below `package` in its folder, before Python does."""
    finder = _Nearby(f"{package}.")
    if sys.pycache_prefix is None and not sys.flags.optimize and finder not in sys.meta_path:
        sys.meta_path.insert(0, finder)


class _Nearby(NamedTuple):
    """Finds modules whose names begin with `prefix`. Python calls it."""

    prefix: str

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Where the module is; None if it is not plainly there."""
        last = name[name.rfind(".") + 1 :]
        if not path or not last or not name.startswith(self.prefix):
            return None
        place = f"{path[0]}/{last}"
        return _spec(name, place) or _spec(name, f"{place}/__init__", folder=place)


def _spec(name: str, place: str, *, folder: str | None = None) -> ModuleSpec | None:
    source = f"{place}.py"
    try:
        found = os.stat(source)
    except OSError:
        return None
    parent, _, stem = place.rpartition("/")
    cached = f"{parent}/__pycache__/{stem}{_ENDING}"
    loader = _Compiled(name, source)
    loader.cached = cached
    loader.head = _HEAD + b"".join(
        (int(number) & _NUMBER).to_bytes(4, "little") for number in (found.st_mtime, found.st_size)
    )
    spec = ModuleSpec(name, loader, origin=source)
    spec.has_location = True
    spec.cached = cached
    spec.submodule_search_locations = None if folder is None else [folder]
    return spec


class _Compiled(SourceFileLoader):
    """Takes the compiled form at `cached` if it begins with `head`; else Python makes it."""

    cached: str
    head: bytes

    def get_code(self, fullname: str) -> CodeType | None:
        """The code of the module."""
        try:
            data = self._read()
            if data[:_HEAD_BYTES] == self.head:
                code: CodeType = marshal.loads(memoryview(data)[_HEAD_BYTES:])
                if code.co_filename == self.path:  # else it was compiled elsewhere
                    return code
        except (OSError, EOFError, ValueError, TypeError):
            pass  # gone or damaged
        return super().get_code(fullname)

    def _read(self) -> bytes:
        descriptor = os.open(self.cached, _READ_FLAGS)
        try:
            return os.read(descriptor, os.fstat(descriptor).st_size)
        finally:
            os.close(descriptor)
