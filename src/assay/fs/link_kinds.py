"""Which kinds of links there can be between two folders, for who asks: work never probes."""

from __future__ import annotations

from assay.fs.atomic import discard, temporary_name, write_file
from assay.fs.link import CannotLink, Linker

_KINDS = ("reflink", "hardlink", "symlink")


def working_kinds(cache_abs: str, folder_abs: str) -> list[str]:
    """The kinds of links that a file in the one can be of a file in the other; each is tried.

    Raises OSError where nothing can be written.
    """
    source = temporary_name(cache_abs)
    try:
        write_file(source, b"x")
        return [kind for kind in _KINDS if _works(kind, source, temporary_name(folder_abs))]
    finally:
        discard(source)


def _works(kind: str, source: str, target: str) -> bool:
    try:
        Linker((kind,)).place(source, target, size=1)
    except CannotLink:
        return False
    finally:
        discard(target)
    return True
