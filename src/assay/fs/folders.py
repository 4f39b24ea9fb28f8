"""Folders of a cache: made when first needed, writable by the group when the cache is shared."""

from __future__ import annotations

import os

_GROUP_FOLDER_MODE = 0o2775


def make_folders(folder: str, *, shared: bool = False) -> None:
    """Make `folder` (absolute) and what is missing above it; others may do so at the same time.

    Source of the mode of a shared cache: spec/data.md §3.
    """
    try:
        _make(folder, shared)
    except FileNotFoundError:
        make_folders(os.path.dirname(folder), shared=shared)
        _make(folder, shared)


def _make(folder: str, shared: bool) -> None:
    try:
        os.mkdir(folder)
    except FileExistsError:
        return
    if shared:
        os.chmod(folder, _GROUP_FOLDER_MODE)
