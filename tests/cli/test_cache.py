"""`cache dir`: where the cache is, and moving it."""

from __future__ import annotations

from support.project import Project


def test_the_directory_of_the_cache(project: Project) -> None:
    (project.root / "sub").mkdir()
    above = project.root.parent
    assert project.dvc("cache", "dir", cwd="sub").out == f"{project.root}/.dvc/cache\n"
    project.dvc("cache", "dir", "../../shared", cwd="sub")
    assert (project.root / ".dvc/config").read_text() == "[cache]\n    dir = ../../shared\n"
    assert project.dvc("cache", "dir").out == f"{above}/shared\n"
    project.dvc("cache", "dir", "--local", "/abs")
    assert project.dvc("cache", "dir").out == "/abs\n"
    assert project.dvc("cache", "dir", "--project").out == f"{above}/shared\n"
    project.dvc("cache", "dir", "--local", "-u")
    assert project.dvc("cache", "dir").out == f"{above}/shared\n"


def test_a_level_that_says_nothing(project: Project) -> None:
    for arguments in (["--local"], ["-u"], ["--global"]):
        missing = project.dvc("cache", "dir", *arguments, code=251)
        assert "config file error: option 'dir' doesn't exist in section 'cache'" in missing.err


def test_outside_of_a_project(empty_folder: Project) -> None:
    empty_folder.dvc("cache", "dir", code=253)
    empty_folder.dvc("cache", "dir", "--global", "/shared")
    assert empty_folder.dvc("cache", "dir").out == "/shared\n"
    assert "Not inside a DVC repo" in empty_folder.dvc("cache", "dir", "/x", code=251).err
