"""Waiting for tasks, for programs: who looks at a terminal follows logs instead."""

from __future__ import annotations

import time

from assay.errors import AssayError
from assay.project import Project
from assay.queue.control import UnknownTasks
from assay.queue.liveness import is_alive
from assay.queue.local import LocalEngine
from assay.queue.looking import is_there, reap_if_allowed
from assay.queue.places import Places
from assay.queue.records import Task
from assay.queue.states import QUEUED, RUNNING
from assay.queue.store import Store, opened_to_read
from assay.typed import Sequence

_PAUSE_S = 0.1
_REAP_EVERY = 10  # pauses


class NotOver(AssayError):
    """The time is up, or no worker is left, and tasks still wait or run."""

    def __init__(self, names: Sequence[str], reason: str) -> None:
        super().__init__(f"{reason}, and not over yet: {', '.join(names)}")
        self.names = tuple(names)


def pending(project: Project, names: Sequence[str] = ()) -> list[Task]:
    """The tasks of these names, or all that wait or run. Raises UnknownTasks."""
    if not is_there(project):
        if names:
            raise UnknownTasks(names)
        return []
    with opened_to_read(Places(project)) as store:
        if not names:
            return store.tasks([QUEUED, RUNNING])
        found = {name: store.find(name) for name in dict.fromkeys(names)}
        unknown = [name for name, tasks in found.items() if not tasks]
        if unknown:
            raise UnknownTasks(unknown)
        return [tasks[-1] for tasks in found.values()]


def wait_for(project: Project, tasks: Sequence[Task], *, timeout_s: float | None) -> list[Task]:
    """The tasks as they are when all are over; removed ones are left out. Starts no worker.

    Raises NotOver after `timeout_s` seconds, or when there is nobody to run them.
    """
    if not tasks:
        return []
    engine = LocalEngine(project, {})
    deadline = None if timeout_s is None else time.monotonic() + timeout_s
    with opened_to_read(Places(project)) as store:
        for look in range(1 << 62):
            busy = _busy(store, tasks)
            if not busy:
                return _current(store, tasks)
            if deadline is not None and time.monotonic() >= deadline:
                raise NotOver(busy, "the time is up")
            if look % _REAP_EVERY == _REAP_EVERY - 1:
                reap_if_allowed(project)
                if not engine.alive() and not _is_elsewhere(project, store) and _busy(store, tasks):
                    raise NotOver(busy, "no worker is left")
            time.sleep(_PAUSE_S)
    raise AssertionError  # somebody looks for ever


def _is_elsewhere(project: Project, store: Store) -> bool:
    """Whether a batch system or another host runs something of the queue."""
    places = Places(project)
    running = store.last_attempts([RUNNING]).values()
    return any(is_alive(places, attempt) for attempt in running)


def _busy(store: Store, tasks: Sequence[Task]) -> list[str]:
    return [task.name for task in _current(store, tasks) if not task.is_over]


def _current(store: Store, tasks: Sequence[Task]) -> list[Task]:
    found = (store.task(task.id) for task in tasks)
    return [task for task in found if task is not None]
