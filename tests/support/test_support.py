"""The test bench tested: a stray write must fail, and commands must see nothing of this machine."""

from __future__ import annotations

import os
import sys

import pytest

from support.project import Project
from support.terminal import on_terminal


def test_writing_to_the_home_directory_fails_at_once() -> None:
    with pytest.raises(NotADirectoryError):
        os.makedirs(os.path.expanduser("~/.config/dvc"))


def test_a_command_sees_nothing_of_the_developer(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DVC_EXP_NAME", "from-outside")
    seen = project.shell("env").out
    assert "from-outside" not in seen
    assert f"HOME={project.home}" in seen.splitlines()


def test_a_command_has_no_terminal(project: Project) -> None:
    project.shell("test -t 0 || test -t 1 || test -t 2", code=1)
    assert project.shell(": < /dev/tty", code=None).code != 0


def test_an_unexpected_exit_code_shows_what_was_said(project: Project) -> None:
    with pytest.raises(AssertionError, match=r"(?s)exit code 3, expected 0.*the reason"):
        project.shell("echo the reason >&2; exit 3")


def test_a_command_that_is_killed_says_so(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("support.project.PATIENCE_S", 0.2)
    result = project.shell("sleep 60", code=None)
    assert (result.code, "killed after" in result.err) == (-9, True)


def test_stages_find_our_commands_and_this_python(project: Project) -> None:
    version = project.shell("python -c 'import sys; print(sys.version)'").out.strip()
    assert version == sys.version
    assert project.shell("command -v dvc assay").code == 0


def test_a_project_is_a_clean_commit(project: Project) -> None:
    assert project.git("status", "--porcelain") == ""
    assert project.listing() == [".dvc/.gitignore", ".dvc/config", ".dvcignore"]
    project.write("a/b.txt", "x\n")
    assert project.commit("more") == project.head != project.git("rev-parse", "HEAD~1")


def test_a_terminal_is_a_terminal(project: Project) -> None:
    seen = on_terminal(
        project, "sh", "-c", "test -t 1 && read answer && echo got $answer", typed="y\n"
    )
    assert seen == (0, "got y\n", "")
