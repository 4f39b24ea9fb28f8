"""The pipelines of many commits: a stage file is parsed, checked and built once per content.

Commits differ in dvc.lock and in parameters more than in stage files. So dvc.lock is read apart
from them, and what was built from a stage file is used again wherever the file is the same and so
is every file of variables that had a say.
"""

from __future__ import annotations

import os.path

from assay.errors import AssayError
from assay.pipeline.build import DEFAULT_PARAMS
from assay.pipeline.definitions import lock_definition
from assay.pipeline.load import PIPELINE_NAME, Loader, Parsing, Pipeline
from assay.pipeline.lockfile import LOCK_NAME, lock_location
from assay.pipeline.model import PipelineFile, Stage
from assay.pipeline.records import Entry
from assay.pipeline.revisions.objects import RevisionObjects
from assay.pipeline.revisions.source import RevisionSource
from assay.pipeline.templating import check_default_variables
from assay.typed import Mapping, NamedTuple, Sequence


class RevisionLoader:
    """Loads pipelines from sources that share `objects`. `root` only spells absolute paths."""

    __slots__ = ("_built", "_merged", "_objects", "_parsing", "_root")

    def __init__(self, objects: RevisionObjects, root: str, parsing: Parsing) -> None:
        self._objects = objects
        self._root = root
        self._parsing = parsing
        self._built: dict[tuple[str, str], list[_Built]] = {}
        self._merged: dict[tuple[int, ...], _Stages] = {}

    def load(self, source: RevisionSource) -> Pipeline:
        """The stages of a commit with what was recorded for them.

        Commits with the same stages share the dictionaries `stages` and `files`, which nobody may
        change. Raises FileProblem and others for a broken file.
        """
        names = source.stage_files()
        parts = [self._part(source, name) for name in names]
        key = tuple(id(part) for part in parts)
        merged = self._merged.get(key)
        if merged is None:
            merged = self._merged[key] = _merge(parts)
        recorded = {name: self._entries(source, name) for name in merged.files}
        entries = {
            key: recorded[stage.file].get(stage.name)
            for key, stage in merged.stages.items()
            if stage.name
        }
        return Pipeline(merged.stages, merged.files, entries)

    def _part(self, source: RevisionSource, name: str) -> _Stages:
        """What one stage file says."""
        is_literal = self._is_literal(source, name)
        known = self._built.setdefault((name, source.blob_id(name) or ""), [])
        built = next((built for built in known if built.holds_in(source)), None)
        if built is None:
            built = self._build(_Observed(source, only=name if is_literal else None), name)
            known.append(built)
        stages = built.stages()
        if is_literal:
            self._check_variables(source, name)
        return stages

    def _build(self, files: _Observed, name: str) -> _Built:
        loader = Loader(
            files, self._root, parsing=self._parsing, warn=_keep_silent, shown=_as_it_is
        )
        try:
            pipeline = loader.load([name])
            return _Built(files.seen, _Stages(pipeline.stages, pipeline.files))
        except AssayError as error:
            return _Built(files.seen, error)

    def _is_literal(self, source: RevisionSource, name: str) -> bool:
        """Whether no variable can have a say in a stage file: it has no templates, no `vars`."""
        blob_id = source.blob_id(name) or ""

        def look() -> bool:
            text = self._objects.blob(blob_id)
            return b"${" not in text and b"vars" not in text

        return os.path.basename(name) != PIPELINE_NAME or self._objects.once(
            ("literal", blob_id), look
        )

    def _check_variables(self, source: RevisionSource, name: str) -> None:
        """Raise what loading the default variables raises, although nobody uses them."""
        if os.path.basename(name) != PIPELINE_NAME:
            return
        folder = os.path.dirname(name)
        default = os.path.join(folder, DEFAULT_PARAMS)
        if source.object_id(default) is None:
            return

        def check() -> None:
            check_default_variables(name=name, directory=folder, read=source.values)

        self._objects.once(("variables", name, source.object_id(default) or ""), check)

    def _entries(self, source: RevisionSource, name: str) -> Mapping[str, Entry]:
        """Stage name → entry, from the dvc.lock beside the dvc.yaml `name`."""
        lock = lock_location(name)
        blob_id = source.blob_id(lock)
        if blob_id is None:
            return {}
        return self._objects.once(
            ("entries", lock, blob_id),
            lambda: lock_definition(source, lock, shown=lock).value["stages"],
        )


class _Stages(NamedTuple):
    stages: dict[str, Stage]
    files: dict[str, PipelineFile]


class _Built(NamedTuple):
    """The outcome for one content of a stage file, and which other files it depends on."""

    seen: Mapping[str, str | None]
    outcome: _Stages | AssayError

    def holds_in(self, source: RevisionSource) -> bool:
        return all(source.object_id(path) == known for path, known in self.seen.items())

    def stages(self) -> _Stages:
        if isinstance(self.outcome, AssayError):
            raise self.outcome.with_traceback(None)
        return self.outcome


class _Observed:
    """`ProjectFiles` that notes which files were asked for. There is no dvc.lock in it.

    With `only` there is no other file than that one.
    """

    __slots__ = ("_only", "_source", "seen")

    def __init__(self, source: RevisionSource, *, only: str | None) -> None:
        self._source = source
        self._only = only
        self.seen: dict[str, str | None] = {}

    def read(self, path: str) -> bytes | None:
        if os.path.basename(path) == LOCK_NAME or self._only not in (None, path):
            return None
        self.seen[path] = self._source.object_id(path)
        return self._source.read(path)

    def stage_files(self) -> list[str]:
        return self._source.stage_files()

    def is_directory(self, path: str) -> bool:
        return self._source.is_directory(path)


def _merge(parts: Sequence[_Stages]) -> _Stages:
    """All parts as one, without stage files inside an output: those belong to the data."""
    stages = {key: stage for part in parts for key, stage in part.stages.items()}
    outputs = {output.location for stage in stages.values() for output in stage.outputs}
    files = {name: file for part in parts for name, file in part.files.items()}
    return _Stages(
        {key: stage for key, stage in stages.items() if not _is_inside(stage.file, outputs)},
        {name: file for name, file in files.items() if not _is_inside(name, outputs)},
    )


def _is_inside(path: str, folders: set[str]) -> bool:
    while path:
        path = path.rpartition("/")[0]
        if path in folders:
            return True
    return False


def _as_it_is(name: str) -> str:
    return name


def _keep_silent(_: str) -> None:
    """Warnings about a commit would come back with each look at it."""
