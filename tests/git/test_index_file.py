from __future__ import annotations

import pytest

from assay.git.index_file import read_index
from assay.git.repository import Repository
from support.project import Project

TRACKED = ["a", "folder/file", "deep/er/name with blanks", "x" * 200, "ü", "\b", "dvc.yaml"]


@pytest.fixture
def project(project: Project) -> Project:
    """A project that tracks files of many names."""
    project.git("rm", "-rqf", ".")
    project.write_all(dict.fromkeys(TRACKED, "") | {"long/" + "y" * 251: ""})
    project.commit()
    return project


def test_files_that_are_tracked_and_paths_of_which_there_is_no_trace(
    project: Project, repository: Repository
) -> None:
    project.write("new", "")
    index = read_index(repository.git_dir)
    for path in TRACKED:
        assert index.holds(path) is True, path
    for path in ("new", "folder/other", "other/file", "name without blanks"):
        assert index.holds(path) is False, path


def test_what_may_be_part_of_something_else_is_for_git_to_say(repository: Repository) -> None:
    index = read_index(repository.git_dir)
    for path in ("folder", "file", "deep", "deep/er", "yaml", "", "long/" + "y" * 251):
        assert index.holds(path) is None, path


@pytest.mark.parametrize(
    "change",
    [
        ["update-index", "--index-version=4"],
        ["update-index", "--split-index"],
        ["sparse-checkout", "set", "--cone", "--sparse-index", "folder"],
    ],
    ids=["version 4", "split", "sparse"],
)
def test_nothing_is_certain_where_names_are_stored_otherwise(
    project: Project, repository: Repository, change: list[str]
) -> None:
    project.git(*change)
    index = read_index(repository.git_dir)
    assert {index.holds(path) for path in (*TRACKED, "new")} == {None}
    assert index.names() is None


def test_what_is_not_as_usual_is_for_git_to_say(project: Project, repository: Repository) -> None:
    project.write("later", "")
    project.git("add", "-N", "later")
    project.git("update-index", "--assume-unchanged", "a")
    index = read_index(repository.git_dir)
    assert (index.holds("later"), index.holds("a")) == (None, None)


def test_without_an_index_nothing_is_certain(project: Project, repository: Repository) -> None:
    project.path(".git/index").unlink()
    assert read_index(repository.git_dir).holds("a") is None


def test_all_names(project: Project, repository: Repository) -> None:
    project.write_all({"l" * 255 + "/" + "m" * 200 + "/" + "n" * n: "" for n in (1, 7, 8, 200)})
    project.commit()
    project.write("later", "")
    project.git("add", "-N", "later")  # its entry is longer than the others
    names = read_index(repository.git_dir).names()
    assert names == project.git("ls-files", "-z").split("\0")[:-1]


def test_a_large_index_is_for_git(project: Project, repository: Repository) -> None:
    project.write_all({f"many/{number:0100}": "" for number in range(2000)})
    project.git("add", "-A")
    assert read_index(repository.git_dir).names() is None
