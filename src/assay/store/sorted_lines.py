"""Lines of text in the order of their bytes: one is found among millions with twenty short reads.

    lines = SortedLines("state/objects.index")
    lines.among([b"764efa88 17959 3 3506"])     # those of them that it has
    lines.add([b"..."])

A file that is not in order, or damaged, hides lines; it never shows one that it does not hold.
"""

from __future__ import annotations

import os

from assay.fs.atomic import put_in_place, scratch_folder
from assay.typed import Callable, Collection, Iterable, Iterator

_LONGEST = 160
"""No line is longer, in bytes."""
# To look for one line takes about as long as to read so many bytes.
_READ_INSTEAD_BYTES = 16_000


class SortedLines:
    """The lines of one file, which need not be there. Nothing is kept in memory."""

    __slots__ = ("_path",)

    def __init__(self, path: str) -> None:
        self._path = path

    def among(self, lines: Collection[bytes]) -> set[bytes]:
        """Those of `lines` that are in the file."""
        try:
            with open(self._path, "rb") as file:
                size = os.fstat(file.fileno()).st_size
                if len(lines) * _READ_INSTEAD_BYTES < size:
                    return {line for line in lines if _has(file.fileno(), size, line)}
                wanted = {line + b"\n" for line in lines}
                return {line[:-1] for line in wanted.intersection(file)}
        except OSError:
            return set()

    def starting(self, words: Collection[str]) -> set[bytes] | None:
        """The lines whose first word is one of these. None if it takes longer to find them all
        than to look for a line for each.
        """
        try:
            with open(self._path, "rb") as file:
                if len(words) * _READ_INSTEAD_BYTES < os.fstat(file.fileno()).st_size:
                    return None
                firsts = {word.encode() for word in words}
                return {line[:-1] for line in file if line.partition(b" ")[0] in firsts}
        except OSError:
            return set()

    def __iter__(self) -> Iterator[bytes]:
        try:
            with open(self._path, "rb") as file:
                for line in file:
                    yield line.removesuffix(b"\n")
        except OSError:
            return

    def add(self, more: Iterable[bytes]) -> None:
        """Put more lines in their places. Raises OSError; then the file is what it was."""
        from heapq import merge  # seldom: it goes through the whole file

        self._write(merge(self, sorted(more)))

    def leave_out(self, unwanted: Callable[[bytes], bool]) -> None:
        """Take the lines out that this is true of. Raises OSError as `add`."""
        if any(map(unwanted, self)):
            self._write(line for line in self if not unwanted(line))

    def _write(self, lines: Iterable[bytes]) -> None:
        """Make the file hold these lines, of which equal ones stand together."""

        def make(temporary: str) -> None:
            with open(temporary, "xb") as file:
                last = b""
                for line in lines:
                    if line != last:
                        file.write(line + b"\n")
                        last = line

        put_in_place(self._path, make, scratch=scratch_folder(self._path))


def _has(descriptor: int, size: int, line: bytes) -> bool:
    """Whether the open file of `size` bytes has the line."""
    low, high = 0, size  # it starts there, if anywhere
    while low < high:
        middle = (low + high) // 2
        start = max(0, middle - _LONGEST)
        around = os.pread(descriptor, 2 * _LONGEST, start)
        begin = around.rfind(b"\n", 0, middle - start) + 1
        end = around.find(b"\n", middle - start)
        if end < 0 or (not begin and start):
            return False  # no such line was written here
        found = around[begin:end]
        if found == line:
            return True
        if found < line:
            low = start + end + 1
        else:
            high = start + begin
    return False
