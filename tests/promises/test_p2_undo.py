"""P2 for `exp apply` and `undo`: killed at any of their steps, they lose nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from conftest import NewProject
from support.pipelines import two_stages
from support.project import Project

MINE = {
    "params.yaml": "lr: 9\nseed: 9\n",
    "train.py": "# mine\n",
    "readme.txt": "mine\n",
    "new.txt": "mine\n",
    "run.log": "mine\n",
    "model.txt": "mine\n",
}

# Kills the process that started it before the step that has the number.
GIT = """\
#!/bin/sh
echo x >> {count}
if [ "$(wc -l < {count})" -eq "$KILL_AT" ]; then kill -9 $PPID; exit 1; fi
exec {git} "$@"
"""


@pytest.fixture
def prepared(new_project: NewProject) -> Project:
    """An experiment `slow`, and a workspace full of things that applying it replaces."""
    project = two_stages(new_project())
    project.write_all({"readme.txt": "hello\n", ".gitignore": "*.log\n/clean.txt\n/model.txt\n"})
    project.dvc("repro", "-q")
    project.commit("ran")
    project.write_all({"new.txt": "theirs\n", "run.log": "theirs\n"})
    project.dvc("exp", "run", "-q", "-n", "plain", "-S", "lr=0.01")
    project.dvc("exp", "save", "-q", "-n", "slow", "-I", "new.txt", "-I", "run.log")
    project.git("reset", "-q", "--hard")
    project.dvc("checkout", "-q")
    for path in MINE:
        project.path(path).unlink(missing_ok=True)
    project.write_all(MINE)
    return project


def git_that_kills(project: Project) -> dict[str, str]:
    """The environment in which `git` counts its calls and kills at number $KILL_AT."""
    folder = project.root.parent / "killing"
    folder.mkdir(exist_ok=True)
    program = folder / "git"
    program.write_text(GIT.format(count=folder / "count", git=shutil.which("git")))
    program.chmod(0o755)
    return {"PATH": f"{folder}:{project.env['PATH']}"}


def calls(project: Project) -> int:
    count: Path = project.root.parent / "killing" / "count"
    found = len(count.read_text().splitlines()) if count.exists() else 0
    count.unlink(missing_ok=True)
    return found


def workspace(project: Project) -> dict[str, str]:
    names = [name for name in project.listing() if not name.startswith(".dvc/")]
    return {name: project.read(name) for name in names}


def undo_all(project: Project) -> None:
    while project.dvc("undo", "--list").out:
        project.dvc("undo")


@pytest.mark.slow
def test_a_killed_apply_is_applied_again_and_undone(prepared: Project) -> None:
    env = git_that_kills(prepared)
    before = workspace(prepared)
    prepared.dvc("exp", "apply", "slow", env={**env, "KILL_AT": "0"})
    after = workspace(prepared)
    undo_all(prepared)
    assert workspace(prepared) == before
    for step in range(1, calls(prepared) + 1):
        killed = prepared.dvc("exp", "apply", "slow", code=None, env={**env, "KILL_AT": str(step)})
        assert killed.code == -9, step
        calls(prepared)
        prepared.dvc("exp", "apply", "slow")
        assert workspace(prepared) == after, step
        undo_all(prepared)
        assert workspace(prepared) == before, step


@pytest.mark.slow
def test_a_killed_undo_is_undone_again(prepared: Project) -> None:
    env = git_that_kills(prepared)
    before = workspace(prepared)
    prepared.dvc("exp", "apply", "slow")
    prepared.dvc("undo", env={**env, "KILL_AT": "0"})
    for step in range(1, calls(prepared) + 1):
        prepared.dvc("exp", "apply", "slow")
        killed = prepared.dvc("undo", code=None, env={**env, "KILL_AT": str(step)})
        assert killed.code == -9, step
        calls(prepared)
        undo_all(prepared)
        assert workspace(prepared) == before, step
