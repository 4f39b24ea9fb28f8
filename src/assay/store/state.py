"""What is known about files that did not change: stat → hash, so that nothing is read twice (P8).

Kept below `.dvc/tmp/assay/state/`, as JSON that anyone may delete: `files.json` for single files
and one `tree-….json` per directory. Only a hint: a file whose size, inode or mtime differ, or which
was touched within the clock's tick before it was hashed, is read again. A reader without permission
to write keeps nothing and loses nothing (P4).
"""

from __future__ import annotations

import os
import time

from assay import quick_json
from assay.fs.atomic import write_bytes
from assay.fs.reading import read_hint
from assay.fs.walk import WalkedFile
from assay.typed import Any, NamedTuple, Sequence

_RACY_NS = 20_000_000
_VERSION = 2
_NAME_LENGTH = 120


class StatKey(NamedTuple):
    """The part of `stat` that changes whenever content does: mtime in ns, bytes, inode."""

    mtime_ns: int
    size: int
    inode: int


NEVER = StatKey(-1, -1, -1)
"""Equal to the key of no file: its hash is computed anew."""


def stat_key(stat: os.stat_result) -> StatKey:
    """The key of one file."""
    return StatKey(stat.st_mtime_ns, stat.st_size, stat.st_ino)


def settled(key: StatKey, now_ns: int) -> StatKey:
    """`key`, or NEVER if the file may still change within the same clock tick."""
    return key if now_ns - key.mtime_ns > _RACY_NS else NEVER


class TreeIndex(NamedTuple):
    """A directory as it was last hashed: parallel lists in the order of `paths` (sorted).

    Parallel because comparing two long lists of numbers is all that an unchanged directory costs.
    """

    paths: list[str]
    mtimes_ns: list[int]
    sizes: list[int]
    inodes: list[int]
    hashes: list[str]
    tree: str

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(self.sizes)

    def matches(self, files: Sequence[WalkedFile]) -> bool:
        """Whether these are the same files, none of them touched since."""
        if len(files) != len(self.paths):
            return False
        known = (self.paths, self.mtimes_ns, self.sizes, self.inodes)
        found = zip(*files, strict=True)  # the columns of the table that `files` is
        return all(one == list(column) for one, column in zip(known, found, strict=False))

    def known_hashes(self, files: Sequence[WalkedFile]) -> list[str | None]:
        """The hash of each file; None for those that are new or were touched."""
        known = zip(self.paths, self.mtimes_ns, self.sizes, self.inodes, strict=True)
        rows = zip(known, self.hashes, strict=True)
        if [file.path for file in files] == self.paths:  # no need to look anything up
            pairs = zip(files, rows, strict=True)
            return [md5 if file == row else None for file, (row, md5) in pairs]
        by_file: dict[tuple[str, int, int, int], str] = dict(rows)
        return list(map(by_file.get, files))


def tree_index(
    files: Sequence[WalkedFile], hashes: Sequence[str], tree: str, now_ns: int
) -> TreeIndex:
    """The index of a directory whose files were just hashed.

    A file that may still change within the same clock tick gets a time that never matches.
    """
    settled_before = now_ns - _RACY_NS
    times = [file.mtime_ns for file in files]
    return TreeIndex(
        paths=[file.path for file in files],
        mtimes_ns=[time if time < settled_before else -1 for time in times],
        sizes=[file.size for file in files],
        inodes=[file.inode for file in files],
        hashes=list(hashes),
        tree=tree,
    )


class State:
    """The index of one workspace. Changes are kept in memory until `save`."""

    __slots__ = ("_changed", "_files", "_folder")

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._files: dict[str, list[Any]] | None = None
        self._changed: dict[str, list[Any]] = {}

    def file_hash(self, path: str, key: StatKey) -> str | None:
        """The MD5 of the file at `path` (absolute), if `key` is still what it was."""
        known = self._changed.get(path) or self._load().get(path)
        return str(known[-1]) if known and tuple(known[:-1]) == key else None

    def remember_file(self, path: str, key: StatKey, md5: str) -> None:
        """Note the hash of a file whose stat was `key` before it was read."""
        self._changed[path] = [*settled(key, time.time_ns()), md5]

    def tree(self, path: str) -> TreeIndex | None:
        """The index of the directory at `path` (absolute), if there is one."""
        data = read_hint(self._tree_file(path))
        try:
            if data["version"] != _VERSION or data["path"] != path:
                return None
            return TreeIndex(*(data[field] for field in TreeIndex._fields))
        except (KeyError, TypeError):
            return None

    def remember_tree(self, path: str, index: TreeIndex) -> None:
        """Write the index of a directory. Files touched a moment ago must carry NEVER."""
        _write_json(self._tree_file(path), {"version": _VERSION, "path": path, **index._asdict()})

    def rename(self, path: str, new_path: str) -> None:
        """What was at `path` (absolute) is at `new_path` now, with its inodes and times."""
        known = self._changed.get(path) or self._load().get(path)
        if known:
            self._changed[new_path] = known
        index = self.tree(path)
        if index is not None:
            self.remember_tree(new_path, index)

    def save(self) -> None:
        """Merge what was learned into the file on disk; a concurrent writer costs only hints."""
        if not self._changed:
            return
        self._files = None
        merged = self._load()
        merged.update(self._changed)
        _write_json(self._file(), {"version": _VERSION, "files": merged})
        self._changed = {}

    def _load(self) -> dict[str, list[Any]]:
        if self._files is None:
            data = read_hint(self._file())
            files = data.get("files") if isinstance(data, dict) else None
            usable = isinstance(files, dict) and data.get("version") == _VERSION
            self._files = files if usable and files is not None else {}
        return self._files

    def _file(self) -> str:
        return os.path.join(self._folder, "files.json")

    def _tree_file(self, path: str) -> str:
        name = path.strip("/").replace("/", "-")[-_NAME_LENGTH:]  # the file itself says the path
        return os.path.join(self._folder, f"tree-{name}.json")


def _write_json(path: str, data: dict[str, Any]) -> None:
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        write_bytes(path, quick_json.dumps(data, separators=(",", ":")).encode("ascii"))
    except OSError:  # a read-only or full disk must not stop a reader
        pass
