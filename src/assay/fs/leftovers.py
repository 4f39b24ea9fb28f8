"""What killed commands leave among temporary files, and its removal.

Nobody can tell whose a temporary file is, so what nobody has written to for a day counts as left.
"""

from __future__ import annotations

import os
import time

from assay.fs.atomic import is_temporary
from assay.fs.folders import walk
from assay.fs.remove import remove
from assay.typed import Iterator

_ABANDONED_S = 24 * 3600.0


def is_abandoned(path: str) -> bool:
    """Whether nobody has written for a day to a temporary file, or to anything in a folder."""
    try:
        newest = max(_times(path))
    except OSError:
        return False
    return time.time() - newest > _ABANDONED_S


def sweep_scratch(folder: str) -> None:
    """Remove what is left in `folder`, where everything is somebody's for a while."""
    _sweep(entry.path for entry in _entries(folder))


def sweep_temporaries(folder: str) -> None:
    """Remove what writers have left in `folder` under names that only they use."""
    _sweep(entry.path for entry in _entries(folder) if is_temporary(entry.name))


def _sweep(paths: Iterator[str]) -> None:
    for path in paths:
        if is_abandoned(path):
            try:
                remove(path)
            except OSError:
                pass  # not ours to insist on


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError:
        return []


def _times(path: str) -> Iterator[float]:
    yield os.lstat(path).st_mtime
    for folder, folders, names in walk(path):
        yield from (os.lstat(os.path.join(folder, name)).st_mtime for name in [*folders, *names])
