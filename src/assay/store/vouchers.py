"""Which cache objects have been seen to hold what their names say.

An object is hashed before its first use as a link or copy in a workspace, unless we wrote or
verified it and its stat has not changed since. The list is an append-only text file below
`.dvc/tmp/assay/state/`, one object a line: `<object id> <mtime ns> <bytes> <inode>`. Deleting it
costs one more look at each object; a torn last line is ignored.
"""

from __future__ import annotations

import os


class Vouchers:
    """The list for one project. Kept in memory, as text, until `save`."""

    __slots__ = ("_known", "_new", "_path")

    def __init__(self, folder: str) -> None:
        self._path = os.path.join(folder, "objects.log")
        self._known: dict[str, str] | None = None
        self._new: dict[str, str] = {}

    def vouches(self, object_id: str, status: os.stat_result) -> bool:
        """Whether the object was verified and not touched since."""
        known = self._new.get(object_id) or self._load().get(object_id)
        return known == _text(status)

    def vouch(self, object_id: str, status: os.stat_result) -> None:
        """The object with this stat was just written or verified by us."""
        self._new[object_id] = _text(status)

    def save(self) -> None:
        """Append what is new, in one write."""
        if not self._new:
            return
        lines = "".join(f"{name} {text}\n" for name, text in self._new.items())
        try:
            os.makedirs(os.path.dirname(self._path), exist_ok=True)
            with open(self._path, "ab", buffering=0) as file:
                file.write(lines.encode("ascii"))
        except OSError:  # only a hint: a read-only disk must not stop anyone
            return
        if self._known is not None:
            self._known.update(self._new)
        self._new = {}

    def _load(self) -> dict[str, str]:
        if self._known is None:
            try:
                with open(self._path, encoding="ascii", errors="replace", newline="\n") as file:
                    lines = file.read().split("\n")[:-1]  # what follows the last is torn
            except OSError:
                lines = []
            self._known = {name: text for name, _, text in (one.partition(" ") for one in lines)}
        return self._known


def _text(status: os.stat_result) -> str:
    """What changes whenever the object does: mtime in ns, bytes, inode."""
    return f"{status.st_mtime_ns} {status.st_size} {status.st_ino}"
