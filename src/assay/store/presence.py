"""Which of many objects a cache has, asked all at once: their folders are opened, not they.

The bytes of an object that is used are compared with its name in `store/restore.py`.
"""

from __future__ import annotations

import os
import stat

from assay.store.cache import TRUSTED_MODES, ObjectCache
from assay.typed import Iterable

_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FEW = 8
"""So many objects of one folder are asked for one by one, more by listing the folder."""


def absent(cache: ObjectCache, object_ids: Iterable[str]) -> set[str]:
    """Those of `object_ids` that have no file in `cache`; one that somebody damaged has.

    Costs the listing of at most 256 folders, however many objects are asked for.
    """
    lacking: set[str] = set()
    for folder, wanted in _by_folder(object_ids).items():
        if len(wanted) <= _FEW:
            lacking.update(one for one in wanted if not os.path.lexists(cache.path(one)))
        else:
            lacking |= wanted.difference(_listed(cache, folder))
    return lacking


def has_all(cache: ObjectCache, object_ids: Iterable[str]) -> bool:
    """Whether `ObjectCache.has` is true of all of them."""
    return all(
        _has_each(cache, folder, wanted) or all(map(cache.has, wanted))
        for folder, wanted in _by_folder(object_ids).items()
    )


def _has_each(cache: ObjectCache, folder: str, wanted: Iterable[str]) -> bool:
    """Whether objects of one folder are there and protected, so that nobody can doubt them."""
    try:
        descriptor = os.open(f"{cache.folder}/{folder}", _FOLDER_FLAGS)
    except OSError:
        return False
    try:
        modes = {
            os.stat(name[2:], dir_fd=descriptor, follow_symlinks=False).st_mode for name in wanted
        }
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return {stat.S_IMODE(mode) for mode in modes} <= {*TRUSTED_MODES}


def _by_folder(object_ids: Iterable[str]) -> dict[str, set[str]]:
    """The objects by the two digits that name their folder."""
    by_folder: dict[str, set[str]] = {}
    for object_id in object_ids:
        folder = object_id[:2]
        if folder in by_folder:
            by_folder[folder].add(object_id)
        else:
            by_folder[folder] = {object_id}
    return by_folder


def _listed(cache: ObjectCache, folder: str) -> Iterable[str]:
    try:
        names = os.listdir(f"{cache.folder}/{folder}")
    except OSError:  # no such folder: nothing is there
        return ()
    return [folder + name for name in names]
