"""What is known about files that did not change: stat → hash, so that nothing is read twice (P8).

Kept below `.dvc/tmp/assay/state/` in files that anyone may delete: `files.json` for single files
and one `tree-….index` per directory. Only a hint: a file whose size, inode or mtime differ, or
which was touched within the clock's tick before it was hashed, is read again. A reader without
permission to write keeps nothing and loses nothing (P4).
"""

from __future__ import annotations

import os

from assay import quick_json
from assay.fs.atomic import write_bytes
from assay.fs.reading import read_hint
from assay.store.tree_index import RACY_NS, TreeIndex
from assay.typed import Any, NamedTuple

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


def settled(key: StatKey, looked_ns: int) -> StatKey:
    """`key`, or NEVER if the file may have changed once more within the same clock tick since
    `looked_ns`, a moment before it was asked for."""
    return key if looked_ns - key.mtime_ns > RACY_NS else NEVER


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

    def remember_file(self, path: str, key: StatKey, md5: str, looked_ns: int) -> None:
        """Note the hash of a file whose stat was `key`: read later than that, which is later than
        `looked_ns`."""
        self._changed[path] = [*settled(key, looked_ns), md5]

    def tree(self, path: str) -> TreeIndex | None:
        """The index of the directory at `path` (absolute), if there is one."""
        from assay.store.tree_index_file import read_index  # many projects track only files

        return read_index(self._tree_file(path), path)

    def remember_tree(self, path: str, index: TreeIndex) -> None:
        """Write the index of a directory."""
        from assay.store.tree_index_file import write_index

        try:
            os.makedirs(self._folder, exist_ok=True)
            write_index(self._tree_file(path), index, path)
        except OSError:  # as below
            return

    def rename(self, path: str, new_path: str) -> None:
        """What was at `path` (absolute) is at `new_path` now, with its inodes and times."""
        known = self._changed.get(path) or self._load().get(path)
        if known:
            self._changed[new_path] = known
        index = self.tree(path)
        if index is not None:
            self.remember_tree(new_path, index._replace(mark=""))

    def save(self) -> None:
        """Merge what was learned into the file on disk; a concurrent writer costs only hints."""
        if not self._changed:
            return
        self._files = None
        merged = self._load()
        merged.update(self._changed)
        data = quick_json.dumps({"version": _VERSION, "files": merged}, separators=(",", ":"))
        try:
            os.makedirs(self._folder, exist_ok=True)
            write_bytes(self._file(), data.encode("ascii"))
        except OSError:  # a read-only or full disk must not stop a reader
            pass
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
        return os.path.join(self._folder, f"tree-{name}.index")
