"""What the index certainly holds and what it certainly does not, without a process.

The names of tracked files stand in the index as they are, each behind its length and before a NUL.
To search for a few of them takes less than to parse all. Where names are stored otherwise (version
4, a split or sparse index) nothing is certain, and Git is to be asked. Source: gitformat-index(5).
"""

from __future__ import annotations

import os

from assay.fs.reading import read_file
from assay.typed import NamedTuple

_PLAIN_VERSIONS = (b"\0\0\0\2", b"\0\0\0\3")
_NAMES_ELSEWHERE = (b"link", b"sdir")
_LONGEST = 255  # of a name whose length is one byte

_MOST_BYTES = 256 * 1024  # of a larger index Git names the files sooner
_HEADER_BYTES, _NAME_AT, _FLAGS_AT = 12, 62, 60  # with SHA-1 names
_IS_EXTENDED, _LENGTH = 0x4000, 0x0FFF


class IndexFile(NamedTuple):
    """The bytes of an index; none if nothing is certain of it."""

    data: bytes

    def holds(self, path: str) -> bool | None:
        """Whether the file `path`, or a file below it, is tracked; None if only Git knows."""
        name = os.fsencode(path)
        if not self.data or not name:
            return None
        if name + b"\0" not in self.data and name + b"/" not in self.data:
            return False  # neither a name nor the start of one
        if len(name) <= _LONGEST and b"\0%c%s\0" % (len(name), name) in self.data:
            return True
        return None  # part of another name, the name of a folder, …

    def names(self) -> list[str] | None:
        """All tracked files, in Git's order; None if only Git knows, or if it is quicker.

        Only for repositories with SHA-1 names.
        """
        data, found = self.data, []
        if not data or len(data) > _MOST_BYTES:
            return None
        at = _HEADER_BYTES
        for _ in range(int.from_bytes(data[8:12], "big")):
            flags = int.from_bytes(data[at + _FLAGS_AT : at + _NAME_AT], "big")
            start = at + _NAME_AT + (2 if flags & _IS_EXTENDED else 0)
            end = data.find(b"\0", start)
            if min(end - start, _LENGTH) != flags & _LENGTH:
                return None  # not what we take it for
            found.append(os.fsdecode(data[start:end]))
            at += (end - at + 8) & ~7
        return found


def read_index(git_dir: str) -> IndexFile:
    """The index in `git_dir`."""
    try:
        data = read_file(os.path.join(git_dir, "index"))
    except OSError:
        return IndexFile(b"")
    is_plain = data[:4] == b"DIRC" and data[4:8] in _PLAIN_VERSIONS
    if not is_plain or any(mark in data for mark in _NAMES_ELSEWHERE):
        return IndexFile(b"")
    return IndexFile(data)
