"""Plays one kind of process again and again, and each time it dies one step later.

    python -m promises.fault_player KIND FIRST STRIDE

A program of its own, because what counts the steps must be loaded when a process starts; all that
dies is forked from here. Prints how many steps there were. `test_p3_every_write.py` judges.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable

from assay.experiments.occupants import new_token
from assay.experiments.request import RunRequest
from assay.fs.lock import FileLock, is_held
from assay.pipeline.address import Addresses
from assay.project import Project, open_project
from assay.queue.control import remove_tasks
from assay.queue.enqueue import enqueue
from assay.queue.places import Places
from assay.queue.reap import reap
from assay.queue.store import opened
from assay.queue.worker import work
from assay.ui.console import Silence
from promises.faults import Faults, faults_of_this_process

_PATIENT = {"ASSAY_QUEUE_MAX_ATTEMPTS": "100000"}


class Player:
    """The project in the current directory; each method of a kind takes one step number."""

    def __init__(self, project: Project, faults: Faults) -> None:
        self._project = project
        self._places = Places(project)
        self._faults = faults

    def worker(self, step: int) -> None:
        """A worker, its attempt and the Git of both; one of them dies."""
        self._enqueue(step)
        self._work(step)
        self._work()

    def everybody(self, step: int) -> None:
        """All of them at once."""
        self._enqueue(step)
        self._work(step, everybody=True)
        self._work()

    def enqueuer(self, step: int) -> None:
        """`exp run --queue` with a sweep: afterwards all of it is there or nothing."""
        code = self._forked(lambda: self._enqueue(step, 2), step)
        with opened(self._places) as store:
            found = [len(store.find(f"s{step}-{number}")) for number in (1, 2)]
        assert found in ([0, 0], [1, 1]) and (code != 0 or found == [1, 1]), (step, code, found)
        self._work()

    def looker(self, step: int) -> None:
        """Whoever looks and finds that a worker has died."""
        self._enqueue(step)
        with FileLock(self._places.worker_lock("dead")), opened(self._places) as store:
            store.claim("dead", new_token())
        self._forked(self._look, step)
        self._work()

    def remover(self, step: int) -> None:
        """`queue remove`."""
        self._enqueue(step)
        self._forked(self._remove, step)
        self._remove()

    def tidy_up(self) -> None:
        """What the dead have left is taken away by workers that end in order, later."""
        for folder, _, names in os.walk(os.path.join(self._project.root, ".git")):
            for name in names:
                if name.endswith(".lock"):
                    os.utime(os.path.join(folder, name), (1.0, 1.0))
        self._work()
        self._work()

    def _look(self) -> None:
        with opened(self._places) as store:
            reap(self._project, store)

    def _remove(self) -> None:
        with opened(self._places) as store:
            remove_tasks(self._project, store, store.tasks())

    def _enqueue(self, step: int, count: int = 1) -> None:
        """One task with an x of its own, or a sweep. What follows the hyphen is x."""
        addresses = Addresses(self._project.root, self._project.root)
        values = ",".join(str(number) for number in range(1, count + 1)) if count > 1 else step
        name = f"s{step}" if count > 1 else f"s-{step}"
        request = RunRequest(overrides=(f"x={values}",), name=name)
        console, environ = Silence(), {**os.environ, **_PATIENT}
        enqueue(self._project, request, addresses=addresses, console=console, environ=environ)

    def _work(self, step: int | None = None, *, everybody: bool = False) -> None:
        """A worker until it and its attempts are gone."""
        worker = new_token()
        with FileLock(self._places.worker_lock(worker)):
            self._forked(
                lambda: work(self._project, worker, {**os.environ, **_PATIENT}),
                step,
                everybody=everybody,
            )
        while is_held(self._places.worker_lock(worker)):
            pass  # an attempt goes on without its worker

    def _forked(
        self, act: Callable[[], object], step: int | None, *, everybody: bool = False
    ) -> int:
        """Exit status of a process group of its own that does `act`."""
        child = os.fork()
        if child == 0:
            try:
                os.setpgid(0, 0)
                if step is not None:
                    self._faults.arm(step, group=os.getpid() if everybody else 0)
                act()
                os._exit(0)
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(1)
        status = os.waitpid(child, 0)[1]
        if step is not None:
            self.count = self._faults.count
            self._faults.disarm()
        return status


def main() -> None:
    """See above."""
    kind, first, stride = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    faults = faults_of_this_process()
    player = Player(open_project(os.getcwd(), os.environ), faults)
    play = getattr(player, kind)
    play(0)
    total = player.count
    for step in range(first, total + 1, stride):
        play(step)
    player.tidy_up()
    print(total)


if __name__ == "__main__":
    main()
