"""The engine of this machine: workers are processes that outlive the terminal they came from."""

from __future__ import annotations

import fcntl
import os
import sys

from assay.experiments.occupants import new_token
from assay.fs.lock import FileLock
from assay.project import Project
from assay.queue.liveness import alive_workers
from assay.queue.places import Places
from assay.typed import Mapping


class LocalEngine:
    """Workers of one project on this machine; they run with the environment `environ`.

    Those that it starts leave when the queue is empty, unless they are to stay.
    """

    __slots__ = ("_environ", "_places", "_project", "_stay")

    def __init__(self, project: Project, environ: Mapping[str, str], *, stay: bool = False) -> None:
        self._project = project
        self._environ = environ
        self._places = Places(project)
        self._stay = stay

    def start(self, count: int) -> int:
        """Have `count` workers in total, not more than there are now; how many were started."""
        self._places.make()
        sys.stdout.flush()
        sys.stderr.flush()
        with FileLock(self._places.start_lock, patience_s=None):
            # Coordinators of other engines have names of two parts (engines/remote.py).
            missing = max(0, count - sum("-" not in worker for worker in self.alive()))
            for _ in range(missing):
                self._start_one()
        return missing

    def alive(self) -> list[str]:
        """The workers that live at this moment."""
        return alive_workers(self._places)

    def _start_one(self) -> None:
        """Fork twice, so that nobody has to wait for the worker.

        We take its lock and the worker inherits it: from the first moment on it counts as alive.
        """
        worker = new_token()
        with FileLock(self._places.worker_lock(worker)) as lock:
            child = os.fork()
            if child != 0:
                os.waitpid(child, 0)
                return
            try:
                os.setsid()
                if os.fork() == 0:
                    self._be_worker(worker, lock.fileno())
            finally:
                os._exit(0)

    def _be_worker(self, worker: str, lock: int) -> None:
        _leave_terminal(self._places.worker_log(worker), lock)
        os.chdir(self._project.root)
        from assay.queue.worker import restore_signals, work  # the whole machinery of running

        restore_signals()
        try:
            work(self._project, worker, self._environ, stays=self._stay)
        except BaseException:
            import traceback

            traceback.print_exc()
            sys.stderr.flush()


def _leave_terminal(log: str, lock: int) -> None:
    """Keep of all open files only the lock; nothing to read, output to the file `log`.

    Whoever started us sees its pipes close, and the lock for starting workers is let go.
    """
    lock = _above_streams(lock)
    _close_all_but(lock)
    output = _above_streams(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666))
    nothing = _above_streams(os.open(os.devnull, os.O_RDONLY))
    for number, source in enumerate((nothing, output, output)):
        os.dup2(source, number)
    _close_all_but(lock)


def _above_streams(descriptor: int) -> int:
    """The same open file under a number that is not one of the three streams'."""
    return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 3)


def _close_all_but(kept: int) -> None:
    os.closerange(3, kept)
    os.closerange(kept + 1, os.sysconf("SC_OPEN_MAX"))
