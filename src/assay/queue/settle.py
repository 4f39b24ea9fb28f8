"""What becomes of an attempt whose process is gone. Whoever looks at the queue may ask.

Kernel locks say who is alive: the lock of a worker is held by the worker and by the process of its
attempt, and dies with the last of them. On this host nothing beats and nothing goes stale; those on
other hosts have leases (`liveness.py`).
"""

from __future__ import annotations

import os

from assay.experiments.occupants import MARK, killed
from assay.fs.processes import end_marked
from assay.fs.remove import remove
from assay.project import Project
from assay.queue.liveness import is_alive, is_look_due, is_worker_alive
from assay.queue.places import Places
from assay.queue.publication import published
from assay.queue.records import Attempt
from assay.queue.states import RUNNING
from assay.queue.store import Store, opened

LOST = "worker lost"


def reap(project: Project, store: Store) -> None:
    """Settle every attempt whose worker is dead, and forget dead workers; take note of temporary
    runs that were killed."""
    places = Places(project)
    if sandboxes := killed(project):
        from assay.queue.killed import keep_killed  # as seldom as that happens

        keep_killed(project, store, sandboxes)
    running = store.last_attempts([RUNNING])
    if is_look_due(places, running.values()):
        from assay.queue.engines.collect import collect_all  # only for batch systems

        collect_all(project, store)
        running = store.last_attempts([RUNNING])
    for attempt in running.values():
        if not is_alive(places, attempt):
            settle(project, store, attempt)
    for worker in store.workers.all():
        if not is_worker_alive(places, worker):
            forget_worker(places, store, worker.id)


def take_note_of_killed(project: Project) -> None:
    """`reap` if a temporary run was killed, be there a queue or not."""
    if killed(project):
        with opened(Places(project)) as store:
            reap(project, store)


def settle(project: Project, store: Store, attempt: Attempt) -> None:
    """Decide on an attempt whose process is gone; what it left running is killed.

    Done, if its result is out; killed, if that was wanted; queued again, as long as there are
    attempts to spare; else failed. Nothing happens if somebody else has decided.
    """
    if Places(project).has_result(attempt.handle):
        from assay.queue.engines.collect import collect  # only for batch systems

        collect(project, store, attempt.engine)
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
