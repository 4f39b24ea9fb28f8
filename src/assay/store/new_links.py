"""The files of a new directory as links to objects of a cache, in few and short steps each.

The directory and the cache are open meanwhile: that spares the system to look up their whole paths
for every file.
"""

from __future__ import annotations

import os

from assay.fs.walked import WalkedFolder, walked
from assay.store.hashes import EMPTY_MD5
from assay.store.trees import TreeEntry
from assay.typed import Callable, Mapping, NamedTuple, Sequence

_FOLDER_FLAGS = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_CLOEXEC


def make_links(
    entries: Sequence[TreeEntry],
    kind: str,
    top: str,
    cache: str,
    otherwise: Callable[[TreeEntry], object],
) -> None:
    """Make the entries links below `top`, where their folders are, to objects below `cache`.

    `kind` is "hardlink" or "symlink". What cannot be linked is left to `otherwise`.
    """
    into = os.open(top, _FOLDER_FLAGS)
    try:
        if kind == "symlink":
            _make_symlinks(entries, into, cache, otherwise)
        else:
            _make_hardlinks(entries, into, cache, otherwise)
    finally:
        os.close(into)


def _make_symlinks(
    entries: Sequence[TreeEntry], into: int, cache: str, otherwise: Callable[[TreeEntry], object]
) -> None:
    for entry in entries:
        path, md5 = entry
        try:
            os.symlink(f"{cache}/{md5[:2]}/{md5[2:]}", path, dir_fd=into)
        except OSError:
            otherwise(entry)


def _make_hardlinks(
    entries: Sequence[TreeEntry], into: int, cache: str, otherwise: Callable[[TreeEntry], object]
) -> None:
    link = os.link
    objects = os.open(cache, _FOLDER_FLAGS)
    try:
        for entry in entries:
            path, md5 = entry
            if md5 == EMPTY_MD5:  # the mode of an empty file is its own
                otherwise(entry)
                continue
            try:
                link(f"{md5[:2]}/{md5[2:]}", path, src_dir_fd=objects, dst_dir_fd=into)
            except OSError:
                otherwise(entry)
    finally:
        os.close(objects)


def walk_symlinks(
    top: str, cache: str, hashes: Mapping[str, str], modes: set[int]
) -> list[WalkedFolder] | None:
    """What `walk_folders` finds at and below `top`, where each file is a symbolic link to the
    object below `cache` that `hashes` names by its path. None if something else is there.

    Raises OSError if an object is not there. `modes` gets those of the objects.
    """
    objects = os.open(cache, _FOLDER_FLAGS)
    try:
        walk = _Walk(objects, hashes, modes, [])
        return walk.found if walk.enter(top, "") else None
    finally:
        os.close(objects)


class _Walk(NamedTuple):
    """One walk: what the links lead to, and what was found."""

    objects: int
    hashes: Mapping[str, str]
    modes: set[int]
    found: list[WalkedFolder]

    def enter(self, folder: str, prefix: str) -> bool:
        """Find the links at and below `folder`; whether nothing else is there."""
        with os.scandir(folder) as listed:
            entries = list(listed)
        names = [entry.name for entry in entries if entry.is_symlink()]
        folders: list[str] = []
        if len(names) < len(entries):  # else all are links, as in most folders
            folders = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
        if len(names) + len(folders) < len(entries):
            return False
        if "/." in "/".join(["", *names, *folders]):  # what a walk passes over begins so
            return False
        try:
            md5s = [self.hashes[prefix + name] for name in names]
        except KeyError:  # a file system that spells names in its own way
            return False
        if names:
            statuses = (
                os.stat(f"{md5[:2]}/{md5[2:]}", dir_fd=self.objects, follow_symlinks=False)
                for md5 in md5s
            )
            self.found.append(walked(prefix, "/".join(names), statuses, self.modes))
        return all(self.enter(f"{folder}/{name}", f"{prefix}{name}/") for name in folders)
