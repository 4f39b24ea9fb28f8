"""Snapshots of repositories in every state: merging, sparse, with submodules, of SHA-256."""

from __future__ import annotations

import os

import pytest

from assay.errors import UnexpectedError
from assay.git.process import GitFailed
from assay.git.repository import Repository, find
from assay.git.snapshot import snapshot
from conftest import NewProject
from support.project import Project
from support.trees import BASE, commit_base, files, git_writes

from .conftest import opened


@pytest.fixture(params=["plain", "by Git"])
def project(project: Project, request: pytest.FixtureRequest) -> Project:
    """A project with a few tracked files and nothing changed; Git, or we, make its trees."""
    commit_base(project)
    if request.param == "by Git":
        git_writes(project)
    return project


def test_before_the_first_commit(new_project: NewProject) -> None:
    project = new_project(git=False, dvc=False)
    project.git("init", "-q")
    repository = opened(project)
    project.write("a", "1")
    assert files(project, snapshot(repository)) == {}
    project.git("add", "a")
    assert files(project, snapshot(repository)) == {"a": "1"}


def test_without_an_index_the_start_is_head(project: Project, repository: Repository) -> None:
    project.path(".git/index").unlink()
    project.write("a", "edited")
    assert files(project, snapshot(repository)) == BASE | {"a": "edited"}
    assert not project.exists(".git/index")


def test_an_unfinished_merge_is_refused(project: Project, repository: Repository) -> None:
    project.git("checkout", "-q", "-b", "side")
    project.write("a", "side")
    project.commit()
    project.git("checkout", "-q", "main")
    project.write("a", "main")
    project.commit()
    project.git("merge", "side", code=1)
    with pytest.raises(UnexpectedError) as error:
        snapshot(repository)
    assert error.value.message == (
        "unexpected error - cannot create a tree from a not fully merged index."
    )


def test_a_conflict_of_a_stash_is_refused_too(project: Project, repository: Repository) -> None:
    project.write("a", "stashed")
    project.git("stash")
    project.write("a", "other")
    project.commit()
    project.git("stash", "pop", code=1)
    with pytest.raises(UnexpectedError):
        snapshot(repository)


def test_a_locked_index_does_not_matter(project: Project, repository: Repository) -> None:
    project.write(".git/index.lock", "")
    project.write("a", "edited")
    assert files(project, snapshot(repository)) == BASE | {"a": "edited"}
    assert project.exists(".git/index.lock")


def test_intent_to_add_is_tracked(project: Project, repository: Repository) -> None:
    project.write("later", "content")
    project.git("add", "-N", "later")
    assert files(project, snapshot(repository)) == BASE | {"later": "content"}


def test_a_split_index(project: Project, repository: Repository) -> None:
    project.git("update-index", "--split-index")
    project.git("config", "core.splitIndex", "true")
    shared = {name for name in os.listdir(project.path(".git")) if name.startswith("shared")}
    assert shared
    project.write("a", "edited")
    assert files(project, snapshot(repository)) == BASE | {"a": "edited"}
    assert shared == {n for n in os.listdir(project.path(".git")) if n.startswith("shared")}


@pytest.mark.parametrize("sparse_index", ["--sparse-index", "--no-sparse-index"])
def test_a_sparse_checkout_keeps_what_is_not_checked_out(
    project: Project, repository: Repository, sparse_index: str
) -> None:
    project.write_all({"far/away": "x", "near/by": "y"})
    project.commit()
    project.git("sparse-checkout", "set", "--cone", sparse_index, "near")
    assert not project.exists("far")
    project.write("near/by", "edited")
    whole = BASE | {"far/away": "x", "near/by": "edited"}
    assert files(project, snapshot(repository)) == whole
    tree = snapshot(repository, force_paths=["far", "far/away"], extra_blobs={"far/new": b"n"})
    assert files(project, tree) == whole | {"far/new": "n"}


def test_unchanged_by_decree_stays_so(project: Project, repository: Repository) -> None:
    project.git("update-index", "--assume-unchanged", "a")
    project.write_all({"a": "edited", "b": "edited"})
    assert files(project, snapshot(repository)) == BASE | {"b": "edited"}


def with_submodule(project: Project) -> str:
    """Add the submodule `module`; the id of its commit."""
    project.write("module/inner", "1")
    git = ["git", "-C", "module"]
    project.run([*git, "init", "-q"])
    project.run([*git, "add", "."])
    project.run([*git, "commit", "-qm", "1"])
    project.run(["git", "-c", "advice.addEmbeddedRepo=false", "add", "module"])
    project.git("commit", "-qm", "module")
    return project.run([*git, "rev-parse", "HEAD"]).out.strip()


def test_a_submodule_keeps_its_commit(project: Project, repository: Repository) -> None:
    commit = with_submodule(project)
    project.write_all({"module/inner": "dirty", "a": "edited"})
    tree = snapshot(
        repository,
        force_paths=["module", "module/inner", "."],
        extra_blobs={"a": b"A"},
    )
    assert files(project, tree) == BASE | {"a": "A", "module": commit}


def test_a_submodule_at_a_new_commit_is_recorded_as_git_commit_would(
    project: Project, repository: Repository
) -> None:
    with_submodule(project)
    project.run(["git", "-C", "module", "commit", "-q", "--allow-empty", "-m", "2"])
    commit = project.run(["git", "-C", "module", "rev-parse", "HEAD"]).out.strip()
    assert files(project, snapshot(repository))["module"] == commit


def test_a_submodule_that_is_not_there_is_kept(project: Project, repository: Repository) -> None:
    commit = with_submodule(project)
    project.path("module").rename(project.root.parent / "away")
    project.write("a", "edited")
    assert files(project, snapshot(repository)) == BASE | {"a": "edited", "module": commit}


def test_content_for_a_file_of_a_submodule_is_passed_over(
    project: Project, repository: Repository
) -> None:
    commit = with_submodule(project)
    tree = snapshot(repository, extra_blobs={"module/inner": b"x", "../out": b"y"})
    assert files(project, tree) == BASE | {"module": commit}


def test_a_linked_work_tree_is_snapshot_on_its_own(project: Project) -> None:
    project.git("worktree", "add", "-q", "-b", "side", "../linked")
    linked = find(str(project.root.parent / "linked"))
    assert linked is not None
    project.write("a", "main's edit")
    (project.root.parent / "linked" / "b").write_text("side's edit")
    assert files(project, snapshot(linked)) == BASE | {"b": "side's edit"}


def test_a_sha256_repository(new_project: NewProject) -> None:
    project = new_project(git=False, dvc=False)
    project.git("init", "-q", "--object-format=sha256")
    project.write("a", "1")
    project.commit()
    project.write("a", "2")
    tree = snapshot(opened(project), extra_blobs={"b": b"3"})
    assert len(tree) == 64
    assert files(project, tree) == {"a": "2", "b": "3"}


def test_a_root_reached_through_a_link(project: Project) -> None:
    link = project.root.parent / "link"
    link.symlink_to(project.root)
    repository = find(str(link))
    assert repository is not None
    project.write_all({"a": "edited", "ignored": "i"})
    tree = snapshot(repository, force_paths=["ignored", "."], extra_blobs={"b": b"B"})
    assert files(project, tree) == BASE | {"a": "edited", "b": "B", "ignored": "i"}


def test_running_inside_a_hook_of_a_partial_commit(
    project: Project, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`git commit a` runs pre-commit with GIT_INDEX_FILE on a temporary index."""
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/next-index-1.lock")
    monkeypatch.setenv("GIT_PREFIX", "sub/")
    project.write("a", "edited")
    assert files(project, snapshot(repository)) == BASE | {"a": "edited"}


def test_a_failing_filter_is_an_error_and_leaves_nothing(
    project: Project, repository: Repository
) -> None:
    project.write(".gitattributes", "a filter=bad\n")
    project.git("config", "filter.bad.clean", "exit 1")
    project.git("config", "filter.bad.required", "true")
    before = sorted(os.listdir(project.path(".git")))
    project.write("a", "edited")
    with pytest.raises(GitFailed, match="filter"):
        snapshot(repository)
    assert sorted(os.listdir(project.path(".git"))) == before


def test_what_a_killed_snapshot_left_is_cleared_away_a_day_later(
    project: Project, repository: Repository
) -> None:
    for name, age_s in {"tmp_assay-index-old": 2 * 86400, "tmp_assay-index-new": 60}.items():
        path = project.write(f".git/objects/{name}", "")
        made = path.stat().st_mtime - age_s
        os.utime(path, (made, made))
    project.write("a", "edited\r\n")
    snapshot(repository)
    assert not project.exists(".git/objects/tmp_assay-index-old")
    assert project.exists(".git/objects/tmp_assay-index-new")


def test_a_durable_snapshot_is_the_same_tree(project: Project, repository: Repository) -> None:
    project.write("a", "edited")
    assert snapshot(repository, durable=True) == snapshot(repository)
