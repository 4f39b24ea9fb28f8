"""P1: experiments beside the workspace write below `.dvc/tmp`, references and objects only."""

from __future__ import annotations

import random

import pytest

from conftest import NewProject
from support.fingerprint import fingerprint
from support.pipelines import two_stages
from support.project import Project

CALLS = ("queue", "temp", "save")


@pytest.fixture
def busy(new_project: NewProject) -> Project:
    """A project in the middle of work: stashes, staged and unstaged edits, new and ignored files.

    What was recorded is up to date, so that `exp save` has nothing to note in dvc.lock.
    """
    project = two_stages(new_project("busy"))
    project.write_all({"edited.txt": "1", "half.txt": "1", "gone.txt": "1"})
    project.dvc("repro")
    project.commit("ran")
    project.git("branch", "other")
    for text in ("one", "two"):
        project.write("edited.txt", text)
        project.git("stash", "-q")
    project.write_all({"edited.txt": "2", "half.txt": "2", "staged.txt": "2", "loose.txt": "2"})
    project.git("add", "half.txt", "staged.txt")
    project.write("half.txt", "3")
    project.path("gone.txt").unlink()
    for hook in ("pre-commit", "reference-transaction", "post-index-change", "post-checkout"):
        project.write(f".git/hooks/{hook}", "#!/bin/sh\ntouch hooked\nexit 1\n").chmod(0o755)
    return project


def call(project: Project, kind: str, number: int) -> None:
    """One experiment, with a parameter of its own where that is possible."""
    if kind == "save":
        project.dvc("exp", "save", "-n", f"n{number}")
    else:
        project.dvc("exp", "run", f"--{kind}", "-n", f"n{number}", "-S", f"lr=0.{number}")


def watch(project: Project, kinds: list[str]) -> None:
    """Make experiments; nothing of the user's may differ after any of them."""
    git_says = [
        ("status", "--porcelain=v2", "--branch"), ("stash", "list"), ("reflog", "--all"),
        ("for-each-ref", "refs/heads", "refs/tags", "refs/stash"), ("worktree", "list"),
    ]  # fmt: skip
    told = [project.git("--no-optional-locks", *words) for words in git_says]
    before = fingerprint(project.root)
    for number, kind in enumerate(kinds, 1):
        call(project, kind, number)
        after = fingerprint(project.root)
        differ = {name for name in {*before, *after} if before.get(name) != after.get(name)}
        assert not differ, (kind, number)
    assert [project.git("--no-optional-locks", *words) for words in git_says] == told
    made = {ref.rpartition("/")[2] for ref in project.refs() if "/exec/" not in ref}
    assert made == {f"n{number}" for number, kind in enumerate(kinds, 1) if kind != "queue"}
    queued = project.dvc("queue", "status", "--json").json["tasks"]
    assert len(queued) == kinds.count("queue")


def test_a_dozen_experiments_leave_everything_as_it_was(busy: Project) -> None:
    watch(busy, [*CALLS] * 4)


@pytest.mark.slow
def test_two_hundred_experiments_leave_everything_as_it_was(busy: Project) -> None:
    watch(busy, random.Random(5).choices(CALLS, k=200))


def test_running_the_queue_leaves_everything_as_it_was(busy: Project) -> None:
    busy.dvc("exp", "run", "--queue", "-S", "lr=0.2,0.3,0.4")
    before = fingerprint(busy.root)
    busy.dvc("exp", "run", "--run-all", "-j", "2")
    assert fingerprint(busy.root) == before
    assert len(busy.refs()) == 3
