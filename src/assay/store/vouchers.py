"""Which cache objects have been seen to hold what their names say.

An object is hashed before its first use as a link or copy in a workspace, unless we wrote or
verified it and its stat has not changed since. The list is an append-only text file below
`.dvc/tmp/assay/state/`, one object a line: `<object id> <mtime ns> <bytes> <inode>`. Deleting it
costs one more look at each object; a torn last line is ignored.
"""

from __future__ import annotations

import os

from assay.store.state import StatKey, stat_key


class Vouchers:
    """The list for one project. Kept in memory until `save`."""

    __slots__ = ("_known", "_new", "_path")

    def __init__(self, folder: str) -> None:
        self._path = os.path.join(folder, "objects.log")
        self._known: dict[str, StatKey] | None = None
        self._new: dict[str, StatKey] = {}

    def vouches(self, object_id: str, status: os.stat_result) -> bool:
        """Whether the object was verified and not touched since."""
        key = self._new.get(object_id) or self._load().get(object_id)
        return key == stat_key(status)

    def vouch(self, object_id: str, status: os.stat_result) -> None:
        """The object with this stat was just written or verified by us."""
        self._new[object_id] = stat_key(status)

    def save(self) -> None:
        """Append what is new, in one write."""
        if not self._new:
            return
        lines = (f"{name} {k.mtime_ns} {k.size} {k.inode}\n" for name, k in self._new.items())
        try:
            os.makedirs(os.path.dirname(self._path), exist_ok=True)
            with open(self._path, "ab", buffering=0) as file:
                file.write("".join(lines).encode("ascii"))
        except OSError:  # only a hint: a read-only disk must not stop anyone
            return
        if self._known is not None:
            self._known.update(self._new)
        self._new = {}

    def _load(self) -> dict[str, StatKey]:
        if self._known is None:
            self._known = {}
            try:
                with open(self._path, encoding="ascii", errors="replace") as file:
                    for line in file:
                        self._take(line)
            except OSError:
                pass
        return self._known

    def _take(self, line: str) -> None:
        words = line.split()
        if len(words) == 4 and line.endswith("\n") and all(w.isdigit() for w in words[1:]):
            key = StatKey(int(words[1]), int(words[2]), int(words[3]))
            if self._known is not None:
                self._known[words[0]] = key
