from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.errors import UnsafePath
from assay.git.ignore_file import (
    IgnoreEdits,
    hidden_by_own_lines,
    line_for,
    stop_ignoring,
    with_line,
    without_line,
)
from assay.git.ignored import ignored, untracked
from assay.git.repository import Repository
from support.project import Project

from .conftest import opened

NAMES = st.text(st.sampled_from("ab !*?#[]\\\n\r.-ü"), min_size=1, max_size=6).filter(
    lambda name: name not in (".", "..") and name.lower() != ".git"
)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("model.bin", "/model.bin"),
        ("a b", "/a b"),
        ("ü", "/ü"),
        ("!x", "/\\!x"),
        ("*?#[x]", "/\\*\\?\\#\\[x\\]"),
        ("a\\b", "/a\\\\b"),
        ("a ", "/a\\ "),
        ("a\nb", "/a?b"),
    ],
)
def test_the_line_of_a_name(name: str, line: str) -> None:
    assert line_for(name).decode() == line


def test_a_missing_line_end_is_added_first() -> None:
    assert with_line(b"", "x") == b"/x\n"
    assert with_line(b"a\n", "x") == b"a\n/x\n"
    assert with_line(b"a", "x") == b"a\n/x\n"


def test_only_the_rules_of_the_name_are_removed() -> None:
    text = b"x\n/x\r\n# /x\n/xy\n!/x\n /x\n/x"
    assert without_line(text, "x") == b"x\n# /x\n/xy\n!/x\n /x\n"
    assert without_line(b"/a*\n/a\\*\n/ab\n", "a*") == b"/ab\n"


@given(st.binary(max_size=20), NAMES)
def test_removing_undoes_adding(text: bytes, name: str) -> None:
    text = without_line(text, name)
    expected = text if text.endswith(b"\n") or not text else text + b"\n"
    assert without_line(with_line(text, name), name) == expected


@settings(max_examples=40, deadline=None)
@given(name=NAMES, other=NAMES)
def test_git_ignores_the_name_and_no_other(
    tmp_path_factory: pytest.TempPathFactory, name: str, other: str
) -> None:
    root = tmp_path_factory.mktemp("ignoring")
    project = Project(root / "p", home=root / "home", commands=root)
    project.git("init", "-q")
    for path in {name, other}:
        project.write(path, "")
    IgnoreEdits().add(str(project.path(name)))
    repository = opened(project)
    assert name in ignored(repository, [name])
    assert set(untracked(repository)) >= {".gitignore", other} - ignored(repository, [other])
    if not any(letter in name for letter in "\r\n"):
        assert (other == name) == (other in ignored(repository, [other]))


def test_a_line_of_its_own_hides_a_path_unless_another_takes_it_back(
    project: Project, repository: Repository
) -> None:
    project.write_all({".gitignore": "/a\n/b\r\n/c\r/d", "sub/.gitignore": "/a\n!a\n", "e/x": ""})
    paths = [os.path.join(repository.root, name) for name in ("a", "b", "c", "d", "e", "sub/a")]
    hidden = hidden_by_own_lines(paths)
    assert hidden == {paths[0], paths[1]}
    assert hidden <= ignored(repository, paths)
    os.rename(project.path(".gitignore"), project.path("rules"))
    os.symlink("rules", project.path(".gitignore"))  # Git does not read it
    assert hidden_by_own_lines(paths) == set()


def test_names_that_are_no_text(project: Project, repository: Repository) -> None:
    name = os.fsdecode(b"\xff*")
    project.write(name, "")
    IgnoreEdits().add(str(project.path(name)))
    assert ignored(repository, [name, os.fsdecode(b"\xffx")]) == {name}


def test_lines_go_beside_the_path_in_the_order_given(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    edits = IgnoreEdits()
    for path in ("b", "sub/x", "a"):
        assert edits.add(str(tmp_path / path)) == str((tmp_path / path).parent / ".gitignore")
    assert (tmp_path / ".gitignore").read_text() == "/b\n/a\n"
    assert (tmp_path / "sub/.gitignore").read_text() == "/x\n"


def test_rolling_back_restores_every_byte(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / ".gitignore").write_bytes(b"mine\r\n/old\nno end")
    edits = IgnoreEdits()
    for path in ("a", "sub/b", "c"):
        edits.add(str(tmp_path / path))
    files = edits.roll_back()
    assert files == [str(tmp_path / ".gitignore"), str(tmp_path / "sub/.gitignore")]
    assert (tmp_path / ".gitignore").read_bytes() == b"mine\r\n/old\nno end"
    assert os.listdir(tmp_path / "sub") == []
    assert edits.roll_back() == []


def test_rolling_back_keeps_what_others_wrote_meanwhile(tmp_path: Path) -> None:
    file = tmp_path / ".gitignore"
    edits = IgnoreEdits()
    edits.add(str(tmp_path / "a"))
    file.write_text(file.read_text() + "*.log\n")
    edits.add(str(tmp_path / "b"))
    file.write_text(file.read_text() + "*.tmp\n")
    edits.roll_back()
    assert file.read_text() == "*.log\n*.tmp\n"


def test_rolling_back_survives_that_the_file_is_gone(tmp_path: Path) -> None:
    edits = IgnoreEdits()
    edits.add(str(tmp_path / "a"))
    (tmp_path / ".gitignore").unlink()
    edits.roll_back()
    assert os.listdir(tmp_path) == []


def test_an_emptied_file_is_deleted(tmp_path: Path) -> None:
    file = tmp_path / ".gitignore"
    file.write_text("/a\n/b\n")
    assert stop_ignoring(str(tmp_path / "a")) == str(file)
    assert file.read_text() == "/b\n"
    assert stop_ignoring(str(tmp_path / "a")) is None
    assert stop_ignoring(str(tmp_path / "b")) == str(file)
    assert os.listdir(tmp_path) == []
    assert stop_ignoring(str(tmp_path / "b")) is None


def test_a_missing_folder_is_the_callers_business(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        IgnoreEdits().add(str(tmp_path / "nodir/out"))


def test_a_link_is_never_written_through(tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("/a\n")
    (tmp_path / ".gitignore").symlink_to(target)
    with pytest.raises(UnsafePath):
        IgnoreEdits().add(str(tmp_path / "out"))
    with pytest.raises(UnsafePath):
        stop_ignoring(str(tmp_path / "a"))
    assert target.read_text() == "/a\n"
