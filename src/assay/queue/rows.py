"""The queue in the table of experiments: tasks that wait or have failed, and who ran what is done.

The forms are those that IDE clients know (spec/clients.md §1.3).
"""

from __future__ import annotations

import os

from assay.compare.commit_contents import commit_revisions, commit_revisions_of_tracked
from assay.compare.contents import Contents
from assay.compare.order import in_display_order
from assay.compare.readings import Failure
from assay.compare.records import Baseline, Executor, Experiment, LocalProcess, Revision
from assay.experiments.names import ref_name
from assay.git import refs
from assay.project import Project
from assay.queue.overview import Row, overview
from assay.queue.places import Places
from assay.queue.records import Task
from assay.queue.states import QUEUED, RUNNING, SUCCESS
from assay.typed import Collection, Iterable, Mapping

_FAILED_CODE = 255
_RUNNER = "dvc-task"
_FAILURE = Failure("", "Experiment run failed")


def with_queue(
    project: Project, baselines: Iterable[Baseline], *, tracked_params: bool = False
) -> list[Baseline]:
    """`baselines` with the tasks that start from them; what runs is among their rows already."""
    baselines = list(baselines)
    wanted = {baseline.revision.rev for baseline in baselines}
    rows = [row for row in overview(project).rows if row.task.baseline in wanted]
    if not rows:
        return baselines
    places = Places(project)
    executors = {_commit_of(row): _executor(places, row) for row in rows}
    shown = {one.revision.rev for baseline in baselines for one in baseline.experiments}
    new = [row for row in rows if _is_new(project, row, shown)]
    revisions = _revisions(project, places, new, tracked_params)
    added: dict[str, list[Experiment]] = {rev: [] for rev in wanted}
    for row in new:
        commit = _commit_of(row)
        added[row.task.baseline].append(_experiment(row, executors[commit], revisions[commit]))
    return [_joined(one, added[one.revision.rev], executors) for one in baselines]


def _is_new(project: Project, row: Row, shown: Collection[str]) -> bool:
    """Whether the task is to have a row and has none: a result may be younger than the others."""
    task = row.task
    if _commit_of(row) in shown:
        return False
    if task.state != SUCCESS:
        return True
    return refs.read(project.git(), ref_name(task.baseline, task.name)) == task.result


def _joined(
    baseline: Baseline, added: Iterable[Experiment], executors: Mapping[str, Executor]
) -> Baseline:
    known = [
        experiment._replace(executor=executors.get(experiment.revision.rev, experiment.executor))
        for experiment in baseline.experiments
    ]
    return baseline._replace(experiments=in_display_order([*known, *added]))


def _experiment(row: Row, executor: Executor, revision: Revision) -> Experiment:
    name, state = row.task.name, row.task.state
    is_bad = state not in (QUEUED, RUNNING, SUCCESS)
    failure = _FAILURE if is_bad else revision.failure
    return Experiment(revision._replace(name=name, failure=failure), executor, name)


def _commit_of(row: Row) -> str:
    """How the table names the task."""
    return row.task.result if row.task.state == SUCCESS else row.task.snapshot


def _executor(places: Places, row: Row) -> Executor:
    state = row.task.state
    if state == QUEUED or row.attempt is None:
        return Executor(QUEUED, _RUNNER, LocalProcess(task_id=row.task.snapshot))
    log = places.log(row.task.id, row.attempt.number)
    local = LocalProcess(
        root=row.root or None,
        log=log if os.path.exists(log) else None,
        pid=row.attempt.pid or None,
        returncode={RUNNING: None, SUCCESS: 0}.get(state, _FAILED_CODE),
        task_id=row.task.snapshot,
    )
    if state in (RUNNING, SUCCESS):
        return Executor(state, _RUNNER, local)
    return Executor("failed", None, local)


def _revisions(
    project: Project, places: Places, rows: Collection[Row], tracked_params: bool
) -> dict[str, Revision]:
    """Result or, of tasks that are not done, snapshot → what it holds."""
    commits = [_commit_of(row) for row in rows]
    if not commits:
        return {}
    read = commit_revisions_of_tracked if tracked_params else commit_revisions
    found = dict(read(project, commits))
    for row, commit in zip(rows, commits, strict=True):
        contents = found[commit].contents
        if contents is not None and row.task.state in (QUEUED, RUNNING):
            # Results in the snapshot are those of another run.
            contents = contents.replaced(metrics={})
            if row.task.state == RUNNING:
                contents = _so_far(places, row.task, contents, tracked_params)
            found[commit] = found[commit]._replace(contents=contents)
    return found


def _so_far(places: Places, task: Task, snapshot: Contents, tracked_params: bool) -> Contents:
    """What a running experiment holds, as far as its host has told."""
    from assay.queue.so_far import so_far  # only while something runs elsewhere

    snapshot = snapshot.without_time()
    told = so_far(places.so_far(task.id, task.attempts))
    if told is None:
        return snapshot
    params = snapshot.params if tracked_params else told.params
    return snapshot.replaced(params=params, metrics=told.metrics)
