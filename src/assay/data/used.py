"""Which objects a pipeline uses: what its outputs were recorded to hold."""

from __future__ import annotations

from assay.pipeline.address import Addresses
from assay.pipeline.graph import Graph
from assay.pipeline.load import Pipeline
from assay.pipeline.model import Output, Stage
from assay.pipeline.records import Entry, Record, lock_path, records, versions_in
from assay.pipeline.targets import Found, Targets
from assay.remotes.wanted import Wanted
from assay.store.hashes import LEGACY_MD5, MD5, check_object_id
from assay.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from assay.pipeline.file_versions import FileVersion
from assay.typed import Iterable


class Scope(NamedTuple):
    """Which outputs are meant, in the workspace or in any commit; all without `targets`."""

    targets: tuple[str, ...] = ()
    with_deps: bool = False
    recursive: bool = False


class History(NamedTuple):
    """The commits that a command is about besides the workspace."""

    all_branches: bool = False
    all_tags: bool = False
    all_commits: bool = False


class UsedObject(NamedTuple):
    """What the output at `location` was recorded to hold, or the part of it that is meant.

    `remote` is the output's own, `size` is in bytes and None if it was not recorded. `versions` are
    the files that a record after a push to a remote that keeps versions tells about one by one.
    """

    location: str
    wanted: Wanted
    kind: str
    size: int | None
    remote: str | None
    is_pushed: bool
    versions: tuple[FileVersion, ...] = ()

    @property
    def recorded_remote(self) -> str:
        """The remote that has the versions; "" without any."""
        return next((file.remote.lower() for file in self.versions if file.remote), "")


class Used(NamedTuple):
    """Objects of cached outputs, and the outputs for which none was recorded yet."""

    objects: list[UsedObject]
    unknown: list[tuple[Stage, Output]]


def select(pipeline: Pipeline, scope: Scope, addresses: Addresses) -> list[Found]:
    """The stages, and paths in their outputs, that `scope` means. Raises UnknownTarget."""
    if not scope.targets:
        return [Found(stage) for stage in pipeline.stages.values()]
    graph = Graph(pipeline.stages.values())
    targets = Targets(pipeline, addresses, _keep_silent)
    found: list[Found] = []
    for target in scope.targets:
        found += targets.stages_or_outputs(target, graph, recursive=scope.recursive)
    if not scope.with_deps:
        return found
    return [Found(graph.stages[key]) for key in graph.order(item.stage.key for item in found)]


def used_objects(pipeline: Pipeline, found: Iterable[Found]) -> Used:
    """What the cached outputs of the stages in `found` hold. Raises UnsafePath."""
    used = Used([], [])
    for stage, location in found:
        objects, unknown = stage_objects(stage, pipeline.entry(stage), location)
        used.objects.extend(objects)
        used.unknown.extend(unknown)
    return used


def stage_objects(stage: Stage, entry: Entry | None, location: str | None = None) -> Used:
    """What `entry` says that the cached outputs of `stage` hold, or the one at `location`.

    Imports from other repositories have nothing: their data is in a remote of those. Nor have those
    of versions in a bucket, which has them.
    """
    used = Used([], [])
    if stage.has_versioned_source or any(item.repo is not None for item in stage.dependencies):
        return used
    known = records(entry, "outs")
    for output in stage.outputs:
        if not output.cache or not _is_meant(output, location):
            continue
        record = known.get(lock_path(stage, output.path, output.location))
        if record is None or record.md5 is None:
            used.unknown.append((stage, output))
        else:
            part = location[len(output.location) + 1 :] if location else ""
            used.objects.append(_used_object(output, record, part))
    return used


def _used_object(output: Output, record: Record, part: str) -> UsedObject:
    kind = LEGACY_MD5 if record.is_legacy else MD5
    return UsedObject(
        location=output.location,
        wanted=Wanted(check_object_id(record.md5 or ""), kind, part),
        kind=output.kind,
        size=record.size,
        remote=output.remote,
        is_pushed=output.push,
        versions=versions_in(record),
    )


def _is_meant(output: Output, location: str | None) -> bool:
    if location is None:
        return True
    return output.location == location or location.startswith(output.location + "/")


def _keep_silent(_: str) -> None:
    """Whoever opened the workspace was warned already."""
