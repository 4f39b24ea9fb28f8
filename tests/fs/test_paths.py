"""Promise P5: no name from a file reaches outside its root."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import UnsafePath
from assay.fs.paths import (
    check_entries,
    check_entry,
    check_name,
    contained,
    inside,
    is_below,
    shown,
)

HOSTILE = [
    "",
    "/",
    "/etc/passwd",
    "//x",
    "..",
    ".",
    "../x",
    "a/../../x",
    "a/..",
    "./a",
    "a/./b",
    "a//b",
    "a/",
    "..\\x",
    "a\\..\\..\\x",
    ".git",
    ".git/hooks/post-checkout",
    "a/.git/config",
    ".GIT/config",
    ".Git",
    ".git.",
    ".git ",
    ".git . .",
    ".git::$INDEX_ALLOCATION",
    ".git:x",
    "git~1/config",
    "GIT~1",
    ".g\u200cit/config",
    "\ufeff.git",
    "a\\.git\\config",
    ".dvc/config",
    ".DVC/config",
    "a/.dvc",
    "a\0b",
    "\0",
    "a" * 256,
    "é" * 128,
    "/".join(["a" * 200] * 21),
    "\ud800",
]

HARMLESS = [
    "a",
    "a/b/c.txt",
    "..a",
    "...",
    "a..b/c",
    ".gitignore",
    ".github/x",
    ".dvcignore",
    "data.dvc",
    "x.git/y",
    ".hidden/.file",
    "a b/ü/\U0001f600",
    "a\\b",
    "-rf",
    "~",
    "~root",
    "a~1",
    "c:",
    "\udcff",
    "a" * 255,
    "/".join(["a" * 200] * 20),
]


@pytest.mark.parametrize("path", HOSTILE, ids=ascii)
def test_a_hostile_entry_is_refused_by_name(path: str) -> None:
    with pytest.raises(UnsafePath, match="refusing the path '"):
        check_entry(path)


@pytest.mark.parametrize("path", HARMLESS, ids=ascii)
def test_a_harmless_entry_is_let_in(path: str) -> None:
    check_entry(path)


def test_a_refusal_can_be_printed() -> None:
    with pytest.raises(UnsafePath) as caught:
        check_entry("\ud800\n\x1b[2J" + "x" * 100_000)
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 1000


@pytest.mark.parametrize("name", ["a/b", "a\\b", "..", ""])
def test_a_name_is_one_component(name: str) -> None:
    with pytest.raises(UnsafePath):
        check_name(name)


PARTS = st.sampled_from(
    ["a", "b.txt", "..", ".", "", ".git", ".GIT", ".dvc", "\\", "~", " ", "é", "\0", "git~1"]
)


@given(st.lists(PARTS, min_size=1, max_size=5).map("/".join))
def test_whatever_is_let_in_stays_below(path: str) -> None:
    try:
        check_entry(path)
    except UnsafePath:
        return
    joined = os.path.normpath(os.path.join("/root/top", path))
    assert joined == "/root/top/" + path
    assert not {".git", ".dvc", ".."} & set(path.lower().replace("\\", "/").split("/"))


@given(st.text(max_size=8))
def test_any_text_is_let_in_or_refused(path: str) -> None:
    try:
        check_entry(path)
    except UnsafePath:
        return
    assert os.path.normpath(path) == path
    os.fsencode(path)


@pytest.mark.parametrize(
    ("path", "relative"),
    [("a", "a"), ("a/../b", "b"), ("./a/", "a"), ("x/y", "x/y")],
)
def test_a_path_inside_is_made_absolute(tmp_path: Path, path: str, relative: str) -> None:
    root = os.path.realpath(tmp_path)
    assert contained(root, path) == os.path.join(root, relative)
    assert contained(root, os.path.join(root, path)) == os.path.join(root, relative)


@pytest.mark.parametrize(
    "path", ["..", "../x", "a/../../x", "/etc/passwd", ".", "a/..", ".git/x", ".dvc", "a/.GIT"]
)
def test_a_path_outside_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(UnsafePath, match="refusing the path"):
        contained(os.path.realpath(tmp_path), path)


def test_a_linked_folder_that_leads_outside_is_refused(tmp_path: Path) -> None:
    root = Path(os.path.realpath(tmp_path)) / "root"
    (root / "real").mkdir(parents=True)
    (root / "out").symlink_to(tmp_path)
    (root / "in").symlink_to(root / "real")
    (root / "last").symlink_to(tmp_path)
    with pytest.raises(UnsafePath, match="outside of"):
        contained(str(root), "out/x")
    assert contained(str(root), "in/x") == str(root / "in" / "x")
    assert contained(str(root), "last") == str(root / "last")


def test_inside_follows_links_among_the_parents_only(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "alias").symlink_to(root)
    (root / "out").symlink_to(tmp_path / "other")
    assert inside(str(root), str(root))
    assert inside(str(root), str(root / "out"))
    assert inside(str(root), str(tmp_path / "alias" / "x"))
    assert inside(str(tmp_path / "alias"), str(root / "x"))
    assert inside(str(root), str(root / "not" / "there"))
    assert not inside(str(root), str(root / "out" / "x"))
    assert not inside(str(root), str(tmp_path / "rootless"))


def test_below_is_about_whole_names() -> None:
    assert is_below("/a", "/a/b")
    assert is_below("/a", "/a")
    assert is_below("/", "/a")
    assert not is_below("/a", "/ab")


def test_paths_are_shown_as_seen_from_the_users_directory() -> None:
    assert shown("/p/a/b", "/p") == "a/b"
    assert shown("/p/a", "/p/b") == "../a"


ENTRIES = st.lists(PARTS, min_size=1, max_size=3).map("/".join) | st.text(max_size=3)


@given(
    st.lists(ENTRIES | st.sampled_from(["a\n.git", "a\n", "x" * 256, "", ".a", "é"]), max_size=4)
)
def test_many_entries_get_the_verdicts_of_each(paths: list[str]) -> None:
    def refused(check: Callable[[], None]) -> str:
        try:
            check()
        except UnsafePath as error:
            return error.message
        return ""

    each = next(filter(None, (refused(partial(check_entry, path)) for path in paths)), "")
    assert refused(partial(check_entries, paths)) == each
