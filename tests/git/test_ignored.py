from __future__ import annotations

import os

import pytest

from assay.git.ignored import candidates, ignored, tracked, untracked
from assay.git.repository import Repository
from support.project import Project


@pytest.fixture
def project(project: Project) -> Project:
    """Tracked, untracked and ignored files, a submodule and a nested repository."""
    project.git("rm", "-rqf", ".")
    project.write_all(
        {
            ".gitignore": "*.log\nbuild/\n/data\n!keep.log\n",
            "a": "",
            "dir/tracked": "",
            "dir/dvc.yaml": "",
            "dir/model.dvc": "",
            "dir/deep/gone.dvc": "",
            "forced.log": "",
            "module/dvc.yaml": "",
        }
    )
    project.run(["git", "-C", "module", "init", "-q"])
    project.run(["git", "-C", "module", "commit", "-q", "--allow-empty", "-m", "1"])
    project.git("add", "-f", "forced.log")
    project.git("-c", "advice.addEmbeddedRepo=false", "add", ".")
    project.git("commit", "-qm", "files")
    project.path("dir/deep/gone.dvc").unlink()
    project.write_all(
        {
            "dvc.yaml": "",
            "new.dvc": "",
            "dir/untracked": "",
            "dir/[x]*/y.dvc": "",
            "dir/x/no.dvcx": "",
            "build/dvc.yaml": "",
            "data/x.dvc": "",
            ".dvc/config": "",
            "nested/dvc.yaml": "",
        }
    )
    project.run(["git", "-C", "nested", "init", "-q"])
    project.run(["git", "-C", "nested", "commit", "-q", "--allow-empty", "-m", "1"])
    project.path("link").symlink_to("dir")
    return project


def test_ignored_by_any_rule(project: Project, repository: Repository) -> None:
    hidden = {"x.log", "dir/x.log", "build", "build/x", "data", "data/x", "dir/build/"}
    shown = {"a", "keep.log", "forced.log", "dir/build", "dir", "dir/data", "new\nline"}
    assert ignored(repository, [*hidden, *shown]) == hidden


def test_a_name_with_a_line_end_or_no_text_can_be_ignored(
    project: Project, repository: Repository
) -> None:
    names = {"a\n.log", os.fsdecode(b"\xff.log"), '"q".log'}
    assert ignored(repository, names) == names


def test_paths_that_git_refuses_do_not_spoil_the_others(
    project: Project, repository: Repository
) -> None:
    refused = ["module/x.log", "link/x.log", "../x.log", "/x.log"]
    assert ignored(repository, ["1.log", *refused, "", "2.log", "a"]) == {"1.log", "2.log"}


def test_absolute_paths_are_answered_as_asked(project: Project, repository: Repository) -> None:
    paths = [f"{repository.root}/{name}" for name in ("x.log", "a", "dir")]
    assert ignored(repository, paths) == {paths[0]}
    assert tracked(repository, paths) == {paths[1], paths[2]}


def test_nothing_asked_nothing_answered(repository: Repository) -> None:
    assert ignored(repository, []) == tracked(repository, []) == set()


@pytest.mark.parametrize("more", [0, 200])
def test_tracked_files_and_folders(project: Project, repository: Repository, more: int) -> None:
    yes = {"a", "dir", "dir/", "dir/tracked", "dir/deep/gone.dvc", "forced.log", "module"}
    no = {"dir/untracked", "dvc.yaml", "module/dvc.yaml", "build", "d", "*", "../a", "link"}
    many = {f"nothing/{number}" for number in range(more)}
    assert tracked(repository, {*yes, *no, *many}) == yes


def test_untracked_files(project: Project, repository: Repository) -> None:
    in_dir = ["dir/[x]*/y.dvc", "dir/untracked", "dir/x/no.dvcx"]
    everything = sorted([".dvc/config", "dvc.yaml", "link", "new.dvc", *in_dir])
    assert untracked(repository) == everything
    assert untracked(repository, "dir") == in_dir
    assert untracked(repository, "dir/[x]*") == ["dir/[x]*/y.dvc"]


def test_candidates_tracked_or_not_but_never_ignored_nor_nested(
    project: Project, repository: Repository
) -> None:
    in_dir = ["dir/[x]*/y.dvc", "dir/deep/gone.dvc", "dir/dvc.yaml", "dir/model.dvc"]
    assert candidates(repository) == [*in_dir, "dvc.yaml", "new.dvc"]
    assert candidates(repository, "dir") == in_dir
    assert candidates(repository, "dir/[x]*") == ["dir/[x]*/y.dvc"]


def test_an_unmerged_file_is_one_candidate(project: Project, repository: Repository) -> None:
    for branch, content in {"one": "1", "two": "2"}.items():
        project.git("checkout", "-q", "-b", branch, "main")
        project.write("dir/dvc.yaml", content)
        project.git("commit", "-qam", branch)
    project.git("merge", "one", code=1)
    assert candidates(repository).count("dir/dvc.yaml") == 1


def test_what_is_tracked_in_spite_of_a_rule_is(project: Project, repository: Repository) -> None:
    project.write("data/forced", "")
    assert tracked(repository, ["data/forced"]) == set()
    project.git("add", "-f", "data/forced")
    assert tracked(repository, ["data", "data/forced"]) == {"data", "data/forced"}
