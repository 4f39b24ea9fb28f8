"""Temporary runs that were killed: they become failed tasks, to be seen and gone on from.

`exp run --temp` needs no queue as long as it lives. What it ran is noted in its sandbox; whoever
looks at the queue when nobody holds that any more takes the note over (`reap.py`):

1. The sandbox is locked, so that nobody leases it; what the run has left running is killed.
2. A reference keeps the snapshot.
3. The task is stored, as one that has failed.
4. The note goes. After a kill before that, the next one to look finds the task and removes it.
"""

from __future__ import annotations

import os
import time

from assay.experiments.occupants import (
    MARK,
    Occupant,
    is_of_killed_run,
    lock_file,
    note_file,
    occupant_of,
)
from assay.fs.lock import FileLock, LockHeld
from assay.fs.processes import end_marked
from assay.fs.remove import remove
from assay.git import refs
from assay.project import Project
from assay.queue.places import BATCHES, Places
from assay.queue.records import NewTask
from assay.queue.store import Store
from assay.typed import Iterable

CAUSE = "killed"


def keep_killed(project: Project, store: Store, sandboxes: Iterable[str]) -> None:
    """Make failed tasks of the temporary runs that were killed in these sandboxes."""
    for folder in sandboxes:
        _keep(project, store, folder)


def _keep(project: Project, store: Store, folder: str) -> None:
    try:
        with FileLock(lock_file(folder), patience_s=0):
            occupant = occupant_of(folder)
            if occupant is None or not is_of_killed_run(occupant):
                return  # somebody else was quicker
            if end_marked(MARK, occupant.token):
                _store(project, store, occupant, os.stat(note_file(folder)).st_mtime)
                remove(note_file(folder))
    except LockHeld:
        pass


def _store(project: Project, store: Store, occupant: Occupant, began: float) -> None:
    with FileLock(Places(project).enqueue_lock, patience_s=None):
        if occupant.token in store.batches():
            return
        refs.replace(project.git(), f"{BATCHES}{occupant.token}", occupant.snapshot)
        task = NewTask(
            name=occupant.name,
            baseline=occupant.baseline,
            snapshot=occupant.snapshot,
            batch=occupant.token,
            request=occupant.request,
            priority=0,
            queued_at=began,
            spare_attempts=0,
        )
        store.add_failed(task, token=occupant.token, cause=CAUSE, ended_at=time.time())
