"""Everything about one project that a command over its pipeline needs, opened once."""

from __future__ import annotations

from typing import NamedTuple

from assay.pipeline.address import Addresses
from assay.pipeline.graph import Graph, check
from assay.pipeline.load import Loader, Parsing, Pipeline
from assay.pipeline.targets import Targets
from assay.pipeline.workspace import Workspace
from assay.project import Project
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


def open_workbench(project: Project, addresses: Addresses, console: Console) -> Workbench:
    """Load all stages of the workspace. Raises FileProblem and others for a broken file."""
    workspace = Workspace(project)
    loader = Loader(
        workspace,
        project.root,
        parsing=parsing_options(project),
        memory=workspace.memory,
        warn=console.warning,
        shown=addresses.path,
    )
    pipeline = loader.load()
    graph = Graph(pipeline.stages.values())
    return Workbench(project, workspace, pipeline, graph, addresses, console)


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
