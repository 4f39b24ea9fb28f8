"""`exp apply`: the files and data of an experiment in the workspace (spec/experiments.md §6).

What is replaced is kept first, for `undo`; HEAD, branch and index stay as they are.
"""

from __future__ import annotations

import os

from assay.data.checkout import CheckoutFailed, CheckoutOptions, checkout
from assay.errors import AssayError
from assay.experiments import history
from assay.experiments.contents import matching, pipeline_places
from assay.experiments.neighbours import of_other_projects
from assay.experiments.references import (
    baseline_of,
    remember_workspace,
    resolve,
    workspace_experiment,
)
from assay.experiments.unsaved import keep_outputs, pipeline_at
from assay.fs.lock import ProjectLock
from assay.git import refs
from assay.git.ignore_file import IGNORE_FILE
from assay.git.repository import UnknownRevision
from assay.git.tree_switch import differing, present_tree, switch_tree
from assay.pipeline.address import Addresses
from assay.pipeline.load import Pipeline
from assay.pipeline.targets import Found
from assay.pipeline.workbench import Workbench, open_workbench, workbench_without_stages
from assay.project import DVC_DIR, Project
from assay.typed import Iterator
from assay.ui.console import Console

APPLIED_REF = "refs/exps/exec/EXEC_APPLY"


class NotAnExperiment(AssayError):
    """Nothing that could be applied has the name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"'{name}' does not appear to be an experiment commit.")


class DataMissing(CheckoutFailed):
    """The experiment's files are in place, the data of these outputs is not in the cache."""

    def __init__(self, paths: list[str]) -> None:
        super().__init__(paths)
        self.hint = "all else is in place: `dvc pull` brings the data, `dvc undo` goes back"


def apply(
    project: Project, name: str, *, addresses: Addresses, console: Console, called: str = ""
) -> list[str]:
    """Make the work tree hold the files of the experiment `name`, then its data.

    `called` is how the user named it, if that is not `name`.

    Files that the experiment lacks but HEAD has are removed. Untracked files that it lacks stay,
    and so do uncommitted edits of files that neither it nor its pipeline has to do with; those are
    given back, as seen from the current directory. Files of other projects stay as they are.

    Raises EmptyRepository, NotAnExperiment, AmbiguousName, RepositoryInTheWay before anything is
    changed; DataMissing.
    """
    repository = project.git()
    baseline_of(repository)
    try:
        wanted = resolve(repository, name)
    except UnknownRevision as error:
        raise NotAnExperiment(name) from error
    now = _workbench(project, addresses, console)
    coming = pipeline_at(project, wanted)
    with ProjectLock(project.tmp_dir):
        current = present_tree(repository, wanted)
        coming_paths = differing(repository, current, wanted)
        foreign = of_other_projects(project, coming_paths)
        own_edits = _own_edits(project, current, wanted, coming) - foreign
        history.record(
            project,
            f"exp apply {called or name}",
            tree=current,
            replaced_by=wanted,
            outputs=keep_outputs(now, coming),
        )
        private = _private(project, coming_paths)
        switch_tree(
            repository,
            current,
            wanted,
            scratch=project.incoming_dir,
            keep={*own_edits, *private, *foreign},
        )
        remember_workspace(repository, wanted)
        refs.replace(repository, APPLIED_REF, wanted)
    bench = open_workbench(project, addresses, console)
    _bring_data(bench)
    if any(os.path.basename(path) == IGNORE_FILE for path in own_edits):
        _hide_data(bench)
    return [addresses.path(_location(project, path)) for path in sorted(own_edits)]


def _workbench(project: Project, addresses: Addresses, console: Console) -> Workbench:
    """The workspace before; what is broken in it is about to go."""
    try:
        return open_workbench(project, addresses, console)
    except AssayError:
        return workbench_without_stages(project, addresses, console)


def _bring_data(bench: Workbench) -> None:
    # A stage that was never run has nothing to bring.
    stages = [stage for stage in bench.pipeline.stages.values() if bench.pipeline.entry(stage)]
    options = CheckoutOptions(force=True, clear=True)
    report = checkout(bench, [Found(stage) for stage in stages], options)
    if report.failed:
        raise DataMissing(report.failed)


def _hide_data(bench: Workbench) -> None:
    """The user's own .gitignore may lack lines for data that has come: Git would take it in."""
    from assay.pipeline.tracking import TrackedByGit, Tracker  # such edits are rare

    tracker = Tracker(bench.project, bench.addresses, bench.console)
    tracker.expect(bench.pipeline.stages.values())
    for stage in bench.pipeline.stages.values():
        try:
            tracker.ignore_outputs(stage)
        except TrackedByGit as error:
            bench.console.warning(error.chain())


def _own_edits(project: Project, current: str, wanted: str, coming: Pipeline) -> set[str]:
    """Uncommitted edits of the user in files that the experiment has nothing to do with.

    Neither has it changed them nor does its pipeline know them. What an earlier run or `apply` put
    there is no such edit.
    """
    repository = project.git()
    edits = differing(repository, current, wanted)
    for commit in (repository.head_commit(), workspace_experiment(repository)):
        if edits and commit is not None:
            edits &= differing(repository, current, commit)
    baseline = repository.resolve_many([f"{wanted}^"])[0] if edits else None
    if baseline is not None:
        edits -= differing(repository, baseline, wanted)
    places = pipeline_places(project.root, coming) if edits else set()
    return edits - set(matching(edits, map(project.git_path, places)))


def _private(project: Project, paths: set[str]) -> Iterator[str]:
    """What no experiment should hold, but those of DVC's `exp save` do: temporary files."""
    folder = project.git_path(f"{DVC_DIR}/tmp") + "/"
    return (path for path in paths if path.startswith(folder))


def _location(project: Project, git_path: str) -> str:
    return os.path.relpath(git_path, project.prefix or ".")
