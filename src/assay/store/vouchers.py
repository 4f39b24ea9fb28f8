"""Which cache objects have been seen to hold what their names say.

An object is hashed before its first use as a link or copy in a workspace, unless we wrote or
verified it and its stat has not changed since. The list is an append-only text file below
`.dvc/tmp/assay/state/`, one object a line: `<object id> <mtime ns> <bytes> <inode>`. Deleting it
costs one more look at each object; a torn last line is ignored.
"""

from __future__ import annotations

import os

from assay.fs.atomic import write_bytes
from assay.typed import Container, Sequence


class Vouchers:
    """The list for one project. Its lines are kept in memory until `save`.

    A line is true for ever: that object had its bytes when it had this stat.
    """

    __slots__ = ("_known", "_new", "_path")

    def __init__(self, folder: str) -> None:
        self._path = os.path.join(folder, "objects.log")
        self._known: set[str] | None = None
        self._new: dict[str, None] = {}

    def vouches(self, object_id: str, status: os.stat_result) -> bool:
        """Whether the object was verified and not touched since."""
        line = _line(object_id, status)
        return line in self._load() or line in self._new

    def doubtful(
        self,
        object_ids: Sequence[str],
        mtimes_ns: Sequence[int],
        sizes: Sequence[int],
        inodes: Sequence[int],
    ) -> list[str]:
        """Those of many objects, told by their stats, that were touched or never verified."""
        rows = zip(object_ids, mtimes_ns, sizes, inodes, strict=True)
        lines = [f"{name} {mtime_ns} {size} {inode}" for name, mtime_ns, size, inode in rows]
        known = self._load()
        if known.issuperset(lines):
            return []
        return [
            name
            for name, line in zip(object_ids, lines, strict=True)
            if line not in known and line not in self._new
        ]

    def vouch(self, object_id: str, status: os.stat_result) -> None:
        """The object with this stat was just written or verified by us."""
        self._new[_line(object_id, status)] = None

    def forget(self, object_ids: Container[str]) -> None:
        """Those objects are gone: the list, which only grows otherwise, need not name them."""
        known = self._load()
        kept = [line for line in known if line.partition(" ")[0] not in object_ids]
        if len(kept) == len(known):
            return
        try:
            write_bytes(self._path, "".join(f"{line}\n" for line in kept).encode("utf-8"))
        except OSError:  # as below
            return
        self._known = set(kept)

    def save(self) -> None:
        """Append what is new, in one write."""
        if not self._new:
            return
        lines = "".join(f"{line}\n" for line in self._new)
        try:
            os.makedirs(os.path.dirname(self._path), exist_ok=True)
            with open(self._path, "ab", buffering=0) as file:
                file.write(lines.encode("ascii"))
        except OSError:  # only a hint: a read-only disk must not stop anyone
            return
        if self._known is not None:
            self._known.update(self._new)
        self._new = {}

    def _load(self) -> set[str]:
        if self._known is None:
            try:
                with open(self._path, encoding="utf-8", errors="replace", newline="\n") as file:
                    self._known = set(file.read().split("\n")[:-1])  # what follows is torn
            except OSError:
                self._known = set()
        return self._known


def _line(object_id: str, status: os.stat_result) -> str:
    """The object and what changes whenever it does: mtime in ns, bytes, inode."""
    return f"{object_id} {status.st_mtime_ns} {status.st_size} {status.st_ino}"
