"""Much data that DVC has hashed is not hashed again; nothing else of its word is taken."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from support.project import Project

UP_TO_DATE = "Data and pipelines are up to date."
LARGE = 70 << 20


@pytest.fixture
def tracked(project: Project, real_dvc: str) -> Project:
    """A project with much data, which DVC has added."""
    write_much(project)
    project.dvc("add", "one", "data", by=real_dvc)
    return project


def write_much(project: Project) -> None:
    for name, size in (("one", LARGE), ("data/a", LARGE // 2), ("data/b/c", LARGE // 2)):
        with open(project.write(name, name), "ab") as file:
            file.truncate(size)


def change_unseen(file: Path) -> None:
    """Other bytes in a file, with the same stat: who does not read it does not notice."""
    before = file.stat()
    file.chmod(0o644)
    with open(file, "r+b") as opened:
        opened.write(b"other")
    file.chmod(before.st_mode)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def change_all_unseen(project: Project) -> None:
    for name in ("one", "data/a", "data/b/c"):
        change_unseen(project.path(name).resolve())


def database(project: Project) -> Path:
    (found,) = (project.home / "site-cache").glob("repo/*/hashes/local/cache.db")
    return found


@pytest.mark.parametrize("link", ["copy", "hardlink", "symlink"])
def test_what_dvc_has_hashed_is_not_read(project: Project, real_dvc: str, link: str) -> None:
    project.dvc("config", "cache.type", link)
    write_much(project)
    project.dvc("add", "one", "data", by=real_dvc)
    change_all_unseen(project)
    assert UP_TO_DATE in project.dvc("status").out
    assert "uncommitted" not in project.dvc("data", "status").out


def test_what_changed_since_is_read(tracked: Project) -> None:
    with open(tracked.path("data/a"), "r+b") as file:
        file.write(b"new")
    change_unseen(tracked.path("data/b/c"))
    shown = tracked.dvc("data", "status", "--granular").out
    assert "modified: data/a" in shown
    assert "modified: data/b/c" not in shown


def test_who_adds_again_need_not_read_what_the_cache_has(tracked: Project) -> None:
    recorded = [tracked.read(name) for name in ("one.dvc", "data.dvc")]
    change_all_unseen(tracked)
    tracked.dvc("add", "data")
    assert tracked.read("data.dvc") == recorded[1]


def test_the_configured_place_is_looked_in(project: Project, real_dvc: str) -> None:
    project.env.pop("DVC_SITE_CACHE_DIR")
    project.dvc("config", "core.site_cache_dir", str(project.home / "elsewhere"))
    with open(project.write("one", "1"), "ab") as file:
        file.truncate(LARGE)
    project.dvc("add", "one", by=real_dvc)
    change_unseen(project.path("one"))
    assert UP_TO_DATE in project.dvc("status").out


@pytest.mark.parametrize("place", ["file", "folder"])
def test_what_everybody_can_write_is_not_believed(tracked: Project, place: str) -> None:
    file = database(tracked)
    (file if place == "file" else file.parents[2]).chmod(0o777)
    change_all_unseen(tracked)
    assert "one" in tracked.dvc("status").out


@pytest.mark.parametrize("damage", ["noise", "a folder", "no table", "rows", "gone"])
def test_a_damaged_database_costs_a_look_at_the_data(tracked: Project, damage: str) -> None:
    file = database(tracked)
    if damage in ("noise", "a folder", "gone"):
        for one in file.parent.glob("cache.db*"):
            one.unlink()
    if damage == "noise":
        file.write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 40)
    elif damage == "a folder":
        file.mkdir()
    elif damage in ("no table", "rows"):
        with sqlite3.connect(file) as connection:
            if damage == "no table":
                connection.execute("DROP TABLE Cache")
            else:
                values = ["[]", "no JSON", '{"hash_info": {"md5": "../x"}}', b"\x80\x04K\x01.", 7]
                for number, value in enumerate(values):
                    connection.execute(
                        "UPDATE Cache SET value = ? WHERE rowid % ? = ?",
                        (value, len(values), number),
                    )
        connection.close()
    change_all_unseen(tracked)
    assert "one" in tracked.dvc("status").out
    assert "data" in tracked.dvc("data", "status").out
