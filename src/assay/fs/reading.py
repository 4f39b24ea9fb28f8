"""Reading files that may not be there, and never waiting for what is no file.

A pipe or a device in the place of a file would keep a reader for ever, so whatever others may have
put somewhere is opened here.
"""

from __future__ import annotations

import errno
import os
import stat

from assay import quick_json
from assay.typed import Any, Iterator, Protocol, TypeVar

_READ_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC  # opening a pipe does not wait
_CHUNK_BYTES = 1 << 20

Piece = TypeVar("Piece", bytes, int)


class Watch(Protocol):
    """Who sees how far the work on a large file is."""

    def __call__(self, path: str, size: int, pieces: Iterator[Piece], /) -> Iterator[Piece]:
        """The same `pieces` of the file at `path`, of `size` bytes: what was read, or how much."""


def open_file(path: str) -> int:
    """A descriptor to read a file with. Raises OSError, also for what is no regular file."""
    if "\0" in path:
        raise FileNotFoundError(errno.ENOENT, "No file can have such a name", path)
    descriptor = os.open(path, _READ_FLAGS)
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            raise no_file(path, mode)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def read_file(path: str) -> bytes:
    """The bytes of a file. Raises OSError, also for what is no regular file."""
    descriptor = open_file(path)
    try:
        # Asking for one byte more than there should be finds the end with the same call.
        size = os.fstat(descriptor).st_size
        data = os.read(descriptor, size + 1)
        if len(data) == size:
            return data
        chunks = [data]  # it grows, is longer than a call gives, or stands in /proc
        while data := os.read(descriptor, _CHUNK_BYTES):
            chunks.append(data)
        return b"".join(chunks)
    finally:
        os.close(descriptor)


def read_sized(path: str, size: int) -> bytes:
    """The bytes of a small file that had `size` of them a moment ago; one more than that if it has
    grown. Raises OSError, also for what is no regular file any more.
    """
    descriptor = os.open(path, _READ_FLAGS)
    try:
        data = os.read(descriptor, size + 1)
        if len(data) != size:  # else it can hardly be anything else
            mode = os.fstat(descriptor).st_mode
            if not stat.S_ISREG(mode):
                raise no_file(path, mode)
        return data
    finally:
        os.close(descriptor)


def read_or_none(path: str) -> bytes | None:
    """The bytes of a file; None if there is none."""
    try:
        return read_file(path)
    except (FileNotFoundError, NotADirectoryError):
        return None


def read_text(path: str) -> str:
    """The text of a UTF-8 file, line ends as they are; nothing if there is no file."""
    return (read_or_none(path) or b"").decode("utf-8")


def read_hint(path: str) -> Any:
    """What a JSON file of our own holds; None if it is not there, cannot be read or is damaged.

    For files that only save time: nothing that may be wrong with them is worth a word.
    """
    try:
        return quick_json.loads(read_file(path))
    except (OSError, ValueError, RecursionError):
        return None


def no_file(path: str, mode: int) -> OSError:
    """The error about what is at `path` and is no regular file."""
    if stat.S_ISDIR(mode):
        return IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    return OSError(errno.EINVAL, "Not a regular file", path)
