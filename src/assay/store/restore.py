"""From the cache into the workspace: verified objects, only what differs, never through a link.

Before an object is linked or copied its bytes are compared with its name, unless we vouch for it
(P5). A file appears whole or not at all, and so does a new directory that is not huge; the rest of
a directory that is there is left alone.
"""

from __future__ import annotations

import os
import time

from assay.fs.atomic import is_temporary
from assay.fs.folders import walk
from assay.fs.link import Linker
from assay.fs.remove import remove
from assay.store.cache import ObjectCache
from assay.store.hashes import MD5, TREE_SUFFIX
from assay.store.new_tree import build_tree
from assay.store.scan import Scanner
from assay.store.trees import TreeEntry
from assay.store.verified import MissingObject, VerifiedObjects
from assay.store.vouchers import Vouchers
from assay.typed import Mapping, NamedTuple, Sequence

_UNFINISHED_S = 2.0
"""A temporary file that nobody wrote to for so long was left by a kill."""


class Restored(NamedTuple):
    """How many files were added, changed and deleted."""

    added: int = 0
    modified: int = 0
    deleted: int = 0


class Restorer:
    """Puts objects of one cache into one workspace."""

    __slots__ = ("_cache", "_linker", "_objects", "_scanner")

    def __init__(
        self, cache: ObjectCache, linker: Linker, scanner: Scanner, vouchers: Vouchers
    ) -> None:
        self._cache = cache
        self._linker = linker
        self._scanner = scanner
        self._objects = VerifiedObjects(cache, vouchers)

    def restore(
        self, path: str, object_id: str, *, executable: bool = False, only: str = ""
    ) -> Restored:
        """Make `path` (absolute) hold what `object_id` names; files that are right stay.

        `only` narrows a directory to one file or folder in it (relative to `path`). Raises
        MissingObject before anything is touched if an object is not in the cache.
        """
        current = self._scanner.fingerprint(path)
        if current is not None and current.md5 == object_id:
            return Restored()
        if object_id.endswith(TREE_SUFFIX):
            return self._restore_tree(path, object_id, only)
        status = self._objects.require(object_id)
        self._clear_for_file(path)
        self._place(object_id, path, status, executable=executable)
        self._remember(path, object_id)
        return Restored(modified=1) if current is not None else Restored(added=1)

    def relink(self, path: str, object_id: str, *, executable: bool = False) -> None:
        """The workspace file holds the object: make it a link of the configured kind."""
        status = os.stat(self._cache.path(object_id))
        self._place(object_id, path, status, executable=executable)
        self._remember(path, object_id)

    def _remember(self, path: str, object_id: str) -> None:
        self._scanner.forget(path)
        if self._cache.kind == MD5:  # what DVC 2.x called a file says nothing about its MD5
            self._scanner.remember(path, object_id)

    def _restore_tree(self, path: str, object_id: str, only: str) -> Restored:
        listing = self._cache.read_tree(object_id)
        if listing is None:
            raise MissingObject(f"'{object_id}' is not in the cache")
        wanted = [entry for entry in listing if is_at(entry.path, only)] if only else listing
        if not os.path.isdir(path):
            return self._restore_new_tree(path, object_id, wanted, is_whole=not only)
        current = {k: v for k, v in self._current_entries(path).items() if is_at(k, only)}
        changes = [entry for entry in wanted if current.get(entry.path) != entry.md5]
        statuses = self._statuses(changes)
        keep = {entry.path for entry in wanted}
        obsolete = [name for name in current if name not in keep]
        for name in obsolete:
            _remove_inside(path, name)
        _make_room(path, changes)
        self._place_all(path, changes, statuses)
        _prune(path)
        self._scanner.forget(path)
        if not only and self._cache.kind == MD5:
            self._scanner.expect(path, object_id, listing)
        modified = sum(entry.path in current for entry in changes)
        return Restored(len(changes) - modified, modified, len(obsolete))

    def _restore_new_tree(
        self, path: str, object_id: str, entries: Sequence[TreeEntry], *, is_whole: bool
    ) -> Restored:
        """Make the directory, which is not there, hold these entries of the listing."""
        is_known = is_whole and self._cache.kind == MD5
        known = self._scanner.state.tree(path) if is_known and self._linker.links else None
        if known is not None and known.tree != object_id:
            known = None
        built = build_tree(
            path, entries, self._objects, self._linker, known.folders if known else None
        )
        if built.folders is None:
            self._place_left(path, entries[built.placed :])
        self._scanner.forget(path)
        if known is not None and known.folders == built.folders:
            self._scanner.keep(path, known)
        elif is_known:
            self._scanner.expect(path, object_id, entries, built.folders, built.shown_ns)
        return Restored(added=len(entries))

    def _place_left(self, path: str, entries: Sequence[TreeEntry]) -> None:
        """Place what was not built as a whole, one by one."""
        statuses = self._statuses(entries)
        if not os.path.isdir(path):
            remove(path)
        os.makedirs(path, exist_ok=True)
        self._place_all(path, entries, statuses)

    def _statuses(self, entries: Sequence[TreeEntry]) -> dict[str, os.stat_result]:
        """The stats of the objects, all of which are there. Raises MissingObject."""
        self._objects.vouchers.look_up([entry.md5 for entry in entries])
        return {entry.md5: self._objects.require(entry.md5) for entry in entries}

    def _place_all(
        self, top: str, entries: Sequence[TreeEntry], statuses: Mapping[str, os.stat_result]
    ) -> None:
        # In the order in which `build_tree` makes them, so that both look the same to the index.
        for folder in sorted({f"{top}/{entry.path}".rpartition("/")[0] for entry in entries}):
            _make_real_folder(top, folder)
        for entry in entries:
            self._place(entry.md5, f"{top}/{entry.path}", statuses[entry.md5])

    def _current_entries(self, path: str) -> dict[str, str]:
        current = self._scanner.fingerprint(path)
        if current is None or not current.is_tree:
            return {}
        return {entry.path: entry.md5 for entry in self._scanner.entries(path)}

    def _place(
        self, object_id: str, target: str, status: os.stat_result, *, executable: bool = False
    ) -> None:
        """Give the object, whose stat is `status`, to the target."""
        source = self._objects.verify(object_id, status)
        self._linker.place(source, target, executable=executable, size=status.st_size)

    def _clear_for_file(self, path: str) -> None:
        """Whatever blocks `path` goes; a symbolic link is removed, not followed."""
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if os.path.isdir(path) and not os.path.islink(path):
            remove(path)


def is_at(path: str, place: str) -> bool:
    """Whether `path` is `place` or below it; everything is below ""."""
    return not place or path == place or path.startswith(place + "/")


def _remove_inside(top: str, name: str) -> None:
    """Remove one file below `top`; a symbolic link on the way to it goes in its stead (P5)."""
    place = top
    for part in name.split("/"):
        place = os.path.join(place, part)
        if os.path.islink(place):
            break
    remove(place)


def _prune(top: str) -> None:
    """Listings know only files, so folders that hold none go (spec/data.md §2).

    So does what a killed process was about to place: to others it would be a file of the directory.
    """
    for folder, _, names in reversed([*walk(top)]):
        for name in names:
            if is_temporary(name):
                _remove_unfinished(f"{folder}/{name}")
        if folder != top:
            try:
                os.rmdir(folder)
            except OSError:
                continue


def _remove_unfinished(path: str) -> None:
    try:
        if time.time() - os.lstat(path).st_mtime > _UNFINISHED_S:  # else somebody may be at it
            os.unlink(path)
    except OSError:
        pass


def _make_room(top: str, entries: Sequence[TreeEntry]) -> None:
    """Directories below `top` where files are to be go; nothing behind links does."""
    for entry in entries:
        target = f"{top}/{entry.path}"
        if os.path.isdir(target) and not os.path.islink(target):
            remove(target)


def _make_real_folder(top: str, folder: str) -> None:
    """Make `folder` below `top`; a file or link in the way is replaced, never followed."""
    if os.path.isdir(folder) and os.path.realpath(folder) == folder:
        return
    current = top
    for part in os.path.relpath(folder, top).split(os.sep):
        current = os.path.normpath(os.path.join(current, part))
        if os.path.islink(current) or os.path.isfile(current):
            os.unlink(current)
        if not os.path.isdir(current):
            os.mkdir(current)
