"""From the files of a project to its stages: every dvc.yaml, dvc.lock and .dvc file read once."""

from __future__ import annotations

import os.path
from collections.abc import Callable
from typing import Any, NamedTuple

from assay.errors import FileProblem
from assay.formats.parameters import read_parameters
from assay.formats.yaml_read import YamlProblem, decode, pretty
from assay.pipeline.build import stage_from_body, stage_from_dvc_file
from assay.pipeline.files import ProjectFiles
from assay.pipeline.lockfile import lock_location, read_entries
from assay.pipeline.model import PipelineFile, Stage
from assay.pipeline.records import Entry
from assay.pipeline.schema import check_pipeline_file, check_stage_file
from assay.pipeline.templating import ParsingOptions, resolve

PIPELINE_NAME = "dvc.yaml"


class Pipeline(NamedTuple):
    """All stages of a project and what was recorded for them.

    `stages` and `entries` are keyed by `Stage.key`; `files` holds the other sections of each
    dvc.yaml by its path. An entry is None for a stage that never ran.
    """

    stages: dict[str, Stage]
    files: dict[str, PipelineFile]
    entries: dict[str, Entry | None]

    def entry(self, stage: Stage) -> Entry | None:
        """What was recorded for `stage`, in dvc.lock or in its own .dvc file."""
        return stage.recorded if stage.recorded is not None else self.entries.get(stage.key)


class Loader:
    """Loads stage files of one place. `root` is only used to spell absolute paths."""

    __slots__ = ("_files", "_parsing", "_root", "_shown", "_warn")

    def __init__(
        self,
        files: ProjectFiles,
        root: str,
        *,
        parsing: ParsingOptions,
        warn: Callable[[str], None],
        shown: Callable[[str], str],
    ) -> None:
        self._files = files
        self._root = root
        self._parsing = parsing
        self._warn = warn
        self._shown = shown

    def load(self, names: list[str] | None = None) -> Pipeline:
        """The pipeline of the given stage files; of all stage files of the project by default."""
        pipeline = Pipeline({}, {}, {})
        for name in self._files.stage_files() if names is None else names:
            if os.path.basename(name) == PIPELINE_NAME:
                self._add_pipeline_file(pipeline, name)
            else:
                stage = self._stage_of(name)
                pipeline.stages[stage.key] = stage
        return _without_nested(pipeline) if names is None else pipeline

    def _add_pipeline_file(self, pipeline: Pipeline, name: str) -> None:
        data = self._parse(name)
        check_pipeline_file(data, shown_name=self._shown(name), text=self._text(name))
        folder = os.path.dirname(name)
        resolved = resolve(
            data or {},
            name=self._shown(name),
            directory=folder,
            read=self._read_variables,
            parsing=self._parsing,
            warn=self._warn,
        )
        pipeline.files[name] = PipelineFile(
            path=name,
            folder=folder,
            params=resolved.params,
            metrics=resolved.metrics,
            plots=resolved.plots,
            artifacts=resolved.artifacts,
            datasets=resolved.datasets,
            parametrized=resolved.parametrized,
            groups=resolved.groups,
        )
        entries = self._lock_entries(name)
        for stage_name, body in resolved.stages.items():
            stage = stage_from_body(self._root, name, stage_name, body)
            pipeline.stages[stage.key] = stage
            pipeline.entries[stage.key] = entries.get(stage_name)

    def _stage_of(self, name: str) -> Stage:
        data = self._parse(name)
        check_stage_file(data, shown_name=self._shown(name), text=self._text(name))
        return stage_from_dvc_file(self._root, name, data or {})

    def _lock_entries(self, stage_file: str) -> dict[str, Entry]:
        name = lock_location(stage_file)
        if self._files.read(name) is None:
            return {}
        return read_entries(self._parse(name), self._shown(name), self._text(name))

    def _parse(self, name: str) -> Any:
        try:
            return self._files.yaml(name)
        except YamlProblem as problem:
            raise FileProblem(pretty(problem, f"./{self._shown(name)}", self._text(name))) from None

    def _text(self, name: str) -> str:
        return decode(self._files.read(name) or b"", self._shown(name))

    def _read_variables(self, path: str) -> object | None:
        data = self._files.read(path)
        return None if data is None else read_parameters(path, data)


def _without_nested(pipeline: Pipeline) -> Pipeline:
    """Stage files inside an output directory belong to the data, not to the project."""
    folders = {output.location for s in pipeline.stages.values() for output in s.outputs}
    nested = {file for file in _stage_files(pipeline) if _inside_one(file, folders)}
    if not nested:
        return pipeline
    return Pipeline(
        {key: stage for key, stage in pipeline.stages.items() if stage.file not in nested},
        {name: file for name, file in pipeline.files.items() if name not in nested},
        pipeline.entries,
    )


def _stage_files(pipeline: Pipeline) -> set[str]:
    return {stage.file for stage in pipeline.stages.values()}


def _inside_one(path: str, folders: set[str]) -> bool:
    folder = os.path.dirname(path)
    while folder:
        if folder in folders:
            return True
        folder = os.path.dirname(folder)
    return False
