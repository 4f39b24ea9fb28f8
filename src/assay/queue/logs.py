"""What attempts have printed, and following it as it comes."""

from __future__ import annotations

import os
import time

from assay.errors import AssayError
from assay.project import Project
from assay.queue.looking import is_there, reap_if_allowed
from assay.queue.places import Places
from assay.queue.records import Task
from assay.queue.states import QUEUED
from assay.queue.store import Store, opened_to_read
from assay.typed import Iterator

_PAUSE_S = 0.1
_REAP_EVERY = 10  # pauses


class NoLog(AssayError):
    """There is nothing to show for a task."""


def log_of(project: Project, name: str) -> Task:
    """The task that `name` means, the last one of several. Raises NoLog if it has no log."""
    found: list[Task] = []
    if is_there(project):
        with opened_to_read(Places(project)) as store:
            found = store.find(name)
    if not found:
        raise NoLog(f"'{name}' is not a valid queued experiment name")
    task = found[-1]
    if task.attempts == 0:
        raise NoLog(f"Experiment '{name}' is in queue but has not been started")
    if not task.is_over or os.path.exists(Places(project).log(task.id, task.attempts)):
        return task
    raise NoLog(
        f"No output logs found for experiment '{name}'",
        hint=f"nothing of it was kept; it has ended with: {task.cause}",
    )


def read_log(project: Project, task: Task) -> bytes:
    """What the last attempt has printed so far."""
    try:
        with open(Places(project).log(task.id, task.attempts), "rb") as file:
            return file.read()
    except FileNotFoundError:
        return b""


def follow(project: Project, store: Store, task: Task) -> Iterator[bytes]:
    """What the task prints, as it comes, until it is over, queued again for want of a worker, or
    removed. Ten looks a second."""
    number = task.attempts
    position = 0
    for look in range(1 << 62):
        current = store.task(task.id)
        new = _read_from(Places(project).log(task.id, number), position)
        position += len(new)
        if new:
            yield new
        if current is None or current.is_over:
            rest = _read_from(Places(project).log(task.id, number), position)
            if rest:
                yield rest
            return
        if current.attempts != number:
            number, position = current.attempts, 0
            continue
        if current.state == QUEUED and not store.workers.all():
            return
        if not new:
            time.sleep(_PAUSE_S)
            if look % _REAP_EVERY == 0:
                reap_if_allowed(project)


def _read_from(path: str, position: int) -> bytes:
    try:
        with open(path, "rb") as file:
            file.seek(position)
            return file.read()
    except FileNotFoundError:
        return b""
