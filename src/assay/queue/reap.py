"""Looking after the queue: whoever looks at it settles what the dead have left.

Kernel locks say who is alive: the lock of a worker is held by the worker and by the process of its
attempt, and dies with the last of them. On this host nothing beats and nothing goes stale; those on
other hosts have leases (`liveness.py`).
"""

from __future__ import annotations

from assay.experiments.occupants import killed
from assay.project import Project
from assay.queue.liveness import is_alive, is_look_due, is_worker_alive
from assay.queue.places import Places
from assay.queue.settle import forget_worker, settle
from assay.queue.states import RUNNING
from assay.queue.store import Store, opened


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
        if is_alive(places, attempt):
            continue
        if places.has_result(attempt.handle):
            from assay.queue.engines.collect import collect

            collect(project, store, attempt.engine)
        else:
            settle(project, store, attempt)
    for worker in store.workers.all():
        if not is_worker_alive(places, worker):
            forget_worker(places, store, worker.id)


def take_note_of_killed(project: Project) -> None:
    """`reap` if a temporary run was killed, be there a queue or not."""
    if killed(project):
        with opened(Places(project)) as store:
            reap(project, store)
