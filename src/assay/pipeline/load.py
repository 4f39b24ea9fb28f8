"""From the files of a project to its stages: every dvc.yaml, dvc.lock and .dvc file read once."""

from __future__ import annotations

import os.path

from assay.errors import AssayError
from assay.pipeline.build import DEFAULT_PARAMS, stage_from_body, stage_from_dvc_file
from assay.pipeline.files import ProjectFiles
from assay.pipeline.lockfile import lock_key, lock_location
from assay.pipeline.memory import Memory, survives
from assay.pipeline.model import PipelineFile, Stage
from assay.pipeline.params import ParamReader
from assay.pipeline.records import Entry
from assay.project import Project
from assay.typed import Any, Callable, NamedTuple

PIPELINE_NAME = "dvc.yaml"
Parsing = tuple[str, str]
"""The options `parsing.bool` and `parsing.list`."""


def parsing_options(project: Project) -> Parsing:
    """How the project wants booleans and lists unpacked into commands (`parsing.*`)."""
    config = project.config
    return (
        config.get("parsing", "bool") or "store_true",
        config.get("parsing", "list") or "nargs",
    )


def stage_file_key(location: str) -> str:
    """Under what the meaning of a .dvc file is kept in the memory."""
    return f"file {location}"


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
    """Loads stage files of one place. `root` is only used to spell absolute paths.

    With a `memory` files that did not change are not even opened.
    """

    __slots__ = ("_files", "_memory", "_parsing", "_root", "_shown", "_warn")

    def __init__(
        self,
        files: ProjectFiles,
        root: str,
        *,
        parsing: Parsing,
        warn: Callable[[str], None],
        shown: Callable[[str], str],
        memory: Memory | None = None,
    ) -> None:
        self._files = files
        self._root = root
        self._parsing = parsing
        self._warn = warn
        self._shown = shown
        self._memory = memory

    def load(self, names: list[str] | None = None, *, skip_broken: bool = False) -> Pipeline:
        """The pipeline of the given stage files; of all stage files of the project by default.

        A file that cannot be understood is an error, or is left out with `skip_broken`.
        """
        pipeline = Pipeline({}, {}, {})
        for name in self._files.stage_files() if names is None else names:
            try:
                self._add_file(pipeline, name)
            except AssayError:
                if not skip_broken:
                    raise
        return _without_nested(pipeline) if names is None else pipeline

    def _add_file(self, pipeline: Pipeline, name: str) -> None:
        if os.path.basename(name) == PIPELINE_NAME:
            self._add_pipeline_file(pipeline, name)
        else:
            stage = stage_from_dvc_file(self._root, name, self._stage_file(name))
            pipeline.stages[stage.key] = stage

    def _add_pipeline_file(self, pipeline: Pipeline, name: str) -> None:
        folder = os.path.dirname(name)
        data = self._pipeline_file(name, folder)
        lock = self._lock(lock_location(name))
        pipeline.files[name] = PipelineFile(
            path=name,
            folder=folder,
            params=data["params"],
            metrics=data["metrics"],
            plots=data["plots"],
            artifacts=data["artifacts"],
            datasets=data["datasets"],
            locked_datasets=lock["datasets"],
            parametrized=frozenset(data["parametrized"]),
            groups={group: tuple(members) for group, members in data["groups"].items()},
        )
        entries = lock["stages"]
        for stage_name, body in data["stages"].items():
            stage = stage_from_body(self._root, name, stage_name, body)
            pipeline.stages[stage.key] = stage
            pipeline.entries[stage.key] = entries.get(stage_name)

    def _pipeline_file(self, name: str, folder: str) -> dict[str, Any]:
        key = f"pipeline {self._parsing} {name}"
        known = self._memory.recall(key) if self._memory is not None else None
        if known is not None and (not known["is_literal"] or self._is_sound(folder)):
            return known  # type: ignore[no-any-return]  # what was kept below
        # Parsers, schema and templates cost 15 ms at start-up: only for files that changed.
        from assay.pipeline.definitions import pipeline_definition

        said: list[str] = []
        found = pipeline_definition(
            self._files,
            name,
            shown=self._shown(name),
            folder=folder,
            parsing=self._parsing,
            warn=said.append,
        )
        for text in said:
            self._warn(text)
        if self._memory is not None and not said:
            self._memory.keep(key, found.files, found.value, shares=True)
        return found.value

    def _is_sound(self, folder: str) -> bool:
        """Whether the default variables can be read; if not, the full way says what is wrong."""
        assert self._memory is not None
        location = os.path.join(folder, DEFAULT_PARAMS)
        if self._memory.recall(f"sound {location}"):
            return True
        try:
            content = ParamReader(self._files, self._memory).content(location)
        except AssayError:
            return False
        if content is not None and not (isinstance(content, dict) and survives(content, set())):
            return False
        self._memory.keep(f"sound {location}", [location], True)
        return True

    def _stage_file(self, name: str) -> dict[str, Any]:
        key = stage_file_key(name)
        if self._memory is not None and (known := self._memory.recall(key)) is not None:
            return known  # type: ignore[no-any-return]  # what was kept below
        from assay.pipeline.definitions import stage_file_definition  # as above

        found = stage_file_definition(self._files, name, shown=self._shown(name))
        if self._memory is not None:
            self._memory.keep(key, found.files, found.value)
        return found.value

    def _lock(self, name: str) -> dict[str, Any]:
        if self._memory is not None and (known := self._memory.recall(lock_key(name))) is not None:
            return known  # type: ignore[no-any-return]  # what was kept below
        if self._files.read(name) is None:
            return {"stages": {}, "datasets": None}
        from assay.pipeline.definitions import lock_definition  # as above

        found = lock_definition(self._files, name, shown=self._shown(name))
        if self._memory is not None:
            self._memory.keep(lock_key(name), found.files, found.value)
        return found.value


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
