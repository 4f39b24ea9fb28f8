"""Looking at a changed directory, then committing it: each object that is named is in the cache."""

from __future__ import annotations

import random
import shutil

import pytest

from support.project import Project


def assert_whole(project: Project) -> None:
    """What was recorded can be brought back from the cache alone, as it was."""
    before = {path: path.read_bytes() for path in project.path("data").rglob("*") if path.is_file()}
    shutil.rmtree(project.path("data"))
    project.dvc("checkout")
    after = {path: path.read_bytes() for path in project.path("data").rglob("*") if path.is_file()}
    assert after == before
    assert "up to date" in project.dvc("status").out


def test_what_was_only_looked_at_is_put_when_it_is_committed(project: Project) -> None:
    project.write_all({f"data/{folder}/{n}": f"{folder}{n}" for folder in "ab" for n in range(9)})
    project.dvc("add", "data")
    for text in ("new", "newer"):
        project.write("data/a/1", text)
        assert "modified" in project.dvc("status").out
    project.dvc("commit", "-f")
    assert_whole(project)


def test_an_object_that_went_meanwhile_is_put_again(project: Project) -> None:
    project.write_all({f"data/{n}": str(n) for n in range(9)})
    project.dvc("add", "data")
    project.dvc("status")
    project.write("data/1", "new")
    project.dvc("status")
    shutil.rmtree(project.path(".dvc/cache/files/md5/cf"))  # the object of "0"
    project.dvc("commit", "-f")
    assert_whole(project)


@pytest.mark.parametrize("seed", range(3))
def test_any_changes_with_looks_between_them(project: Project, seed: int) -> None:
    """Files change, come, go and come back; what is committed last is what is there."""
    chance = random.Random(seed)
    names = [f"{folder}{n}" for folder in ("", "a/", "a/b/", "c/") for n in range(4)]
    project.write_all({f"data/{name}": name for name in names})
    project.dvc("add", "data")
    for _ in range(6):
        for name in chance.sample(names, 3):
            path = project.path(f"data/{name}")
            if path.exists() and chance.random() < 0.4:
                path.unlink()
            else:
                project.write(f"data/{name}", chance.choice(["x", "y", name]))
        project.dvc(*chance.choice([["status"], ["data", "status"], ["commit", "-f"]]))
    project.dvc("commit", "-f")
    assert_whole(project)


def test_a_directory_that_lost_files_is_put_though_it_was_looked_at(project: Project) -> None:
    project.write_all({f"data/{n}": str(n) for n in range(3)})
    project.dvc("add", "data")
    project.path("data/1").unlink()
    assert "deleted" in project.dvc("data", "status", "--granular").out
    project.dvc("add", "data")
    assert "up to date" in project.dvc("status").out
    assert_whole(project)
