"""What of a cache nobody uses: found without changing anything, then removed listings first.

Only what is surely the cache's own is ever taken: objects by the form of their names, objects that
were set aside as damaged, and temporary files that no writer has touched for a day. Whatever else
lies in the folders is left alone.
"""

from __future__ import annotations

import os

from assay.errors import AssayError
from assay.fs.leftovers import is_abandoned
from assay.fs.reading import read_file
from assay.fs.remove import remove
from assay.regex import regex
from assay.store.cache import ObjectCache
from assay.store.hashes import MD5, TREE_SUFFIX, md5_bytes
from assay.store.trees import parse_tree
from assay.typed import Container, Iterable, Iterator, NamedTuple

_FOLDER = regex(r"[0-9a-f]{2}")
_OBJECT = regex(r"[0-9a-f]{30}(\.dir)?")
# A quote inside of a JSON string is escaped, so no name can look like this.
_LISTED = regex(rb'\{"md5": "([0-9a-f]{32})", "relpath": "')
_SET_ASIDE = ".damaged"
_TEMPORARY = ".tmp"


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
        if folder + name in used:
            continue
        path = f"{cache.folder}/{folder}/{name}" if folder else f"{cache.folder}/{name}"
        if folder and _OBJECT.fullmatch(name):
            (listings if name.endswith(TREE_SUFFIX) else files).append(path)
        elif _is_leftover(path, name):
            leftovers.append(path)
    return Garbage(listings + files, leftovers)


def object_id_of(path: str) -> str:
    """What the object at `path` is called."""
    folder, name = os.path.split(path)
    return os.path.basename(folder) + name


def _is_leftover(path: str, name: str) -> bool:
    """Whether unfinished work left it, or it was set aside as damaged."""
    if name.endswith(_TEMPORARY):
        return is_abandoned(path)
    return name.endswith(_SET_ASIDE) and bool(_OBJECT.fullmatch(name.removesuffix(_SET_ASIDE)))


def listed_hashes(cache: ObjectCache, object_id: str) -> Iterable[str] | None:
    """The hashes in a listing; None if it is missing, damaged or no listing.

    Nothing is kept of it: there may be thousands of listings, each of them long. Raises UnsafePath
    for a hostile one.
    """
    try:
        data = read_file(cache.path(object_id))
    except OSError:
        return None
    if cache.kind == MD5 and md5_bytes(data) + TREE_SUFFIX != object_id:
        return None
    found = _LISTED.findall(data)
    if found and len(found) == data.count(b"{") and data.endswith(b"}]"):  # no name has a brace
        return [md5.decode("ascii") for md5 in found]
    entries = parse_tree(data)
    return None if entries is None else [entry.md5 for entry in entries]


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
            yield folder + name


def _entries(top: str) -> Iterator[tuple[str, str]]:
    """(object folder or "", name) of all that is in the cache folder `top` and one level below."""
    for name in _names(top):
        if _FOLDER.fullmatch(name):
            for member in _names(f"{top}/{name}"):
                yield name, member
        else:
            yield "", name


def _names(folder: str) -> Iterable[str]:
    try:
        return os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return ()
