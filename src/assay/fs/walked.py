"""What a walk finds: the files of one folder, and their stats as numbers of this machine.

Thousands of stats are kept packed: to compare them with those of an earlier walk is to compare
bytes, and a number for each becomes an object of Python's only when somebody asks for it.
"""

from __future__ import annotations

import os
import sys
from _operator import attrgetter  # `operator` is the same, and a file more to load
from itertools import islice

from assay.typed import Collection, Iterable, Iterator, NamedTuple, Sequence

WIDTH = 8
"""Of one number in bytes."""
COLUMNS = 3
UNTOLD_NS = -(1 << 63)
"""In the place of a time that does not fit into so many bytes."""
NEVER_NS = (1 << 63) - 1
"""The time of no file: who writes down a stat that must not be found again writes this."""

_BATCH = 1024
_BLOCK = 512 * WIDTH

_mtime_ns = attrgetter("st_mtime_ns")
_size = attrgetter("st_size")
_inode = attrgetter("st_ino")
_mode = attrgetter("st_mode")


class WalkedFile(NamedTuple):
    """A file below the folder: POSIX path relative to it, and what changes whenever its content
    does: mtime in ns, bytes, inode (links followed).
    """

    path: str
    mtime_ns: int
    size: int
    inode: int


class WalkedFolder(NamedTuple):
    """The files that stand in one folder, in the order in which the system lists them.

    `prefix` is its path relative to where the walk began, "" or ending in a slash; `listed` are the
    names, with slashes between. `stats` are the times of all files, then their sizes, then their
    inodes, as 64-bit numbers in the order of this machine; only the last are unsigned.
    """

    prefix: str
    listed: str
    stats: bytes

    @property
    def nfiles(self) -> int:
        """How many files there are."""
        return len(self.stats) // (COLUMNS * WIDTH)

    def names(self) -> list[str]:
        """The names of the files."""
        return self.listed.split("/")

    def paths(self) -> list[str]:
        """The paths of the files, relative to where the walk began."""
        prefix = self.prefix
        return [prefix + name for name in self.names()] if prefix else self.names()

    def mtimes_ns(self) -> list[int]:
        """When each file was last written to, in ns."""
        return self._column(0, "q").tolist()

    def sizes(self) -> list[int]:
        """The size of each file in bytes."""
        return self._column(1, "q").tolist()

    def inodes(self) -> list[int]:
        """The inode of each file."""
        return self._column(2, "Q").tolist()

    def files(self) -> Iterator[WalkedFile]:
        """The files, one by one."""
        rows = zip(self.paths(), self.mtimes_ns(), self.sizes(), self.inodes(), strict=True)
        return map(WalkedFile._make, rows)

    def has_name(self, name: str) -> bool:
        """Whether a file of that name stands in the folder."""
        return name in self.listed and self.row_of(name) >= 0

    def row_of(self, name: str) -> int:
        """The place of a name among the names; −1 if it is not among them."""
        before, found, _ = f"/{self.listed}/".partition(f"/{name}/")
        return before.count("/") if found else -1

    def differing(self, earlier: WalkedFolder) -> list[WalkedFile]:
        """The files that have not the stats that they had `earlier`, when their names, too, were
        listed like this."""
        count = self.nfiles
        rows = sorted({at % count for at in _differing(earlier.stats, self.stats)})
        times, sizes, inodes = (self._column(0, "q"), self._column(1, "q"), self._column(2, "Q"))
        paths = self.paths() if rows else []
        return [WalkedFile(paths[row], times[row], sizes[row], inodes[row]) for row in rows]

    def with_times(self, times: Collection[int]) -> WalkedFolder:
        """The same with other times for all files, in ns."""
        return self._replace(stats=_packed("q", times) + self.stats[len(times) * WIDTH :])

    def with_stats(self, row: int, file: WalkedFile) -> WalkedFolder:
        """The same, where the file in this place has the stats of `file`. Raises OverflowError."""
        stats = bytearray(self.stats)
        for column, number in enumerate(file[1:]):
            start = (column * self.nfiles + row) * WIDTH
            is_signed = column < COLUMNS - 1
            stats[start : start + WIDTH] = number.to_bytes(WIDTH, sys.byteorder, signed=is_signed)
        return self._replace(stats=bytes(stats))

    def _column(self, number: int, kind: str) -> memoryview:
        width = len(self.stats) // COLUMNS
        return memoryview(self.stats)[number * width : (number + 1) * width].cast(kind)  # type: ignore[call-overload,no-any-return]


def walked(
    prefix: str, listed: str, statuses: Iterator[os.stat_result], modes: set[int] | None = None
) -> WalkedFolder:
    """The files of a folder with their stats, of which only so many are held at a time. `modes`
    gets those of the files."""
    times: list[int] = []
    sizes: list[int] = []
    inodes: list[int] = []
    while batch := list(islice(statuses, _BATCH)):
        times.extend(map(_mtime_ns, batch))
        sizes.extend(map(_size, batch))
        inodes.extend(map(_inode, batch))
        if modes is not None:
            modes.update(map(_mode, batch))
    return folder_of(prefix, listed, times, sizes, inodes)


def folder_of(
    prefix: str,
    listed: str,
    mtimes_ns: Sequence[int],
    sizes: Collection[int],
    inodes: Collection[int],
) -> WalkedFolder:
    """A folder from the numbers of its files."""
    from _struct import error  # type: ignore[attr-defined]  # the stub lacks it

    try:
        times = _packed("q", mtimes_ns)
    except error:
        fitting = [ns if UNTOLD_NS < ns < NEVER_NS else UNTOLD_NS for ns in mtimes_ns]
        times = _packed("q", fitting)
    return WalkedFolder(prefix, listed, times + _packed("q", sizes) + _packed("Q", inodes))


def sorted_files(folders: Iterable[WalkedFolder]) -> list[WalkedFile]:
    """The files in all of `folders`, sorted by path as strings."""
    found: list[WalkedFile] = []
    for folder in folders:
        found += folder.files()
    found.sort()  # by path: no two are equal
    return found


def _packed(kind: str, numbers: Collection[int]) -> bytes:
    from _struct import pack  # whoever looks at no directory does without

    return pack(f"{len(numbers)}{kind}", *numbers)


def _differing(some: bytes, others: bytes) -> Iterator[int]:
    """The places of the numbers that are not the same in both, which are as long as each other."""
    for block in range(0, len(some), _BLOCK):
        if some[block : block + _BLOCK] == others[block : block + _BLOCK]:
            continue
        for at in range(block, min(block + _BLOCK, len(some)), WIDTH):
            if some[at : at + WIDTH] != others[at : at + WIDTH]:
                yield at // WIDTH
