"""`exp run --run-all`: start workers, follow one log after the other, tell how it went."""

from __future__ import annotations

import time

from assay.project import Project
from assay.queue.engine import Engine
from assay.queue.logs import follow
from assay.queue.places import Places
from assay.queue.reap import reap
from assay.queue.records import Attempt
from assay.queue.states import QUEUED, RUNNING, SUCCESS
from assay.queue.store import Store, opened
from assay.typed import Iterator, NamedTuple

_PAUSE_S = 0.1
_REAP_EVERY = 10  # pauses
_INSTANT_S = 1e-3


class Ends(NamedTuple):
    """Names of the experiments that were made, that failed, and that still wait."""

    made: list[str]
    failed: list[str]
    waiting: list[str]


class RunAll:
    """All tasks that are queued or running when `begin` is called; they go on by themselves."""

    __slots__ = ("_engine", "_ids", "_places", "_project", "_since")

    def __init__(self, project: Project, engine: Engine) -> None:
        self._project = project
        self._places = Places(project)
        self._engine = engine
        self._ids: set[int] = set()
        self._since = 0.0

    def begin(self, workers: int) -> bool:
        """Have this many workers, or one for each task; False if there is nothing to do."""
        if not self._places.exists:
            return False
        with opened(self._places) as store:
            reap(self._project, store)
            self._ids = {task.id for task in store.tasks([QUEUED, RUNNING])}
            running = store.last_attempts([RUNNING]).values()
            self._since = min([time.time(), *(one.started_at for one in running)]) - _INSTANT_S
        # Workers are forked while no connection is open: SQLite does not allow it otherwise.
        self._engine.start(min(workers, len(self._ids)))
        return bool(self._ids)

    def output(self) -> Iterator[bytes]:
        """What the tasks print, one after the other in the order of their starts, until all are
        over or nobody is left to run them."""
        with opened(self._places) as store:
            for look in range(1 << 62):
                attempt = store.started_after(self._since)
                if attempt is not None:
                    self._since = attempt.started_at
                    yield from self._output_of(store, attempt)
                elif not store.is_busy() or not self._engine.alive():
                    return
                else:
                    time.sleep(_PAUSE_S)
                    if look % _REAP_EVERY == 0:
                        reap(self._project, store)

    def ends(self) -> Ends:
        """What became of the tasks; removed ones are left out."""
        ends = Ends([], [], [])
        with opened(self._places) as store:
            for task in store.tasks():
                if task.id in self._ids:
                    group = ends.made if task.state == SUCCESS else ends.failed
                    (group if task.is_over else ends.waiting).append(task.name)
        return ends

    def _output_of(self, store: Store, attempt: Attempt) -> Iterator[bytes]:
        task = store.task(attempt.task)
        # An attempt that is not the last one was followed up to here already.
        if task is not None and task.id in self._ids and task.attempts == attempt.number:
            yield from follow(self._project, store, task)
