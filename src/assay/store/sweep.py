"""What of a cache nobody uses: found without changing anything, then removed listings first.

Only what is surely the cache's own is ever taken: objects by the form of their names, objects that
were set aside as damaged, and temporary files that no writer has touched for a day. Whatever else
lies in the folders is left alone.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Container, Iterable, Iterator
from typing import NamedTuple

from assay.errors import AssayError
from assay.fs.remove import remove
from assay.store.cache import ObjectCache
from assay.store.hashes import TREE_SUFFIX

_FOLDER = re.compile(r"[0-9a-f]{2}")
_OBJECT = re.compile(r"[0-9a-f]{30}(\.dir)?")
_SET_ASIDE = ".damaged"
_TEMPORARY = ".tmp"
_ABANDONED_S = 24 * 3600.0


class CannotRemove(AssayError):
    """The file system refuses to delete an object."""

    def __init__(self, path: str, reason: str | None) -> None:
        super().__init__(f"cannot remove '{path}' from the cache: {reason}")


class Garbage(NamedTuple):
    """Absolute paths: unused objects, those of directories first, and what unfinished work left."""

    objects: list[str]
    leftovers: list[str]


def find_garbage(cache: ObjectCache, used: Container[str]) -> Garbage:
    """Everything in `cache` that is not among the object ids `used`."""
    listings: list[str] = []
    files: list[str] = []
    leftovers: list[str] = []
    for folder, name in _entries(cache.folder):
        path = f"{cache.folder}/{folder}{name}"
        if name.endswith(_TEMPORARY):
            if _is_abandoned(path):
                leftovers.append(path)
        elif name.endswith(_SET_ASIDE) and _OBJECT.fullmatch(name.removesuffix(_SET_ASIDE)):
            leftovers.append(path)
        elif folder and folder[:2] + name not in used and _OBJECT.fullmatch(name):
            (listings if name.endswith(TREE_SUFFIX) else files).append(path)
    return Garbage(listings + files, leftovers)


def remove_garbage(garbage: Garbage) -> None:
    """Delete it. A listing goes before its files: it promises that they are there (P2).

    Raises CannotRemove at the first file that the system will not delete.
    """
    for path in garbage.objects:
        try:
            os.unlink(path)
        except FileNotFoundError:  # another gc was quicker
            pass
        except OSError as error:
            raise CannotRemove(path, error.strerror) from None
    for path in garbage.leftovers:
        try:
            remove(path)
        except OSError:  # not ours to insist on
            pass


def object_ids(cache: ObjectCache) -> Iterator[str]:
    """The id of every object in `cache`, in no order."""
    for folder, name in _entries(cache.folder):
        if folder and _OBJECT.fullmatch(name):
            yield folder[:2] + name


def _entries(top: str) -> Iterator[tuple[str, str]]:
    """(folder, name) of all that is in the cache folder `top` and in its object folders.

    The folder is "" or ends in a slash. Names of object folders are not given.
    """
    for name in _names(top):
        if _FOLDER.fullmatch(name):
            folder = name + "/"
            for member in _names(f"{top}/{name}"):
                yield folder, member
        else:
            yield "", name


def _names(folder: str) -> Iterable[str]:
    try:
        return os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return ()


def _is_abandoned(path: str) -> bool:
    """Whether nobody has written to a temporary file or folder for a day."""
    try:
        newest = os.lstat(path).st_mtime
        if os.path.isdir(path) and not os.path.islink(path):
            newest = max([newest, *(entry.stat().st_mtime for entry in os.scandir(path))])
    except OSError:
        return False
    return time.time() - newest > _ABANDONED_S
