"""Workers that were told to stay, while nothing waits to be run.

One of them looks for work, five times a second and without touching the disk as long as nobody
changes anything; the others sleep in the kernel until it has found some and their turn comes.
"""

from __future__ import annotations

import time

from assay.fs.lock import FileLock
from assay.project import Project
from assay.queue.places import Places
from assay.queue.reap import reap
from assay.queue.store import Store, opened

_PAUSE_S = 0.2
_REAP_EVERY = 50  # pauses
_FOR_EVER = 1e12  # nobody's task hangs on an idle worker


def wait_for_work(project: Project, worker: str) -> bool:
    """Return when there is something to do; False if the worker is to stop."""
    places = Places(project)
    with opened(places) as store:
        store.workers.extend(worker, _FOR_EVER)
    with FileLock(places.idle_lock, patience_s=None), opened(places) as store:
        return _look(project, store, worker)


def _look(project: Project, store: Store, worker: str) -> bool:
    version = -1
    for look in range(1 << 62):
        if look % _REAP_EVERY == 0:
            reap(project, store)
        if version != (version := store.data_version()) or look % _REAP_EVERY == 0:
            if store.workers.is_stopping(worker):
                return False
            if store.has_work_for(worker):
                return True
        time.sleep(_PAUSE_S)
    raise AssertionError  # somebody looks for ever
