"""Which files belong to an experiment although Git does not track them (spec/experiments.md §2)."""

from __future__ import annotations

import os

from assay.git.work_tree import expand
from assay.pipeline.build import DEFAULT_PARAMS, locate
from assay.pipeline.load import Pipeline
from assay.pipeline.lockfile import lock_location
from assay.pipeline.model import PipelineFile, Stage
from assay.pipeline.workbench import Workbench
from assay.project import DVC_DIR
from assay.typed import Any, Collection, Iterable, Iterator


def result_places(bench: Workbench, visited: Collection[str], extra: Iterable[str]) -> set[str]:
    """Files and directories that a run's experiment holds even if Git does not know them yet.

    Relative to the Git root. `visited`: keys of the stages that were brought up to date; `extra`:
    locations of edited parameter files. What Git ignores stays out of an experiment all the same.
    """
    wanted = {
        *extra,
        *_of_stages(bench.graph.stages[key] for key in visited if key in bench.graph.stages),
    }
    for file in bench.pipeline.files.values():
        wanted.update(top_level(bench.project.root, file))
    return set(map(bench.project.git_path, wanted))


def pipeline_places(root: str, pipeline: Pipeline) -> set[str]:
    """Locations in Git that the stages and dvc.yaml files of a pipeline name, and their own."""
    found = set(_of_stages(pipeline.stages.values()))
    for file in pipeline.files.values():
        found |= {file.path, os.path.join(file.folder, DEFAULT_PARAMS), *top_level(root, file)}
    return found


def included_files(bench: Workbench, locations: Iterable[str]) -> list[str]:
    """Files at and below `locations`, ignored or not, relative to the Git root.

    Of a directory not its cached outputs, and not what `.dvc` holds of this machine.
    """
    project = bench.project
    cache = os.path.relpath(project.cache_dir, project.root)
    own = [f"{DVC_DIR}/tmp", f"{DVC_DIR}/config.local", cache]
    stages = bench.pipeline.stages.values()
    outputs = [output.location for s in stages for output in s.outputs if output.cache]
    private = set(map(project.git_path, [*own, *outputs]))
    found: dict[str, None] = {}
    for location in locations:
        named = project.git_path(location)
        apart = private if not _is_below(named, private) else set()
        files = expand(project.git().root, [named])
        found.update((file, None) for file in files if not _is_below(file, apart))
    return list(found)


def matching(files: Iterable[str], wanted: Iterable[str]) -> list[str]:
    """Those of `files` that are in `wanted`, or below a directory in it."""
    places = set(wanted)
    return [file for file in files if _is_below(file, places)]


def top_level(root: str, file: PipelineFile) -> Iterator[str]:
    """Locations named by the top-level `params`, `metrics` and `plots` of a dvc.yaml."""
    for entry in (*file.params, *file.metrics):
        yield locate(root, file.folder, str(entry))
    for entry in file.plots:
        for path in _plot_paths(entry):
            yield locate(root, file.folder, path)


def _of_stages(stages: Iterable[Stage]) -> Iterator[str]:
    for stage in stages:
        yield stage.file
        if stage.name:
            yield lock_location(stage.file)
        yield from (dependency.location for dependency in stage.dependencies)
        yield from (file.location for file in stage.params)
        yield from (output.location for output in stage.outputs if not output.cache)


def _plot_paths(entry: Any) -> Iterator[str]:
    """The files of one plots entry: itself, and those named by `x` and `y`."""
    if isinstance(entry, str):
        yield entry
        return
    for name, options in entry.items():
        axes = [options.get(axis) for axis in ("x", "y")] if isinstance(options, dict) else []
        named = [path for axis in axes if isinstance(axis, dict) for path in axis]
        yield from named or [name]


def _is_below(path: str, places: set[str]) -> bool:
    while path:
        if path in places:
            return True
        path = path.rpartition("/")[0]
    return False
