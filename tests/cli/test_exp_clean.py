from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from support.pipelines import two_stages
from support.project import Project

HOUR_S = 3600


def clone(project: Project, name: str) -> Path:
    """A clone as DVC leaves it behind, an hour old."""
    top = project.path(f".dvc/tmp/exps/{name}")
    for folder in (".git", ".dvc/tmp", "src"):
        (top / folder).mkdir(parents=True)
    (top / ".git/HEAD").write_text("ref: refs/heads/main\n")
    then = project.path("dvc.yaml").stat().st_mtime - HOUR_S
    for path in (top, *top.rglob("*")):
        os.utime(path, (then, then))
    return top


def test_unused_work_trees_go_and_nothing_else(project: Project) -> None:
    two_stages(project)
    project.dvc("exp", "run", "-q", "--temp", "-n", "first")
    dead = [clone(project, "tmpabc"), clone(project, "standalone/tmpdef")]
    fresh = project.path(".dvc/tmp/exps/tmpfresh")
    fresh.mkdir()
    assert list(project.path(".dvc/tmp/exps/sandboxes").glob("*/tree"))
    cleaned = project.dvc("exp", "clean")
    assert cleaned == (0, "Cleaning up dvc-task messages...\nDone!\n", "")
    assert not any(path.exists() for path in dead)
    assert fresh.exists()
    assert not list(project.path(".dvc/tmp/exps/sandboxes").glob("*/tree"))
    assert project.dvc("exp", "list", "--name-only").out == "first\n"
    project.dvc("exp", "run", "-q", "--temp", "-n", "second", "-S", "lr=2")


def test_a_clone_in_which_somebody_works_stays(project: Project) -> None:
    two_stages(project)
    used = clone(project, "tmpused")
    worker = project.start(["sleep", "100"], cwd=".dvc/tmp/exps/tmpused/src")
    try:
        project.dvc("exp", "clean")
        assert used.exists()
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.communicate()


def test_where_nothing_was_run_there_is_nothing_to_do(project: Project) -> None:
    project.dvc("exp", "clean")
    assert project.git("status", "--porcelain") == ""


@pytest.mark.parametrize("command", ["exp clean", "gc -w -f"])
def test_what_killed_commands_left_goes_after_a_day(project: Project, command: str) -> None:
    two_stages(project)
    names = [f".dvc/tmp/.{{}}{'0' * 21}.tmp", ".dvc/tmp/assay/incoming/{}/sub/file"]
    for name in names:
        for age, kind in ((25, "o"), (23, "y")):
            left = project.write(name.format(kind), "half")
            then = left.stat().st_mtime - age * HOUR_S
            for path in (left, *left.parents):
                if path.is_relative_to(project.path(".dvc/tmp")):
                    os.utime(path, (then, then))
    mine = project.write(".dvc/tmp/.mine.tmp", "mine")
    os.utime(mine, (1, 1))
    project.dvc(*command.split())
    for name in names:
        assert not project.exists(name.format("o"))
        assert project.exists(name.format("y"))
    assert not project.exists(".dvc/tmp/assay/incoming/o")
    assert mine.exists()
