"""Which cache objects have been seen to hold what their names say.

An object is hashed before its first use as a link or copy in a workspace, unless we wrote or
verified it and its stat has not changed since. The list is text below `.dvc/tmp/assay/state/`, one
object a line: `<object id> <mtime ns> <bytes> <inode>`. What is new is appended to `objects.log`;
when that has grown, its lines go to the others in `objects.index`, of which a command looks at
those that it needs. Deleting either costs one more look at each object; a torn last line is
ignored.
"""

from __future__ import annotations

import os

from assay.fs.atomic import write_bytes
from assay.typed import TYPE_CHECKING, Collection, Container, Sequence

if TYPE_CHECKING:
    from assay.store.sorted_lines import SortedLines

# About 60,000 lines, which take some 20 ms to read.
_LARGE_LOG_BYTES = 4 << 20


class Vouchers:
    """The list for one project. Its new lines are kept in memory until `save`.

    A line is true for ever: that object had its bytes when it had this stat.
    """

    __slots__ = ("_asked", "_folder", "_found", "_known", "_log", "_new")

    def __init__(self, folder: str) -> None:
        self._log = os.path.join(folder, "objects.log")
        self._folder = folder
        self._known: set[bytes] | None = None
        self._new: dict[bytes, None] = {}
        self._found: set[bytes] = set()
        self._asked: set[str] = set()  # the index has no more about these than was found

    @property
    def _index(self) -> SortedLines:
        from assay.store.sorted_lines import SortedLines  # who only looks asks about no object

        return SortedLines(os.path.join(self._folder, "objects.index"))

    def look_up(self, object_ids: Collection[str]) -> None:
        """These will be asked about one by one: find them all at once, where that is less work."""
        found = self._index.starting(object_ids)
        if found is not None:
            self._found |= found
            self._asked.update(object_ids)

    def vouches(self, object_id: str, status: os.stat_result) -> bool:
        """Whether the object was verified and not touched since."""
        line = _line(object_id, status)
        if line in self._found or line in self._load() or line in self._new:
            return True
        return object_id not in self._asked and bool(self._index.among([line]))

    def doubtful(
        self,
        object_ids: Sequence[str],
        mtimes_ns: Sequence[int],
        sizes: Sequence[int],
        inodes: Sequence[int],
    ) -> list[str]:
        """Those of many objects, told by their stats, that were touched or never verified."""
        rows = zip(object_ids, mtimes_ns, sizes, inodes, strict=True)
        lines = [
            f"{name} {mtime_ns} {size} {inode}".encode() for name, mtime_ns, size, inode in rows
        ]
        unknown = self._unknown(lines)
        return [name for name, line in zip(object_ids, lines, strict=True) if line in unknown]

    def _unknown(self, lines: Sequence[bytes]) -> set[bytes]:
        """Those of the lines that are in no part of the list."""
        known = self._load()
        if known.issuperset(lines):
            return set()
        left = {line for line in lines if line not in known and line not in self._new}
        return left - self._index.among(left) if left else left

    def vouch(self, object_id: str, status: os.stat_result) -> None:
        """The object with this stat was just written or verified by us."""
        self._new[_line(object_id, status)] = None

    def forget(self, object_ids: Container[str]) -> None:
        """Those objects are gone: the list, which only grows otherwise, need not name them."""

        def is_gone(line: bytes) -> bool:
            return line.partition(b" ")[0].decode("ascii", "replace") in object_ids

        self._found.clear()
        self._asked.clear()
        known = self._load()
        kept = [line for line in known if not is_gone(line)]
        try:
            if len(kept) < len(known):
                write_bytes(self._log, b"".join([line + b"\n" for line in kept]))
                self._known = set(kept)
            self._index.leave_out(is_gone)
        except OSError:  # as below
            return

    def save(self) -> None:
        """Append what is new, in one write."""
        if not self._new:
            return
        lines = b"".join([line + b"\n" for line in self._new])
        try:
            os.makedirs(os.path.dirname(self._log), exist_ok=True)
            with open(self._log, "ab", buffering=0) as file:
                file.write(lines)
                is_large = file.tell() > _LARGE_LOG_BYTES
            if is_large:
                self._settle()
        except OSError:  # only a hint: a read-only disk must not stop anyone
            return
        if self._known is not None:
            self._known.update(self._new)
        self._new = {}

    def _settle(self) -> None:
        """Empty the log into the index. What somebody else appends meanwhile may be lost."""
        self._known = None
        self._index.add(self._load())
        write_bytes(self._log, b"")

    def _load(self) -> set[bytes]:
        """The lines of the log."""
        if self._known is None:
            try:
                with open(self._log, "rb") as file:
                    self._known = set(file.read().split(b"\n")[:-1])  # what follows is torn
            except OSError:
                self._known = set()
        return self._known


def _line(object_id: str, status: os.stat_result) -> bytes:
    """The object and what changes whenever it does: mtime in ns, bytes, inode."""
    return f"{object_id} {status.st_mtime_ns} {status.st_size} {status.st_ino}".encode()
