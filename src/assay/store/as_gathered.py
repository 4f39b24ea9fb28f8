"""Whether files still hold what was put into the cache, asked just before links replace them.

A directory takes its time, and who writes into it meanwhile has that nowhere else.
"""

from __future__ import annotations

import os

from assay.store.hashes import md5_file
from assay.store.scan import Scanner
from assay.store.state import State, StatKey, stat_key


def keys_of(scanner: Scanner, path: str) -> dict[str, StatKey]:
    """Path of each file in the directory at `path` → the stat that it had when it was looked at;
    only after `fingerprint` saw a tree, or it was gathered."""
    folders = scanner.index(path).folders
    return {file.path: StatKey(*file[1:]) for folder in folders for file in folder.files()}


def is_as_gathered(path: str, md5: str, key: StatKey | None) -> bool:
    """Whether the file at `path` (absolute) holds `md5`, which it had with the stat `key`.

    It is read if it has another by now, or had been touched so shortly before that this says
    nothing.
    """
    try:
        return stat_key(os.stat(path)) == key or md5_file(path) == md5
    except OSError:  # it went, or is no file any more
        return False


def is_file_as_gathered(path: str, md5: str, state: State) -> bool:
    """The same for a file of which `state` has what it was when it was read."""
    try:
        known = state.file_hash(path, stat_key(os.stat(path)))
    except OSError:
        return False
    return known == md5 or is_as_gathered(path, md5, None)
