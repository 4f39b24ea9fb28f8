"""Batch systems: nobody of ours waits for their jobs; whoever looks at the queue collects."""

from __future__ import annotations

import os

from assay.fs.atomic import write_text
from assay.fs.lock import FileLock, LockHeld
from assay.project import Project
from assay.queue.engines.coordinator import Coordinator
from assay.queue.engines.registry import is_installed, kind_of, opener
from assay.queue.engines.settings import settings_of
from assay.queue.liveness import is_job
from assay.queue.places import Places
from assay.queue.records import Attempt
from assay.queue.settle import settle
from assay.queue.states import RUNNING
from assay.queue.store import Store
from assay.typed import Mapping

# How long a job may wait and run before it is taken for lost without asking the batch system.
_LEASE_S = 60 * 24 * 3600.0


def collect(project: Project, store: Store, engine: str) -> None:
    """Publish what jobs have left. Nothing happens while somebody else is at it."""
    try:
        with FileLock(Places(project).start_lock, patience_s=0):
            look(project, store, engine, os.environ, submit=False)
    except LockHeld:
        pass


def collect_all(project: Project, store: Store) -> None:
    """`collect` for each batch system that has jobs of this queue and can be asked from here."""
    write_text(Places(project).batch_look, "")  # before: whoever looks next need not wait for us
    running = store.last_attempts([RUNNING]).values()
    for engine in {one.engine for one in running if is_job(one)}:
        if is_installed(kind_of(engine)):
            collect(project, store, engine)


def tell_job(project: Project, store: Store, attempt: Attempt, *, force: bool) -> None:
    """Let a job end: by the word that its node looks for, or before it begins."""
    folder = os.path.join(Places(project).batch, attempt.handle)
    if not kind_of(attempt.engine).is_batch or not os.path.isdir(folder):
        return
    if os.path.exists(os.path.join(folder, "started")):
        from assay.queue.hosts.run import cancel

        cancel(attempt.token, force)
        return
    cluster = opener(kind_of(attempt.engine))(
        project, settings_of(project.git(), attempt.engine), 0
    )
    if cluster.adopt(attempt.handle):
        cluster.cancel(attempt.handle, attempt.token, force=True)
    if Places(project).has_result(attempt.handle):
        collect(project, store, attempt.engine)
    else:
        settle(project, store, attempt)
    cluster.forget(attempt.handle)


def look(
    project: Project, store: Store, engine: str, environ: Mapping[str, str], *, submit: bool
) -> None:
    """One look at the jobs of an engine; with `submit`, all that waits is submitted."""
    cluster = opener(kind_of(engine))(project, settings_of(project.git(), engine), 0)
    try:
        coordinator = Coordinator(
            project, store, cluster, engine, f"{engine}-batch", environ, lease_s=_LEASE_S
        )
        coordinator.look_once(submit=submit)
    finally:
        cluster.close()
