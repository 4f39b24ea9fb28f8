"""Directories, listed once: every file below a folder with its stat, in the order of paths."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import NamedTuple

from assay.fs.atomic import is_temporary

Skip = Callable[[str, bool], bool]
"""Called with an absolute path and whether it is a directory; true leaves it out."""


class WalkedFile(NamedTuple):
    """A file below the folder: POSIX path relative to it, and its stat (links followed)."""

    path: str
    stat: os.stat_result


def walk_files(folder: str, skip: Skip | None = None) -> list[WalkedFile]:
    """All files below `folder`, sorted by path as strings; empty directories leave no trace.

    What a killed writer left under a temporary name does not count. Symbolic links are followed,
    a link that leads back to a directory above it is left out. Raises OSError when a directory
    cannot be listed or a link is broken.
    """
    found: list[WalkedFile] = []
    _collect(folder, "", skip, found, set())
    found.sort(key=_by_path)
    return found


def _by_path(file: WalkedFile) -> str:
    return file.path


def _collect(
    folder: str, prefix: str, skip: Skip | None, found: list[WalkedFile], above: set[str]
) -> None:
    with os.scandir(folder) as entries:
        for entry in entries:
            if is_temporary(entry.name):
                continue
            is_folder = entry.is_dir()
            if skip is not None and skip(entry.path, is_folder):
                continue
            if not is_folder:
                found.append(WalkedFile(prefix + entry.name, entry.stat()))
            elif not entry.is_symlink():
                _collect(entry.path, f"{prefix}{entry.name}/", skip, found, above)
            else:
                _collect_linked(entry, prefix, skip, found, above)


def _collect_linked(
    entry: os.DirEntry[str],
    prefix: str,
    skip: Skip | None,
    found: list[WalkedFile],
    above: set[str],
) -> None:
    real = os.path.realpath(entry.path)
    if real in above or os.path.realpath(os.path.dirname(entry.path)).startswith(real + os.sep):
        return
    _collect(entry.path, f"{prefix}{entry.name}/", skip, found, above | {real})
