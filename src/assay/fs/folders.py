"""Folders of a cache: made when first needed, writable by the group when the cache is shared."""

from __future__ import annotations

import os

_GROUP_FOLDER_MODE = 0o2775


def make_folders(folder: str, *, shared: bool = False) -> None:
    """Make `folder` (absolute) and what is missing above it; others may do so at the same time.

    Source of the mode of a shared cache: spec/data.md §3.
    """
    missing = []
    while not os.path.isdir(folder):
        missing.append(folder)
        folder = os.path.dirname(folder)
    for new in reversed(missing):
        try:
            os.mkdir(new)
            if shared:
                os.chmod(new, _GROUP_FOLDER_MODE)
        except FileExistsError:  # another process was quicker
            pass
