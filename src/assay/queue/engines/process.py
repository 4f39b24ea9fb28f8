"""The process of a coordinator: `python -m assay.queue.engines.process …`, see `remote.py`."""

from __future__ import annotations

import os
import sys

from assay.errors import AssayError
from assay.project import open_project
from assay.queue.engines.coordinator import Coordinator
from assay.queue.engines.registry import kind_of, opener
from assay.queue.engines.remote import READY
from assay.queue.engines.settings import settings_of
from assay.queue.places import Places
from assay.queue.reap import reap
from assay.queue.settle import forget_worker
from assay.queue.store import opened


def main(engine: str, worker: str, jobs: str, lock: str, pipe: str) -> None:
    """Reach the cluster, say so, and run tasks until there is nothing to do."""
    for inherited in (lock, pipe):
        os.set_inheritable(int(inherited), False)  # nothing that we start is the coordinator
    os.ftruncate(int(lock), 0)
    os.pwrite(int(lock), f" {os.getpid()}\n".encode(), 0)  # the command is not the coordinator
    project = open_project(os.getcwd(), os.environ)
    places = Places(project)
    try:
        settings = settings_of(project.git(), engine)
        cluster = opener(kind_of(engine))(project, settings, int(jobs))
    except AssayError as error:
        words = f"{error.chain()} ({error.hint})" if error.hint else error.chain()
        _say(int(pipe), words.encode())
        with opened(places) as store:
            forget_worker(places, store, worker)
        return
    _say(int(pipe), READY)
    try:
        with opened(places) as store:
            coordinator = Coordinator(project, store, cluster, engine, worker, os.environ)
            coordinator.begin()
            reap(project, store)  # what nobody took over
            coordinator.run()
            forget_worker(places, store, worker)
    finally:
        cluster.close()


def _say(pipe: int, words: bytes) -> None:
    os.write(pipe, words)
    os.close(pipe)


if __name__ == "__main__":
    main(*sys.argv[1:])
