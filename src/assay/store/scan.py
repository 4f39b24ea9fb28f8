"""What is in the workspace now: fingerprints of files and directories, each computed once.

A file is opened only when the state index does not vouch for its stat. Files that the project's
ignore rules name are not part of a directory.
"""

from __future__ import annotations

import os
import stat
import time

from assay.errors import AssayError
from assay.fs.reading import Watch
from assay.fs.walk import Ignoring, is_lost, walk_files, walk_folders
from assay.fs.walked import WalkedFile, WalkedFolder, sorted_files
from assay.store.hashes import Fingerprint, legacy_md5_file, md5_file, md5_files
from assay.store.state import State, stat_key
from assay.store.tree_index import TreeIndex, index_of_listing, new_index
from assay.store.trees import TreeEntry, tree_bytes, tree_id
from assay.typed import Callable, Mapping, Sequence

IGNORE_FILE = ".dvcignore"
MUCH_BYTES = 1 << 26
"""To hash less than that takes hardly longer than to ask elsewhere."""

Elsewhere = Callable[[str, Sequence[WalkedFile]], Mapping[str, str]]
"""Who may know the MD5s of files below a folder, by their paths, when they have these stats."""


class NotAFile(AssayError):
    """A path is neither a file nor a directory (a socket, a pipe, a broken link)."""

    def __init__(self, path: str) -> None:
        super().__init__(f"output '{path}' is not a file or directory")


class Unreadable(AssayError):
    """A file or directory, or something in a directory, cannot be read."""

    def __init__(self, path: str, error: OSError) -> None:
        super().__init__(f"cannot read '{error.filename or path}': {error.strerror}")


class Scanner:
    """Answers what a path holds, for one command over one workspace.

    A link to something in the cache, whose folder is `lost_in`, that is gone is a missing file.
    """

    __slots__ = (
        "_below",
        "_elsewhere",
        "_ignoring",
        "_known",
        "_lost_in",
        "_trees",
        "_watch",
        "state",
    )

    def __init__(
        self,
        state: State,
        ignoring: Ignoring | None = None,
        watch: Watch | None = None,
        elsewhere: Elsewhere | None = None,
        *,
        lost_in: str = "",
    ) -> None:
        self.state = state
        self._lost_in = lost_in
        self._elsewhere = elsewhere
        self._watch = watch
        self._ignoring = ignoring
        self._known: dict[str, Fingerprint | None] = {}
        self._below: dict[str, set[str]] = {}  # folder -> what is known in it, and its folders
        self._trees: dict[str, TreeIndex] = {}

    def fingerprint(self, path: str) -> Fingerprint | None:
        """Hash, size and kind of the file or directory at `path` (absolute); None if missing.

        Raises NotAFile, Unreadable.
        """
        if path not in self._known:
            try:
                self._note(path, self._look(path))
            except OSError as error:
                raise Unreadable(path, error) from None
        return self._known[path]

    def legacy_hash(self, path: str) -> str | None:
        """The hash that DVC 2.x would give the file or directory at `path`; None if missing."""
        if not os.path.isdir(path):
            return legacy_md5_file(path) if os.path.exists(path) else None
        return tree_id(tree_bytes(self.legacy_entries(path)))

    def legacy_entries(self, path: str) -> list[TreeEntry]:
        """The files of the directory at `path` with the hashes of DVC 2.x, sorted. All are read."""
        return [
            TreeEntry(file.path, legacy_md5_file(os.path.join(path, file.path)))
            for file in walk_files(path, self._ignoring)
        ]

    def entries(self, path: str) -> list[TreeEntry]:
        """The files of the directory at `path`, sorted; only after `fingerprint` saw a tree."""
        entries = self._trees[path].entries()
        if entries is None:  # a damaged index: hash all of it
            looked_ns = time.time_ns()
            folders = walk_folders(path, self._ignoring, lost_in=self._lost_in)
            self.renew(path, None, folders, self._hashes, looked_ns=looked_ns)
            entries = self._trees[path].entries() or ()
        return list(entries)

    def index(self, path: str) -> TreeIndex:
        """The index of the directory at `path`; only after `fingerprint` saw a tree."""
        return self._trees[path]

    def forget(self, path: str) -> None:
        """`path`, what is below it and the directories around it changed: look again."""
        below = [path]
        for known in below:
            below += self._below.pop(known, ())
        for known in (*below, *_folders(path)):
            self._known.pop(known, None)
            self._trees.pop(known, None)

    def _note(self, path: str, found: Fingerprint | None) -> None:
        self._known[path] = found
        folder = path.rpartition("/")[0]
        while folder and folder not in self._below:
            self._below[folder] = {path}
            path, folder = folder, folder.rpartition("/")[0]
        if folder:
            self._below[folder].add(path)

    def remember(self, path: str, md5: str) -> None:
        """A file was just read or written by us; its hash is known to be `md5`."""
        looked_ns = time.time_ns()
        self.state.remember_file(path, stat_key(os.stat(path)), md5, looked_ns)

    def _look(self, path: str) -> Fingerprint | None:
        looked_ns = time.time_ns()
        try:
            status = os.stat(path)
        except (FileNotFoundError, NotADirectoryError):
            if os.path.islink(path) and not is_lost(path, self._lost_in):
                raise NotAFile(path) from None
            return None
        if stat.S_ISDIR(status.st_mode):
            return self._look_at_tree(path)
        if not stat.S_ISREG(status.st_mode):
            raise NotAFile(path)
        return self._look_at_file(path, status, looked_ns)

    def _look_at_file(self, path: str, status: os.stat_result, looked_ns: int) -> Fingerprint:
        key = stat_key(status)
        md5 = self.state.file_hash(path, key)
        if md5 is None:
            folder, name = os.path.split(path)
            known = self.known_elsewhere(folder, [WalkedFile(name, *key)])
            md5 = known.get(name) or md5_file(path, self._watch)
            self.state.remember_file(path, key, md5, looked_ns)
        return Fingerprint(md5, status.st_size, None, bool(status.st_mode & 0o111))

    def _hashes(self, path: str, files: Sequence[WalkedFile]) -> dict[str, str]:
        """The MD5 of some files of the directory at `path`, which are read if need be."""
        known = self.known_elsewhere(path, files)
        left = [file for file in files if file.path not in known] if known else files
        return {**known, **md5_files(path, left, self._watch)}

    def known_elsewhere(self, folder: str, files: Sequence[WalkedFile]) -> Mapping[str, str]:
        """The MD5s of some files below a folder, by their paths, that need not be read though the
        state index has not got them."""
        if self._elsewhere is None or sum([file.size for file in files]) < MUCH_BYTES:
            return {}
        return self._elsewhere(folder, files)

    def _look_at_tree(self, path: str) -> Fingerprint:
        looked_ns = time.time_ns()
        folders = walk_folders(path, self._ignoring, lost_in=self._lost_in)
        refuse_ignore_file(path, folders)
        known = self.state.tree(path)
        if known is not None and known.folders == folders:
            return self.keep(path, known)
        return self.renew(path, known, folders, self._hashes, looked_ns=looked_ns)

    def renew(
        self,
        path: str,
        known: TreeIndex | None,
        folders: Sequence[WalkedFolder],
        hashed: Callable[[str, Sequence[WalkedFile]], dict[str, str]],
        *,
        looked_ns: int,
        is_kept: bool = False,
    ) -> Fingerprint:
        """The directory at `path` is not as it was `known`: make its index anew and write it.

        `folders` were found after `looked_ns`. `hashed` gives the MD5 of each of the files that may
        have changed, by its path. `is_kept`: all of them are in the cache then.
        """
        index = None
        if known is not None:
            touched = known.touched(folders)
            index = known.renewed(folders, touched, hashed(path, touched), looked_ns)
        if index is None:
            hashes = hashed(path, sorted_files(folders))
            index = new_index(folders, hashes, looked_ns)
        if is_kept:
            index = index._replace(base=index.tree, changed=frozenset())
        self.state.remember_tree(path, index)
        return self.keep(path, index)

    def expect(
        self,
        path: str,
        tree: str,
        entries: Sequence[TreeEntry],
        folders: Sequence[WalkedFolder] | None = None,
        shown_ns: int = 0,
    ) -> None:
        """The directory at `path` was just made to hold `entries`, the listing named `tree`: no
        need to hash it again. `folders` are what a walk finds in it, if the caller happens to know;
        nobody else could write to these files before `shown_ns`.
        """
        looked_ns = shown_ns
        if folders is None:
            looked_ns = time.time_ns()
            folders = walk_folders(path, self._ignoring)
        entries = sorted(entries)
        found = sorted([name for folder in folders for name in folder.paths()])
        if found != [entry.path for entry in entries]:
            return
        index = index_of_listing(folders, entries, tree, looked_ns)
        self.state.remember_tree(path, index)
        self.keep(path, index)

    def keep(self, path: str, index: TreeIndex) -> Fingerprint:
        """The directory at `path` was just found to be as `index` says; its fingerprint."""
        self._trees[path] = index
        found = Fingerprint(index.tree, index.size, index.nfiles)
        self._note(path, found)
        return found


def _folders(path: str) -> list[str]:
    """The directories around an absolute path."""
    found = []
    while len(folder := path.rpartition("/")[0]) > 0:
        found.append(folder)
        path = folder
    return found


def refuse_ignore_file(path: str, folders: Sequence[WalkedFolder]) -> None:
    """Raise an error for a .dvcignore among the files of the tracked directory `path`."""
    for folder in folders:
        if folder.has_name(IGNORE_FILE):
            place = os.path.join(path, folder.prefix).rstrip("/")
            raise AssayError(
                f".dvcignore file should not be in collected dir path: '{place}'",
                hint="move its rules to the .dvcignore of a directory above",
            )
