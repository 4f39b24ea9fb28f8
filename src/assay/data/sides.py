"""The two sides of `diff`: what each holds, and which part of it the targets mean there."""

from __future__ import annotations

from collections.abc import Mapping

from assay.data.commit_contents import contents_of
from assay.data.compare import Part
from assay.data.scope import EVERYTHING, DataScope
from assay.data.tracked import Content, recorded_contents, tracked_outputs
from assay.data.view import DataView
from assay.errors import UnexpectedError
from assay.pipeline.address import Addresses
from assay.pipeline.graph import Graph
from assay.pipeline.load import Pipeline
from assay.pipeline.targets import Targets, UnknownStage, UnknownTarget
from assay.pipeline.workbench import Workbench, open_workbench
from assay.pipeline.workspace import Workspace
from assay.project import Project
from assay.typed import NamedTuple
from assay.ui.console import Console

WORKSPACE = "workspace"


class Sides(NamedTuple):
    """Both sides, and the view of the workspace that they were found with."""

    old: Part
    new: Part
    view: DataView


class Meaning(NamedTuple):
    """What targets mean in one place, and those that mean nothing there."""

    scope: DataScope
    unknown: frozenset[str] = frozenset()


class DiffRequest(NamedTuple):
    """Two places, each WORKSPACE or the id of a commit, and what to compare (empty: all)."""

    old: str
    new: str
    targets: tuple[str, ...] = ()


def find_sides(
    project: Project, request: DiffRequest, addresses: Addresses, console: Console
) -> Sides:
    """Look at both places. Raises UnexpectedError for a target that is in neither.

    The workspace is hashed as far as it is meant; commits are only read.
    """
    places = (request.old, request.new)
    bench = open_workbench(project, addresses, console) if WORKSPACE in places else None
    view = DataView(bench.workspace if bench is not None else Workspace(project))
    if request.targets:
        meanings, parts = _targeted(project, request, bench, addresses, view)
        _check_known(request.targets, meanings)
    else:
        parts = [_whole(project, place, bench, view) for place in places]
    if bench is not None:
        bench.workspace.save()
    return Sides(parts[0], parts[1], view)


def _whole(project: Project, place: str, bench: Workbench | None, view: DataView) -> Part:
    if place == WORKSPACE and bench is not None:
        return _now(bench.pipeline, EVERYTHING, view)
    return Part(contents_of(project, [place])[0], EVERYTHING)


def _targeted(
    project: Project,
    request: DiffRequest,
    bench: Workbench | None,
    addresses: Addresses,
    view: DataView,
) -> tuple[list[Meaning], list[Part]]:
    """Each side with its own meaning of the targets: a stage may write other files there."""
    # Here the stages of commits are needed, not only what they recorded: parsers, Git readers.
    from assay.pipeline.revisions.pipelines import RevisionPipelines

    meanings: list[Meaning] = []
    parts: list[Part] = []
    with RevisionPipelines(project) as revisions:
        for place in (request.old, request.new):
            here = place == WORKSPACE and bench is not None
            pipeline = bench.pipeline if bench is not None and here else revisions.load(place)
            meaning = _meaning(request.targets, pipeline, addresses)
            meanings.append(meaning)
            if here:
                parts.append(_now(pipeline, meaning.scope, view))
            else:
                parts.append(_recorded(pipeline, meaning.scope))
    return meanings, parts


def _now(pipeline: Pipeline, scope: DataScope, view: DataView) -> Part:
    outputs = [one for one in tracked_outputs(pipeline) if scope.is_touched(one.location)]
    return Part(view.contents(outputs), scope)


def _recorded(pipeline: Pipeline, scope: DataScope) -> Part:
    held: Mapping[str, Content] = {
        place: content
        for place, content in recorded_contents(pipeline).items()
        if scope.is_touched(place)
    }
    return Part(held, scope)


def _meaning(targets: tuple[str, ...], pipeline: Pipeline, addresses: Addresses) -> Meaning:
    """Outputs, paths inside of them, stages and stage files stand for what is tracked there."""
    graph = Graph(pipeline.stages.values())
    words = Targets(pipeline, addresses, _keep_silent)
    locations: set[str] = set()
    unknown: set[str] = set()
    for target in targets:
        try:
            for stage, location in words.stages_or_outputs(target, graph):
                outputs = [output.location for output in stage.outputs]
                locations.update(outputs if location is None else [location])
        except (UnknownTarget, UnknownStage):
            unknown.add(target)
    return Meaning(DataScope(granular=True, locations=locations), frozenset(unknown))


def _check_known(targets: tuple[str, ...], meanings: list[Meaning]) -> None:
    for target in targets:
        if all(target in meaning.unknown for meaning in meanings):
            raise UnexpectedError(f"[Errno 2] No such file or directory: '{target}'")


def _keep_silent(_: str) -> None:
    """A target is looked up on both sides; its warnings would come twice."""
