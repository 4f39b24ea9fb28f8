"""P3: whoever is killed at whatever moment, each task ends once, with one experiment."""

from __future__ import annotations

import os
import random
import time

import pytest

from assay.queue.schema import JOURNAL_VARIABLE
from promises.queue_kills import (
    assert_each_is_there_once,
    enqueue,
    is_busy,
    kill,
    make_pipeline,
    processes_of,
    wait_until_nothing_runs,
)
from support.project import Project


def kill_all(project: Project) -> int:
    """Ours first, so that nobody is left to tell that a stage was killed."""
    killed = 0
    while found := processes_of(project, ours_only=True):
        killed += kill(found)
    return killed + kill(processes_of(project))


def retry_killed_stages(project: Project) -> bool:
    """A fork that is about to become a stage looks like one of ours: a stage was killed, not we.

    Such a stage has failed, as it should, and the user may run it again.
    """
    found = project.dvc("queue", "status", "--json").json["tasks"]
    hit = [task["name"] for task in found if (task["cause"] or "").endswith("exited with -9")]
    for name in hit:
        project.dvc("queue", "retry", name)
    return bool(hit)


def play(project: Project, *, jobs: int, kills: int, seed: int) -> None:
    """Start workers and kill now one process, now all; then let them work in peace."""
    print(f"seed {seed}, {jobs} at a time: ASSAY_SEED={seed} plays the same choices again")
    chance = random.Random(seed)
    make_pipeline(project)
    killed = batches = 0
    while killed < kills:
        if not is_busy(project):
            batches += 1
            enqueue(project, f"b{batches}", 8)
        command = project.start(["dvc", "queue", "start", "-j", str(jobs)])
        for _ in range(chance.randint(2, 12)):
            time.sleep(chance.uniform(0, 0.08))
            found = processes_of(project, ours_only=True)
            if chance.random() < 0.2:
                killed += kill_all(project)
            else:
                killed += kill(chance.sample(found, min(1, len(found))))
        command.communicate()
    deadline = time.monotonic() + 120
    while is_busy(project) or retry_killed_stages(project):
        assert time.monotonic() < deadline, project.dvc("queue", "status").out
        project.dvc("queue", "start", "-j", str(jobs))
        time.sleep(0.1)
    wait_until_nothing_runs(project)
    assert_each_is_there_once(project)


SEEDS = [int(os.environ["ASSAY_SEED"])] if "ASSAY_SEED" in os.environ else range(10, 22)


@pytest.mark.parametrize("jobs", [1, 3])
def test_each_task_ends_exactly_once(project: Project, jobs: int) -> None:
    play(project, jobs=jobs, kills=150, seed=jobs)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("jobs", [1, 3])
def test_each_task_ends_exactly_once_for_long(project: Project, jobs: int, seed: int) -> None:
    play(project, jobs=jobs, kills=100, seed=seed)


@pytest.mark.slow
def test_each_task_ends_exactly_once_without_a_write_ahead_log(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.env[JOURNAL_VARIABLE] = "delete"
    monkeypatch.setenv(JOURNAL_VARIABLE, "delete")
    play(project, jobs=3, kills=100, seed=30)
