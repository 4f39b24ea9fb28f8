"""Thousands of files on their way into a cache: each is read once, and written once.

In a folder of the cache that is new they get their own names at once and are seen when all are
there (`fs/arrivals.py`); in one that is there each gets another name first.
"""

from __future__ import annotations

import os

from assay.fs.arrivals import Arrivals
from assay.fs.atomic import discard
from assay.fs.reading import read_sized
from assay.fs.walked import WalkedFile
from assay.store.cache import ObjectCache, write_object
from assay.store.hashes import CHUNK_BYTES, md5_bytes
from assay.typed import Iterator, Mapping, Sequence

Kept = tuple[WalkedFile, str]
"""A file that is in the cache now, and its MD5."""

_MUCH_BYTES = 1 << 24
"""To hash less than that takes no longer than to make threads for it."""
REDONE_BYTES = 1 << 28
"""When so much has come all is shown: that is what a kill costs at most."""


class Filling:
    """A cache while files come, for `with`. At the end, also after an exception, all that
    was put is there."""

    __slots__ = ("_cache", "_folders", "_hidden_bytes")

    def __init__(self, cache: ObjectCache) -> None:
        self._cache = cache
        self._folders: dict[str, Arrivals] = {}
        self._hidden_bytes = 0

    def __enter__(self) -> Filling:
        return self

    def __exit__(self, *_: object) -> None:
        self._show()

    def put_all(
        self, folder: str, files: Sequence[WalkedFile], known: Mapping[str, str]
    ) -> Iterator[Kept]:
        """`put` of all `files` below `folder` (absolute): the small ones in turn, then the large
        ones, several at once. `known` has MD5s of some, by path."""
        large = [file for file in files if file.size >= CHUNK_BYTES]
        if sum(file.size for file in large) < _MUCH_BYTES:
            large = []
        for file in files:
            path, _, size, _ = file
            if not large or size < CHUNK_BYTES:
                yield file, self.put(f"{folder}/{path}", size, known.get(path))
        if large:
            yield from self._put_at_once(folder, large, known)

    def _put_at_once(
        self, folder: str, files: Sequence[WalkedFile], known: Mapping[str, str]
    ) -> Iterator[Kept]:
        from assay.workers import in_parallel  # most files are small

        def put(file: WalkedFile) -> Kept:
            return file, self.put(f"{folder}/{file.path}", file.size, known.get(file.path))

        return in_parallel(put, files, jobs=os.cpu_count() or 1)

    def put(self, source: str, size: int, known_md5: str | None) -> str:
        """`ObjectCache.put_file`; of large files several threads may do so at once.

        Raises CacheWriteFailed.
        """
        if known_md5 is not None or size >= CHUNK_BYTES:
            return self._cache.put_file(source, size, known_md5=known_md5)
        try:
            data = read_sized(source, size)
            if len(data) > size:  # it has grown
                return self._cache.put_file(source, size)
            object_id = md5_bytes(data)
            self._keep(object_id, data)
        except OSError as error:
            raise self._cache.refusal(source, error) from None
        return object_id

    def _keep(self, object_id: str, data: bytes) -> None:
        prefix, name = object_id[:2], object_id[2:]
        arrivals = self._folders.get(prefix) or self._enter(prefix)
        if not arrivals.is_hidden and self._cache.has(object_id):
            return
        place = arrivals.place(name)
        try:
            status = write_object(place, data)
        except FileExistsError:  # the same bytes came before
            return
        try:
            arrivals.keep(place, name, len(data))
        except BaseException:
            discard(place)
            raise
        self._cache.vouch(object_id, status)
        self._hidden_bytes += len(data)
        if self._hidden_bytes > REDONE_BYTES:
            self._show()
            self._hidden_bytes = 0

    def _enter(self, prefix: str) -> Arrivals:
        arrivals = Arrivals(f"{self._cache.folder}/{prefix}", shared=self._cache.shared)
        arrivals.open()
        self._folders[prefix] = arrivals
        return arrivals

    def _show(self) -> None:
        try:
            for arrivals in self._folders.values():
                arrivals.show()
        except OSError as error:
            raise self._cache.refusal(str(error.filename), error) from None
