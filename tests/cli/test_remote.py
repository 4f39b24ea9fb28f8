"""`remote`: what a user sees, and what is in the files after."""

from __future__ import annotations

import pytest

from support.project import Project


def read(project: Project, name: str = "config") -> str:
    return (project.root / ".dvc" / name).read_text()


def test_adding_and_listing(project: Project) -> None:
    (project.root / "sub").mkdir()
    assert project.dvc("remote", "add", "one", "../r1").out == ""
    added = project.dvc("remote", "add", "-d", "Two", "s3://bucket/dir")
    assert added.out == "Setting 'two' as a default remote.\n"
    project.dvc("remote", "add", "--local", "a-long-name", "~/r3")
    project.dvc("remote", "add", "four", "../../r4", cwd="sub")
    assert read(project) == (
        "[core]\n    remote = two\n"
        "['remote \"one\"']\n    url = ../../r1\n"
        "['remote \"two\"']\n    url = s3://bucket/dir\n"
        "['remote \"four\"']\n    url = ../../r4\n"
    )
    assert read(project, "config.local") == "['remote \"a-long-name\"']\n    url = ~/r3\n"
    above = project.root.parent
    assert project.dvc("remote", "list").lines == [
        f"one     {above}/r1",
        "two     s3://bucket/dir (default)",
        f"four    {above}/r4",
        f"a-long-name     {project.home}/r3",
    ]
    assert project.dvc("remote", "list", "--local").lines == [f"a-long-name     {project.home}/r3"]


def test_a_taken_name_needs_force(project: Project) -> None:
    project.dvc("remote", "add", "a", "s3://x")
    project.dvc("remote", "modify", "a", "region", "eu")
    refused = project.dvc("remote", "add", "A", "/y", code=251)
    assert (
        "config file error: remote 'a' already exists. Use `-f|--force` to overwrite it."
        in refused.err
    )
    project.dvc("remote", "add", "-f", "a", "/y")
    assert read(project) == "['remote \"a\"']\n    url = /y\n"


def test_modifying(project: Project) -> None:
    project.dvc("remote", "add", "a", "s3://x")
    project.dvc("remote", "modify", "a", "Region", "eu")
    project.dvc("remote", "modify", "--local", "a", "access_key_id", "abc")
    assert read(project) == "['remote \"a\"']\n    url = s3://x\n    region = eu\n"
    assert read(project, "config.local") == "['remote \"a\"']\n    access_key_id = abc\n"
    project.dvc("remote", "modify", "a", "region", "--unset")
    project.dvc("remote", "modify", "a", "region", "--unset")
    project.dvc("remote", "modify", "a", "url", "s3://y")
    assert read(project) == "['remote \"a\"']\n    url = s3://y\n"


def test_the_default(project: Project) -> None:
    project.dvc("remote", "add", "a", "/x")
    assert project.dvc("remote", "default", code=1).out == "No default remote set\n"
    project.dvc("remote", "default", "--local", "A")
    assert project.dvc("remote", "default").out == "a\n"
    assert project.dvc("remote", "default", "--project", code=1).out == "No default remote set\n"
    project.dvc("remote", "default", "--local", "-u")
    project.dvc("remote", "default", "--local", "-u")
    assert read(project, "config.local") == ""


def test_renaming_and_removing(project: Project) -> None:
    project.dvc("remote", "add", "-d", "a", "/x")
    project.dvc("remote", "add", "b", "/y")
    project.dvc("remote", "rename", "a", "C")
    assert project.dvc("remote", "default").out == "c\n"
    project.dvc("remote", "remove", "c")
    assert read(project) == "['remote \"b\"']\n    url = /y\n"


def test_removing_what_a_stronger_file_refers_to_warns(project: Project) -> None:
    """An IDE removes a remote from the project's file, then from the local one."""
    project.dvc("remote", "add", "a", "s3://x")
    project.dvc("remote", "modify", "--local", "a", "region", "eu")
    removed = project.dvc("remote", "remove", "--project", "a")
    assert "WARNING: " in removed.err
    assert "expected 'url' for dictionary value @ data['remote']['a']" in removed.err
    assert project.dvc("remote", "list").out == ""
    assert project.dvc("remote", "remove", "--local", "a").err == ""


@pytest.mark.parametrize(
    ("arguments", "code", "problem"),
    [
        (["remove", "nope"], 251, "remote 'nope' doesn't exist."),
        (["rename", "nope", "b"], 251, "remote 'nope' doesn't exist."),
        (["rename", "a", "A"], 251, "Rename failed. Remote name 'a' already exists."),
        (["modify", "nope", "url", "x"], 251, "remote 'nope' doesn't exist."),
        (["modify", "--global", "a", "jobs", "3"], 251, "remote 'a' doesn't exist."),
        (["modify", "a", "nope", "x"], 251, "extra keys not allowed @ data['remote']['a']['nope']"),
        (["modify", "a", "jobs", "x"], 251, "expected int for dictionary value"),
        (["modify", "a", "url", "--unset"], 251, "expected 'url' for dictionary value"),
        (["modify", "a", "jobs"], 254, "the following arguments are required: value"),
        (["modify", "a"], 254, "the following arguments are required: option"),
        (["default", "nope"], 251, "default remote must be present in remote list."),
        (["add", "h", "foo://"], 251, "Unsupported URL type foo:// for dictionary value"),
        (["add", "", "/x"], 254, "a remote needs a name"),
        (["add", "h"], 254, "the following arguments are required: url"),
    ],
)
def test_mistakes_change_nothing(
    project: Project, arguments: list[str], code: int, problem: str
) -> None:
    before = "['remote \"a\"']\n    url = s3://x\n"
    project.write(".dvc/config", before)
    assert problem in project.dvc("remote", *arguments, code=code).err
    assert read(project) == before


def test_outside_of_a_project(empty_folder: Project) -> None:
    empty_folder.dvc("remote", "add", "--global", "-d", "a", "/x")
    assert empty_folder.dvc("remote", "list").lines == ["a       /x      (default)"]
    empty_folder.dvc("remote", "remove", "--global", "a")
    assert "Not inside a DVC repo" in empty_folder.dvc("remote", "add", "a", "/x", code=251).err


def test_the_real_dvc_reads_what_we_write(project: Project, real_dvc: str) -> None:
    project.dvc("remote", "add", "-d", "one", "../it's, here # there")
    project.dvc("config", "cache.type", "hardlink,copy")
    theirs = project.dvc("remote", "list", by=real_dvc).lines
    assert theirs == project.dvc("remote", "list").lines
    project.dvc("remote", "modify", "one", "jobs", "3", by=real_dvc)
    assert project.dvc("config", "remote.one.jobs").out == "3\n"
