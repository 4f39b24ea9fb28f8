"""Small objects of a cache as files of a new directory, in few and short steps each.

The directory and the cache are open meanwhile: that spares the system to look up their whole paths
for every file.
"""

from __future__ import annotations

import os
import stat

from assay.fs.atomic import NEW, write_all
from assay.store.cache import TRUSTED_MODES
from assay.store.hashes import MD5, md5_bytes
from assay.store.trees import TreeEntry
from assay.store.verified import VerifiedObjects
from assay.typed import Callable, Sequence

PROTECTED = frozenset({stat.S_IFREG | mode for mode in TRUSTED_MODES})
"""The modes of objects that nobody has touched."""

_FOLDER_FLAGS = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_CLOEXEC
_READ_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC  # opening a pipe does not wait
_SMALL_BYTES = 1 << 16


class SmallCopies:
    """Copies objects to below `top`, where their folders are; for `with`."""

    __slots__ = ("_cache", "_into", "_objects", "_top")

    def __init__(self, top: str, objects: VerifiedObjects) -> None:
        self._top = top
        self._objects = objects
        self._into = self._cache = -1

    def __enter__(self) -> SmallCopies:
        self._into = os.open(self._top, _FOLDER_FLAGS)
        try:
            self._cache = os.open(self._objects.cache.folder, _FOLDER_FLAGS)
        except BaseException:
            os.close(self._into)
            raise
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._into)
        os.close(self._cache)

    def copy(
        self, entries: Sequence[TreeEntry], otherwise: Callable[[TreeEntry], int], limit: int
    ) -> int:
        """Copy objects, each in one go; how many, until more than `limit` bytes were copied.

        What is not small and surely right is left to `otherwise`, which tells its size.
        """
        copied = 0
        read, into = self._read, self._into
        for place, entry in enumerate(entries):
            if copied > limit:
                return place
            path, md5 = entry
            data = read(md5)
            if data is None:
                copied += otherwise(entry)
                continue
            try:
                writing = os.open(path, NEW, 0o666, dir_fd=into)
                try:
                    written = os.write(writing, data)
                    if written < len(data):
                        write_all(writing, data[written:], path)
                finally:
                    os.close(writing)
            except OSError as error:  # which knows the path below `top`, or only a number
                error.filename = f"{self._top}/{path}"
                raise
            copied += len(data)
        return len(entries)

    def _read(self, md5: str) -> bytes | None:
        """The bytes of an object; None if it is not small and surely right."""
        try:
            reading = os.open(f"{md5[:2]}/{md5[2:]}", _READ_FLAGS, dir_fd=self._cache)
        except OSError:
            return None
        try:
            status = os.fstat(reading)
            size = status.st_size
            if size >= _SMALL_BYTES or status.st_mode not in PROTECTED:
                return None
            data = os.read(reading, size + 1)
        finally:
            os.close(reading)
        if len(data) != size:
            return None
        vouchers = self._objects.vouchers
        if not vouchers.vouches(md5, status):
            if self._objects.cache.kind != MD5 or md5_bytes(data) != md5:
                return None
            vouchers.vouch(md5, status)
        return data
