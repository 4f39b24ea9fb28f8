"""`config`: what a user sees, and what is in the files after."""

from __future__ import annotations

import pytest

from support.project import Project


def read(project: Project, name: str = "config") -> str:
    return (project.root / ".dvc" / name).read_text()


def test_set_get_and_unset(project: Project) -> None:
    assert project.dvc("config", "Core.Autostage", "true").out == ""
    assert read(project) == "[core]\n    autostage = true\n"
    assert project.dvc("config", "core.autostage").out == "true\n"
    project.dvc("config", "--unset", "core.autostage")
    assert read(project) == ""
    assert project.dvc("config", "core.autostage").out == ""


def test_the_strongest_level_is_shown_with_its_file(project: Project) -> None:
    project.dvc("config", "--global", "core.remote", "mine")
    project.dvc("config", "--local", "cache.type", "hardlink,copy")
    user = project.home / "config" / "dvc" / "config"
    assert project.dvc("config", "--show-origin", "core.remote").out == f"{user}\tmine\n"
    assert project.dvc("config", "cache.type").out == "hardlink,copy\n"
    missing = project.dvc("config", "--project", "cache.type", code=251)
    assert "option 'type' doesn't exist in section 'cache'" in missing.err
    assert project.dvc("config", "-l", "--show-origin").lines == [
        f"{user}\tcore.remote=mine",
        ".dvc/config.local\tcache.type=hardlink,copy",
    ]
    assert project.dvc("config", "-l", "--local").lines == ["cache.type=hardlink,copy"]


def test_a_list_is_shown_as_python_shows_it(project: Project) -> None:
    project.write(".dvc/config", "[cache]\ntype = hardlink, copy\n")
    assert project.dvc("config", "cache.type").out == "['hardlink', 'copy']\n"


def test_options_of_remotes_come_first_in_lists(project: Project) -> None:
    project.dvc("config", "core.remote", "store")
    project.dvc("config", "remote.Store.URL", "../r")
    assert read(project).endswith("['remote \"store\"']\n    url = ../../r\n")
    url = project.root.parent / "r"
    assert project.dvc("config", "-l").lines == [f"remote.store.url={url}", "core.remote=store"]


def test_a_path_is_given_from_where_the_user_is(project: Project) -> None:
    (project.root / "sub").mkdir()
    project.dvc("config", "cache.dir", "store", cwd="sub")
    assert read(project) == "[cache]\n    dir = ../sub/store\n"
    shown = project.dvc("config", "cache.dir", cwd="sub").out
    assert shown == f"{project.root}/sub/store\n"


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("core.autostage", "maybe", "expected true or false for dictionary value @ data['core']"),
        ("core.foo", "1", "extra keys not allowed @ data['core']['foo']"),
        ("foo.bar", "1", "extra keys not allowed @ data['foo']"),
        ("remote.a.jobs", "1", "expected 'url' for dictionary value @ data['remote']['a']"),
    ],
)
def test_a_wrong_option_is_refused(project: Project, name: str, value: str, problem: str) -> None:
    assert f"config file error: {problem}" in project.dvc("config", name, value, code=251).err
    assert read(project) == ""


@pytest.mark.parametrize(
    ("arguments", "code", "problem"),
    [
        ([], 1, "name argument is required"),
        (["-u"], 1, "name argument is required"),
        (["-l", "core.remote"], 1, "-l/--list can't be used together with any of these options"),
        (["--show-origin", "core.remote", "x"], 1, "--show-origin can't be used together"),
        (["core"], 254, "name argument should look like remote.name.option or db.name.option"),
        (["core.a.b"], 254, "name argument should look like"),
        (["remote.a.b.c"], 254, "name argument should look like"),
        (["--global", "--local", "-l"], 254, "not allowed with argument --global"),
        (["-u", "core.remote"], 251, "option 'remote' doesn't exist in section 'core'"),
        (["-u", "remote.a.url"], 251, "remote 'a' doesn't exist"),
        (["--project", "nope.x"], 251, "section 'nope' doesn't exist"),
    ],
)
def test_misuse(project: Project, arguments: list[str], code: int, problem: str) -> None:
    assert problem in project.dvc("config", *arguments, code=code).err


def test_unsetting_a_remote_removes_it_whole(project: Project) -> None:
    project.dvc("remote", "add", "-q", "-d", "store", "/mnt/store")
    project.dvc("config", "-u", "remote.store")
    assert read(project) == ""
    again = project.dvc("config", "-u", "remote.store", code=251)
    assert "option 'store' doesn't exist in section 'remote'" in again.err


def test_a_broken_configuration_can_be_listed_and_repaired(project: Project) -> None:
    project.write(".dvc/config", "[core]\nfoo = 1\nautostage = maybe\n")
    assert project.dvc("config", "-l").lines == ["core.foo=1", "core.autostage=maybe"]
    project.dvc("config", "-u", "core.foo")
    project.dvc("config", "core.autostage", "true")
    assert read(project) == "[core]\n    autostage = true\n"


def test_outside_of_a_project(empty_folder: Project) -> None:
    empty_folder.dvc("config", "--global", "core.remote", "mine")
    assert empty_folder.dvc("config", "core.remote").out == "mine\n"
    for arguments in (["core.remote", "x"], ["--local", "-l"], ["-u", "core.remote"]):
        refused = empty_folder.dvc("config", *arguments, code=251)
        assert "Not inside a DVC repo" in refused.err
