"""`push` and `fetch` over remotes that keep versions (`version_aware`): by path, not by hash.

What was sent is recorded when all of it is there. A kill before leaves versions that no record
names: the next push finds them by their content and records them.
"""

from __future__ import annotations

import os

from assay.config import Config
from assay.data.transfer import Request, exchange_with
from assay.data.used import UsedObject, used_objects
from assay.errors import AssayError, UnexpectedError
from assay.pipeline.file_versions import FileVersion
from assay.pipeline.records import lock_path
from assay.pipeline.targets import Found
from assay.pipeline.version_records import write_versions
from assay.pipeline.workbench import Workbench
from assay.remotes.fetch import fetch
from assay.remotes.layout import expected_md5, object_path
from assay.remotes.object_info import Version
from assay.remotes.push_versions import Sending, push_versions
from assay.remotes.recorded_versions import RecordedVersions, Whereabouts
from assay.remotes.versioned import connect_versioned
from assay.remotes.wanted import Failure, Moved
from assay.store.trees import tree_bytes, tree_id
from assay.typed import Iterable, Iterator, Sequence
from assay.ui.console import Console

Known = tuple[UsedObject, tuple[FileVersion, ...]]
"""What an output holds, and its files."""


class NotInTheWorkspace(AssayError):
    """Data of commits cannot go where only the workspace's records could say what became of it."""

    def __init__(self, remote: str) -> None:
        super().__init__(
            f"Multiple rev push is unsupported for cloud versioned remotes: '{remote}' is one",
            hint="check the commit out and push from there, or choose another remote with `-r`",
        )


def push_to(bench: Workbench, name: str, objects: Sequence[UsedObject], request: Request) -> Moved:
    """Send the outputs in `objects`, all of the workspace, and record what versions they got.

    Raises NotInTheWorkspace, UnexpectedError.
    """
    _refuse_history(bench, name, objects)
    remote = connect_versioned(name, bench.project.config.remote(name), bench.console)
    known, missing = _files(bench, objects)
    exchange = exchange_with(bench, RecordedVersions(remote, {}, {}), request.jobs)
    sendings = [sending for one, files in known for sending in _sendings(bench, name, one, files)]
    try:
        moved, versions = push_versions(exchange, remote, sendings)
    except OSError as error:
        raise UnexpectedError(str(error)) from None
    _record(bench, name, known, versions)
    return moved.plus(Moved(missing=tuple(missing)))


def fetch_from(
    bench: Workbench, name: str, objects: Sequence[UsedObject], request: Request
) -> Moved:
    """Bring the versions on record into the cache. Raises UnexpectedError."""
    files = ((one.location, one.wanted.kind, one.versions) for one in objects)
    there = recorded_versions(name, bench.project.config, files, bench.console)
    exchange = exchange_with(bench, there, request.jobs)
    try:
        moved = fetch(exchange, [one.wanted for one in objects])
    except OSError as error:
        raise UnexpectedError(str(error)) from None
    return _without_versions(moved, there.existing(moved.missing))


def recorded_versions(
    name: str,
    config: Config,
    outputs: Iterable[tuple[str, str, Iterable[FileVersion]]],
    console: Console | None = None,
) -> RecordedVersions:
    """The remote `name` as far as records tell: location, kind of hash and files of outputs."""
    remote = connect_versioned(name, config.remote(name), console)
    places: dict[str, Whereabouts] = {}
    listings: dict[str, bytes] = {}
    for location, kind, versions in outputs:
        rows = []
        for file in versions:
            place = f"{location}/{file.path}" if file.path else location
            if file.version_id and file.remote.lower() == name.lower():
                version = Version(file.etag, file.version_id)
                places[object_path(file.md5, kind)] = Whereabouts(place, version)
            rows += [(file.path, file.md5)] if file.path else []
        if rows:
            data = tree_bytes(sorted(rows))
            listings[object_path(tree_id(data), kind)] = data
    return RecordedVersions(remote, places, listings)


def _refuse_history(bench: Workbench, name: str, objects: Iterable[UsedObject]) -> None:
    """Raise NotInTheWorkspace for what the workspace does not record."""
    stages = bench.pipeline.stages.values()
    used = used_objects(bench.pipeline, [Found(stage) for stage in stages]).objects
    here = {(one.location, one.wanted.id) for one in used}
    if any((one.location, one.wanted.id) not in here for one in objects):
        raise NotInTheWorkspace(name)


def _files(bench: Workbench, objects: Iterable[UsedObject]) -> tuple[list[Known], list[str]]:
    """Each output with all its files; the listings that are nowhere."""
    known: dict[str, Known] = {}
    missing: list[str] = []
    for one in objects:
        files = one.versions or _listed(bench, one)
        if files is None:
            missing.append(one.wanted.path)
        else:
            known[one.location] = (one, files)
    return list(known.values()), missing


def _listed(bench: Workbench, one: UsedObject) -> tuple[FileVersion, ...] | None:
    caches = (bench.workspace.cache, bench.workspace.legacy_cache)
    cache = next(cache for cache in caches if cache.kind == one.wanted.kind)
    if not one.wanted.is_tree:
        return (FileVersion("", one.wanted.id, _size(cache.path(one.wanted.id), one.size)),)
    entries = cache.read_tree(one.wanted.id)
    if entries is None:
        return None
    return tuple(
        FileVersion(entry.path, entry.md5, _size(cache.path(entry.md5), None)) for entry in entries
    )


def _size(path: str, known: int | None) -> int | None:
    try:
        return os.stat(path).st_size
    except OSError:
        return known


def _sendings(
    bench: Workbench, name: str, one: UsedObject, files: Iterable[FileVersion]
) -> Iterator[Sending]:
    """The files of an output that are meant."""
    inside = one.wanted.part + "/"
    for file in files:
        if one.wanted.part and file.path != one.wanted.part and not file.path.startswith(inside):
            continue
        stored = object_path(file.md5, one.wanted.kind)
        is_known = file.version_id and file.remote.lower() == name
        yield Sending(
            path=f"{one.location}/{file.path}" if file.path else one.location,
            top=one.location,
            object_path=stored,
            md5=expected_md5(stored),
            size=file.size,
            version=Version(file.etag, file.version_id) if is_known else None,
        )


def _record(
    bench: Workbench, name: str, known: Iterable[Known], versions: dict[str, Version]
) -> None:
    by_stage: dict[str, dict[str, tuple[FileVersion, ...]]] = {}
    for one, files in known:
        now = tuple(_now(name, one, file, versions) for file in files)
        key = bench.graph.owners.exact(one.location)
        if key is None or not any(file.version_id and file.remote == name for file in now):
            continue
        stage = bench.graph.stages[key]
        output = next(out for out in stage.outputs if out.location == one.location)
        path = lock_path(stage, output.path, output.location)
        by_stage.setdefault(key, {})[path] = now
    for key, found in by_stage.items():
        changed = write_versions(bench.project, bench.graph.stages[key], found)
        if changed is not None and bench.graph.stages[key].name:
            shown = bench.addresses.path(bench.addresses.location(changed))
            bench.console.info(f"Updating lock file '{shown}'")


def _now(
    name: str, one: UsedObject, file: FileVersion, versions: dict[str, Version]
) -> FileVersion:
    """The file with its version on the remote `name`, if it has one; else as it was recorded."""
    version = versions.get(f"{one.location}/{file.path}" if file.path else one.location)
    if version is None:
        return file
    return file._replace(remote=name, etag=version.etag, version_id=version.id)


def _without_versions(moved: Moved, known: set[str]) -> Moved:
    """Objects for which no version was recorded are failures: nobody else will have them."""
    words = "no version of it on this remote was recorded: push it from where it is"
    failed = [Failure(path, words) for path in moved.missing if path not in known]
    gone = tuple(path for path in moved.missing if path in known)
    return moved._replace(missing=gone, failed=(*moved.failed, *failed))
