"""A worker: takes one task after the other until the queue is empty or it is told to stop.

Each attempt runs in a forked process, so that nothing of it – memory, settings of libraries, a
crash – reaches the next, and no Python has to start. While it runs the worker only waits.
"""

from __future__ import annotations

import os
import time

from assay import signals
from assay.experiments.occupants import new_token
from assay.experiments.sandbox import sweep
from assay.fs.ending import child_has_ended
from assay.fs.lock import FileLock
from assay.project import Project
from assay.queue.ahead import import_ahead
from assay.queue.attempt import make_attempt
from assay.queue.enqueue import release_batches
from assay.queue.idling import wait_for_work
from assay.queue.liveness import LEASE_S, RENEW_S, this_host
from assay.queue.places import Places
from assay.queue.reap import reap
from assay.queue.records import Attempt, Task, Worker
from assay.queue.settle import forget_worker, settle
from assay.queue.store import opened
from assay.typed import Mapping


def work(project: Project, worker: str, environ: Mapping[str, str], *, stays: bool = False) -> None:
    """Be the worker called `worker`, whose lock is held already, until there is nothing to do.

    One that `stays` waits for more until it is told to stop.
    """
    places = Places(project)
    import_ahead()
    with opened(places) as store:
        store.workers.enlist(Worker(worker, os.getpid(), this_host(), time.time() + LEASE_S))
    while True:
        while _next(project, worker, environ):
            pass
        if stays and wait_for_work(project, worker):
            continue
        _tidy_up(project)
        # Who starts workers counts the living under this lock: either it does not count us any
        # more, or we see what was queued before.
        with FileLock(places.start_lock, patience_s=None), opened(places) as store:
            if not store.has_work_for(worker):
                forget_worker(places, store, worker)
                return


def _tidy_up(project: Project) -> None:
    with opened(Places(project)) as store:
        release_batches(project, store)
    sweep(project)


def _next(project: Project, worker: str, environ: Mapping[str, str]) -> bool:
    """Take a task and see it through; False if there is none for us."""
    token = new_token()
    with opened(Places(project)) as store:
        reap(project, store)
        until = time.time() + LEASE_S
        task = store.claim(worker, token, host=this_host(), lease_until=until)
        if task is None:
            return False
        attempt = store.attempts(task.id)[-1]
    project.git().settings()  # which the attempt need not ask for then
    # No connection is open here: SQLite does not allow it to be taken across a fork.
    pid = os.fork()
    if pid == 0:
        _make_attempt_and_exit(project, task, attempt, environ)
    status = _wait(project, worker, attempt, pid)
    if status != 0:
        with opened(Places(project)) as store:
            settle(project, store, attempt)
    return True


def _wait(project: Project, worker: str, attempt: Attempt, pid: int) -> int:
    """Wait for the process of the attempt; its status. Meanwhile the lease is extended."""
    while not child_has_ended(pid, RENEW_S):
        until = time.time() + LEASE_S
        with opened(Places(project)) as store:
            store.workers.extend(worker, until)
            is_ours = store.extend_lease(attempt, until)
            is_wanted = is_ours and not store.attempts(attempt.task)[-1].kill_wanted
        if not is_wanted:
            # Another host has asked for it, or has taken us for dead.
            os.kill(pid, signals.SIGINT if is_ours else signals.SIGKILL)
    return os.waitpid(pid, 0)[1]


def _make_attempt_and_exit(
    project: Project, task: Task, attempt: Attempt, environ: Mapping[str, str]
) -> None:
    code = 1
    try:
        make_attempt(project, task, attempt, environ)
        code = 0
    finally:
        os._exit(code)


def restore_signals() -> None:
    """Undo what a shell does to jobs in the background: they ignore Ctrl-C, a worker's must not."""
    signals.signal(signals.SIGINT, signals.default_int_handler)
    for number in (signals.SIGTERM, signals.SIGHUP, signals.SIGQUIT):
        signals.signal(number, signals.SIG_DFL)
