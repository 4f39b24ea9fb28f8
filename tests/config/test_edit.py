"""Editing configuration files: what is written, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from assay.config import load
from assay.config.edit import Editor
from assay.config.levels import relative_to_file
from assay.errors import ConfigError


class Files:
    """A project's `.dvc` and the user's settings in temporary folders."""

    def __init__(self, folder: Path) -> None:
        self.dvc_dir = folder / ".dvc"
        self.user = folder / "user"
        self.dvc_dir.mkdir()

    def editor(self, *, inside: bool = True) -> Editor:
        environ = {"DVC_GLOBAL_CONFIG_DIR": str(self.user), "XDG_CONFIG_DIRS": str(self.user)}
        return Editor(load(str(self.dvc_dir) if inside else None, environ, checked=False))

    def project(self, text: str | None = None) -> str:
        return self._text(self.dvc_dir / "config", text)

    def local(self, text: str | None = None) -> str:
        return self._text(self.dvc_dir / "config.local", text)

    def _text(self, path: Path, text: str | None) -> str:
        if text is not None:
            path.write_text(text)
        return path.read_text()


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def test_the_file_is_written_as_dvc_writes_it(files: Files) -> None:
    files.project("# why\n['remote \"a\"']\nurl=../r\n[core]\nno_scm = True\n[exp]\n")
    editor = files.editor()
    editor.set("project", "cache", option="type", value="hardlink,copy")
    assert editor.save() == []
    assert files.project() == (
        "[core]\n    no_scm = True\n"
        '[cache]\n    type = "hardlink,copy"\n'
        "['remote \"a\"']\n    url = ../r\n"
    )


def test_nothing_is_on_disk_before_save(files: Files) -> None:
    editor = files.editor()
    editor.set("local", "core", option="remote", value="a")
    assert editor.config.get("core", "remote") == "a"
    assert not (files.dvc_dir / "config.local").exists()


def test_the_users_folder_is_made(files: Files) -> None:
    editor = files.editor(inside=False)
    editor.set("global", "core", option="remote", value="a")
    editor.save()
    assert (files.user / "config").read_text() == "[core]\n    remote = a\n"


def test_a_project_level_outside_of_a_project(files: Files) -> None:
    with pytest.raises(ConfigError, match="config file error: Not inside a DVC repo"):
        files.editor(inside=False).set("local", "core", option="remote", value="a")


def test_unsetting_the_last_option_drops_the_section(files: Files) -> None:
    files.project("[core]\nremote = a\n[exp]\nauto_push = true\n")
    editor = files.editor()
    editor.unset("project", "core", option="remote")
    editor.save()
    assert files.project() == "[exp]\n    auto_push = true\n"


@pytest.mark.parametrize(
    ("section", "problem"),
    [
        ("core", "option 'x' doesn't exist in section 'core'"),
        ("cache", "option 'x' doesn't exist in section 'cache'"),
        ("nope", "section 'nope' doesn't exist"),
        ('remote "a"', "option 'x' doesn't exist in remote 'a'"),
        ('remote "b"', "remote 'b' doesn't exist"),
    ],
)
def test_unsetting_what_is_not_set(files: Files, section: str, problem: str) -> None:
    files.project("['remote \"a\"']\nurl = /x\n")
    with pytest.raises(ConfigError) as caught:
        files.editor().unset("project", section, option="x")
    assert caught.value.message == f"config file error: {problem}"


def test_putting_a_section_forgets_its_other_options(files: Files) -> None:
    files.project("['remote \"a\"']\nurl = s3://x\nregion = eu\n['remote \"b\"']\nurl = /x\n")
    editor = files.editor()
    editor.put("project", 'remote "a"', {"url": "/y"})
    editor.save()
    assert files.project() == ("['remote \"a\"']\n    url = /y\n['remote \"b\"']\n    url = /x\n")


def test_a_wrong_value_is_refused_and_nothing_written(files: Files) -> None:
    files.project("[core]\nremote = a\n")
    editor = files.editor()
    editor.set("project", "core", option="autostage", value="maybe")
    with pytest.raises(ConfigError, match="expected true or false"):
        editor.save()
    assert files.project() == "[core]\nremote = a\n"


def test_faults_can_be_corrected_one_at_a_time(files: Files) -> None:
    files.project("[core]\nautostage = maybe\nfoo = 1\n")
    editor = files.editor()
    editor.unset("project", "core", option="foo")
    assert editor.save() == []
    assert files.project() == "[core]\n    autostage = maybe\n"


def test_a_level_may_lean_on_those_below(files: Files) -> None:
    files.project("['remote \"a\"']\nurl = s3://x\n")
    editor = files.editor()
    editor.set("local", 'remote "a"', option="region", value="eu")
    assert editor.save() == []


def test_a_level_may_not_lean_on_those_above(files: Files) -> None:
    files.local("['remote \"a\"']\nurl = s3://x\n")
    editor = files.editor()
    editor.set("project", 'remote "a"', option="region", value="eu")
    with pytest.raises(ConfigError, match=r"expected 'url' .* data\['remote'\]\['a'\]"):
        editor.save()


def test_what_a_removal_breaks_above_is_reported(files: Files) -> None:
    files.project("['remote \"a\"']\nurl = s3://x\n")
    files.local("['remote \"a\"']\nregion = eu\n")
    editor = files.editor()
    editor.remove_remote("project", "A")
    assert editor.save() == ["expected 'url' for dictionary value @ data['remote']['a']"]
    assert files.project() == ""


def test_removing_a_remote_clears_its_use_as_default(files: Files) -> None:
    files.project("[core]\nremote = a\n['remote \"a\"']\nurl = /x\n")
    files.local("[core]\nremote = A\nautostage = true\n")
    editor = files.editor()
    editor.remove_remote("project", "a")
    editor.save()
    assert files.project() == ""
    assert files.local() == "[core]\n    autostage = true\n"


def test_a_default_below_the_level_is_left(files: Files) -> None:
    files.project("[core]\nremote = a\n['remote \"a\"']\nurl = /x\n")
    files.local("['remote \"a\"']\nurl = /y\n")
    editor = files.editor()
    editor.remove_remote("local", "a")
    editor.save()
    assert editor.config.get("core", "remote") == "a"


def test_renaming_a_remote(files: Files) -> None:
    files.project("[core]\nremote = a\n['remote \"a\"']\nurl = /x\n['remote \"b\"']\nurl = /y\n")
    files.local("[core]\nremote = a\n")
    editor = files.editor()
    editor.rename_remote("project", "A", new="C")
    editor.save()
    assert files.project() == (
        "[core]\n    remote = c\n['remote \"b\"']\n    url = /y\n['remote \"c\"']\n    url = /x\n"
    )
    assert files.local() == "[core]\n    remote = c\n"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("nope", "c", "remote 'nope' doesn't exist."),
        ("a", "B", "Rename failed. Remote name 'b' already exists."),
    ],
)
def test_a_renaming_that_fails(files: Files, old: str, new: str, problem: str) -> None:
    files.project("['remote \"a\"']\nurl = /x\n['remote \"b\"']\nurl = /y\n")
    with pytest.raises(ConfigError) as caught:
        files.editor().rename_remote("project", old, new=new)
    assert caught.value.message == f"config file error: {problem}"


def test_a_value_that_no_file_can_hold_is_refused(files: Files) -> None:
    editor = files.editor()
    editor.set("project", "core", option="site_cache_dir", value="\"\"\" '''")
    with pytest.raises(ConfigError, match="cannot be safely quoted"):
        editor.save()


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("../r", "../r"),
        ("../../r", "../../r"),
        ("r", "../sub/r"),
        (".", "../sub"),
        ("/abs//r/", "/abs//r/"),
        ("~/r", "~/r"),
        ("s3://b/../r", "s3://b/../r"),
    ],
)
def test_a_path_from_the_command_line(given: str, written: str) -> None:
    file = "/project/.dvc/config"
    assert relative_to_file(given, cwd="/project/sub", file=file) == written
