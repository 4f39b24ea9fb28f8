"""Directories, listed once: every file below a folder with its stat.

Thousands of files cost little more than the calls that ask for them: what is done for each file of
a folder is done by functions of the interpreter's own, without a step of ours between.
"""

from __future__ import annotations

import os
from _operator import attrgetter  # `operator` is the same, and a file more to load
from itertools import islice

from assay.fs.atomic import is_temporary
from assay.fs.reading import no_file
from assay.typed import Iterator, NamedTuple, Protocol, Sequence

_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_BATCH = 1024

_name = attrgetter("name")
_mtime_ns = attrgetter("st_mtime_ns")
_size = attrgetter("st_size")
_inode = attrgetter("st_ino")
_mode = attrgetter("st_mode")


class Ignoring(Protocol):
    """What is left out of a project, as a walk asks for it."""

    def matches(self, path_abs: str, is_dir: bool) -> bool:
        """Whether a path is left out."""

    def spares_files(self, folder_abs: str) -> bool:
        """Whether no file in a folder is left out, whose name does not start with a dot."""


class WalkedFile(NamedTuple):
    """A file below the folder: POSIX path relative to it, and what changes whenever its content
    does: mtime in ns, bytes, inode (links followed).
    """

    path: str
    mtime_ns: int
    size: int
    inode: int


class WalkedFolder(NamedTuple):
    """The files that stand in one folder, in the order in which the system lists them, as parallel
    lists. `prefix` is its path relative to where the walk began, "" or ending in a slash.
    """

    prefix: str
    names: list[str]
    mtimes_ns: list[int]
    sizes: list[int]
    inodes: list[int]

    def paths(self) -> list[str]:
        """The paths of the files, relative to where the walk began."""
        prefix = self.prefix
        return [prefix + name for name in self.names] if prefix else self.names

    def files(self) -> Iterator[WalkedFile]:
        """The same, one by one."""
        rows = zip(self.paths(), self.mtimes_ns, self.sizes, self.inodes, strict=True)
        return map(WalkedFile._make, rows)


def walk_files(
    folder: str, ignoring: Ignoring | None = None, *, special: bool = False
) -> list[WalkedFile]:
    """All files of `walk_folders`, sorted by path as strings."""
    return sorted_files(walk_folders(folder, ignoring, special=special))


def sorted_files(folders: Sequence[WalkedFolder]) -> list[WalkedFile]:
    """The files in all of `folders`, sorted by path as strings."""
    found: list[WalkedFile] = []
    for folder in folders:
        found += folder.files()
    found.sort()  # by path: no two are equal
    return found


def walk_folders(
    folder: str,
    ignoring: Ignoring | None = None,
    *,
    special: bool = False,
    modes: set[int] | None = None,
) -> list[WalkedFolder]:
    """All folders at and below `folder` that hold files; empty ones leave no trace.

    What a killed writer left under a temporary name does not count. Links to files are followed,
    links to directories left out, as DVC 3.67 does. Raises OSError when a directory cannot be
    listed, a link is broken, or for pipes, sockets and devices, which would block whoever reads
    them for ever; with `special` those are left out. `modes` gets those of the files.
    """
    found: list[WalkedFolder] = []
    walk = _Walk(ignoring, special, modes, found)
    waiting = [""]  # and no recursion: folders may be thousands deep
    while waiting:
        prefix = waiting.pop()
        below = walk.enter(f"{folder}/{prefix[:-1]}" if prefix else folder, prefix)
        waiting += [f"{prefix}{name}/" for name in reversed(below)]
    return found


class _Walk(NamedTuple):
    """One walk: what is left out, and what was found."""

    ignoring: Ignoring | None
    special: bool
    modes: set[int] | None
    found: list[WalkedFolder]

    def enter(self, folder: str, prefix: str) -> list[str]:
        """Find the files in `folder`; the names of the folders in it that are to be entered."""
        # An open directory spares the system to look up its whole path again for each file.
        descriptor = os.open(folder, _FOLDER_FLAGS)
        try:
            with os.scandir(descriptor) as listed:
                entries = list(listed)
            folders: list[str] = []
            takes_all = self._takes_all(folder, entries)
            files = entries if takes_all else self._sort_out(folder, entries, folders)
            if files:
                self.found.append(self._looked_at(folder, prefix, files))
        finally:
            os.close(descriptor)
        return folders

    def _takes_all(self, folder: str, entries: list[os.DirEntry[str]]) -> bool:
        """Whether all that stands in the folder is files, and none is left out: most folders."""
        if not all(map(os.DirEntry.is_file, entries)):
            return False
        if "/." in "/".join(["", *map(_name, entries)]):
            return False
        return self.ignoring is None or self.ignoring.spares_files(folder)

    def _looked_at(self, folder: str, prefix: str, entries: list[os.DirEntry[str]]) -> WalkedFolder:
        names = list(map(_name, entries))
        try:
            return looked_at(prefix, names, map(os.DirEntry.stat, entries), self.modes)
        except OSError as error:  # it went meanwhile, and the error only knows its name
            error.filename = f"{folder}/{error.filename}"
            raise

    def _sort_out(
        self, folder: str, entries: list[os.DirEntry[str]], folders: list[str]
    ) -> list[os.DirEntry[str]]:
        """The files in a folder; `folders` gets the names of those in it that are to be entered."""
        files: list[os.DirEntry[str]] = []
        for entry in entries:
            name = entry.name
            if name[0] == "." and is_temporary(name):
                continue
            is_folder = entry.is_dir()
            if self.ignoring is not None and self.ignoring.matches(f"{folder}/{name}", is_folder):
                continue
            if is_folder:
                if not entry.is_symlink():
                    folders.append(name)
            elif entry.is_file():
                files.append(entry)
            else:
                status = _status(folder, entry)  # a broken link has none
                if not self.special:
                    raise no_file(f"{folder}/{name}", status.st_mode)
        return files


def looked_at(
    prefix: str, names: list[str], statuses: Iterator[os.stat_result], modes: set[int] | None = None
) -> WalkedFolder:
    """The files of a folder with their stats, of which only so many are held at a time."""
    found = WalkedFolder(prefix, names, [], [], [])
    while batch := list(islice(statuses, _BATCH)):
        found.mtimes_ns.extend(map(_mtime_ns, batch))
        found.sizes.extend(map(_size, batch))
        found.inodes.extend(map(_inode, batch))
        if modes is not None:
            modes.update(map(_mode, batch))
    return found


def _status(folder: str, entry: os.DirEntry[str]) -> os.stat_result:
    """The stat of what a name in `folder` leads to. Raises OSError that knows the whole path."""
    try:
        return entry.stat()
    except OSError as error:
        error.filename = f"{folder}/{entry.name}"
        raise


def linked_files(folder: str, ignoring: Ignoring | None = None) -> list[str]:
    """Those files of `walk_files` that are symbolic links, as absolute paths; looks at no file."""
    found: list[str] = []
    waiting = [folder]
    while waiting:
        with os.scandir(waiting.pop()) as listed:
            entries = list(listed)
        if all(map(os.DirEntry.is_file, entries)) and not any(map(os.DirEntry.is_symlink, entries)):
            continue  # most folders
        for entry in entries:
            is_link, is_folder = entry.is_symlink(), entry.is_dir()
            if not (is_link or is_folder):
                continue
            if ignoring is not None and ignoring.matches(entry.path, is_folder):
                continue
            if not is_folder:
                found.append(entry.path)
            elif not is_link:
                waiting.append(entry.path)
    return found
