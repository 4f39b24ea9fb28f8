from __future__ import annotations

import os
import tempfile

import pytest

from assay.git.repository import Repository
from assay.git.tree_switch import RepositoryInTheWay, present_tree, switch_tree
from support.project import Project


def tree(project: Project, files: dict[str, str | None]) -> str:
    """A tree: HEAD with these files, without those that are None. The work tree stays clean."""
    for path, content in files.items():
        if content is None:
            project.path(path).unlink()
        else:
            project.write(path, content)
    project.git("add", "-A", "-f")
    made = project.git("write-tree")
    project.git("reset", "-q", "--hard")
    return made


def scratch(repository: Repository) -> str:
    return os.path.join(repository.root, ".dvc/tmp/scratch")


def switch(repository: Repository, new: str) -> str:
    """Switch to the tree `new`; the tree of what was there."""
    current = present_tree(repository, new)
    switch_tree(repository, current, new, scratch=scratch(repository))
    return current


def test_there_and_back(project: Project, repository: Repository) -> None:
    project.write_all({"stays": "1\n", "changes": "old\n", "goes": "x\n", "d/e/f": "deep\n"})
    project.commit()
    new = tree(project, {"changes": "new\n", "goes": None, "d/e/f": None, "n/w": "fresh\n"})
    old = switch(repository, new)
    assert project.listing() == [
        ".dvc/.gitignore",
        ".dvc/config",
        ".dvcignore",
        "changes",
        "n/w",
        "stays",
    ]
    assert project.read("changes") == "new\n"
    assert not project.exists("d")
    switch_tree(repository, new, old, scratch=scratch(repository))
    assert (project.read("changes"), project.read("d/e/f")) == ("old\n", "deep\n")
    assert not project.exists("n")
    assert project.git("status", "--porcelain") == ""


def test_index_and_head_are_not_touched(project: Project, repository: Repository) -> None:
    project.write("a", "1\n")
    project.commit()
    new = tree(project, {"a": "2\n", "b": "new\n"})
    index = project.path(".git/index").read_bytes()
    switch(repository, new)
    assert project.path(".git/index").read_bytes() == index
    assert project.git("status", "--porcelain") == "M a\n?? b"


def test_modes_and_links_arrive(project: Project, repository: Repository) -> None:
    project.write_all({"script": "#!/bin/sh\n", "target": "t\n"})
    project.commit()
    project.path("script").chmod(0o755)
    project.path("link").symlink_to("target")
    project.git("add", "-A")
    new = project.git("write-tree")
    project.git("reset", "-q", "--hard")
    switch(repository, new)
    assert os.access(project.path("script"), os.X_OK)
    assert os.readlink(project.path("link")) == "target"


def test_line_ends_are_those_of_the_work_tree(project: Project, repository: Repository) -> None:
    project.write(".gitattributes", "*.txt text eol=crlf\n")
    project.write("a.txt", "1\r\n")
    project.commit()
    switch(repository, tree(project, {"a.txt": "2\r\n"}))
    assert project.path("a.txt").read_bytes() == b"2\r\n"


# what stands in the way


def test_ignored_and_untracked_files_in_the_way_are_in_the_tree(
    project: Project, repository: Repository
) -> None:
    project.write(".gitignore", "*.log\n")
    project.commit()
    new = tree(project, {"a": "theirs\n"})
    with_log = tree(project, {"run.log": "theirs\n"})
    project.write_all({"a": "mine\n", "run.log": "mine\n", "other.log": "mine\n"})
    old = switch(repository, new)
    assert (project.read("a"), project.read("run.log")) == ("theirs\n", "mine\n")
    assert project.git("cat-file", "-p", f"{old}:a") == "mine"
    old = switch(repository, with_log)
    assert project.read("run.log") == "theirs\n"
    assert project.git("cat-file", "-p", f"{old}:run.log") == "mine"
    assert project.read("other.log") == "mine\n"


def test_a_folder_where_a_file_comes_and_the_other_way_round(
    project: Project, repository: Repository
) -> None:
    file = tree(project, {"x": "file\n"})
    folder = tree(project, {"x/y/z": "inside\n"})
    project.write("x/mine/too", "mine\n")
    old = switch(repository, file)
    assert project.read("x") == "file\n"
    assert project.git("cat-file", "-p", f"{old}:x/mine/too") == "mine"
    switch_tree(repository, file, old, scratch=scratch(repository))
    assert project.read("x/mine/too") == "mine\n"
    project.path("x/mine/too").unlink()
    project.path("x/mine").rmdir()
    project.path("x").rmdir()
    project.write("x", "my file\n")
    old = switch(repository, folder)
    assert project.read("x/y/z") == "inside\n"
    assert project.git("cat-file", "-p", f"{old}:x") == "my file"


def test_a_link_is_replaced_and_never_followed(project: Project, repository: Repository) -> None:
    new = tree(project, {"data/file": "theirs\n"})
    outside = project.root.parent / "outside"
    outside.mkdir()
    (outside / "file").write_text("precious\n")
    project.path("data").symlink_to(outside)
    switch(repository, new)
    assert (outside / "file").read_text() == "precious\n"
    assert project.read("data/file") == "theirs\n"
    assert not project.path("data").is_symlink()


@pytest.mark.parametrize("theirs", ["inner/file", "inner", "around"])
def test_another_repository_is_neither_removed_nor_written_into(
    project: Project, repository: Repository, theirs: str
) -> None:
    new = tree(project, {theirs: "theirs\n"})
    inner = "around/inner" if theirs == "around" else "inner"
    project.git("init", "-q", inner)
    project.write(f"{inner}/file", "mine\n")
    before = project.listing()
    with pytest.raises(RepositoryInTheWay, match=f"'{inner}' is a Git repository of its own"):
        switch(repository, new)
    assert project.listing() == before
    assert project.read(f"{inner}/file") == "mine\n"


def test_submodules_stay_as_they_are(project: Project, repository: Repository) -> None:
    without = project.git("rev-parse", "HEAD^{tree}")
    project.git("init", "-q", "inner")
    project.write("inner/file", "1\n")
    project.git("-C", "inner", "add", "file")
    project.git("-C", "inner", "commit", "-q", "-m", "inner")
    project.git("add", "inner", code=None)
    project.git("commit", "-q", "-m", "submodule")
    project.write("inner/file", "local edit\n")
    switch(repository, without)
    assert project.read("inner/file") == "local edit\n"
    switch(repository, project.git("rev-parse", "HEAD^{tree}"))
    assert project.read("inner/file") == "local edit\n"


def test_what_is_kept_is_left_alone(project: Project, repository: Repository) -> None:
    project.write_all({"a": "1\n", "b": "1\n"})
    project.commit()
    new = tree(project, {"a": "2\n", "b": "2\n"})
    changed = switch_tree(
        repository, present_tree(repository, new), new, scratch=scratch(repository), keep={"a"}
    )
    assert (changed, project.read("a"), project.read("b")) == (["b"], "1\n", "2\n")


def test_names_of_every_kind(project: Project, repository: Repository) -> None:
    names = ["a b", "ü\u2028", "-x", "q'\"", "tab\there", "new\nline"]
    switch(repository, tree(project, dict.fromkeys(names, "1\n")))
    assert all(project.read(name) == "1\n" for name in names)


def test_nothing_is_left_in_the_git_folder(project: Project, repository: Repository) -> None:
    before = sorted(path.name for path in project.path(".git").iterdir())
    switch(repository, tree(project, {"a": "1\n"}))
    assert sorted(p.name for p in project.path(".git").iterdir() if p.name != "ORIG_HEAD") == [
        name for name in before if name != "ORIG_HEAD"
    ]


def test_the_scratch_folder_may_be_on_another_disk(
    project: Project, repository: Repository
) -> None:
    elsewhere = "/dev/shm"
    if not os.access(elsewhere, os.W_OK) or os.stat(elsewhere).st_dev == project.root.stat().st_dev:
        pytest.skip("needs a second file system")
    project.write_all({"a": "1\n", "link": "x\n"})
    project.commit()
    new = tree(project, {"a": "2\n", "sub/new": "new\n"})
    with tempfile.TemporaryDirectory(dir=elsewhere) as folder:
        switch_tree(repository, present_tree(repository, new), new, scratch=folder)
        assert os.listdir(folder) == []
    assert (project.read("a"), project.read("sub/new")) == ("2\n", "new\n")
