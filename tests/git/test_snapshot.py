from __future__ import annotations

import os
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.git.repository import Repository
from assay.git.snapshot import snapshot
from support.project import Project
from support.trees import BASE, commit_base, files, git_writes

from .conftest import opened


def mode(project: Project, tree: str, path: str) -> str:
    return project.git("ls-tree", tree, path).split(" ")[0]


@pytest.fixture(params=["plain", "by Git"])
def project(project: Project, request: pytest.FixtureRequest) -> Project:
    """A project with a few tracked files and nothing changed; Git, or we, make its trees."""
    commit_base(project)
    if request.param == "by Git":
        git_writes(project)
    return project


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


# cost


def test_the_number_of_processes_does_not_grow_with_the_changes(
    project: Project,
    repository: Repository,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project.git("config", "core.sharedRepository", "false")
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

    assert spawned() == 1  # what has changed?
    project.write("a", "edited")
    assert spawned() == 2  # and, once: what are your settings?
    project.write_all({f"new/{number}": "" for number in range(200)} | {"b": "edited"})
    assert spawned() == 1
    project.write(".gitattributes", "c filter=none\n")
    assert spawned() == 2  # does it say something of these files?
    project.write("b", "line ends\r\n")
    assert spawned() == 3  # Git stores them, and makes a tree


# against git itself

PATHS = ["a", "b", "d/e", "d/f", "d.x", "d-", "d/deep/er/f", "n", "n/inner"]
EDITS = st.lists(
    st.tuples(
        st.sampled_from(["write", "link", "program", "delete", "stage", "unstage", "untrack"]),
        st.sampled_from(PATHS),
        st.sampled_from(["1", "2", "longer"]),
    ),
    max_size=10,
)


def clear(project: Project, path: str) -> None:
    """Make room for a file: nothing stands at `path`, and folders on the way to it are folders."""
    place = project.path(path)
    for above in (*reversed(place.relative_to(project.root).parents[:-1]), path):
        found = project.path(str(above))
        if found.is_symlink() or (found.is_file() and str(above) != path):
            found.unlink()
    if place.is_dir():
        shutil.rmtree(place)
    place.unlink(missing_ok=True)


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
            clear(project, path)
            project.write(path, content)
        elif action == "link":
            clear(project, path)
            project.path(path).parent.mkdir(parents=True, exist_ok=True)
            project.path(path).symlink_to(content)
        elif action == "program" and project.path(path).is_file():
            project.path(path).chmod(0o755)
        elif action == "delete":
            clear(project, path)
        elif action == "stage":
            project.git("add", "-A", "--", path, code=None)
        elif action == "unstage":
            project.git("reset", "-q", "--", path, code=None)
        else:
            project.git("rm", "-q", "--cached", "--", path, code=None)
    ours = snapshot(opened(project))
    with_all = snapshot(opened(project), force_paths=["."])
    git_writes(project)
    assert snapshot(opened(project)) == ours
    assert snapshot(opened(project), force_paths=["."]) == with_all
    project.git("fsck", "--strict")
    project.git("commit", "-q", "--allow-empty", "-a", "-m", "all")
    assert ours == project.git("rev-parse", "HEAD^{tree}")
    project.git("add", "-A")
    assert with_all == project.git("write-tree")
