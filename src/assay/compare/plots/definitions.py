"""Which plots a revision defines, in dvc.yaml and by its outputs (spec/experiments.md §8)."""

from __future__ import annotations

import os

from assay.compare.snapshots import Snapshot
from assay.pipeline.build import locate
from assay.pipeline.model import PLOT, PipelineFile
from assay.regex import regex
from assay.typed import Any, Callable, Iterable, Iterator, Mapping, NamedTuple, Sequence

_OF_OUTPUTS = frozenset({"header", "template", "title", "x", "x_label", "y", "y_label"})

Properties = Mapping[str, Any]
"""`x`, `y`, `x_label`, `y_label`, `title`, `template`, `header`, as in dvc.yaml. Where `x` or `y`
name files, these are locations."""


class Definition(NamedTuple):
    """One plot of one revision."""

    file: str
    """The dvc.yaml that defines it; "" for outputs of stages and for files that were asked for."""
    id: str
    """Its name; for the plot of a file that file's location."""
    properties: Properties

    @property
    def is_of_file(self) -> bool:
        """Whether `id` is the file to draw, because `y` names none."""
        return not isinstance(self.properties.get("y"), dict)

    @property
    def sources(self) -> list[str]:
        """Locations of the files that it needs, each once."""
        axes = (self.properties.get("y"), self.properties.get("x"))
        named = [file for axis in axes if isinstance(axis, dict) for file in axis]
        return list(dict.fromkeys([self.id, *named] if self.is_of_file else named))


class Request(NamedTuple):
    """What the command line says about plots."""

    targets: Sequence[str] = ()
    """Files and names of plots as typed; empty for all plots."""
    overrides: Properties = {}  # noqa: RUF012 - never changed
    """Properties that replace those of every definition."""
    folder: str = ""
    """Where the command runs, relative to the project root: targets may be relative to it."""


def definitions(state: Snapshot, root: str, request: Request) -> list[Definition]:
    """The plots that a state defines and that are asked for, in the order of the pipeline.

    Directories have become their files. `root` only spells paths that lie outside of the project.
    Raises what loading a pipeline raises.
    """
    found: dict[tuple[str, str], Definition] = {}
    for definition in _named(state, root, request):
        for item in _expanded(definition, state.files_at):
            known = found.get(item[:2])
            properties = {**known.properties, **item.properties} if known else item.properties
            found[item[:2]] = item._replace(properties=properties)
    return [_overridden(definition, request.overrides) for definition in found.values()]


def _named(state: Snapshot, root: str, request: Request) -> Iterator[Definition]:
    wanted = _Wanted(request)
    for file in state.pipeline.files.values():
        for written, properties in _entries(file.plots).items():
            definition = _top_level(file, root, written, properties)
            if wanted.has(definition, written):
                yield definition
    for stage in state.pipeline.stages.values():
        for output in stage.outputs:
            if output.kind == PLOT and wanted.has(Definition("", output.location, {}), output.path):
                properties = {k: v for k, v in output.details.items() if k in _OF_OUTPUTS}
                yield Definition("", output.location, properties)
    for location in wanted.locations:
        if state.exists(location):
            yield Definition("", location, {})


def _entries(plots: Iterable[Any]) -> dict[str, Properties]:
    """Name → properties; of two entries with one name the later counts."""
    found: dict[str, Properties] = {}
    for entry in plots:
        found |= {entry: {}} if isinstance(entry, str) else entry
    return {str(name): properties or {} for name, properties in found.items()}


def _top_level(file: PipelineFile, root: str, written: str, properties: Properties) -> Definition:
    located = {
        name: {locate(root, file.folder, str(path)): fields for path, fields in value.items()}
        if name in ("x", "y") and isinstance(value, dict)
        else value
        for name, value in properties.items()
    }
    definition = Definition(file.path, written, located)
    if definition.is_of_file:
        return definition._replace(id=locate(root, file.folder, written))
    return definition


def _expanded(definition: Definition, files_at: Callable[[str], list[str]]) -> Iterator[Definition]:
    if not definition.is_of_file:
        yield definition
        return
    for path in files_at(definition.id):
        yield definition._replace(id=path)


def _overridden(definition: Definition, overrides: Properties) -> Definition:
    """A field that replaces those of named files is looked for in each of these files."""
    changed = dict(overrides)
    files = definition.properties.get("y")
    if isinstance(files, dict) and isinstance(changed.get("y"), str):
        changed["y"] = dict.fromkeys(files, changed["y"])
    return definition._replace(properties={**definition.properties, **changed})


class _Wanted:
    """The targets of a request."""

    __slots__ = ("_folder", "_targets", "locations")

    def __init__(self, request: Request) -> None:
        self._targets = request.targets
        self._folder = request.folder
        self.locations = [
            os.path.normpath(os.path.join(request.folder, target)) for target in request.targets
        ]

    def has(self, definition: Definition, written: str) -> bool:
        """Whether a plot is asked for: by name, by file, by a directory, or by a pattern."""
        if not self._targets or definition.id in self.locations:
            return True
        if any(definition.id.startswith(f"{location}/") for location in self.locations):
            return True
        shown = os.path.relpath(definition.file, self._folder or ".") if definition.file else ""
        names = (written, definition.id, f"{definition.file}::{written}", f"{shown}::{written}")
        return any(_fits(target, name) for target in self._targets for name in names)


def _fits(target: str, name: str) -> bool:
    """Whether a target is a name or, as a regular expression, describes it."""
    import re  # loads much, and seldom there is a target

    try:
        return target == name or regex(target).fullmatch(name) is not None
    except re.error:
        return False
