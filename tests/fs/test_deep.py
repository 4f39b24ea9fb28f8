"""Folders deeper than Python's own functions go, which recurse or keep each of them open."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from assay.fs.folders import make_folders, walk
from assay.fs.ignore import IgnoreRules
from assay.fs.link import unprotect
from assay.fs.remove import remove
from assay.fs.walk import linked_files, walk_files

DEPTH = 1500


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[str]:
    """A folder with a file and a link at its bottom."""
    top = str(tmp_path / "top")
    bottom = top + "/n" * DEPTH
    make_folders(bottom)
    Path(bottom, "leaf").write_text("x")
    os.symlink("leaf", f"{bottom}/link")
    yield top
    remove(top)  # pytest's own clean-up goes down by recursion, too


def test_every_folder_is_passed(deep: str) -> None:
    assert sum(1 for _ in walk(deep)) == DEPTH + 1
    rules = IgnoreRules(os.path.dirname(deep))
    assert [file.path for file in walk_files(deep, rules)] == [
        "n/" * DEPTH + n for n in ("leaf", "link")
    ]
    assert linked_files(deep, rules) == [deep + "/n" * DEPTH + "/link"]


def test_what_ignores_the_bottom_is_found(deep: str) -> None:
    Path(deep).parent.joinpath(".dvcignore").write_text("leaf\n")
    rules = IgnoreRules(os.path.dirname(deep))
    assert rules.matches(deep + "/n" * DEPTH + "/leaf", is_dir=False)
    assert not rules.matches(deep + "/n" * DEPTH, is_dir=True)


def test_files_become_the_users_own(deep: str) -> None:
    unprotect(deep)
    assert not os.path.islink(deep + "/n" * DEPTH + "/link")


def test_all_of_it_is_removed(deep: str) -> None:
    assert remove(deep)
    assert not os.path.lexists(deep)


def test_few_files_may_be_open(tmp_path: Path) -> None:
    make_folders(str(tmp_path / "top") + "/n" * 100)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
    try:
        remove(str(tmp_path / "top"))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert not (tmp_path / "top").exists()
