"""What the tests of P3 share: a pipeline, tasks for it, and the judgement on what came out."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from assay.project import Project as Opened
from assay.project import open_project
from assay.queue.places import Places
from assay.queue.reap import reap
from assay.queue.states import SUCCESS
from assay.queue.store import opened
from support.objects import assert_objects_are_sound
from support.project import Project

PATIENT = {"ASSAY_QUEUE_MAX_ATTEMPTS": "100000"}

_FILES = {
    "params.yaml": "x: 0\n",
    ".gitignore": "/out\n",
    "dvc.yaml": (
        "stages:\n"
        "  make:\n"
        "    cmd: mkdir out && cp params.yaml out/a\n"
        "    params: [x]\n"
        "    outs: [out]\n"
        "  sum:\n"
        "    cmd: cat out/a > sum.txt\n"
        "    deps: [out]\n"
        "    outs: [{sum.txt: {cache: false}}]\n"
    ),
}


def make_pipeline(project: Project) -> None:
    """Two stages, a directory in between; each experiment's result tells its parameter."""
    project.write_all(_FILES)
    project.commit("base")


def inside(project: Project) -> Opened:
    """The project as our own code opens it."""
    return open_project(str(project.root), project.env)


def enqueue(project: Project, name: str, count: int) -> None:
    """Tasks `name-1`, `name-2`, … with x = 1, 2, …"""
    sweep = f"x=range(1,{count + 1})"
    project.dvc("exp", "run", "--queue", "-n", name, "-S", sweep, env=PATIENT)


def is_busy(project: Project) -> bool:
    """Whether a task waits or runs; the dead are reaped first."""
    with opened(Places(inside(project))) as store:
        reap(inside(project), store)
        return store.is_busy()


def processes_of(project: Project, *, ours_only: bool = False) -> list[int]:
    """All that was started for this project: commands, workers, attempts; Git and stages as well
    unless `ours_only`."""
    mark = f"HOME={project.home}".encode()
    ours = Path(sys.executable).resolve()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            is_there = mark in (entry / "environ").read_bytes().split(b"\0")
            if is_there and (not ours_only or (entry / "exe").resolve() == ours):
                found.append(int(entry.name))
        except OSError:  # gone
            continue
    return found


def kill(pids: list[int]) -> int:
    """`kill -9`; how many were still there."""
    killed = 0
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
            killed += 1
        except ProcessLookupError:
            pass
    return killed


def assert_each_is_there_once(project: Project) -> None:
    """Every task is done, each experiment is the one that the store names, nothing is broken."""
    with opened(Places(inside(project))) as store:
        tasks = store.tasks()
    open_ends = [(task.name, task.state, task.cause) for task in tasks if task.state != SUCCESS]
    assert not open_ends, open_ends
    refs = {ref.rpartition("/")[2]: commit for ref, commit in project.refs().items()}
    results = {task.name: task.result for task in tasks}
    assert refs == results, (refs, results)
    for name, commit in refs.items():
        assert project.git("show", f"{commit}:sum.txt") == f"x: {name.rpartition('-')[2]}"
    assert project.git("fsck", "--no-dangling", "--strict") == ""
    assert project.git("status", "--porcelain") == ""
    assert_objects_are_sound(project.path(".dvc/cache"))


def wait_until_nothing_runs(project: Project) -> None:
    """Until the last process of the project has ended by itself."""
    deadline = time.monotonic() + 60
    while processes_of(project):
        assert time.monotonic() < deadline, "something runs for ever"
        time.sleep(0.02)
