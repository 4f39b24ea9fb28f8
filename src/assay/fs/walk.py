"""Directories, listed once: every file below a folder with its stat, in the order of paths."""

from __future__ import annotations

import os

from assay.fs.atomic import is_temporary
from assay.fs.reading import no_file
from assay.typed import Callable, NamedTuple

Skip = Callable[[str, bool], bool]
"""Called with an absolute path and whether it is a directory; true leaves it out."""


_KIND, _REGULAR = 0o170000, 0o100000  # of `stat`, whose module costs a start 0.3 ms
_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


class WalkedFile(NamedTuple):
    """A file below the folder: POSIX path relative to it, and what changes whenever its content
    does: mtime in ns, bytes, inode (links followed).
    """

    path: str
    mtime_ns: int
    size: int
    inode: int


def walk_files(folder: str, skip: Skip | None = None, *, special: bool = False) -> list[WalkedFile]:
    """All files below `folder`, sorted by path as strings; empty directories leave no trace.

    What a killed writer left under a temporary name does not count. Links to files are followed,
    links to directories left out, as DVC 3.67 does. Raises OSError when a directory cannot be
    listed, a link is broken, or for pipes, sockets and devices, which would block whoever reads
    them for ever; with `special` those are left out.
    """
    found: list[WalkedFile] = []
    _collect(folder, "", skip, found, special)
    found.sort()  # by path: no two are equal
    return found


def _collect(
    folder: str, prefix: str, skip: Skip | None, found: list[WalkedFile], special: bool
) -> None:
    folders: list[str] = []
    make = WalkedFile._make
    # An open directory spares the system to look up its whole path again for each file.
    descriptor = os.open(folder, _FOLDER_FLAGS)
    try:
        with os.scandir(descriptor) as entries:
            for entry in entries:
                name = entry.name
                if name[0] == "." and is_temporary(name):
                    continue
                is_folder = entry.is_dir()
                if skip is not None and skip(f"{folder}/{name}", is_folder):
                    continue
                if is_folder:
                    if not entry.is_symlink():
                        folders.append(name)
                    continue
                try:
                    key = entry.stat()
                except OSError as error:
                    error.filename = f"{folder}/{name}"  # it only knows the name
                    raise
                if key.st_mode & _KIND != _REGULAR:
                    if special:
                        continue
                    raise no_file(f"{folder}/{name}", key.st_mode)
                found.append(make((prefix + name, key.st_mtime_ns, key.st_size, key.st_ino)))
    finally:
        os.close(descriptor)
    for name in folders:
        _collect(f"{folder}/{name}", f"{prefix}{name}/", skip, found, special)


def linked_files(folder: str, skip: Skip | None = None) -> list[str]:
    """Those files of `walk_files` that are symbolic links, as absolute paths; looks at no file."""
    found: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_symlink():
                if not entry.is_dir() and (skip is None or not skip(entry.path, False)):
                    found.append(entry.path)
            elif entry.is_dir() and (skip is None or not skip(entry.path, True)):
                found += linked_files(entry.path, skip)
    return found
