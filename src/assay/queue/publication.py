"""Announcing the result of a task exactly once, however many attempts there were (P3).

1. The commit is written into the attempt, on disk: only the attempt that runs may do so.
2. The reference moves by compare-and-swap.
3. The task is marked as done.

A kill after 1 or 2 is settled by looking at the reference: if it holds a commit that some attempt
of this task has made, the result is out.
"""

from __future__ import annotations

from assay.errors import AssayError
from assay.experiments.names import ref_name
from assay.experiments.publish import announce
from assay.experiments.references import Experiment, ExperimentConflict
from assay.git import refs
from assay.git.repository import Repository
from assay.queue.records import Attempt, Task
from assay.queue.store import Store
from assay.typed import Iterable


class NotOurs(AssayError):
    """The attempt was ended by somebody else: it may no longer announce anything."""

    def __init__(self) -> None:
        super().__init__("the task was taken from this attempt")


def publish_once(
    store: Store,
    repository: Repository,
    attempt: Attempt,
    made: Experiment,
    *,
    message: str,
    force: bool,
) -> str:
    """Announce `made`, unless an earlier attempt's result is out; the commit that is.

    Raises NotOurs, ExperimentConflict.
    """
    before = [other.made for other in store.attempts(attempt.task) if other.made]
    task = store.task(attempt.task)
    if task is None or not store.note_made(attempt, made.commit):
        raise NotOurs
    out = published(repository, task, before)
    if out:
        return out
    try:
        announce(repository, made, message=message, force=force)
    except ExperimentConflict:
        # A Git that outlived its killed worker may have been quicker.
        out = published(repository, task, before)
        if not out:
            raise
        return out
    return made.commit


def published(repository: Repository, task: Task, made: Iterable[str]) -> str:
    """The commit among `made` that the task's experiment is at; empty if it is none of them."""
    current = refs.read(repository, ref_name(task.baseline, task.name))
    return current if current is not None and current in made else ""
