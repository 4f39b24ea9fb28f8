"""Everything about one project that a command over its pipeline needs, opened once."""

from __future__ import annotations

import os.path
from collections.abc import Iterable, Mapping

from assay.pipeline.address import PIPELINE_NAME, Addresses
from assay.pipeline.graph import Graph, check
from assay.pipeline.load import Loader, Parsing, Pipeline
from assay.pipeline.targets import Targets
from assay.pipeline.workspace import Workspace
from assay.project import Project
from assay.typed import NamedTuple
from assay.ui.console import Console


class Workbench(NamedTuple):
    """A project with its workspace and its stages, as seen from one directory."""

    project: Project
    workspace: Workspace
    pipeline: Pipeline
    graph: Graph
    addresses: Addresses
    console: Console

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
    skip_broken: bool = False,
) -> Workbench:
    """Load all stages of the workspace, as if files held the `drafts` (by location).

    `files`: only the stage files at these locations. Raises FileProblem and others for a broken
    file, unless those are to be skipped.
    """
    workspace = Workspace(project, drafts)
    loader = Loader(
        workspace,
        project.root,
        parsing=parsing_options(project),
        memory=workspace.memory,
        warn=console.warning,
        shown=addresses.path,
    )
    pipeline = loader.load(files, skip_broken=skip_broken)
    graph = Graph(pipeline.stages.values())
    return Workbench(project, workspace, pipeline, graph, addresses, console)


def workbench_without_stages(project: Project, addresses: Addresses, console: Console) -> Workbench:
    """For work on the cache or on commits, whatever the workspace's stage files say."""
    nothing = Pipeline({}, {}, {})
    return Workbench(project, Workspace(project), nothing, Graph(()), addresses, console)


def parsing_options(project: Project) -> Parsing:
    """How the project wants booleans and lists unpacked into commands (`parsing.*`)."""
    config = project.config
    return (
        config.get("parsing", "bool") or "store_true",
        config.get("parsing", "list") or "nargs",
    )


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
