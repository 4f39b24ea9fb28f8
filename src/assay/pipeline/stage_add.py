"""`stage add`: a new stage in dvc.yaml (spec/pipelines.md §11)."""

from __future__ import annotations

import os
import string

from assay.errors import AssayError
from assay.formats.yaml_round_trip import round_trip
from assay.formats.yaml_write import dump
from assay.fs.atomic import write_text
from assay.fs.lock import ProjectLock
from assay.fs.reading import read_text
from assay.pipeline.build import DEFAULT_PARAMS, stage_from_body
from assay.pipeline.graph import Graph, check
from assay.pipeline.model import METRIC, OUT, PLOT, Stage
from assay.pipeline.workbench import Workbench
from assay.typed import Any, Iterable, NamedTuple

_FORBIDDEN = set(string.punctuation) - set("-_")
_KEPT_ON_REPLACE = ("desc", "meta")
_ANNOTATIONS = ("desc", "type", "labels", "meta")


class BadStageName(AssayError):
    """The name could not be used on the command line."""

    def __init__(self) -> None:
        super().__init__("Stage name cannot contain punctuation characters.")


class StageExists(AssayError):
    """The dvc.yaml has a stage of that name."""


class NewOutput(NamedTuple):
    """An output as asked for: its section, its path, its options."""

    kind: str
    path: str
    options: dict[str, Any]


class NewStage(NamedTuple):
    """A stage as asked for; `params` are `[file:]key,key` texts."""

    name: str
    command: str
    dependencies: tuple[str, ...] = ()
    params: tuple[str, ...] = ()
    outputs: tuple[NewOutput, ...] = ()
    wdir: str = ""
    description: str = ""
    always_changed: bool = False


class Addition(NamedTuple):
    """A stage to be added, checked: all but what variables stand for is known of it."""

    stage: Stage
    body: dict[str, Any]

    @property
    def is_open(self) -> bool:
        """Whether variables name its outputs, which are resolved when dvc.yaml has it."""
        return any("${" in output.location for output in self.stage.outputs)


def checked_addition(bench: Workbench, new: NewStage, *, force: bool) -> Addition:
    """The stage as the dvc.yaml of the directory may have it; nothing is written.

    Raises StageExists without `force`.
    """
    if set(new.name) & _FORBIDDEN:
        raise BadStageName
    if not new.command:
        raise AssayError("command is not specified")
    location = bench.addresses.location("dvc.yaml")
    if _exists(bench, location, new.name) and not force:
        shown = bench.addresses.path(location)
        raise StageExists(
            f"Stage '{new.name}' already exists in '{shown}'. Use '--force' to overwrite."
        )
    _check_directory(bench, new.wdir)
    body = stage_body(new)
    stage = stage_from_body(bench.project.root, location, new.name, body)
    for output in stage.all_outputs:
        if output.is_outside and output.cache:
            raise AssayError(
                f"Cached output(s) outside of DVC project: {output.path}. See "
                "<https://dvc.org/doc/user-guide/pipelines/external-dependencies-and-outputs> "
                "for more info."
            )
    _check_in_graph(bench, stage)
    return Addition(stage, body)


def write_stage(bench: Workbench, addition: Addition) -> None:
    """Write the stage into its dvc.yaml."""
    path = bench.workspace.absolute(addition.stage.file)
    with ProjectLock(bench.project.tmp_dir):
        write_text(path, _with_stage(read_text(path), addition.stage.name, addition.body))


def in_order_added(stage: Stage) -> Stage:
    """`stage` with its outputs in the order in which DVC's `stage add` names them to Git."""
    order = sorted(stage.outputs, key=lambda output: output.kind == OUT and not output.persist)
    return stage._replace(outputs=tuple(order))


def _exists(bench: Workbench, location: str, name: str) -> bool:
    file = bench.pipeline.files.get(location)
    is_group = file is not None and name in file.groups
    return is_group or f"{location}:{name}" in bench.graph.stages


def _check_in_graph(bench: Workbench, stage: Stage) -> None:
    """The stage must fit among the others: no output twice, no cycle."""
    written = {output.location: output for output in stage.all_outputs}
    for dependency in stage.dependencies:
        if dependency.location in written:
            place = bench.workspace.absolute(dependency.location)
            raise AssayError(f"'{place}' is specified as an output and as a dependency.")
    graph = Graph([*(s for s in bench.graph.stages.values() if s.key != stage.key), stage])
    for location, output in written.items():
        owner = graph.stages[graph.owners.exact(location) or stage.key]
        if owner.key != stage.key:
            raise AssayError(
                f"output '{output.path}' is already specified in stage: "
                f"'{bench.addresses.stage(owner)}'.\nUse `dvc remove "
                f"{bench.addresses.stage(owner)}` to stop tracking the overlapping output."
            )
    check(graph, {key: bench.addresses.stage(one) for key, one in graph.stages.items()})


def stage_body(new: NewStage) -> dict[str, Any]:
    """The stage as dvc.yaml holds it, keys in DVC's order, lists sorted."""
    sections = {
        kind: [_item(out) for out in sorted(new.outputs, key=_path) if out.kind == kind]
        for kind in (OUT, METRIC, PLOT)
    }
    body: dict[str, Any] = {
        "desc": new.description,
        "cmd": new.command,
        "wdir": new.wdir,
        "deps": sorted(new.dependencies),
        "params": _params(new.params),
        **sections,
        "always_changed": new.always_changed,
    }
    return {key: value for key, value in body.items() if value}


def _path(output: NewOutput) -> str:
    return output.path


def _item(output: NewOutput) -> str | dict[str, Any]:
    return {output.path: dict(sorted(output.options.items()))} if output.options else output.path


def _params(texts: Iterable[str]) -> list[Any]:
    keys: dict[str, list[str]] = {}
    for text in texts:
        file, colon, names = text.rpartition(":")
        wanted = keys.setdefault(file if colon else DEFAULT_PARAMS, [])
        wanted += [name for name in names.split(",") if name]
    listed: list[Any] = sorted(set(keys.pop(DEFAULT_PARAMS, [])))
    return listed + [{file: sorted(set(keys[file])) or None} for file in sorted(keys)]


def _check_directory(bench: Workbench, wdir: str) -> None:
    if not wdir:
        return
    location = bench.addresses.location(wdir)
    if os.path.isabs(location):
        raise AssayError(f"stage working dir '{location}' is outside of DVC repo")
    if not bench.workspace.is_directory(location):
        place = bench.workspace.absolute(location)
        raise AssayError(f"stage working dir '{place}' does not exist")


def _with_stage(text: str, name: str, body: dict[str, Any]) -> str:
    if not text.strip():
        return dump({"stages": {name: body}})

    def edit(data: Any) -> None:
        stages = data.setdefault("stages", {})
        if name in stages:
            _replace(stages[name], body)
        else:
            stages[name] = body

    return round_trip(text, edit)


def _replace(old: Any, body: dict[str, Any]) -> None:
    """Make the stage `old` in dvc.yaml say `body`; what only people read of it stays."""
    notes = _annotations(old)
    for key in [key for key in old if key not in body and key not in _KEPT_ON_REPLACE]:
        del old[key]
    for key, value in body.items():
        old[key] = _annotated(value, notes) if key in (OUT, METRIC, PLOT) else value


def _annotations(old: Any) -> dict[str, dict[str, Any]]:
    """Path of an output → what its old options say about it, not about how to treat it."""
    items = (item for kind in (OUT, METRIC, PLOT) for item in old.get(kind) or ())
    return {
        path: {key: options[key] for key in _ANNOTATIONS if key in options}
        for item in items
        if isinstance(item, dict)
        for path, options in item.items()
        if isinstance(options, dict)
    }


def _annotated(items: list[Any], notes: dict[str, dict[str, Any]]) -> list[Any]:
    found = []
    for item in items:
        path, options = next(iter(item.items())) if isinstance(item, dict) else (item, {})
        options = {**notes.get(path, {}), **options}
        found.append({path: options} if options else path)
    return found
