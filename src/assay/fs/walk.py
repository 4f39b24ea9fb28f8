"""Directories, listed once: every file below a folder with its stat.

Thousands of files cost little more than the calls that ask for them: what is done for each file of
a folder is done by functions of the interpreter's own, without a step of ours between.
"""

from __future__ import annotations

import os
from _operator import attrgetter  # `operator` is the same, and a file more to load

from assay.fs.atomic import is_temporary
from assay.fs.reading import no_file
from assay.fs.walked import WalkedFile, WalkedFolder, sorted_files, walked
from assay.typed import NamedTuple, Protocol

_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC

_name = attrgetter("name")


class Ignoring(Protocol):
    """What is left out of a project, as a walk asks for it."""

    def matches(self, path_abs: str, is_dir: bool) -> bool:
        """Whether a path is left out."""

    def spares_files(self, folder_abs: str) -> bool:
        """Whether nothing in a folder is left out by rules; what starts with a dot may be, and a
        folder that is a project of its own."""

    def saw(self, folder_abs: str) -> None:
        """A folder was listed, and nothing in it starts with a dot."""


def walk_files(
    folder: str, ignoring: Ignoring | None = None, *, special: bool = False
) -> list[WalkedFile]:
    """All files of `walk_folders`, sorted by path as strings."""
    return sorted_files(walk_folders(folder, ignoring, special=special))


def walk_folders(
    folder: str,
    ignoring: Ignoring | None = None,
    *,
    special: bool = False,
    modes: set[int] | None = None,
    lost_in: str = "",
) -> list[WalkedFolder]:
    """All folders at and below `folder` that hold files; empty ones leave no trace.

    What a killed writer left under a temporary name does not count. Links to files are followed,
    links to directories left out, as DVC 3.67 does. Raises OSError when a directory cannot be
    listed, a link is broken, or for pipes, sockets and devices, which would block whoever reads
    them for ever; with `special` those are left out. Links to what was in the folder `lost_in` and
    is gone are left out, too. `modes` gets those of the files.
    """
    found: list[WalkedFolder] = []
    walk = _Walk(ignoring, special, modes, lost_in, found)
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
    lost_in: str
    found: list[WalkedFolder]

    def enter(self, folder: str, prefix: str) -> list[str]:
        """Find the files in `folder`; the names of the folders in it that are to be entered."""
        # An open directory spares the system to look up its whole path again for each file.
        descriptor = os.open(folder, _FOLDER_FLAGS)
        try:
            with os.scandir(descriptor) as found:
                entries = list(found)
            listed = "/".join(map(_name, entries))
            folders: list[str] = []
            if self.ignoring is not None and not (listed[:1] == "." or "/." in listed):
                self.ignoring.saw(folder)
            if not self._takes_all(folder, entries, listed):
                entries = self._sort_out(folder, entries, folders)
                listed = "/".join(map(_name, entries))
            if entries:
                self.found.append(self._looked_at(folder, prefix, listed, entries))
        finally:
            os.close(descriptor)
        return folders

    def _takes_all(self, folder: str, entries: list[os.DirEntry[str]], listed: str) -> bool:
        """Whether all that stands in the folder is files, and none is left out: most folders."""
        if not all(map(os.DirEntry.is_file, entries)):
            return False
        if listed[:1] == "." or "/." in listed:
            return False
        return self.ignoring is None or self.ignoring.spares_files(folder)

    def _looked_at(
        self, folder: str, prefix: str, listed: str, entries: list[os.DirEntry[str]]
    ) -> WalkedFolder:
        try:
            return walked(prefix, listed, map(os.DirEntry.stat, entries), self.modes)
        except OSError as error:  # it went meanwhile, and the error only knows its name
            error.filename = f"{folder}/{error.filename}"
            raise

    def _sort_out(
        self, folder: str, entries: list[os.DirEntry[str]], folders: list[str]
    ) -> list[os.DirEntry[str]]:
        """The files in a folder; `folders` gets the names of those in it that are to be entered."""
        files: list[os.DirEntry[str]] = []
        has_rules = self.ignoring is not None and not self.ignoring.spares_files(folder)
        for entry in entries:
            name = entry.name
            if name[0] == "." and is_temporary(name):
                continue
            is_folder = entry.is_dir()
            if (has_rules or name[0] == ".") and self._leaves_out(f"{folder}/{name}", is_folder):
                continue
            if is_folder:
                if not entry.is_symlink():
                    folders.append(name)
            elif entry.is_file():
                files.append(entry)
            elif not is_lost(f"{folder}/{name}", self.lost_in):
                status = _status(folder, entry)  # a broken link has none
                if not self.special:
                    raise no_file(f"{folder}/{name}", status.st_mode)
        return files

    def _leaves_out(self, path: str, is_folder: bool) -> bool:
        return self.ignoring is not None and self.ignoring.matches(path, is_folder)


def is_lost(path: str, place: str) -> bool:
    """Whether there is a link at `path` to something in the folder `place` (absolute) that is not
    there any more."""
    if not place or not os.path.islink(path) or os.path.exists(path):
        return False
    return os.path.join(os.path.dirname(path), os.readlink(path)).startswith(place + "/")


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
