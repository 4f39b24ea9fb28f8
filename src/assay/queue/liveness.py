"""Who is alive: whoever holds the lock of a worker, the worker itself or the attempt it started."""

from __future__ import annotations

import os

from assay.fs.lock import is_held
from assay.queue.places import Places


def is_alive(places: Places, worker: str) -> bool:
    """Whether the worker, or the process of its attempt, is there. Costs one system call or two."""
    return is_held(places.worker_lock(worker))


def alive_workers(places: Places) -> list[str]:
    """All workers that are there at this moment."""
    try:
        names = os.listdir(places.workers)
    except FileNotFoundError:
        return []
    workers = sorted(name for name in names if not name.endswith(".log"))
    return [worker for worker in workers if is_alive(places, worker)]
