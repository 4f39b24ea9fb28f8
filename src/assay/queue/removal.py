"""`exp remove` and the queue: a name may mean an experiment, a task, or both."""

from __future__ import annotations

from assay.experiments.references import find_experiment
from assay.project import Project
from assay.queue.control import remove_tasks
from assay.queue.places import Places
from assay.queue.records import Task
from assay.queue.states import QUEUED, RUNNING
from assay.queue.store import opened, opened_to_read
from assay.typed import NamedTuple, Sequence


class Meant(NamedTuple):
    """What names stand for: tasks that do not run; the names that are no task's alone."""

    tasks: list[Task]
    others: list[str]


def meant_by(project: Project, names: Sequence[str]) -> Meant:
    """The tasks among `names`. A name that only tasks have is not among the others."""
    if not Places(project).exists:
        return Meant([], list(names))
    meant = Meant([], [])
    # To read only: on a full disk experiments can be removed, tasks cannot.
    with opened_to_read(Places(project)) as store:
        for name in names:
            tasks = [task for task in store.find(name) if task.state != RUNNING]
            meant.tasks.extend(tasks)
            if not tasks or find_experiment(project.git(), name) is not None:
                meant.others.append(name)
    return meant


def forget(project: Project, tasks: Sequence[Task]) -> list[str]:
    """Remove these tasks; the names of those that were there and did not run."""
    if not tasks:
        return []
    with opened(Places(project)) as store:
        return remove_tasks(project, store, tasks)


def forget_queued(project: Project) -> list[str]:
    """Remove every task that waits; their names."""
    if not Places(project).exists:
        return []
    with opened(Places(project)) as store:
        return remove_tasks(project, store, store.tasks([QUEUED]))
