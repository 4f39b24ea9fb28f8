"""All bytes of one open file into another, inside the kernel where it can."""

from __future__ import annotations

import errno
import os
import sys

from assay.fs.reading import Watch
from assay.typed import Iterator

# Refused for these file systems, whatever the file.
NEVER_HERE = frozenset(
    {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.ENOTTY, errno.EOPNOTSUPP, errno.EXDEV}
)
_PIECE_BYTES = 1 << 30
_WATCHED_PIECE_BYTES = 1 << 25
_SMALL_BYTES = 1 << 16


def copy_bytes(reading: int, writing: int, target: str, watch: Watch | None = None) -> None:
    """Copy the file open for `reading` into the one for `writing`, which becomes `target`."""
    data = os.read(reading, _SMALL_BYTES)
    if len(data) < _SMALL_BYTES:  # that was all of it
        _write_all(writing, data)
        return
    os.lseek(reading, 0, os.SEEK_SET)
    copied = _copied(reading, writing, _PIECE_BYTES if watch is None else _WATCHED_PIECE_BYTES)
    if watch is not None:
        copied = watch(target, os.fstat(reading).st_size, copied)
    for _ in copied:
        pass


def _copied(reading: int, writing: int, piece: int) -> Iterator[int]:
    """Copy, and tell of each piece: each way goes on where the one before stopped, be it at the end
    or because it is not for these file systems."""
    for copy in () if sys.platform != "linux" else (_copy_range, _send):
        try:
            while count := copy(reading, writing, piece):
                yield count
        except OSError as error:
            if error.errno not in NEVER_HERE:
                raise
    while data := os.read(reading, _SMALL_BYTES):
        _write_all(writing, data)
        yield len(data)


def _copy_range(reading: int, writing: int, piece: int) -> int:
    return os.copy_file_range(reading, writing, piece)


def _send(reading: int, writing: int, piece: int) -> int:
    return os.sendfile(writing, reading, None, piece)


def _write_all(writing: int, data: bytes) -> None:
    written = os.write(writing, data)
    while written < len(data):
        written += os.write(writing, memoryview(data)[written:])
