"""Which of many objects a cache lacks, asked all at once.

Nothing is opened and nothing is changed: an object that somebody damaged counts as present here.
Whoever is about to use an object asks `ObjectCache.has`; its bytes are compared in
`store/restore.py`.
"""

from __future__ import annotations

import os

from assay.store.cache import ObjectCache
from assay.typed import Iterable

_FEW = 8
"""So many objects of one folder are asked for one by one, more by listing the folder."""


def absent(cache: ObjectCache, object_ids: Iterable[str]) -> set[str]:
    """Those of `object_ids` that have no file in `cache`.

    Costs the listing of at most 256 folders, however many objects are asked for.
    """
    by_folder: dict[str, set[str]] = {}
    for object_id in object_ids:
        folder = object_id[:2]
        if folder in by_folder:
            by_folder[folder].add(object_id)
        else:
            by_folder[folder] = {object_id}
    lacking: set[str] = set()
    for folder, wanted in by_folder.items():
        if len(wanted) <= _FEW:
            lacking.update(one for one in wanted if not os.path.lexists(cache.path(one)))
        else:
            lacking |= wanted.difference(_listed(cache, folder))
    return lacking


def _listed(cache: ObjectCache, folder: str) -> Iterable[str]:
    try:
        names = os.listdir(f"{cache.folder}/{folder}")
    except OSError:  # no such folder: nothing is there
        return ()
    return [folder + name for name in names]
