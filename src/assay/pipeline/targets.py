"""Which stages a word on the command line means (spec/pipelines.md §1, §5.2)."""

from __future__ import annotations

import os.path

from assay.errors import AssayError
from assay.pipeline.address import PIPELINE_NAME, Addresses
from assay.pipeline.graph import Graph
from assay.pipeline.load import Pipeline
from assay.pipeline.lockfile import LOCK_NAME
from assay.pipeline.model import Stage
from assay.typed import Callable, NamedTuple


class UnknownStage(AssayError):
    """No stage has the name that was asked for."""


class UnknownTarget(AssayError):
    """A target is neither a stage nor an output."""


class Found(NamedTuple):
    """A stage that a target means, and the path inside its outputs that was named, if any."""

    stage: Stage
    location: str | None = None


class Targets:
    """Looks words up in a pipeline, as typed in one directory."""

    __slots__ = ("_addresses", "_pipeline", "_warn")

    def __init__(
        self, pipeline: Pipeline, addresses: Addresses, warn: Callable[[str], None]
    ) -> None:
        self._pipeline = pipeline
        self._addresses = addresses
        self._warn = warn

    def default(self) -> list[Stage]:
        """The stages of the dvc.yaml in the directory. Raises UnknownStage without one."""
        file = self._addresses.location(PIPELINE_NAME)
        return self._stages_of_file(file)

    def stages(self, target: str, *, recursive: bool = False, glob: bool = False) -> list[Stage]:
        """The stages that `target` names. Raises UnknownStage."""
        place = self._addresses.location(target)
        if recursive and os.path.isdir(os.path.join(self._addresses.root, place)):
            return self._below(place)
        file, name = split_target(target)
        location = self._addresses.location(file)
        if not name:
            return self._stages_of_file(location)
        if os.path.basename(file) != PIPELINE_NAME:
            self._warn(f"Ignoring name '{name}' for single stage in '{file}'.")
            return self._stages_of_file(location)
        if location not in self._pipeline.files:
            raise UnknownStage(f"'{os.path.join(self._addresses.root, location)}' does not exist")
        return self._matching(location, name) if glob else self._named(location, name)

    def stages_or_outputs(
        self, target: str, graph: Graph, *, recursive: bool = False
    ) -> list[Found]:
        """What `target` means: an output, a path inside one, or stages. Raises UnknownTarget."""
        place = self._addresses.location(target)
        owner = graph.owners.exact(place) or graph.owners.around(place)
        if owner is not None:
            return [Found(graph.stages[owner], place)]
        try:
            return [Found(stage) for stage in self.stages(target, recursive=recursive)]
        except UnknownStage as error:
            file = self._addresses.path(self._addresses.location(PIPELINE_NAME))
            raise UnknownTarget(
                f"'{target}' does not exist as an output or a stage name in '{file}'"
            ) from error

    def _stages_of_file(self, location: str) -> list[Stage]:
        found = [stage for stage in self._pipeline.stages.values() if stage.file == location]
        if not found and location not in self._pipeline.files:
            raise UnknownStage(f"'{os.path.join(self._addresses.root, location)}' does not exist")
        return found

    def _named(self, location: str, name: str) -> list[Stage]:
        stage = self._pipeline.stages.get(f"{location}:{name}")
        if stage is not None:
            return [stage]
        members = self._pipeline.files[location].groups.get(name)
        if members is None:
            file = self._addresses.path(location)
            raise UnknownStage(f"Stage '{name}' not found inside '{file}' file")
        return [self._pipeline.stages[f"{location}:{member}"] for member in members]

    def _matching(self, location: str, pattern: str) -> list[Stage]:
        from fnmatch import fnmatchcase  # only for --glob

        return [
            stage
            for stage in self._pipeline.stages.values()
            if stage.file == location and fnmatchcase(stage.name, pattern)
        ]

    def _below(self, folder: str) -> list[Stage]:
        prefix = "" if folder == "." else folder + "/"
        return [s for s in self._pipeline.stages.values() if s.file.startswith(prefix)]


def split_target(target: str) -> tuple[str, str]:
    """(stage file, stage name) of a word; the name is empty when it means the whole file."""
    file, colon, name = target.rpartition(":")
    if not colon:
        base = os.path.basename(target)
        if base == LOCK_NAME:
            raise UnknownStage(f"Did you mean: `{target[: -len(LOCK_NAME)]}{PIPELINE_NAME}`?")
        is_file = base == PIPELINE_NAME or base.endswith(".dvc")
        return (target, "") if is_file else (PIPELINE_NAME, target)
    if os.path.basename(file) == LOCK_NAME:
        raise UnknownStage(f"Did you mean: `{file[: -len(LOCK_NAME)]}{PIPELINE_NAME}:{name}`?")
    return file or PIPELINE_NAME, name
