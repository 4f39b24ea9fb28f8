"""From the cache to a remote that keeps versions: what no version there holds yet, verified.

A file is there if the version on record is, or if the latest version of its path has its bytes:
what a push that was killed had sent is found again, and not sent twice. On a mirror the latest
version has to have them.
"""

from __future__ import annotations

from assay.remotes.exchange import Exchange, carry
from assay.remotes.object_info import Version
from assay.remotes.remote import DamagedObject
from assay.remotes.versioned import Stored, VersionedRemote
from assay.remotes.wanted import Moved
from assay.typed import Iterator, NamedTuple, Sequence
from assay.workers import in_parallel

_FEW = 3  # so many files of one directory are asked for one by one, more by listing it


class Sending(NamedTuple):
    """A file that should be at `path`: `top` is the output that it belongs to.

    `object_path` is where the cache has its bytes, `md5` what they must have (None: not told by the
    kind of hash), `size` is in bytes if it is known, `version` the one on record.
    """

    path: str
    top: str
    object_path: str
    md5: str | None
    size: int | None
    version: Version | None


def push_versions(
    exchange: Exchange, remote: VersionedRemote, files: Sequence[Sending]
) -> tuple[Moved, dict[str, Version]]:
    """Send what is lacking; how that went, and the versions by path of all that is there now."""
    known = _known(remote, files, exchange.jobs)
    lacking = {file.path: file for file in files if file.path not in known}

    def send(paths: Sequence[str]) -> Iterator[OSError | None]:
        for path in paths:
            file = lacking[path]
            try:
                source = exchange.here.address(file.object_path)
                known[path] = remote.upload(source, path, md5=file.md5).version
            except OSError as error:
                yield _judged(exchange, file, error)
            else:
                yield None

    carried = carry(exchange, "Pushing", send, list(lacking))
    moved = Moved(
        done=len(carried.done),
        missing=tuple(one.path for one in carried.absent),
        failed=tuple(carried.failed),
        untried=carried.untried,
    )
    return moved, known


def _judged(exchange: Exchange, file: Sending, error: OSError) -> OSError:
    """Whether a file that was not sent is missing here, or it failed (as for objects)."""
    if isinstance(error, FileNotFoundError | DamagedObject):
        if file.object_path not in exchange.here.existing([file.object_path]):
            return FileNotFoundError(str(error))
        return OSError(str(error))
    return error


def _known(
    remote: VersionedRemote, files: Sequence[Sending], jobs: int | None
) -> dict[str, Version]:
    """The versions of those that are there, by path."""
    latest = _latest(remote, files, jobs)
    found: dict[str, Version] = {}
    unsure: list[Sending] = []
    for file in files:
        stored = latest.get(file.path)
        if file.version is None:
            if stored is not None and _is_same(stored, file):
                found[file.path] = stored.version
        elif stored is not None and stored.version.id == file.version.id:
            found[file.path] = file.version
        elif not remote.is_mirror or (stored is not None and _is_same(stored, file)):
            unsure.append(file)

    def ask(file: Sending) -> tuple[Sending, bool]:
        return file, file.version is not None and remote.has(file.path, file.version)

    for file, is_there in in_parallel(ask, unsure, jobs=jobs):
        stored = latest.get(file.path)
        if is_there and file.version is not None:
            found[file.path] = file.version
        elif stored is not None and _is_same(stored, file):
            found[file.path] = stored.version
    return found


def _is_same(stored: Stored, file: Sending) -> bool:
    """Whether the latest version is known to have the bytes: S3 tells the MD5 of small objects."""
    known = (file.md5, file.version.etag if file.version else file.md5)
    return bool(stored.version.id) and stored.version.etag in known and stored.size == file.size


def _latest(
    remote: VersionedRemote, files: Sequence[Sending], jobs: int | None
) -> dict[str, Stored]:
    by_top: dict[str, list[str]] = {}
    for file in files:
        by_top.setdefault(file.top, []).append(file.path)
    singly = [path for paths in by_top.values() if len(paths) <= _FEW for path in paths]
    listed = [top for top, paths in by_top.items() if len(paths) > _FEW]

    def one(path: str) -> dict[str, Stored]:
        stored = remote.latest(path)
        return {} if stored is None else {path: stored}

    found: dict[str, Stored] = {}
    for work, places in ((one, singly), (remote.latest_below, listed)):
        for answer in in_parallel(work, places, jobs=jobs):
            found.update(answer)
    return found
