"""An engine beyond this machine: its worker is a coordinator, a process of this one.

The coordinator counts as a worker: it holds a worker's lock, claims tasks, and leaves when nothing
is to be done. What it does with a task is in `coordinator.py`.
"""

from __future__ import annotations

import os
import subprocess
import sys

from assay.errors import AssayError
from assay.experiments.occupants import new_token
from assay.fs.lock import FileLock
from assay.project import Project
from assay.queue.liveness import alive_workers
from assay.queue.places import Places
from assay.typed import Mapping

READY = b"ready\n"
_SOURCES = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(__file__))))


class RemoteEngine:
    """One coordinator at a time for each engine of a project."""

    __slots__ = ("_environ", "_name", "_places", "_project")

    def __init__(self, project: Project, name: str, environ: Mapping[str, str]) -> None:
        self._project = project
        self._name = name
        self._environ = environ
        self._places = Places(project)

    def start(self, count: int) -> int:
        """Have a coordinator that runs up to `count` tasks at once; 1 if one was started.

        Returns when it has reached its cluster; raises AssayError if it cannot.
        """
        self._places.make()
        with FileLock(self._places.start_lock, patience_s=None):
            if self.alive():
                return 0
            self._start(f"{self._name}-{new_token()}", count)
        return 1

    def alive(self) -> list[str]:
        """The coordinators of this engine."""
        return [one for one in alive_workers(self._places) if one.startswith(f"{self._name}-")]

    def _start(self, worker: str, count: int) -> None:
        mine, theirs = os.pipe()
        path = os.pathsep.join(filter(None, [_SOURCES, self._environ.get("PYTHONPATH")]))
        log = self._places.worker_log(worker)
        with FileLock(self._places.worker_lock(worker)) as lock, open(log, "ab") as output:
            module = "assay.queue.engines.process"
            # It inherits the lock: from the first moment on it counts as alive.
            inherited = (lock.fileno(), theirs)
            subprocess.Popen(
                [sys.executable, "-m", module, self._name, worker, str(count)]
                + [str(one) for one in inherited],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self._project.root,
                env={**self._environ, "PYTHONPATH": path},
                start_new_session=True,
                pass_fds=inherited,
            )
        os.close(theirs)
        with open(mine, "rb") as pipe:
            said = pipe.read()
        if said != READY:
            words = said.decode("utf-8", "replace").strip()
            raise AssayError(
                f"engine '{self._name}' does not start: {words or 'its process has ended'}",
                hint="" if words else f"see '{log}'",
            )
