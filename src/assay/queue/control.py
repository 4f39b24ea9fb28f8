"""What users do to tasks: kill, stop, remove, retry."""

from __future__ import annotations

import os

from assay import signals
from assay.errors import AssayError
from assay.experiments.occupants import MARK
from assay.fs.processes import end_marked
from assay.fs.remove import remove
from assay.project import Project
from assay.queue.enqueue import release_batches
from assay.queue.liveness import is_alive, is_local
from assay.queue.places import Places
from assay.queue.reap import reap
from assay.queue.records import Attempt, Task
from assay.queue.settings import spare_attempts
from assay.queue.settle import settle
from assay.queue.states import FAILED, KILLED, RUNNING
from assay.queue.store import Store
from assay.typed import Iterable, Mapping, Sequence


class UnknownTasks(AssayError):
    """Names that belong to no task that could be meant."""

    def __init__(self, names: Sequence[str], kind: str = "experiment") -> None:
        if len(names) == 1:
            super().__init__(f"'{names[0]}' is not a valid {kind} name")
        else:
            super().__init__(f"'{'; '.join(names)}' are not valid {kind} names")


def kill(project: Project, store: Store, names: Iterable[str], *, force: bool) -> list[str]:
    """End running tasks; the names of those that were, the unknown ones raise UnknownTasks then.

    The stage gets SIGINT, as from Ctrl-C; with `force` everything is killed at once.
    """
    reap(project, store)
    running = store.last_attempts([RUNNING])
    unknown = []
    killed = []
    for name in dict.fromkeys(names):
        meant = [task for task in store.find(name) if task.id in running]
        if not meant:
            unknown.append(name)
        for task in meant:
            _end(project, store, running[task.id], force=force)
            killed.append(task.name)
    if unknown:
        raise NotRunning(unknown, killed)
    return killed


def kill_running(project: Project, store: Store) -> list[str]:
    """End all running tasks at once; their names."""
    reap(project, store)
    names = {task.id: task.name for task in store.tasks([RUNNING])}
    running = store.last_attempts([RUNNING])
    for attempt in running.values():
        _end(project, store, attempt, force=True)
    return [names[task] for task in running if task in names]


class NotRunning(UnknownTasks):
    """Some of the named tasks do not run; `killed` are the names of those that did."""

    def __init__(self, names: Sequence[str], killed: Sequence[str]) -> None:
        super().__init__(names, "running experiment")
        self.killed = tuple(killed)


def in_states(project: Project, store: Store, states: Sequence[str]) -> list[Task]:
    """The tasks in these states, those of dead workers included in what becomes of them."""
    reap(project, store)
    return store.tasks(states)


def remove_tasks(project: Project, store: Store, tasks: Iterable[Task]) -> list[str]:
    """Forget tasks that do not run, with their logs; the names of those that are gone.

    Their experiments stay.
    """
    gone = store.remove([task.id for task in tasks])
    places = Places(project)
    for task in gone:
        for number in range(1, task.attempts + 1):
            remove(places.log(task.id, number))
    if gone:
        release_batches(project, store)
    return [task.name for task in gone]


def removable(project: Project, store: Store, names: Iterable[str]) -> list[Task]:
    """The tasks with these names that do not run. Raises UnknownTasks if one has none."""
    reap(project, store)
    found: dict[int, Task] = {}
    unknown = []
    for name in dict.fromkeys(names):
        meant = [task for task in store.find(name) if task.state != RUNNING]
        if not meant:
            unknown.append(name)
        found.update((task.id, task) for task in meant)
    if unknown:
        raise UnknownTasks(unknown)
    return list(found.values())


def retry(
    project: Project, store: Store, names: Sequence[str], environ: Mapping[str, str]
) -> list[str]:
    """Queue failed and killed tasks again, all or the named ones; their names.

    Raises UnknownTasks if a name belongs to none.
    """
    reap(project, store)
    tasks = store.tasks([FAILED, KILLED])
    if names:
        over = {task.id for task in tasks}
        found = {name: [task for task in store.find(name) if task.id in over] for name in names}
        unknown = [name for name, meant in found.items() if not meant]
        if unknown:
            raise UnknownTasks(unknown, "failed experiment")
        # Of several with one name only the last one can have it again.
        tasks = [meant[-1] for meant in found.values()]
    again = store.retry(tasks, spare_attempts=spare_attempts(project.git(), environ))
    return [task.name for task in again]


def _end(project: Project, store: Store, attempt: Attempt, *, force: bool) -> None:
    # First the word, then the deed: an attempt that just begins reads the word by itself.
    if not store.want_killed(attempt):
        return
    attempt = store.attempts(attempt.task)[attempt.number - 1]
    if attempt.engine:
        from assay.queue.engines.collect import tell_job  # only for batch systems

        tell_job(project, store, attempt, force=force)
    if not is_local(attempt):
        return  # whoever looks after it sees the word when the lease is extended
    if attempt.pid and is_alive(Places(project), attempt):
        _signal(attempt.pid, signals.SIGKILL if force else signals.SIGINT)
    if force:
        end_marked(MARK, attempt.token)
        if attempt.pid:
            settle(project, store, attempt)


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass
