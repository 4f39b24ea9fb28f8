"""`add` of a path inside a tracked directory, and of paths about which .dvcignore has a word."""

from __future__ import annotations

import shutil

import pytest

from support.project import Project


@pytest.fixture
def tracked(project: Project) -> Project:
    project.write_all({"d/a": "a\n", "d/b": "b\n", "d/sub/c": "c\n"})
    project.dvc("add", "d")
    project.commit("tracked")
    return project


def test_only_what_is_named_changes(tracked: Project) -> None:
    tracked.write_all({"d/a": "changed\n", "d/b": "changed\n"})
    shutil.rmtree(tracked.path("d/sub"))
    tracked.dvc("add", "d/a", "d/sub")
    assert "nfiles: 2" in tracked.read("d.dvc")
    assert tracked.dvc("data", "status", "--granular", "--json").json["uncommitted"] == {
        "modified": ["d/", "d/b"]
    }


def test_what_is_not_there_and_never_was_is_refused(tracked: Project) -> None:
    refusal = tracked.dvc("add", "d/nothing", code=1).err
    assert "[Errno 2] No such file or directory" in refusal
    assert tracked.git("status", "--porcelain") == ""


def test_without_the_directory_nothing_is_taken_from_its_record(tracked: Project) -> None:
    shutil.rmtree(tracked.path("d"))
    assert "output 'd' does not exist" in tracked.dvc("add", "d/a", code=1).err
    assert tracked.git("status", "--porcelain") == ""


def test_without_the_listing_the_rest_of_the_directory_is_not_forgotten(tracked: Project) -> None:
    shutil.rmtree(tracked.path(".dvc/cache"))
    tracked.write("d/new", "new\n")
    refusal = tracked.dvc("add", "d/new", code=1).err
    assert refusal.startswith("ERROR: what 'd' holds is not known: its listing '")
    assert "hint: 'dvc fetch d.dvc' gets it" in refusal
    assert tracked.git("status", "--porcelain") == ""


def test_what_an_ignore_rule_takes_back_can_be_added(project: Project) -> None:
    project.write(".dvcignore", "*.x\n!keep.x\nfold*\n!folder/\n")
    project.write_all({"keep.x": "1\n", "no.x": "1\n", "folder/a": "1\n", "folds/a": "1\n"})
    project.dvc("add", "keep.x", "folder")
    for target, rule in (("no.x", ".dvcignore:1:*.x"), ("folds", ".dvcignore:3:fold*")):
        assert f"is ignored by {rule}\n" in project.dvc("add", target, code=1).err


@pytest.mark.parametrize("kind", ["hardlink", "symlink"])
def test_a_folder_inside_becomes_links_like_the_rest(tracked: Project, kind: str) -> None:
    tracked.dvc("config", "cache.type", kind)
    tracked.write("d/sub/new", "new\n")
    tracked.dvc("add", "--no-relink", "d/sub")
    new = tracked.path("d/sub/new")
    assert not new.is_symlink()
    assert new.stat().st_nlink == 1
    assert "nfiles: 4" in tracked.read("d.dvc")

    tracked.dvc("add", "d/sub")
    assert new.is_symlink() if kind == "symlink" else new.stat().st_nlink == 2
    assert new.read_text() == "new\n"
    assert "nfiles: 4" in tracked.read("d.dvc")
