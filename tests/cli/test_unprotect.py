"""`unprotect`: links become files that may be edited."""

from __future__ import annotations

import os
import stat

import pytest

from support.project import Project


def kind(project: Project, name: str) -> tuple[str, int, str]:
    """Link or file, number of names, permissions."""
    status = project.path(name).lstat()
    link = "link" if stat.S_ISLNK(status.st_mode) else "file"
    return link, status.st_nlink, stat.filemode(status.st_mode)[1:]


def linked(project: Project, how: str) -> Project:
    project.write_all({"f": "f\n", "d/1": "1\n", "d/sub/2": "2\n"})
    project.dvc("config", "cache.type", how)
    project.dvc("add", "-q", "f", "d")
    return project


@pytest.mark.parametrize("how", ["symlink", "hardlink"])
def test_links_become_files_of_their_own(project: Project, how: str) -> None:
    linked(project, how)
    assert kind(project, "f") != ("file", 1, "rw-r--r--")
    assert project.dvc("unprotect", "f", "d/sub").out == ""
    assert kind(project, "f") == kind(project, "d/sub/2") == ("file", 1, "rw-r--r--")
    assert kind(project, "d/1") != ("file", 1, "rw-r--r--")
    project.write("f", "edited\n")
    project.dvc("unprotect", "d")
    project.write("d/1", "edited\n")
    assert project.dvc("checkout", "-f", "-q").code == 0
    assert (project.read("f"), project.read("d/1")) == ("f\n", "1\n")


def test_from_another_directory(project: Project) -> None:
    linked(project, "symlink").dvc("unprotect", "../f", cwd="d")
    assert kind(project, "f")[0] == "file"


def test_a_program_stays_executable(project: Project) -> None:
    project.write("run", "#!/bin/sh\n").chmod(0o755)
    project.dvc("add", "-q", "run")
    project.dvc("unprotect", "run")
    assert os.access(project.path("run"), os.X_OK)


def test_what_is_not_there(project: Project) -> None:
    linked(project, "symlink")
    project.path("broken").symlink_to("/nowhere")
    for name in ("nope", "broken"):
        refused = project.dvc("unprotect", name, "f", code=255).err
        assert refused.startswith(
            f"ERROR: unexpected error - can't unprotect non-existing data '{name}'\n"
        )
    assert kind(project, "f")[0] == "link"


def test_the_cache_and_git_stay_protected(project: Project) -> None:
    linked(project, "hardlink").dvc("unprotect", ".")
    assert kind(project, "f") == ("file", 1, "rw-r--r--")
    objects = [path for path in project.path(".dvc/cache").rglob("*") if path.is_file()]
    assert objects and {stat.S_IMODE(path.stat().st_mode) for path in objects} == {0o444}
    blobs = [path for path in project.path(".git/objects").rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in blobs} == {0o444}
