"""`add`: what it takes, what it refuses, and that links of the user's become files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from conftest import NewProject
from support.live_terminal import LiveTerminal
from support.project import Project


def test_links_to_files_become_files_and_links_to_directories_are_left_out(
    project: Project, tmp_path: Path
) -> None:
    """Otherwise data that is tracked would change together with something that is not."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "big").write_text("big\n")
    project.write("d/own", "own\n")
    project.path("d/linked").symlink_to(elsewhere / "big")
    project.path("d/folder").symlink_to(elsewhere)
    project.path("single").symlink_to(elsewhere / "big")

    project.dvc("add", "-q", "d", "single")
    assert not project.path("d/linked").is_symlink()
    assert not project.path("single").is_symlink()
    (elsewhere / "big").write_text("changed\n")
    assert project.read("d/linked") == project.read("single") == "big\n"
    assert "nfiles: 2\n" in project.read("d.dvc")
    assert project.path("d/folder").is_symlink()
    assert project.dvc("status", "--json").json == {}


@pytest.mark.compat
def test_a_directory_with_links_is_called_what_dvc_calls_it(
    new_project: NewProject, real_dvc: str, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "one").write_text("1\n")
    made = []
    for name, by in (("ours", "dvc"), ("theirs", real_dvc)):
        project = new_project(name)
        project.write("d/own", "own\n")
        project.path("d/linked").symlink_to(elsewhere / "one")
        project.path("d/folder").symlink_to(elsewhere)
        project.dvc("add", "-q", "d", by=by)
        made.append(project.read("d.dvc"))
    assert made[0] == made[1]


def test_no_relink_leaves_a_link_of_the_users(project: Project, tmp_path: Path) -> None:
    (tmp_path / "big").write_text("big\n")
    project.path("single").symlink_to(tmp_path / "big")
    project.dvc("add", "-q", "--no-relink", "single")
    assert project.path("single").is_symlink()


def test_a_link_to_a_directory_is_refused(project: Project, tmp_path: Path) -> None:
    project.path("here").symlink_to(tmp_path)
    said = project.dvc("add", "here", code=1).err
    assert "Cannot add files inside symlinked directories to DVC" in said
    assert not project.exists("here.dvc")


def test_data_whose_dvc_file_git_would_not_see_is_refused(project: Project) -> None:
    project.write_all({".gitignore": "sub/\n", "sub/x": "1\n", "y": "1\n"})
    said = project.dvc("add", "sub/x", code=1).err
    assert "bad DVC file name 'sub/x.dvc' is git-ignored." in said
    assert project.listing("sub") == ["x"]
    project.dvc("import-url", "y", "sub/y", code=1)
    assert project.listing("sub") == ["x"]


def test_out_overwrites_only_with_force(project: Project) -> None:
    project.write_all({"one": "1\n", "two": "2\n"})
    project.dvc("add", "-q", "-o", "copy", "one")
    said = project.dvc("add", "-o", "copy", "two", code=1).err
    assert said.startswith("ERROR: The file 'copy' already exists locally.")
    assert project.read("copy") == "1\n"
    project.dvc("add", "-q", "-f", "-o", "copy", "two")
    assert project.read("copy") == "2\n"


def test_nothing_inside_a_tracked_directory_cannot_be_added(project: Project) -> None:
    project.write("d/a", "a\n")
    project.dvc("add", "-q", "d")
    before = project.read("d.dvc")
    said = project.dvc("add", "d/none", code=1).err
    assert f"[Errno 2] No such file or directory: '{project.path('d/none')}'" in said
    assert project.read("d.dvc") == before
    os.unlink(project.path("d/a"))
    project.dvc("add", "-q", "d/a")  # it was there: now it is not
    assert "nfiles: 0\n" in project.read("d.dvc")


def test_what_git_tracks_is_refused(project: Project) -> None:
    project.write("kept", "1\n")
    project.git("add", "kept")
    assert "is already tracked by SCM" in project.dvc("add", "kept", code=1).err


@pytest.mark.parametrize("remote", [(), ("-r", "nope")])
def test_without_its_remote_nothing_is_sent(project: Project, remote: tuple[str, ...]) -> None:
    project.write("new", "1\n")
    refused = project.dvc("add", "--to-remote", "new", *remote, code=1)
    assert refused.err.startswith("ERROR: config file error: ")
    assert not project.exists("new.dvc")


def test_objects_that_went_away_are_put_back(project: Project) -> None:
    """What was seen in the cache once is believed only while its folders are as they were."""
    project.write_all({f"d/{number}": f"{number}\n" for number in range(40)})
    project.dvc("add", "-q", "d")
    objects = [path for path in project.path(".dvc/cache/files").rglob("*") if path.is_file()]
    [gone] = [path for path in objects if path.read_bytes() == b"7\n"]
    gone.unlink()
    assert "not in cache" in project.dvc("status").out
    project.write("d/3", "three\n")
    project.dvc("add", "-q", "d")
    assert gone.read_bytes() == b"7\n"
    assert project.dvc("status", "--json").json == {}


@pytest.mark.slow
def test_a_large_file_has_a_bar_of_its_own_and_ctrl_c_clears_it(project: Project) -> None:
    with project.path("large.bin").open("wb") as file:
        file.truncate(3 << 30)  # a hole: nothing is on the disk
    with LiveTerminal(project, "dvc", "add", "--no-commit", "large.bin") as terminal:
        terminal.wait_for("large.bin", "MB/3.00GB")
        terminal.type("\x03")
        assert terminal.end() == 252
        assert terminal.text.rpartition("\x1b[?25h")[2].strip().endswith("interrupted by the user")
    assert not project.exists("large.bin.dvc")
