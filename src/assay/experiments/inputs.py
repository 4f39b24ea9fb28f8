"""What an experiment starts from that does not run in the workspace: a tree of everything tracked.

Only data in the cache and files that Git tracks reach a sandbox. Data that was changed since it was
added is put into the cache first; files that a stage reads and that would be missing are named.
"""

from __future__ import annotations

import os

from assay.experiments.chosen import chosen_stages
from assay.experiments.request import RunRequest
from assay.git.ignored import tracked
from assay.git.index_file import read_index
from assay.git.snapshot import snapshot
from assay.git.status import Status, look
from assay.pipeline.address import Addresses
from assay.pipeline.build import is_stage_file
from assay.pipeline.dvc_file import output_item, text_with_outputs
from assay.pipeline.model import Stage
from assay.pipeline.records import path_item, records
from assay.pipeline.targets import UnknownStage, UnknownTarget
from assay.pipeline.workbench import Workbench, open_workbench
from assay.project import Project
from assay.typed import Collection, Iterator, Mapping
from assay.ui.console import Console


def capture(
    project: Project,
    request: RunRequest,
    edits: Mapping[str, bytes],
    *,
    addresses: Addresses,
    console: Console,
    later_edits: Collection[str] = (),
) -> str:
    """Id of a tree: the workspace with `edits` (absolute path → content) and changed data.

    `later_edits` are paths that the caller will replace in the tree. Nothing of the user's is
    written. Warns of untracked files that stages read. Raises UnknownTarget for a bad target,
    unless the edits may be what makes it a good one, and what `open_workbench` does.
    """
    status, listed = _look(project)
    bench = open_workbench(project, addresses, console, listed=listed)
    blobs = {bench.addresses.location(path): content for path, content in edits.items()}
    try:
        chosen = [bench.graph.stages[key] for key in chosen_stages(bench, request)]
    except (UnknownStage, UnknownTarget):
        if not edits and not later_edits:
            raise
        chosen = []
    for stage in chosen:
        if stage.is_data_source and not stage.frozen:
            text = _changed_data(bench, stage)
            if text is not None:
                blobs[stage.file] = text.encode("utf-8")
                status = None  # that may have taken long
    bench.workspace.save()
    supplied = map(bench.addresses.location, (*later_edits, *request.copy_paths))
    _warn_of_untracked(bench, chosen, [*blobs, *supplied])
    git_path = bench.project.git_path
    return snapshot(
        bench.project.git(),
        extra_blobs={git_path(location): content for location, content in blobs.items()},
        durable=True,
        status=status,
    )


def _look(project: Project) -> tuple[Status | None, list[str] | None]:
    """How the work tree differs, and where its stage files are, in one question to Git.

    None for what is to be asked where it is needed: where Git's index has to be read by Git.
    """
    repository = project.git()
    index = read_index(repository.git_dir)
    names = index.names()
    if names is None or repository.object_files(durable=True) is None:
        return None, None
    status = look(repository, untracked=True)
    if read_index(repository.git_dir) != index:
        return None, None  # somebody adds files at this moment
    below = f"{project.prefix}/" if project.prefix else ""
    files = {path for path in (*names, *status.untracked) if is_stage_file(path)}
    return status, [path for path in files if path.startswith(below)]


def _changed_data(bench: Workbench, stage: Stage) -> str | None:
    """The text that the .dvc file would have if its data were added anew; None if it has not
    changed or is not there. The data is in the cache afterwards."""
    known = records(bench.pipeline.entry(stage), "outs")
    items = []
    for output in stage.outputs:
        found = bench.workspace.fingerprint(output.location)
        record = known.get(output.path)
        if found is None or (record is not None and record.is_legacy):
            return None
        if (
            record is None
            or record.md5 != found.md5
            or not bench.workspace.cache.has_all(found.md5)
        ):
            found = bench.workspace.gather(output.location, relink=False)
        items.append(output_item(path_item(output.path, found), output.path))
    if all(item["md5"] == known[item["path"]].md5 for item in items if item["path"] in known):
        return None
    return text_with_outputs(bench.workspace.absolute(stage.file), items)


def _warn_of_untracked(bench: Workbench, stages: list[Stage], present: list[str]) -> None:
    project = bench.project
    readers: dict[str, str] = {}
    for stage in stages:
        for location in _read_by(bench, stage):
            readers.setdefault(location, bench.addresses.stage(stage))
    wanted = [path for path in readers if not _is_at(path, present) and _is_there(bench, path)]
    known = tracked(project.git(), map(project.git_path, wanted))
    for location in wanted:
        if project.git_path(location) not in known:
            shown = bench.addresses.path(location)
            bench.console.warning(
                f"'{shown}', which stage '{readers[location]}' reads, is not tracked by Git and "
                f"will not be there: add it with `git add {shown}`, or copy it with `-C {shown}`."
            )


def _read_by(bench: Workbench, stage: Stage) -> Iterator[str]:
    """Locations that the stage reads and that no stage or .dvc file makes."""
    owners = bench.graph.owners
    paths = [dependency.location for dependency in stage.dependencies]
    paths += [file.location for file in stage.params]
    for location in [stage.file, *paths] if stage.name else paths:
        if (
            "://" not in location
            and not os.path.isabs(location)
            and not owners.outputs_at(location)
        ):
            yield location


def _is_there(bench: Workbench, location: str) -> bool:
    return bench.workspace.exists(location)


def _is_at(location: str, places: list[str]) -> bool:
    return any(location == place or location.startswith(place + "/") for place in places)
