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


@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs unshare (util-linux)")
def test_readers_work_on_a_read_only_mount(project: Project) -> None:
    two_stages(project)
    project.dvc("exp", "run", "-n", "first")
    project.git("add", "-A")
    project.git("commit", "-qm", "done")
    shutil.rmtree(project.path(".dvc/tmp"))
    commands = " && ".join(f"dvc {' '.join(reader)} > /dev/null" for reader in READERS)
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
