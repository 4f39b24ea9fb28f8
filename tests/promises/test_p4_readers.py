"""P4: readers take no lock and need no write permission."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from support.pipelines import two_stages
from support.project import Project

READERS = [
    ["status"],
    ["status", "--json"],
    ["exp", "show", "--json"],
    ["exp", "list"],
    ["metrics", "show"],
    ["metrics", "diff"],
    ["params", "diff"],
    ["dag"],
    ["stage", "list"],
    ["root"],
    ["config", "-l"],
]


def test_readers_work_while_a_stage_runs(project: Project) -> None:
    two_stages(project)
    project.dvc("exp", "run", "-n", "first")
    os.mkfifo(project.path("gate"))
    project.write("train.py", "open('gate').read()\n" + project.read("train.py"))
    run = project.start(["dvc", "exp", "run", "-n", "second"])
    gate = os.open(project.path("gate"), os.O_WRONLY)  # opens when the stage has started
    try:
        for reader in READERS:
            project.dvc(*reader)
    finally:
        os.close(gate)
    out, err = run.communicate(timeout=60)
    assert run.returncode == 0, err
    assert "second" in out


QUEUE_READERS = [
    ["queue", "status"],
    ["queue", "logs", "queued"],
    ["queue", "logs", "--follow", "queued"],
    ["queue", "wait"],
    ["queue", "wait", "queued"],
]


@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs unshare (util-linux)")
def test_readers_work_on_a_read_only_mount(project: Project) -> None:
    two_stages(project)
    project.dvc("exp", "run", "-n", "first")
    project.git("add", "-A")
    project.git("commit", "-qm", "done")
    shutil.rmtree(project.path(".dvc/tmp"))
    on_a_read_only_mount(project, READERS)


@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs unshare (util-linux)")
def test_readers_of_the_queue_do_too(project: Project) -> None:
    two_stages(project)
    project.dvc("exp", "run", "--queue", "-n", "queued")
    project.dvc("queue", "start")
    project.dvc("queue", "wait")
    on_a_read_only_mount(project, QUEUE_READERS)


def test_there_is_nothing_in_a_queue_that_cannot_be(project: Project) -> None:
    two_stages(project)
    shutil.rmtree(project.path(".dvc/tmp"), ignore_errors=True)
    project.write(".dvc/tmp", "a file\n")
    assert "No experiment tasks in the queue." in project.dvc("queue", "status").out
    project.dvc("queue", "wait")
    missing = project.dvc("queue", "logs", "queued", code=255)
    assert missing.err == "ERROR: 'queued' is not a valid queued experiment name\n"


def on_a_read_only_mount(project: Project, readers: list[list[str]]) -> None:
    """Run the commands where nothing of the project can be written."""
    commands = " && ".join(f"dvc {' '.join(reader)} > /dev/null" for reader in readers)
    root = project.path()
    script = (
        f"mount --bind {root} {root} && mount -o remount,ro,bind {root} && cd {root} || exit 99"
    )
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", f"{script}; touch x 2> /dev/null && exit 98; {commands}"],
        env={**project.env},
        capture_output=True,
        text=True,
    )
    if done.returncode in (1, 99) and ("permitted" in done.stderr or "denied" in done.stderr):
        pytest.skip("mounting is not permitted here")
    assert done.returncode == 0, done.stderr
