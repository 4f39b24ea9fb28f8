"""From the workspace into the cache: each file is read once, hashed and kept in the same pass."""

from __future__ import annotations

import os
import stat
import time

from assay.fs.walk import Ignoring, walk_folders
from assay.fs.walked import WalkedFile
from assay.store.cache import ObjectCache
from assay.store.completeness import Completeness
from assay.store.filling import Filling, Kept
from assay.store.hashes import Fingerprint
from assay.store.scan import NotAFile, Scanner, Unreadable, refuse_ignore_file
from assay.store.state import stat_key
from assay.typed import Callable, Iterable, Sequence

Watch = Callable[[Sequence[WalkedFile], Iterable[Kept]], Iterable[Kept]]
"""Gives back what became of the files, one by one, and sees how far the work is."""


def gather(
    path: str,
    scanner: Scanner,
    cache: ObjectCache,
    completeness: Completeness,
    ignoring: Ignoring | None = None,
    watch: Watch | None = None,
) -> Fingerprint:
    """Put the file or directory at `path` (absolute) into the cache; its fingerprint.

    The files of a directory come first, then its listing, so that a listing in the cache is a
    promise that is kept (P2). Raises FileNotFoundError when there is nothing at `path`, NotAFile,
    Unreadable, and CacheWriteFailed when an object cannot be written. `watch`
    sees the files of a directory go by.
    """
    completeness.begin()
    looked_ns = time.time_ns()
    status = os.stat(path)
    if stat.S_ISDIR(status.st_mode):
        return _gather_tree(path, scanner, cache, completeness, ignoring, watch)
    return _gather_file(path, status, looked_ns, scanner, cache)


def _gather_file(
    path: str, status: os.stat_result, looked_ns: int, scanner: Scanner, cache: ObjectCache
) -> Fingerprint:
    if not stat.S_ISREG(status.st_mode):
        raise NotAFile(path)  # a pipe would block for ever
    key = stat_key(status)
    known = scanner.state.file_hash(path, key)
    md5 = cache.put_file(path, status.st_size, known_md5=known)
    scanner.state.remember_file(path, key, md5, looked_ns)
    scanner.forget(path)
    return Fingerprint(md5, status.st_size, None, bool(status.st_mode & 0o111))


def _gather_tree(
    path: str,
    scanner: Scanner,
    cache: ObjectCache,
    completeness: Completeness,
    ignoring: Ignoring | None,
    watch: Watch | None,
) -> Fingerprint:
    looked_ns = time.time_ns()
    try:
        folders = walk_folders(path, ignoring)
    except OSError as error:
        raise Unreadable(path, error) from None
    refuse_ignore_file(path, folders)
    known = scanner.state.tree(path)
    is_kept = known is not None and completeness.has_tree(
        cache,
        known.base,
        known.prefixes,
        known.base_hashes,
        are_all=known.tree == known.base,
    )
    if known and is_kept:
        known = known.doubting_changed()
        if known.folders == folders and known.tree == known.base:
            return scanner.keep(path, known)

    hashed = known.unchanged(folders) if known and not is_kept else {}

    def put(path: str, files: Sequence[WalkedFile]) -> dict[str, str]:
        with Filling(cache) as filling:
            hashes = hashed or scanner.known_elsewhere(path, files)
            kept = filling.put_all(path, files, hashes)
            return {file.path: md5 for file, md5 in (kept if watch is None else watch(files, kept))}

    known = known if is_kept else None
    found = scanner.renew(path, known, folders, put, looked_ns=looked_ns, is_kept=True)
    cache.put_bytes(found.md5, scanner.index(path).listing())
    completeness.note(cache, found.md5, looked_ns)
    return found
