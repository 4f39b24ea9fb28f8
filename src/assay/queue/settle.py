"""What becomes of an attempt whose process is gone."""

from __future__ import annotations

import os

from assay.experiments.occupants import MARK
from assay.fs.processes import end_marked
from assay.fs.remove import remove
from assay.project import Project
from assay.queue.places import Places
from assay.queue.publication import published
from assay.queue.records import Attempt
from assay.queue.states import RUNNING
from assay.queue.store import Store

LOST = "worker lost"


def settle(project: Project, store: Store, attempt: Attempt) -> None:
    """Decide on an attempt whose process is gone; what it left running is killed.

    Done, if its result is out; killed, if that was wanted; queued again, as long as there are
    attempts to spare; else failed. Nothing happens if somebody else has decided, or if a job has
    left a result that is still to be collected.
    """
    if Places(project).has_result(attempt.handle):
        return
    end_marked(MARK, attempt.token)
    remove(Places(project).so_far(attempt.task, attempt.number))
    task = store.task(attempt.task)
    if task is None or task.state != RUNNING or task.attempts != attempt.number:
        return
    attempts = store.attempts(task.id)
    out = published(project.git(), task, [one.made for one in attempts if one.made])
    if out:
        store.end(attempt, "succeed", result=out)
    elif attempts[-1].kill_wanted:
        store.end(attempt, "kill", cause="killed")
    elif task.spare_attempts > 0:
        store.end(attempt, "requeue", cause=LOST)
    else:
        store.end(attempt, "fail", cause=LOST)


def forget_worker(places: Places, store: Store, worker: str) -> None:
    """Remove what there is of a worker that has ended; a log with something in it stays."""
    store.workers.discharge(worker)
    remove(places.worker_lock(worker))
    log = places.worker_log(worker)
    if os.path.exists(log) and os.path.getsize(log) == 0:
        os.unlink(log)
