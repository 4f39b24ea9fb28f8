"""Batch systems as an engine for commands: tasks become jobs, and nothing of ours lives on."""

from __future__ import annotations

from assay.fs.lock import FileLock
from assay.project import Project
from assay.queue.engines.collect import look
from assay.queue.places import Places
from assay.queue.reap import reap
from assay.queue.states import QUEUED, RUNNING
from assay.queue.store import opened
from assay.typed import Mapping


class BatchEngine:
    """Tasks become jobs at once; the workers are the batch system's."""

    __slots__ = ("_environ", "_name", "_places", "_project")

    def __init__(self, project: Project, name: str, environ: Mapping[str, str]) -> None:
        self._project = project
        self._name = name
        self._environ = environ
        self._places = Places(project)

    def start(self, count: int) -> int:
        """Collect, and submit all that waits; how many jobs there are now."""
        del count
        with opened(self._places) as store:
            reap(self._project, store)
            if store.tasks([QUEUED, RUNNING]):
                with FileLock(self._places.start_lock, patience_s=None):
                    look(self._project, store, self._name, self._environ, submit=True)
        return len(self.alive())

    def alive(self) -> list[str]:
        """The handles of jobs that wait or run."""
        with opened(self._places) as store:
            running = store.last_attempts([RUNNING]).values()
        return [attempt.handle for attempt in running if attempt.engine == self._name]
