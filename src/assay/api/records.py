"""The experiment as Python users see it."""

from __future__ import annotations

from datetime import datetime

from assay.compare.commit_contents import commit_revisions
from assay.compare.contents import Contents
from assay.compare.merged import merged_readable
from assay.compare.records import Experiment as Row
from assay.experiments.references import Experiment as Saved
from assay.project import Project
from assay.typed import TYPE_CHECKING, Any, NamedTuple, Sequence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assay.queue.records import Task

SUCCESS = "success"


class Experiment(NamedTuple):
    """An experiment, finished or not.

    `rev` is its commit, of a queued or failed one the snapshot it starts from; `baseline` is the
    commit it belongs to. `state` is "success", "running", "queued", "failed" or "killed", and
    `error` says why it failed. `params` and `metrics` hold the values of all files together, nested
    as in the files; a top-level key that several files have is called `file:key`. `created` is
    local time.
    """

    name: str | None
    rev: str
    baseline: str
    state: str = SUCCESS
    params: Mapping[str, Any] = {}
    metrics: Mapping[str, Any] = {}
    created: datetime | None = None
    error: str = ""


def from_commit(project: Project, saved: Saved) -> Experiment:
    """An experiment that was just made."""
    [revision] = commit_revisions(project, [saved.commit]).values()
    return _filled(Experiment(saved.name, saved.commit, saved.baseline), revision.contents)


def from_row(row: Row, baseline: str) -> Experiment:
    """A row of the table of experiments."""
    revision = row.revision
    known = Experiment(
        row.name or revision.name,
        revision.rev,
        baseline,
        SUCCESS if row.executor is None else row.executor.state,
        error=revision.failure.msg if revision.failure else "",
    )
    return _filled(known, revision.contents)


def from_tasks(project: Project, tasks: Sequence[Task]) -> list[Experiment]:
    """What became of tasks."""
    commits = [task.result or task.snapshot for task in tasks]
    revisions = commit_revisions(project, commits)
    found = []
    for task, commit in zip(tasks, commits, strict=True):
        error = task.cause if task.state != SUCCESS else ""
        known = Experiment(task.name, commit, task.baseline, task.state, error=error)
        found.append(_filled(known, revisions[commit].contents))
    return found


def _filled(known: Experiment, contents: Contents | None) -> Experiment:
    """`known` with what its commit holds; files that cannot be read are left out."""
    if contents is None:
        return known
    return known._replace(
        params=merged_readable(contents.params),
        metrics=merged_readable(contents.metrics),
        created=contents.timestamp,
    )
