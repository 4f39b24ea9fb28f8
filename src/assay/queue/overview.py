"""The queue at one glance: tasks in the order of interest, and how many workers do something."""

from __future__ import annotations

import os

from assay.experiments.occupants import killed, occupants
from assay.project import Project
from assay.queue.liveness import alive_workers, is_alive, is_look_due
from assay.queue.looking import reap_if_allowed
from assay.queue.places import Places
from assay.queue.records import Attempt, Task
from assay.queue.states import RUNNING, SHOWN
from assay.queue.store import opened_to_read
from assay.typed import Any, NamedTuple

_TAIL_BYTES = 64 * 1024
_STAGE_LINE = b"Running stage '"


class Row(NamedTuple):
    """A task, its last attempt if it was started, and where that one is while it runs.

    `stage` is the address of the stage that runs; `root` the work tree; both empty if unknown.
    """

    task: Task
    attempt: Attempt | None
    stage: str = ""
    root: str = ""


class Overview(NamedTuple):
    """All tasks: running, queued, failed, done, each group in the order of queueing."""

    rows: list[Row]
    active: int
    idle: int


def overview(project: Project) -> Overview:
    """What there is; attempts of dead workers are settled first, if we may write."""
    places = Places(project)
    if killed(project):
        reap_if_allowed(project)
    if not places.exists:
        return Overview([], 0, len(alive_workers(places)))
    tasks, attempts = _read(places)
    running = _running(tasks, attempts)
    is_due = is_look_due(places, running) or not all(is_alive(places, one) for one in running)
    if is_due and reap_if_allowed(project):
        tasks, attempts = _read(places)
        running = _running(tasks, attempts)
    workers = set(alive_workers(places))
    active = [attempt for attempt in running if is_alive(places, attempt)]
    roots = _roots(project) if running else {}
    order = list(SHOWN.values())
    rows = [
        _row(places, task, attempts.get(task.id), roots)
        for task in sorted(tasks, key=lambda task: (order.index(SHOWN[task.state]), task.id))
    ]
    return Overview(rows, len(active), len(workers - {attempt.worker for attempt in active}))


def as_data(overview: Overview, project: Project) -> dict[str, Any]:
    """The overview for programs: see docs/queue.md."""
    places = Places(project)
    return {
        "tasks": [_task_data(places, row) for row in overview.rows],
        "workers": {"active": overview.active, "idle": overview.idle},
    }


def _task_data(places: Places, row: Row) -> dict[str, Any]:
    task, attempt = row.task, row.attempt
    return {
        "id": task.short_id,
        "name": task.name,
        "state": task.state,
        "cause": task.cause or None,
        "baseline": task.baseline,
        "snapshot": task.snapshot,
        "result": task.result or None,
        "priority": task.priority,
        "queued_at": task.queued_at,
        "attempts": task.attempts,
        "started_at": attempt.started_at if attempt else None,
        "ended_at": (attempt.ended_at or None) if attempt else None,
        "pid": (attempt.pid or None) if attempt and task.state == RUNNING else None,
        "stage": row.stage or None,
        "root": row.root or None,
        "log": places.log(task.id, task.attempts) if attempt else None,
    }


def _read(places: Places) -> tuple[list[Task], dict[int, Attempt]]:
    with opened_to_read(places) as store:
        return store.everything()


def _running(tasks: list[Task], attempts: dict[int, Attempt]) -> list[Attempt]:
    return [attempts[task.id] for task in tasks if task.state == RUNNING]


def _roots(project: Project) -> dict[str, str]:
    """Token of each attempt that runs → its work tree."""
    return {occupant.token: occupant.tree for occupant in occupants(project)}


def _row(places: Places, task: Task, attempt: Attempt | None, roots: dict[str, str]) -> Row:
    if attempt is None or task.state != RUNNING:
        return Row(task, attempt)
    log = places.log(task.id, attempt.number)
    return Row(task, attempt, _last_stage(log), roots.get(attempt.token, ""))


def _last_stage(log: str) -> str:
    """The stage that the log's last announcement names."""
    try:
        with open(log, "rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - _TAIL_BYTES))
            tail = file.read()
    except OSError:
        return ""
    _, found, rest = tail.rpartition(_STAGE_LINE)
    return rest.split(b"':\n", 1)[0].decode("utf-8", "replace") if found else ""
