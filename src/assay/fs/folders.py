"""Folders: made when first needed, writable by the group in a shared cache, and gone through.

None by recursion, as Python's own functions are: folders may be thousands deep.
"""

from __future__ import annotations

import os

from assay.typed import Iterator

_GROUP_FOLDER_MODE = 0o2775


def make_folders(folder: str, *, shared: bool = False) -> None:
    """Make `folder` (absolute) and what is missing above it; others may do so at the same time.

    Source of the mode of a shared cache: spec/data.md §3.
    """
    missing: list[str] = []
    while not _is_made(folder, shared):
        missing.append(folder)
        folder = os.path.dirname(folder)
    for folder in reversed(missing):
        _make(folder, shared)


def _is_made(folder: str, shared: bool) -> bool:
    try:
        _make(folder, shared)
    except FileNotFoundError:
        if folder == os.path.dirname(folder):
            raise
        return False
    return True


def _make(folder: str, shared: bool) -> None:
    try:
        os.mkdir(folder)
    except FileExistsError:
        return
    if shared:
        os.chmod(folder, _GROUP_FOLDER_MODE)


def walk(top: str) -> Iterator[tuple[str, list[str], list[str]]]:
    """Each folder at and below `top`, the names of the folders in it, and of all else in it.

    A folder comes before those in it; whoever takes names out of its list is spared those. Links
    are not followed. Folders that cannot be listed are left out.
    """
    waiting = [top]
    while waiting:
        folder = waiting.pop()
        folders: list[str] = []
        others: list[str] = []
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    (folders if entry.is_dir() else others).append(entry.name)
        except OSError:
            continue
        yield folder, folders, others
        below = [os.path.join(folder, name) for name in reversed(folders)]
        waiting += [path for path in below if not os.path.islink(path)]
