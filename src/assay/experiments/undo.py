"""`undo`: the workspace as it was before a command replaced it; and back again.

What `undo` replaces is kept in the same way, so that nothing is ever lost by it. In this order:
keep what is there, switch the files, bring back the data, forget the entry. After a kill in between
the entry is still there, and `undo` can be called again.
"""

from __future__ import annotations

from assay.data.checkout import CheckoutOptions, checkout
from assay.errors import AssayError
from assay.experiments import history
from assay.experiments.history import REDO, UNDO, Entry
from assay.experiments.neighbours import of_other_projects
from assay.experiments.references import remember_workspace
from assay.experiments.unsaved import bring_back, keep_outputs, pipeline_at
from assay.fs.lock import ProjectLock
from assay.git.tree_switch import differing, present_tree, switch_tree
from assay.pipeline.address import Addresses
from assay.pipeline.targets import Found
from assay.pipeline.workbench import Workbench, open_workbench, workbench_without_stages
from assay.project import Project
from assay.typed import NamedTuple
from assay.ui.console import Console


class NothingToUndo(AssayError):
    """No command of ours has replaced anything, or all of it was undone."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"nothing to {kind}")


class OtherProject(AssayError):
    """The last entry belongs to another project in the same Git repository."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(
            f"'{entry.command}' was run in the project in '{entry.project or '.'}'",
            hint="undo it there",
        )


class Undone(NamedTuple):
    """What was undone, and outputs whose data is no longer in the cache."""

    entry: Entry
    lost: list[str]


def undo(
    project: Project, *, addresses: Addresses, console: Console, again: bool = False
) -> Undone:
    """Bring back what the last command replaced; with `again` what the last `undo` replaced.

    HEAD, branch and index stay as they are. Raises NothingToUndo, OtherProject,
    RepositoryInTheWay.
    """
    repository = project.git()
    kind, other = (REDO, UNDO) if again else (UNDO, REDO)
    entry = next(iter(history.entries(repository, kind)), None)
    if entry is None:
        raise NothingToUndo(kind)
    if entry.project != project.prefix:
        raise OtherProject(entry)
    now, _ = _opened(project, addresses, console)
    with ProjectLock(project.tmp_dir):
        current = present_tree(repository, entry.commit, entry.replaced_by)
        coming = pipeline_at(project, entry.commit)
        history.record(
            project,
            entry.command,
            tree=current,
            replaced_by=entry.commit,
            outputs=keep_outputs(now, coming, replaced=entry.outputs),
            kind=other,
        )
        foreign = of_other_projects(project, differing(repository, current, entry.commit))
        switch_tree(repository, current, entry.commit, scratch=project.incoming_dir, keep=foreign)
        remember_workspace(repository, entry.workspace)
    lost = _bring_data(project, entry, addresses=addresses, console=console)
    history.drop(repository, entry)
    return Undone(entry, lost)


def _opened(
    project: Project, addresses: Addresses, console: Console
) -> tuple[Workbench, AssayError | None]:
    """The workspace, without stages if these are broken, and in what way."""
    try:
        return open_workbench(project, addresses, console), None
    except AssayError as error:
        return workbench_without_stages(project, addresses, console), error


def _bring_data(
    project: Project, entry: Entry, *, addresses: Addresses, console: Console
) -> list[str]:
    bench, problem = _opened(project, addresses, console)
    if problem is not None:
        # The files were broken before, and that is how they have to come back.
        console.warning(f"outputs were left as they are: {problem.chain()}")
    stages = [stage for stage in bench.pipeline.stages.values() if bench.pipeline.entry(stage)]
    options = CheckoutOptions(force=True, allow_missing=True, clear=problem is None)
    checkout(bench, [Found(stage) for stage in stages], options)
    return bring_back(bench, entry.outputs)
