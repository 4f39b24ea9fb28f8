from __future__ import annotations

import os
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.errors import UnexpectedError
from assay.git.process import GitFailed
from assay.git.repository import Repository, find
from assay.git.snapshot import snapshot
from conftest import NewProject
from support.project import Project

from .conftest import opened


def files(project: Project, tree: str) -> dict[str, str]:
    """Path and content of all files of a tree; of submodules the commit."""
    listing = project.run(["git", "ls-tree", "-r", "-z", tree]).out
    found = {}
    for line in filter(None, listing.split("\0")):
        facts, path = line.split("\t", 1)
        _, kind, name = facts.split(" ")
        found[path] = name if kind == "commit" else project.run(["git", "cat-file", "-p", name]).out
    return found


def mode(project: Project, tree: str, path: str) -> str:
    return project.git("ls-tree", tree, path).split(" ")[0]


@pytest.fixture
def project(project: Project) -> Project:
    """A project with three tracked files and nothing changed."""
    project.git("rm", "-rqf", ".")
    project.write_all({"a": "1", "b": "2", "sub/c": "3", ".gitignore": "ignored*\n"})
    project.commit()
    return project


BASE = {"a": "1", "b": "2", "sub/c": "3", ".gitignore": "ignored*\n"}


# what is in the tree


def test_a_clean_workspace_gives_the_tree_of_head(project: Project, repository: Repository) -> None:
    project.write_all({"untracked": "", "ignored": ""})
    assert snapshot(repository) == project.git("rev-parse", "HEAD^{tree}")


def test_tracked_changes_staged_or_not_are_taken_as_they_are_in_the_work_tree(
    project: Project, repository: Repository
) -> None:
    project.write("a", "unstaged")
    project.write_all({"b": "staged", "new": "staged"})
    project.git("add", "b", "new")
    project.write("new", "later")
    project.write("untracked", "")
    expected = BASE | {"a": "unstaged", "b": "staged", "new": "later"}
    assert files(project, snapshot(repository)) == expected


def test_deleted_files_are_gone(project: Project, repository: Repository) -> None:
    project.path("a").unlink()
    project.git("rm", "-q", "b")
    project.git("rm", "-q", "--cached", "sub/c")
    assert files(project, snapshot(repository)) == {".gitignore": BASE[".gitignore"]}


def test_only_a_staged_change_is_a_change(project: Project, repository: Repository) -> None:
    project.write("b", "staged")
    project.git("add", "b")
    project.write("b", "2")
    project.write("a", "staged")
    project.git("add", "a")
    assert files(project, snapshot(repository)) == BASE | {"a": "staged"}


def test_an_edit_within_the_clock_tick_of_the_index_is_seen(
    project: Project, repository: Repository
) -> None:
    """Same size, same time: only Git's rule for racy entries finds it, also in our copy."""
    index_time = os.stat(project.path(".git/index")).st_mtime_ns
    for path in ("a", "b"):
        os.utime(project.path(path), ns=(index_time, index_time))
    project.git("update-index", "--refresh")
    os.utime(project.path(".git/index"), ns=(index_time, index_time))
    project.write("a", "9")
    os.utime(project.path("a"), ns=(index_time, index_time))
    project.write("b", "longer")
    assert files(project, snapshot(repository)) == BASE | {"a": "9", "b": "longer"}


def test_modes_and_links(project: Project, repository: Repository) -> None:
    project.path("a").chmod(0o755)
    project.path("b").unlink()
    project.path("b").symlink_to("sub/c")
    tree = snapshot(repository)
    assert mode(project, tree, "a") == "100755"
    assert mode(project, tree, "b") == "120000"
    assert files(project, tree)["b"] == "sub/c"


def test_a_file_became_a_folder_and_a_folder_a_file(
    project: Project, repository: Repository
) -> None:
    project.path("a").unlink()
    project.write("a/inner", "new")
    project.path("sub/c").unlink()
    project.path("sub").rmdir()
    project.write("sub", "now a file")
    tree = snapshot(repository, force_paths=["a", "sub"])
    expected = {"a/inner": "new", "b": "2", "sub": "now a file", ".gitignore": BASE[".gitignore"]}
    assert files(project, tree) == expected


def test_a_folder_became_a_link(project: Project, repository: Repository) -> None:
    project.path("sub").rename(project.path("moved"))
    project.path("sub").symlink_to("moved")
    found = files(project, snapshot(repository, force_paths=["sub/c"]))
    assert "sub/c" not in found
    assert found["moved/c"] == "3"


def test_names_of_any_kind(project: Project, repository: Repository) -> None:
    names = [b"line\nend", b"\xff\xfe", " blank ", "tab\t", '"quoted"', "ü", "-x", ":(glob)*", "*"]
    paths = [os.fsdecode(name) if isinstance(name, bytes) else name for name in names]
    for path in paths:
        project.write(path, "old")
    project.commit()
    for path in paths:
        project.write(path, path.encode(errors="surrogateescape"))
    tree = snapshot(repository, force_paths=paths, extra_blobs={":(glob)*": b"override"})
    listing = subprocess.run(
        ["git", "ls-tree", "-z", "--name-only", tree],
        cwd=project.root,
        capture_output=True,
        check=True,
    ).stdout
    assert {os.fsencode(path) for path in paths} < set(listing.split(b"\0"))
    assert files(project, f"{tree}")["line\nend"] == "line\nend"
    assert files(project, tree)[":(glob)*"] == "override"


# what the caller adds


def test_forced_files_and_folders_are_included_even_if_ignored(
    project: Project, repository: Repository
) -> None:
    project.write_all({"ignored": "i", "out/deep/f": "f", "out/ignored.txt": "t", "other": ""})
    project.path("out/link").symlink_to("/nowhere")
    tree = snapshot(repository, force_paths=["ignored", "out/", "missing", "../outside"])
    expected = {"ignored": "i", "out/deep/f": "f", "out/ignored.txt": "t", "out/link": "/nowhere"}
    assert files(project, tree) == BASE | expected


def test_the_whole_root_can_be_forced(project: Project, repository: Repository) -> None:
    project.write("new", "n")
    assert files(project, snapshot(repository, force_paths=["."])) == BASE | {"new": "n"}


def test_forced_special_files_are_passed_over(project: Project, repository: Repository) -> None:
    os.mkfifo(project.path("pipe"))
    assert files(project, snapshot(repository, force_paths=["pipe", "."])) == BASE


def test_given_content_replaces_the_files_own(project: Project, repository: Repository) -> None:
    project.write_all({"a": "edited", "ignored": "on disk"})
    project.path("b").unlink()
    project.path("sub/c").chmod(0o755)
    contents = {"a": b"A", "b": b"B", "sub/c": b"C", "ignored": b"I", "new/file": b"N"}
    tree = snapshot(repository, force_paths=["a", "ignored"], extra_blobs=contents)
    assert files(project, tree) == BASE | {p: data.decode() for p, data in contents.items()}
    assert mode(project, tree, "sub/c") == "100755"
    assert project.read("a") == "edited"
    assert not project.exists("new")


def test_given_content_of_a_link_is_that_of_the_file_it_names(
    project: Project, repository: Repository
) -> None:
    project.path("link").symlink_to("sub/c")
    project.git("add", "link")
    found = files(project, snapshot(repository, extra_blobs={"link": b"C"}))
    assert found == BASE | {"link": "sub/c", "sub/c": "C"}


def test_excluded_changes_are_left_out(project: Project, repository: Repository) -> None:
    project.write_all({"a": "edited", "b": "edited"})
    assert files(project, snapshot(repository, exclude=["a"])) == BASE | {"b": "edited"}


def test_filters_apply_to_files_and_to_given_content(
    project: Project, repository: Repository
) -> None:
    project.write(".gitattributes", "*.txt text eol=crlf\n*.up filter=up\n")
    project.git("config", "filter.up.clean", "tr a-z A-Z")
    project.git("config", "core.safecrlf", "true")
    project.write_all({"one.txt": "1\r\n", "two.txt": "2\n", "three.up": "x"})
    tree = snapshot(
        repository,
        force_paths=["one.txt", "two.txt", "three.up"],
        extra_blobs={"four.up": b"y", "five.txt": b"5\r\n"},
    )
    found = files(project, tree)
    assert (found["one.txt"], found["two.txt"], found["five.txt"]) == ("1\n", "2\n", "5\n")
    assert (found["three.up"], found["four.up"]) == ("X", "Y")


# states of a repository


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
    project.write("a", "edited")
    snapshot(repository)
    assert not project.exists(".git/objects/tmp_assay-index-old")
    assert project.exists(".git/objects/tmp_assay-index-new")


def test_a_durable_snapshot_is_the_same_tree(project: Project, repository: Repository) -> None:
    project.write("a", "edited")
    assert snapshot(repository, durable=True) == snapshot(repository)


# cost


def test_the_number_of_processes_does_not_grow_with_the_changes(
    project: Project,
    repository: Repository,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path_factory.mktemp("counting")
    program = folder / "git"
    program.write_text(f'#!/bin/sh\necho >> {folder}/log\nexec {shutil.which("git")} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")

    def spawned() -> int:
        log = folder / "log"
        log.write_text("")
        snapshot(repository, force_paths=["new"])
        return len(log.read_text())

    assert spawned() == 2
    project.write("a", "edited")
    assert spawned() == 3
    project.write_all({f"new/{number}": "" for number in range(200)} | {"b": "edited"})
    assert spawned() == 3


# against git itself

PATHS = ["a", "b", "d/e", "d/f", "n"]
EDITS = st.lists(
    st.tuples(
        st.sampled_from(["write", "delete", "stage", "unstage", "untrack"]),
        st.sampled_from(PATHS),
        st.sampled_from(["1", "2", "longer"]),
    ),
    max_size=8,
)


@settings(max_examples=25, deadline=None)
@given(EDITS)
def test_the_tree_is_what_git_commit_all_would_make(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[str, str, str]]
) -> None:
    root = tmp_path_factory.mktemp("edited")
    project = Project(root / "p", home=root / "home", commands=root)
    project.git("init", "-q")
    project.write_all({"a": "1", "b": "1", "d/e": "1"})
    project.commit()
    for action, path, content in edits:
        if action == "write":
            project.write(path, content)
        elif action == "delete":
            project.path(path).unlink(missing_ok=True)
        elif action == "stage":
            project.git("add", "-A", "--", path, code=None)
        elif action == "unstage":
            project.git("reset", "-q", "--", path, code=None)
        else:
            project.git("rm", "-q", "--cached", "--", path, code=None)
    ours = snapshot(opened(project))
    project.git("commit", "-q", "--allow-empty", "-a", "-m", "all")
    assert ours == project.git("rev-parse", "HEAD^{tree}")
