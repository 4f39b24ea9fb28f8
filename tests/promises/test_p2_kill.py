"""P2: kill -9 at any instant loses nothing that was announced and needs no repair."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time

import pytest

from support.objects import assert_objects_are_sound
from support.pipelines import two_stages
from support.project import Project
from support.waiting import until

KILLS = 24


def kill_after(process: subprocess.Popen[str], seconds: float) -> str:
    """Let the process run for a while, then end it and all that it started; what it printed."""
    try:
        out, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, _ = process.communicate()
    return out


def duration_of_a_run(project: Project) -> float:
    started = time.monotonic()
    project.dvc("exp", "run", "-n", "measured", "-S", "lr=0.9")
    return time.monotonic() - started


@pytest.mark.parametrize("part", range(2))
def test_a_killed_run_is_simply_run_again(project: Project, part: int) -> None:
    """Whatever the moment: HEAD stays, the cache is sound, the next run works without repair."""
    two_stages(project)
    head, branch = project.head, project.git("symbolic-ref", "HEAD")
    whole = duration_of_a_run(project)
    moments = random.Random(part)
    for attempt in range(KILLS // 2):
        lr = f"0.{part}{attempt + 11}"
        run = ["dvc", "exp", "run", "-n", f"e{attempt}", "-S", f"lr={lr}"]
        out = kill_after(project.start(run), moments.uniform(0.01, whole))
        assert project.head == head
        assert project.git("symbolic-ref", "HEAD") == branch
        assert project.git("stash", "list") == ""
        assert_objects_are_sound(project.path(".dvc/cache"))
        if f"Reproduced experiment(s): e{attempt}" in out:
            assert f"e{attempt}" in project.dvc("exp", "list", "--name-only").lines
        project.dvc("exp", "run", "-f", "-n", f"e{attempt}", "-S", f"lr={lr}")
        assert f"lr {lr.rstrip('0')}" in project.read("model.txt")
    assert len(project.dvc("exp", "list", "--name-only").lines) == KILLS // 2 + 1
    assert "missing" not in project.git("fsck", "--connectivity-only")


def test_a_killed_add_is_simply_done_again(project: Project) -> None:
    for number in range(200):
        project.write(f"data/{number % 7}/{number}.txt", f"{number}\n" * 50)
    moments = random.Random(0)
    for _ in range(8):
        kill_after(project.start(["dvc", "add", "data"]), moments.uniform(0.01, 0.3))
        assert_objects_are_sound(project.path(".dvc/cache"))
    project.dvc("add", "data")
    assert "nfiles: 200" in project.read("data.dvc")
    assert project.dvc("status").out == "Data and pipelines are up to date.\n"


def test_the_lock_of_a_killed_process_is_no_obstacle(project: Project) -> None:
    two_stages(project)
    project.write("copy.py", "import os, time\nos.mkdir(f'pid-{os.getpid()}')\ntime.sleep(60)\n")
    process = project.start(["dvc", "repro"])
    until(lambda: list(project.root.glob("pid-*")) or process.poll() is not None)
    [stage] = project.root.glob("pid-*")
    os.killpg(process.pid, signal.SIGKILL)
    os.kill(int(stage.name.removeprefix("pid-")), signal.SIGKILL)
    process.communicate()
    project.write("copy.py", "open('clean.txt', 'w').write('a\\n')\n")
    project.dvc("repro")
    assert project.read("clean.txt") == "a\n"
