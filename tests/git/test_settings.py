from __future__ import annotations

import pytest

from assay.git.process import run
from assay.git.settings import read_settings
from support.project import Project

IDENTITY = [f"GIT_{role}_{part}" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")]


@pytest.fixture
def unnamed(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project whose user has not said who he is."""
    for name in IDENTITY:
        monkeypatch.delenv(name)
    return project


def test_values_by_the_name_that_git_gives_them(project: Project) -> None:
    project.git("config", "Assay.Queue.Max-Attempts", "7")
    project.git("config", "core.fileMode", "false")
    project.git("config", "--add", "assay.x", "first\nsecond = line")
    project.git("config", "--add", "assay.x", "last")
    settings = read_settings(str(project.root))
    assert settings.values["assay.Queue.max-attempts"] == "7"
    assert settings.values["assay.x"] == "last"
    assert not settings.flag("core.fileMode", default=True)
    assert settings.flag("core.nothing", default=True)


def test_a_key_without_a_value_is_on(project: Project) -> None:
    with project.path(".git/config").open("a") as file:
        file.write("[assay]\n\tswitch\n")
    assert read_settings(str(project.root)).flag("assay.switch", default=False)


def test_people_are_written_as_git_commit_does(
    unnamed: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    unnamed.git("config", "user.name", " .Grace <Hopper>; ")
    unnamed.git("config", "user.email", "g@h")
    monkeypatch.setenv("GIT_COMMITTER_NAME", "Robot Jürgen")
    settings = read_settings(str(unnamed.root))
    run(["commit", "-q", "--allow-empty", "-m", "x"], cwd=str(unnamed.root))
    people = unnamed.git("log", "-1", "--format=%an <%ae>%n%cn <%ce>").split("\n")
    assert [settings.author, settings.committer] == people
    assert people == ["Grace Hopper <g@h>", "Robot Jürgen <g@h>"]


@pytest.mark.parametrize(
    "given",
    [
        {"user.useConfigOnly": "true"},
        {"user.useConfigOnly": "true", "user.name": "Grace"},
        {"user.name": " ", "user.email": "g@h"},
        {"user.name": "Grace", "user.email": "g@(none)"},
    ],
)
def test_nobody_is_named_where_git_commit_might_refuse(
    unnamed: Project, given: dict[str, str]
) -> None:
    for name, value in given.items():
        unnamed.git("config", name, value)
    settings = read_settings(str(unnamed.root))
    assert (settings.author, settings.committer) == ("", "")


def test_the_last_line_is_gits_own(project: Project) -> None:
    """A value of several lines cannot pass for what Git says of the user."""
    project.git("config", "assay.x", "a\nGIT_AUTHOR_IDENT=Eve <e@x> 1 +0000")
    assert read_settings(str(project.root)).author == "Ada <ada@example.com>"
