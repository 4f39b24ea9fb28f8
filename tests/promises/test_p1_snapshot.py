"""P1: a snapshot never touches the user's work tree, index, HEAD, branch or stash."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from assay.git import refs
from assay.git.commits import commit
from assay.git.repository import find
from assay.git.snapshot import snapshot
from support.fingerprint import fingerprint
from support.project import Project


def plain(project: Project) -> None:
    """Edits staged and not, new files staged and not, a deletion, and a half-staged file."""
    project.write_all({"a": "edited", "staged": "1", "untracked": "u", "ignored": "i"})
    project.git("add", "staged")
    project.write("staged", "2")
    project.path("b").unlink()


def detached(project: Project) -> None:
    project.git("checkout", "-q", "--detach")
    plain(project)


def split(project: Project) -> None:
    project.git("update-index", "--split-index")
    project.git("config", "core.splitIndex", "true")
    plain(project)


def stale(project: Project) -> None:
    """Every file looks changed by its time, so that Git would love to refresh the index."""
    for path in ("a", "b", "c"):
        os.utime(project.path(path), (1, 1))
    plain(project)


def locked(project: Project) -> None:
    plain(project)
    project.write(".git/index.lock", "")


def clean(project: Project) -> None:
    project.write("ignored", "i")


@pytest.mark.parametrize("state", [plain, detached, split, stale, locked, clean])
def test_a_saved_experiment_leaves_everything_of_the_user_as_it_was(
    project: Project, state: Callable[[Project], None]
) -> None:
    project.write_all({"a": "1", "b": "2", "c": "3", ".gitignore": "ignored\n"})
    project.commit()
    project.write("a", "stashed")
    project.git("stash")
    state(project)
    for hook in ("pre-commit", "reference-transaction", "post-index-change", "post-commit"):
        project.write(f".git/hooks/{hook}", "#!/bin/sh\ntouch hooked\nexit 1\n").chmod(0o755)
    repository = find(str(project.root))
    assert repository is not None
    before = fingerprint(project.root)

    extra = {"c": b"from -S", "new": b"n"}
    tree = snapshot(repository, force_paths=["ignored", "untracked"], extra_blobs=extra)
    made = commit(repository, tree, [project.head], "dvc: commit experiment")
    refs.update(repository, f"refs/exps/{project.head[:2]}/{project.head[2:]}/x", made, old=None)

    after = fingerprint(project.root)
    assert before.keys() == after.keys()
    # Git itself renews the time of the shared part of a split index whenever it is read, to keep
    # it from being cleaned away.
    by_time_only = {name for name in before if name.startswith(".git/sharedindex")}
    for name, (_, _, _, content) in before.items():
        assert content == after[name][3] if name in by_time_only else before[name] == after[name]
    assert project.git("show", f"{made}:c") == "from -S"
