"""Looks at every object of a cache and tells what is wrong. Changes nothing, believes nothing.

A listing is always read and compared with its name; other objects are, when all bytes are to be
compared (`deep`), or when their mode shows that somebody had a hand in it.
"""

from __future__ import annotations

import os
import stat

from assay.errors import UnsafePath
from assay.fs.reading import read_file
from assay.regex import regex
from assay.store.cache import TRUSTED_MODES, ObjectCache
from assay.store.hashes import EMPTY_MD5, LEGACY_MD5, MD5, TREE_SUFFIX
from assay.store.trees import parse_tree
from assay.typed import Iterator, NamedTuple

DAMAGED, MISSING, NOTE = "damaged", "missing", "note"
"""Wrong; recorded and not in the cache; odd, and harmless."""

OBJECT = "object"

_FOLDER = regex(r"[0-9a-f]{2}")
_OBJECT = regex(r"[0-9a-f]{30}(\.dir)?")


class Problem(NamedTuple):
    """One thing that is wrong: how bad, what kind of thing, its name, and what it is.

    `path` is the absolute path of the file to look at, "" if it is none.
    """

    severity: str
    kind: str
    name: str
    message: str
    path: str = ""


class StoredObject(NamedTuple):
    """A file where an object should be: in which cache, its id, its absolute path."""

    cache: ObjectCache
    id: str
    path: str


def stored_objects(cache: ObjectCache) -> Iterator[StoredObject]:
    """Everything in `cache` that has the name of an object, folder by folder."""
    for folder in sorted(filter(_FOLDER.fullmatch, _names(cache.folder))):
        for name in sorted(filter(_OBJECT.fullmatch, _names(f"{cache.folder}/{folder}"))):
            yield StoredObject(cache, folder + name, f"{cache.folder}/{folder}/{name}")


def strangers(cache: ObjectCache) -> Iterator[Problem]:
    """What lies in the folders of `cache` and is no object, with why."""
    own = {"assay", "files", "runs"} if cache.kind == LEGACY_MD5 else set()
    for name in sorted(_names(cache.folder)):
        if not _FOLDER.fullmatch(name):
            if name not in own:
                yield _stranger(f"{cache.folder}/{name}", name)
            continue
        for member in sorted(_names(f"{cache.folder}/{name}")):
            if not _OBJECT.fullmatch(member):
                yield _stranger(f"{cache.folder}/{name}/{member}", member)


def inspect(item: StoredObject, *, deep: bool) -> Iterator[Problem]:
    """What is wrong with one object; with `deep` all its bytes are read."""
    try:
        status = os.lstat(item.path)
        if not stat.S_ISREG(status.st_mode):
            yield _damaged(item, "is not a file")
            return
        is_trusted = stat.S_IMODE(status.st_mode) in TRUSTED_MODES
        reason = _reason_against(item, status, deep=deep or not is_trusted)
    except FileNotFoundError:  # removed meanwhile
        return
    except OSError as error:
        yield _damaged(item, f"cannot be read: {error.strerror}")
        return
    if reason:
        yield _damaged(item, reason)
    elif not is_trusted:
        mode = stat.S_IMODE(status.st_mode)
        yield Problem(NOTE, OBJECT, item.id, f"can be written to (mode {mode:04o})", item.path)


def _reason_against(item: StoredObject, status: os.stat_result, *, deep: bool) -> str:
    md5 = item.id.removesuffix(TREE_SUFFIX)
    is_tree = item.id.endswith(TREE_SUFFIX)
    if status.st_size == 0 and md5 != EMPTY_MD5:
        return "is empty"
    if deep or (is_tree and item.cache.kind == MD5):
        found = item.cache.hash_of(item.path)
        if found != md5:
            return f"holds other bytes than its name says (their hash is {found})"
    return _reason_against_listing(item.path) if is_tree else ""


def _reason_against_listing(path: str) -> str:
    data = read_file(path)
    try:
        return "" if parse_tree(data) is not None else "is no listing of a directory"
    except UnsafePath as error:
        return f"is a hostile listing: {error.chain()}"


def _damaged(item: StoredObject, message: str) -> Problem:
    return Problem(DAMAGED, OBJECT, item.id, message, item.path)


def _stranger(path: str, name: str) -> Problem:
    if name.endswith(".tmp"):
        message = "was left by a command that did not finish, or is being written"
    elif name.endswith(".damaged"):
        message = "was damaged and set aside; `gc` removes it"
    else:
        message = "does not belong into a cache"
    return Problem(NOTE, OBJECT, name, message, path)


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return []
