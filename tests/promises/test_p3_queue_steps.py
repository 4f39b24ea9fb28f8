"""P3: a kill before each single step of a worker and its attempt – every one of them, in order.

A step is anything that reaches beyond the process: a file opened for writing, renamed or removed,
a database opened, another process started, a fork. An audit hook counts them in a worker that was
forked from here and kills it, or the attempt that it has forked, before the chosen one.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable

import pytest

from assay.experiments.occupants import new_token
from assay.experiments.request import RunRequest
from assay.fs.lock import FileLock, is_held
from assay.pipeline.address import Addresses
from assay.queue.enqueue import enqueue as enqueue_here
from assay.queue.places import Places
from assay.queue.store import opened
from assay.queue.worker import work
from assay.ui.console import Silence
from promises.queue_kills import (
    PATIENT,
    assert_each_is_there_once,
    enqueue,
    inside,
    make_pipeline,
)
from support.project import Project

STEPS = frozenset(
    {"os.fork", "os.posix_spawn", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link"}
    | {"os.symlink", "os.truncate", "os.chmod", "os.kill", "sqlite3.connect", "subprocess.Popen"}
    | {"shutil.rmtree", "shutil.copyfile", "os.utime", "fcntl.flock"}
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Counter:
    """Counts the steps of a process and of those that it forks; `at` is the one it dies before."""

    def __init__(self, at: int, *, everybody: bool) -> None:
        self.count = 0
        self._at = at
        self._everybody = everybody

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if event not in STEPS and not (event == "open" and _writes(arguments[2])):
            return
        self.count += 1
        if self.count == self._at:
            # The group holds worker and attempt; a stage is in a group of its own, as always.
            os.kill(0 if self._everybody else os.getpid(), signal.SIGKILL)


def _writes(flags: object) -> bool:
    return isinstance(flags, int) and bool(flags & _WRITING)


def run_worker(project: Project, hook: Callable[..., None] | None = None) -> None:
    """A worker in a process of its own, until it and its attempts are gone."""
    places = Places(inside(project))
    worker = new_token()
    with FileLock(places.worker_lock(worker)):
        child = os.fork()
        if child == 0:
            os.setpgid(0, 0)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.environ.clear()
            os.environ.update(project.env)
            if hook is not None:
                sys.addaudithook(hook)
            work(inside(project), worker, {**project.env, **PATIENT})
            os._exit(0)
    os.waitpid(child, 0)
    while is_held(places.worker_lock(worker)):
        pass  # an attempt goes on without its worker


def count_steps(project: Project) -> int:
    """How many steps one task takes: of the worker, and of the attempt after it was forked."""
    reading, writing = os.pipe()

    class Telling(Counter):
        def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
            before = self.count
            super().__call__(event, arguments)
            if self.count != before:
                os.write(writing, b"%d\n" % self.count)

    run_worker(project, Telling(0, everybody=False))
    os.close(writing)
    with open(reading) as told:
        return max(map(int, told))


def play(project: Project, steps: range, *, everybody: bool) -> None:
    for step in steps:
        enqueue_quickly(project, f"s{step}")
        run_worker(project, Counter(step, everybody=everybody))
        run_worker(project)
    assert_each_is_there_once(project)


def enqueue_quickly(project: Project, name: str) -> None:
    """One task with an x of its own; without a Python to start, which takes longer than a run."""
    number = int(name[1:])
    there = inside(project)
    addresses = Addresses(there.root, there.root)
    request = RunRequest(overrides=(f"x={number}",), name=f"s-{number}")
    enqueue_here(there, request, addresses=addresses, console=Silence(), environ=PATIENT)


@pytest.fixture
def pipeline(project: Project) -> Project:
    make_pipeline(project)
    return project


@pytest.fixture
def steps(pipeline: Project) -> int:
    enqueue(pipeline, "measured", 1)
    return count_steps(pipeline)


@pytest.mark.slow  # CI plays some of the finer steps of test_p3_every_write.py
def test_a_kill_before_some_steps(pipeline: Project, steps: int) -> None:
    assert steps > 50
    play(pipeline, range(3, steps + 1, 16), everybody=False)


@pytest.mark.slow
@pytest.mark.parametrize("everybody", [False, True], ids=["one", "all"])
def test_a_kill_before_each_step(pipeline: Project, steps: int, everybody: bool) -> None:
    play(pipeline, range(1, steps + 1), everybody=everybody)
    with opened(Places(inside(pipeline))) as store:
        assert len(store.tasks()) == steps + 1
