"""`update` of what was pushed to a mirror (`worktree`): outputs as the remote holds them now.

The order of effects: new objects in the cache, the workspace, the record. A kill in between leaves
a workspace that differs from its record, which the next `update` brings together.
"""

from __future__ import annotations

import os

from assay.data.tracked import TrackedOutput, tracked_outputs
from assay.data.transfer import exchange_with, report
from assay.data.versions import recorded_versions
from assay.errors import AssayError, UnexpectedError
from assay.fs.paths import check_entries
from assay.fs.remove import remove
from assay.pipeline.file_versions import FileVersion
from assay.pipeline.model import Stage
from assay.pipeline.records import lock_path, path_item
from assay.pipeline.tracking import Tracker
from assay.pipeline.version_records import write_versions
from assay.pipeline.workbench import Workbench
from assay.remotes.connect import is_mirror
from assay.remotes.fetch import fetch
from assay.remotes.versioned import Stored, VersionedRemote, connect_versioned
from assay.remotes.wanted import Wanted
from assay.store.hashes import MD5, Fingerprint
from assay.store.trees import tree_bytes, tree_id
from assay.typed import Mapping, Sequence
from assay.ui.progress import Progress
from assay.workers import in_parallel

Files = tuple[FileVersion, ...]


class UnsavedChanges(AssayError):
    """What the remote has would replace what is nowhere else."""

    def __init__(self, shown: str, paths: Sequence[str]) -> None:
        super().__init__(
            f"'{shown}' has changes that are in no cache:\n" + "\n".join(paths),
            hint=f"keep them with `dvc add` or `dvc commit`, or delete them, and update '{shown}' "
            "again",
        )


def update_from_mirror(
    bench: Workbench, stage: Stage, tracker: Tracker, jobs: int | None = None
) -> None:
    """Bring the outputs of a stage up to date and record them; says which ones cannot be.

    Raises AssayError for a remote that is no mirror, UnsavedChanges, UnsafePath, TransferFailed.
    """
    tracked = {one.location: one for one in tracked_outputs(bench.pipeline)}
    found: dict[str, Files] = {}
    for output in stage.outputs:
        one = tracked.get(output.location)
        name = _remote_name(bench, one)
        if one is None or not name:
            _warn(bench, output.location, "it was never pushed to a remote")
            continue
        files = _updated(bench, one, _mirror(bench, stage, name), jobs)
        if files is not None:
            found[lock_path(stage, output.path, output.location)] = files
    if found:
        _record(bench, stage, found, tracker)


def _remote_name(bench: Workbench, one: TrackedOutput | None) -> str:
    """The remote that an output was pushed to, as the configuration has it; "" if there is none.

    `add` and `commit` record no versions of new data: then it is the default, if that is a mirror.
    """
    if one is None or one.content is None or not one.output.push:
        return ""
    told = one.output.remote or next((file.remote for file in one.versions if file.remote), "")
    if told:
        return told.lower()
    default = (bench.project.config.get("core", "remote") or "").lower()
    return default if is_mirror(bench.project.config.remotes.get(default, {})) else ""


def _mirror(bench: Workbench, stage: Stage, name: str) -> VersionedRemote:
    options = bench.project.config.remote(name)
    if not is_mirror(options):
        address = bench.addresses.stage(stage)
        raise AssayError(
            f"update is not supported for '{address}' that is not an import.",
            hint=f"to take the latest versions from '{name}', set `worktree` for it",
        )
    return connect_versioned(name, options, bench.console)


def _updated(
    bench: Workbench, one: TrackedOutput, remote: VersionedRemote, jobs: int | None
) -> Files | None:
    """The files that an output has now; None if it has to stay as it is."""
    bench.workspace.check(one.location)
    try:
        stored = _latest(remote, one.location)
        if not stored:
            _warn(bench, one.location, "it does not exist in the remote")
            return None
        files = _known_or_brought(bench, remote, one, stored, jobs)
    except OSError as error:
        raise UnexpectedError(str(error)) from None
    _place(bench, remote, one.location, files, jobs)
    return files


def _latest(remote: VersionedRemote, location: str) -> dict[str, Stored]:
    """Path below the output → its latest version; the path of a file is "". Raises UnsafePath."""
    stored = remote.latest(location)
    if stored is not None:
        return {"": stored}
    top = len(location) + 1
    below = {path[top:]: one for path, one in remote.latest_below(location).items()}
    check_entries(list(below))
    return below


def _known_or_brought(
    bench: Workbench,
    remote: VersionedRemote,
    one: TrackedOutput,
    stored: Mapping[str, Stored],
    jobs: int | None,
) -> Files:
    """What each path holds: as it was recorded, else found out by bringing it into the cache."""
    is_md5 = one.content is not None and one.content.kind == MD5
    recorded = {file.path: file for file in one.versions if file.version_id and is_md5}
    new = []
    files = {}
    for path, latest in stored.items():
        known = recorded.get(path)
        if known is not None and known.etag == latest.version.etag:
            files[path] = known
        else:
            new.append(path)
    scratch = os.path.join(bench.project.incoming_dir, os.urandom(8).hex())
    cache = bench.workspace.cache

    def bring(path: str) -> FileVersion:
        place = os.path.join(scratch, os.urandom(8).hex())
        latest = stored[path]
        remote.fetch(f"{one.location}/{path}" if path else one.location, latest.version, place)
        size = os.stat(place).st_size
        md5 = cache.put_file(place, size)
        remove(place)
        version = latest.version
        return FileVersion(path, md5, size, remote.name, version.etag, version.id)

    os.makedirs(scratch)
    try:
        with Progress(bench.console, "Downloading", total=len(new)) as progress:
            for file in in_parallel(bring, new, jobs=jobs or remote.jobs):
                files[file.path] = file
                progress.advance()
    finally:
        remove(scratch)
    return tuple(sorted(files.values()))


def _place(
    bench: Workbench, remote: VersionedRemote, location: str, files: Files, jobs: int | None
) -> None:
    """Make the workspace hold the files; what the cache lacks comes from the remote."""
    object_id = files[0].md5
    if files[0].path:
        object_id = tree_id(tree_bytes([(file.path, file.md5) for file in files]))
    recorded = [(location, MD5, files)]
    there = recorded_versions(remote.name, bench.project.config, recorded, bench.console)
    exchange = exchange_with(bench, there, jobs)
    report(bench.console, fetch(exchange, [Wanted(object_id)]), "download")
    before = bench.workspace.fingerprint(location)
    if before is not None:
        _refuse_unsaved(bench, location, before)
    is_executable = before is not None and before.is_executable
    bench.workspace.restore(location, object_id, executable=is_executable)


def _refuse_unsaved(bench: Workbench, location: str, found: Fingerprint) -> None:
    """Raise UnsavedChanges if the cache lacks some of what the location holds."""
    files = {location: found.md5}
    if found.is_tree:
        entries = bench.workspace.entries(location)
        files = {f"{location}/{entry.path}": entry.md5 for entry in entries}
    unsaved = [path for path, md5 in files.items() if not bench.workspace.cache.has(md5)]
    if unsaved:
        shown = bench.addresses.path(location)
        raise UnsavedChanges(shown, [bench.addresses.path(path) for path in unsaved])


def _record(bench: Workbench, stage: Stage, found: Mapping[str, Files], tracker: Tracker) -> None:
    old = bench.pipeline.entry(stage)
    assert old is not None  # it named the versions
    items = {item["path"]: item for item in old["outs"]}
    for output in stage.outputs:
        path = lock_path(stage, output.path, output.location)
        now = bench.workspace.fingerprint(output.location) if path in found else None
        if now is not None:
            items[path] = path_item(path, now)
    tracker.write(stage, {**old, "outs": list(items.values())}, old)
    changed = write_versions(bench.project, stage, found)
    if changed is not None:
        tracker.note(changed)


def _warn(bench: Workbench, location: str, why: str) -> None:
    bench.console.warning(f"Could not update '{bench.addresses.path(location)}', {why}")
