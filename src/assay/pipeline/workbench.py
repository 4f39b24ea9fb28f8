"""Everything about one project that a command over its pipeline needs, opened once."""

from __future__ import annotations

import os.path

from assay.fs.paths import is_below
from assay.pipeline.address import PIPELINE_NAME, Addresses
from assay.pipeline.graph import BadGraph, Graph, check
from assay.pipeline.load import Loader, Pipeline, parsing_options
from assay.pipeline.present import WorkspacePresent
from assay.pipeline.targets import Targets
from assay.pipeline.workspace import Workspace
from assay.project import Project
from assay.typed import TYPE_CHECKING, Iterable, Mapping, NamedTuple, Sequence
from assay.ui.console import Console

if TYPE_CHECKING:
    from assay.pipeline.elsewhere import Elsewhere


class Workbench(NamedTuple):
    """A project with its workspace and its stages, as seen from one directory."""

    project: Project
    workspace: Workspace
    pipeline: Pipeline
    graph: Graph
    addresses: Addresses
    console: Console

    def elsewhere(self) -> Elsewhere:
        """Looks at what stages read that is no path of this machine."""
        from assay.pipeline.datasets import Datasets  # these two for stages that read such things
        from assay.pipeline.elsewhere import Elsewhere

        datasets = Datasets(self.pipeline.files)
        return Elsewhere(self.project.config, self.workspace.scanner, datasets)

    def present(self) -> WorkspacePresent:
        """What there is now; each answer is remembered."""
        return WorkspacePresent(self.workspace, self.elsewhere)

    @property
    def targets(self) -> Targets:
        """Looks up words of the command line."""
        return Targets(self.pipeline, self.addresses, self.console.warning)


def open_workbench(
    project: Project,
    addresses: Addresses,
    console: Console,
    drafts: Mapping[str, bytes] | None = None,
    *,
    files: list[str] | None = None,
    listed: Sequence[str] | None = None,
    skip_broken: bool = False,
) -> Workbench:
    """Load all stages of the workspace, as if files held the `drafts` (by location).

    `files`: only the stage files at these locations. `listed`: the paths from the Git root of all
    stage files that Git would name, if they are known. Raises FileProblem and others for a broken
    file, unless those are to be skipped.
    """
    workspace = Workspace(project, drafts, console.watched, listed=listed)
    loader = Loader(
        workspace,
        project.root,
        parsing=parsing_options(project),
        memory=workspace.memory,
        warn=console.warning,
        shown=addresses.path,
    )
    pipeline = loader.load(files, skip_broken=skip_broken)
    if not skip_broken:
        _check_outputs(pipeline, workspace, addresses)
    graph = Graph(pipeline.stages.values())
    return Workbench(project, workspace, pipeline, graph, addresses, console)


def _check_outputs(pipeline: Pipeline, workspace: Workspace, addresses: Addresses) -> None:
    """Refuse outputs that are left out of the project, or that hold all of it.

    Outputs are deleted before their stage runs: `.git` and the project itself cannot be any.
    """
    root = workspace.project.root
    for stage in pipeline.stages.values():
        for output in stage.outputs:
            is_outside = os.path.isabs(output.location)
            place = output.location if is_outside else f"{root}/{output.location}"
            if output.location == "." or (is_outside and is_below(place, root)):
                shown = addresses.stage(stage)
                raise BadGraph(
                    f"stage: '{shown}' is within an output '{os.path.normpath(place)}' of another "
                    "stage"
                )
            rule = workspace.ignore.against(place)
            if rule is not None:
                raise BadGraph(f"Path '{place}' is ignored by {rule}")


def workbench_without_stages(project: Project, addresses: Addresses, console: Console) -> Workbench:
    """For work on the cache or on commits, whatever the workspace's stage files say."""
    nothing = Pipeline({}, {}, {})
    return Workbench(project, Workspace(project), nothing, Graph(()), addresses, console)


def check_graph(bench: Workbench) -> None:
    """Raise BadGraph if stages contradict each other."""
    check(bench.graph, {key: bench.addresses.stage(s) for key, s in bench.graph.stages.items()})


def is_current(bench: Workbench, untracked: Iterable[str]) -> bool:
    """Whether the stage files are those that were loaded, and no other has come to be.

    `untracked`: locations of the files that Git does not track now.
    """
    known = {stage.file for stage in bench.graph.stages.values()} | bench.pipeline.files.keys()
    new = any(os.path.basename(path) == PIPELINE_NAME and path not in known for path in untracked)
    return not new and all(map(bench.workspace.memory.is_unchanged, bench.pipeline.files))
