from __future__ import annotations

import os
import tempfile

import pytest

from support.project import Project


def links(project: Project) -> str:
    """What `version` says of the kinds of links."""
    lines = project.dvc("version").out.splitlines()
    return next(line for line in lines if line.startswith("Cache types: "))


def test_links_that_work_are_told_whatever_is_configured(project: Project) -> None:
    project.write("data", "x")
    project.dvc("add", "data")
    project.dvc("config", "cache.type", "copy")
    before = project.listing(".dvc")
    assert links(project).endswith("hardlink, symlink")
    assert project.listing(".dvc") == before


def test_without_a_cache_nothing_can_be_tried(project: Project) -> None:
    assert links(project) == "Cache types: unknown, there is no cache yet"


def test_a_cache_on_another_disk_has_no_hard_links(project: Project) -> None:
    elsewhere = "/dev/shm"
    if not os.path.isdir(elsewhere) or os.stat(elsewhere).st_dev == project.root.stat().st_dev:
        pytest.skip("there is no other disk")
    with tempfile.TemporaryDirectory(dir=elsewhere) as cache:
        project.dvc("cache", "dir", cache)
        assert links(project) == "Cache types: symlink"
