"""Who is alive.

On this host: whoever holds the lock of a worker, the worker itself or the attempt it started; the
kernel takes it from the dead. Of other hosts and of engines: whoever has a lease that has not run
out (seconds since 1970, so the clocks of hosts that share a queue must agree to a few seconds).
"""

from __future__ import annotations

import os
import time

from assay.fs.lock import is_held
from assay.queue.places import Places
from assay.queue.records import Attempt, Worker
from assay.typed import Iterable

LEASE_S = 60.0
RENEW_S = 10.0
_LOOK_EVERY_S = 30.0


def this_host() -> str:
    """How attempts and workers name the machine they are on."""
    return os.uname().nodename


def is_local(attempt: Attempt) -> bool:
    """Whether it is a process of this machine, which locks and signals can reach."""
    return not attempt.engine and _is_here(attempt.host)


def is_alive(places: Places, attempt: Attempt) -> bool:
    """Whether somebody still works on the attempt. Costs one system call or two."""
    if is_local(attempt):
        return is_held(places.worker_lock(attempt.worker))
    # A job of a batch system lives until somebody has collected what it left.
    return attempt.lease_until > time.time() and not places.has_result(attempt.handle)


def is_job(attempt: Attempt) -> bool:
    """Whether a batch system has it: only for jobs, that may wait long, leases are of weeks."""
    return bool(attempt.engine) and attempt.lease_until > time.time() + 2 * LEASE_S


def is_look_due(places: Places, attempts: Iterable[Attempt]) -> bool:
    """Whether it is time to ask the batch system: a job may have died without a word."""
    if not any(is_job(attempt) for attempt in attempts):
        return False
    try:
        return time.time() - os.stat(places.batch_look).st_mtime > _LOOK_EVERY_S
    except FileNotFoundError:
        return os.path.isdir(places.batch)


def is_worker_alive(places: Places, worker: Worker) -> bool:
    """Whether the worker, or the process of its attempt, is there."""
    if _is_here(worker.host):
        return is_held(places.worker_lock(worker.id))
    return worker.lease_until > time.time()


def alive_workers(places: Places) -> list[str]:
    """The workers of this host that are there at this moment."""
    try:
        names = os.listdir(places.workers)
    except (FileNotFoundError, NotADirectoryError):
        return []
    workers = sorted(name for name in names if not name.endswith(".log"))
    return [worker for worker in workers if is_held(places.worker_lock(worker))]


def _is_here(host: str) -> bool:
    return host in ("", this_host())  # tasks.db of version 1 knew one host only
