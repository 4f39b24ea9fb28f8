"""The two sides of `diff`: what each holds, and which part of it the targets mean there."""

from __future__ import annotations

from assay.data.commit_contents import contents_of
from assay.data.compare import Part
from assay.data.scope import EVERYTHING, DataScope
from assay.data.tracked import Content, recorded_contents, tracked_outputs
from assay.data.view import DataView
from assay.errors import AssayError, UnexpectedError
from assay.pipeline.address import Addresses
from assay.pipeline.graph import Graph
from assay.pipeline.load import Pipeline
from assay.pipeline.targets import Targets, UnknownStage, UnknownTarget
from assay.pipeline.workbench import Workbench, open_workbench
from assay.pipeline.workspace import Workspace
from assay.project import Project
from assay.typed import TYPE_CHECKING, Mapping, NamedTuple
from assay.ui.console import Console

if TYPE_CHECKING:
    from assay.pipeline.revisions.pipelines import RevisionPipelines

WORKSPACE = "workspace"


Side = Part | AssayError
"""What there is to compare; for a commit with broken files the reason why nobody can tell."""


class Sides(NamedTuple):
    """Both sides, and the view of the workspace that they were found with."""

    old: Side
    new: Side
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
    """Look at both places. Raises UnexpectedError for a target that is in neither, and for a broken
    workspace what loading it raises: that can be mended, a commit cannot.

    The workspace is hashed as far as it is meant; commits are only read.
    """
    places = (request.old, request.new)
    bench = open_workbench(project, addresses, console) if WORKSPACE in places else None
    view = DataView(bench.workspace if bench is not None else Workspace(project))
    if request.targets:
        sides = _targeted(project, request, bench, addresses, view)
    else:
        sides = [_whole(project, place, bench, view) for place in places]
    return Sides(sides[0], sides[1], view)


def _whole(project: Project, place: str, bench: Workbench | None, view: DataView) -> Side:
    if place == WORKSPACE and bench is not None:
        return _now(bench.pipeline, EVERYTHING, view)
    try:
        return Part(contents_of(project, [place])[0], EVERYTHING)
    except AssayError as error:
        return error


def _targeted(
    project: Project,
    request: DiffRequest,
    bench: Workbench | None,
    addresses: Addresses,
    view: DataView,
) -> list[Side]:
    """Each side with its own meaning of the targets: a stage may write other files there."""
    # Here the stages of commits are needed, not only what they recorded: parsers, Git readers.
    from assay.pipeline.revisions.pipelines import RevisionPipelines

    meanings: list[Meaning] = []
    sides: list[Side] = []
    with RevisionPipelines(project) as revisions:
        for place in (request.old, request.new):
            here = place == WORKSPACE and bench is not None
            pipeline = bench.pipeline if bench is not None and here else _loaded(revisions, place)
            if isinstance(pipeline, AssayError):
                sides.append(pipeline)
                continue
            meaning = _meaning(request.targets, pipeline, addresses)
            meanings.append(meaning)
            if here:
                sides.append(_now(pipeline, meaning.scope, view))
            else:
                sides.append(_recorded(pipeline, meaning.scope))
    if len(meanings) == len(sides):
        _check_known(request.targets, meanings)
    return sides


def _loaded(revisions: RevisionPipelines, commit: str) -> Pipeline | AssayError:
    return next(revisions.load_many([commit]))


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
