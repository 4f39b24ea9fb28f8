"""What `exp run -r` starts from: a name may be an experiment's, a task's or a commit's."""

from __future__ import annotations

from assay.experiments.references import find_experiment
from assay.experiments.run_text import remains_of
from assay.experiments.start import Start, find_start
from assay.project import Project
from assay.queue.places import Places
from assay.queue.reap import take_note_of_killed
from assay.queue.records import Task
from assay.queue.requests import run_of
from assay.queue.states import SUCCESS
from assay.queue.store import Store, opened_to_read


def start_from(project: Project, name: str) -> Start:
    """What `exp run -r NAME` starts from: an experiment, a task that has made none, a commit.

    Raises UnknownRevision, AmbiguousName.
    """
    take_note_of_killed(project)
    places = Places(project)
    if places.exists and find_experiment(project.git(), name) is None:
        with opened_to_read(places) as store:
            task = _unfinished(store, name)
            if task is not None:
                left = [one.remains for one in store.attempts(task.id) if one.remains]
                remains = remains_of(left[-1]) if left else run_of(task).remains
                return Start(task.snapshot, task.baseline, remains)
    return find_start(project.git(), name)


def _unfinished(store: Store, name: str) -> Task | None:
    found = [task for task in store.find(name) if task.state != SUCCESS]
    return found[-1] if found else None
