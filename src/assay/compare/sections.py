"""What a pipeline says there is to show: its files of parameters and metrics, and what was
recorded of dependencies and outputs. Pure. Source of the rules: spec/experiments.md §5.2.
"""

from __future__ import annotations

import os.path

from assay.compare.readings import DependencyContent, OutputContent
from assay.pipeline.build import locate
from assay.pipeline.load import Pipeline
from assay.pipeline.model import METRIC, Stage
from assay.pipeline.records import lock_path
from assay.typed import Any, Iterable, Iterator, Mapping, NamedTuple

Keys = tuple[str, ...] | None
"""The parameters of a file that are meant, by dotted path; None for the whole file."""


class Sections(NamedTuple):
    """The files that a pipeline names, in the order of its stages; locations, as all paths here."""

    params: Mapping[str, Keys]
    """What is shown of parameters; `params.yaml` comes on top of it if it exists."""
    tracked_params: Mapping[str, Keys]
    """Only what stages depend on."""
    metrics: tuple[str, ...]


def sections(pipeline: Pipeline, root: str) -> Sections:
    """The sections of a pipeline; `root` only spells paths that lie outside of the project."""
    tracked = [(file.location, file.keys) for s in pipeline.stages.values() for file in s.params]
    outputs = (
        output.location
        for stage in pipeline.stages.values()
        for output in stage.outputs
        if output.kind == METRIC
    )
    top_params = [(path, None) for path in _top_level(pipeline, "params", root)]
    return Sections(
        params=_merged([*tracked, *top_params]),
        tracked_params=_merged(tracked),
        metrics=tuple(dict.fromkeys([*outputs, *_top_level(pipeline, "metrics", root)])),
    )


def dependencies(pipeline: Pipeline, root: str) -> dict[str, DependencyContent]:
    """What was recorded of each dependency, without parameters, imports and data sets."""
    found: dict[str, DependencyContent] = {}
    for stage in pipeline.stages.values():
        items = _recorded(pipeline, stage, "deps")
        for dependency in stage.dependencies:
            if dependency.repo is None and dependency.dataset is None:
                item = items.get(lock_path(stage, dependency.path, dependency.location), {})
                found[_from_root(dependency.location, root)] = DependencyContent(*_content(item))
    return found


def outputs(pipeline: Pipeline, root: str) -> dict[str, OutputContent]:
    """What was recorded of each output, without metrics and plots."""
    found: dict[str, OutputContent] = {}
    for stage in pipeline.stages.values():
        items = _recorded(pipeline, stage, "outs")
        is_source = stage.is_data_source
        for output in stage.outputs:
            if output.is_plain:
                item = items.get(lock_path(stage, output.path, output.location), {})
                found[_from_root(output.location, root)] = OutputContent(
                    *_content(item), use_cache=output.cache, is_data_source=is_source
                )
    return found


def recorded_outputs(pipeline: Pipeline) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(location, item of dvc.lock or of the .dvc file) of every output that is kept in the cache;
    {} if it never was made."""
    for stage in pipeline.stages.values():
        items = _recorded(pipeline, stage, "outs")
        for output in stage.outputs:
            if not output.cache:
                continue
            path = lock_path(stage, output.path, output.location)
            yield output.location, items.get(path, {})


def _recorded(pipeline: Pipeline, stage: Stage, section: str) -> dict[str, Mapping[str, Any]]:
    return {item["path"]: item for item in (pipeline.entry(stage) or {}).get(section) or ()}


def _content(item: Mapping[str, Any]) -> tuple[str | None, int | None, int | None]:
    """Hash, size in bytes, number of files."""
    found = item.get("md5") or item.get("etag") or item.get("checksum")
    return (None if found is None else str(found)), item.get("size"), item.get("nfiles")


def _top_level(pipeline: Pipeline, section: str, root: str) -> Iterator[str]:
    for file in pipeline.files.values():
        for path in getattr(file, section):
            yield locate(root, file.folder, str(path))


def _merged(named: Iterable[tuple[str, Keys]]) -> dict[str, Keys]:
    """File → all keys that are named; who names the whole file outweighs the others."""
    merged: dict[str, Keys] = {}
    for path, keys in named:
        known = merged.get(path, ())
        if known is None or keys is None:
            merged[path] = None
        else:
            merged[path] = tuple(dict.fromkeys((*known, *keys)))
    return merged


def _from_root(location: str, root: str) -> str:
    return os.path.relpath(location, root) if os.path.isabs(location) else location
