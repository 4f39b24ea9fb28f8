"""A new directory from the cache: built where nobody looks, and shown in one step.

Thousands of files cost little more than the calls that make them. Links are made first and looked
at together; a copy is compared with its name while its bytes are at hand. Whatever is not plain is
left to `Linker`, one by one.
"""

from __future__ import annotations

import errno
import os
import time

from assay.fs.atomic import scratch_folder, temporary_name
from assay.fs.folders import make_folders
from assay.fs.link import Linker
from assay.fs.remove import remove
from assay.fs.walk import walk_folders
from assay.fs.walked import WalkedFolder
from assay.store.new_copies import PROTECTED, SmallCopies
from assay.store.new_links import make_links, walk_symlinks
from assay.store.trees import TreeEntry
from assay.store.verified import VerifiedObjects
from assay.typed import Mapping, NamedTuple, Sequence

# Another device; or somebody has made the directory meanwhile.
_NOT_AS_A_WHOLE = frozenset({errno.EXDEV, errno.ENOTEMPTY, errno.EEXIST, errno.EISDIR})
REDONE_BYTES = 1 << 30
"""When so much has been copied the directory is shown: a kill does not cost what is there."""


class Built(NamedTuple):
    """How many of the files are in the new directory, the first of them; what a walk over it finds,
    if all are; when it was shown, in ns: before that nobody else could write to it."""

    placed: int
    folders: list[WalkedFolder] | None
    shown_ns: int = 0


NOTHING = Built(0, None)


def build_tree(
    path: str,
    entries: Sequence[TreeEntry],
    objects: VerifiedObjects,
    linker: Linker,
    known: Sequence[WalkedFolder] | None = None,
) -> Built:
    """Make the directory `path`, where none is. NOTHING if this place is not for that.

    `known` is what a walk found when a directory with these entries was last hashed.
    Raises MissingObject; then nothing was made.
    """
    os.makedirs(os.path.dirname(path), exist_ok=True)
    scratch = scratch_folder(path)
    if scratch == os.path.dirname(path):  # a killed command's would be seen there
        return NOTHING
    top = temporary_name(scratch)
    try:
        os.mkdir(top)
        # In the same order each time: most systems list folders as they were made.
        for folder in sorted({path.rpartition("/")[0] for path, _ in entries}):
            make_folders(f"{top}/{folder}")
        built = _Building(top, objects, linker, known).fill(entries)
        if os.path.lexists(path):
            os.unlink(path)
        shown_ns = time.time_ns()
        os.rename(top, path)
    except BaseException as error:
        remove(top)
        if isinstance(error, OSError):
            if error.errno in _NOT_AS_A_WHOLE:
                return NOTHING
            if str(error.filename).startswith(top):  # say what the user asked for
                error.filename = path + error.filename[len(top) :]
        raise
    return built._replace(shown_ns=shown_ns)


class _Building(NamedTuple):
    """The directory under its first name, and what it is made of."""

    top: str
    objects: VerifiedObjects
    linker: Linker
    known: Sequence[WalkedFolder] | None

    def fill(self, entries: Sequence[TreeEntry]) -> Built:
        """Place the objects, where their folders are: all, or so many that it is time to stop."""
        if not entries:
            return Built(0, [])
        self._place(entries[0])  # tells which kind of link works here
        kind = self.linker.kind(f"{self.top}/{entries[0].path}")
        rest = entries[1:]
        if kind in ("hardlink", "symlink"):
            make_links(rest, kind, self.top, self._cache_folder, self._place)
        elif kind == "copy":
            placed = 1 + self._copy(rest)
            if placed < len(entries):
                return Built(placed, None)
        else:
            self.objects.vouchers.look_up([md5 for _, md5 in rest])
            for entry in rest:
                self._place(entry)
        return Built(len(entries), self._walk(entries, kind))

    def _copy(self, entries: Sequence[TreeEntry]) -> int:
        """How many were copied before it was time to stop."""
        self.objects.vouchers.look_up([md5 for _, md5 in entries])
        with SmallCopies(self.top, self.objects) as copies:
            placed = copies.copy(entries, self._place, REDONE_BYTES)
        for left in entries[placed:]:
            self.objects.require(left.md5)
        return placed

    def _place(self, entry: TreeEntry) -> int:
        """Place one object by whatever works; its size."""
        status = self.objects.require(entry.md5)
        source = self.objects.verify(entry.md5, status)
        target = f"{self.top}/{entry.path}"
        self.linker.place(source, target, size=status.st_size, private=True)
        return status.st_size

    def _walk(self, entries: Sequence[TreeEntry], kind: str) -> list[WalkedFolder]:
        """Look at all that was made, and verify each object that a link leads to."""
        modes: set[int] = set()
        try:
            folders = self._walk_symlinks(dict(entries)) if kind == "symlink" else None
            if folders is None:
                folders = walk_folders(self.top, modes=modes)
        except OSError:
            for entry in entries:
                self.objects.require(entry.md5)  # a link to an object that is not there
            raise
        is_protected = modes <= PROTECTED
        if kind not in ("copy", "reflink") and not (is_protected and folders == self.known):
            doubtful = self._doubtful(folders, dict(entries)) if is_protected else None
            if doubtful is None:
                doubtful = [entry.md5 for entry in entries]
            for md5 in doubtful:
                self.objects.verify(md5, self.objects.require(md5))
        return folders

    def _walk_symlinks(self, hashes: Mapping[str, str]) -> list[WalkedFolder] | None:
        """The same as a walk finds, by a short cut; None if it is not for what is there."""
        modes: set[int] = set()
        folders = walk_symlinks(self.top, self._cache_folder, hashes, modes)
        return folders if modes <= PROTECTED else None

    @property
    def _cache_folder(self) -> str:
        return os.path.abspath(self.objects.cache.folder)

    def _doubtful(
        self, folders: Sequence[WalkedFolder], hashes: dict[str, str]
    ) -> list[str] | None:
        """The objects that nobody vouches for; None if files have other names than they got."""
        found: list[str] = []
        for folder in folders:
            try:
                md5s = [hashes.pop(path) for path in folder.paths()]
            except KeyError:
                return None
            found += self.objects.vouchers.doubtful(
                md5s, folder.mtimes_ns(), folder.sizes(), folder.inodes()
            )
        return None if hashes else found
