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

    def copy(self, entry: TreeEntry) -> int | None:
        """Copy an object in one go; its size. None if it is not small and surely right."""
        path, md5 = entry
        data = self._read(md5)
        if data is None:
            return None
        try:
            writing = os.open(path, NEW, 0o666, dir_fd=self._into)
        except OSError as error:
            error.filename = f"{self._top}/{path}"
            raise
        try:
            return write_all(writing, data, f"{self._top}/{path}")
        finally:
            os.close(writing)

    def _read(self, md5: str) -> bytes | None:
        cache, vouchers = self._objects.cache, self._objects.vouchers
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
        if not vouchers.vouches(md5, status):
            if cache.kind != MD5 or md5_bytes(data) != md5:
                return None
            vouchers.vouch(md5, status)
        return data
