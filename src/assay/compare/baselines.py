"""The experiments of a project on their baselines: what `exp show` is about."""

from __future__ import annotations

import os

from assay.compare import revisions
from assay.compare.commit_contents import commit_revisions, commit_revisions_of_tracked
from assay.compare.failures import failure_of
from assay.compare.order import in_display_order
from assay.compare.records import WORKSPACE, Baseline, Experiment, Revision
from assay.compare.revisions import RevisionChoice
from assay.compare.running import Run, running
from assay.compare.snapshots import Snapshot
from assay.compare.workspace_snapshot import WorkspaceSnapshot, sandbox_snapshot
from assay.errors import AssayError
from assay.experiments.references import Experiment as Saved
from assay.experiments.references import all_experiments, experiments_of
from assay.git.repository import Repository
from assay.project import Project, open_project
from assay.typed import Iterable, Mapping, NamedTuple, Sequence
from assay.ui.console import Console


class Request(NamedTuple):
    """Which experiments are wanted, and what of them."""

    names: Sequence[str] = ()
    """Baselines by any name of theirs; HEAD if nothing else is chosen."""
    choice: RevisionChoice = RevisionChoice()
    history: int = 1
    """How many first parents of each name and branch, itself included; negative: all."""
    with_workspace: bool = True
    with_names: bool = True
    """Whether baselines have the names of branches and tags."""
    tracked_params: bool = False
    """Only parameters that stages depend on. As in DVC, baselines show all of theirs."""
    fresh: bool = False
    """Whether to read again what the cache knows."""


def collect_baselines(project: Project, request: Request, console: Console) -> list[Baseline]:
    """The workspace, then each baseline with its experiments; nothing before the first commit.

    Raises UnknownRevision, GitRequired. What cannot be read is a Failure in its place.
    """
    repository = project.git()
    if repository.head_commit() is None:
        return []
    commits = revisions.baselines(repository, request.names, request.choice, count=request.history)
    saved = _saved(repository, commits)
    found = _contents(project, commits, saved, request)
    names = revisions.names_of_commits(repository) if request.with_names else {}
    workspace, active = _live(project, request, console)
    rows = [Baseline(workspace)] if request.with_workspace else []
    for commit in commits:
        finished = [_finished(item, found.experiments) for item in saved.get(commit, ())]
        revision = found.baselines[commit]._replace(name=names.get(commit))
        experiments = in_display_order([*finished, *active.get(commit, ())])
        rows.append(Baseline(revision, experiments))
    return rows


class _Found(NamedTuple):
    """Commit → what it holds; the two may differ in their parameters."""

    baselines: Mapping[str, Revision]
    experiments: Mapping[str, Revision]


def _saved(repository: Repository, commits: Sequence[str]) -> dict[str, list[Saved]]:
    """The experiments on each of these commits. One baseline costs one directory of references."""
    if len(commits) == 1:
        found = experiments_of(repository, commits[0])
    else:
        found = all_experiments(repository)
    wanted = set(commits)
    saved: dict[str, list[Saved]] = {}
    for experiment in found:
        if experiment.baseline in wanted:
            saved.setdefault(experiment.baseline, []).append(experiment)
    return saved


def _contents(
    project: Project, commits: Sequence[str], saved: Mapping[str, Iterable[Saved]], request: Request
) -> _Found:
    experiments = [item.commit for found in saved.values() for item in found]
    if request.tracked_params:
        return _Found(
            commit_revisions(project, commits, fresh=request.fresh),
            commit_revisions_of_tracked(project, experiments),
        )
    found = commit_revisions(project, [*commits, *experiments], fresh=request.fresh)
    return _Found(found, found)


def _finished(saved: Saved, found: Mapping[str, Revision]) -> Experiment:
    held = found[saved.commit]
    return Experiment(Revision(held.rev, saved.name, *held[2:]), name=saved.name)


def _live(
    project: Project, request: Request, console: Console
) -> tuple[Revision, dict[str, list[Experiment]]]:
    """The workspace, and by their baselines the experiments that are running."""
    runs = running(project)
    workspace = Revision(WORKSPACE)
    if request.with_workspace or any(run.rev == WORKSPACE for run in runs):
        with WorkspaceSnapshot(project, console) as snapshot:
            workspace = _as_it_is(snapshot, workspace, request)
    active: dict[str, list[Experiment]] = {}
    for run in runs:
        baseline = run.baseline or project.git().head_commit() or ""
        revision = workspace if run.rev == WORKSPACE else _elsewhere(run, request, console)
        if revision is not None:
            row = Experiment(revision._replace(name=run.name), run.executor, _name_of(run))
            active.setdefault(baseline, []).append(row)
    return workspace, active


def _elsewhere(run: Run, request: Request, console: Console) -> Revision | None:
    """What the sandbox holds that a run works in; None if it has just left it."""
    try:
        project = open_project(run.root, os.environ)
    except AssayError:
        return None
    if project.root != run.root:
        return None
    return _as_it_is(sandbox_snapshot(project, console), Revision(run.rev), request)


def _as_it_is(snapshot: Snapshot, revision: Revision, request: Request) -> Revision:
    """`revision` with what the files of a workspace hold now."""
    try:
        contents = snapshot.contents(tracked_only=request.tracked_params)
    except AssayError as error:
        return revision._replace(failure=failure_of(error))
    return revision._replace(contents=contents)


def _name_of(run: Run) -> str | None:
    """The name beside the row; the original has one only for a run in the workspace."""
    return run.name if run.rev == WORKSPACE else None
