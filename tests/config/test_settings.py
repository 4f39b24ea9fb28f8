"""What wins among the levels, and what the product reads from it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from assay.config import Config, load
from assay.errors import ConfigError

Configure = Callable[..., Config]


@pytest.fixture
def configure(tmp_path: Path) -> Configure:
    """Write levels given as texts, and load them."""
    files = {
        "system": tmp_path / "system" / "config",
        "user": tmp_path / "user" / "config",
        "project": tmp_path / "project" / ".dvc" / "config",
        "local": tmp_path / "project" / ".dvc" / "config.local",
    }

    def load_levels(*, inside: bool = True, checked: bool = True, **texts: str) -> Config:
        for name, text in texts.items():
            files[name].parent.mkdir(parents=True, exist_ok=True)
            files[name].write_text(text)
        environ = {
            "DVC_SYSTEM_CONFIG_DIR": str(tmp_path / "system"),
            "DVC_GLOBAL_CONFIG_DIR": str(tmp_path / "user"),
        }
        dvc_dir = str(tmp_path / "project" / ".dvc") if inside else None
        return load(dvc_dir, environ, checked=checked)

    return load_levels


def test_without_files_everything_has_its_default(configure: Configure) -> None:
    config = configure()
    assert config.value("core", "remote") is None
    assert not config.flag("core", "autostage")
    assert config.flag("core", "analytics", default=True)
    assert config.number("core", "checksum_jobs") is None
    assert config.link_kinds == ("reflink", "copy")
    assert config.cache_dir is None
    assert config.remotes == {}


def test_the_last_level_wins_option_by_option(configure: Configure) -> None:
    config = configure(
        system="[core]\nremote = s\nautostage = true\nchecksum_jobs = 3\n",
        user="[core]\nremote = u\nautostage = False\n",
        project="[core]\nremote = p\n",
        local="[Core]\nRemote = L\n",
    )
    assert config.get("core", "remote") == "L"
    assert not config.flag("core", "autostage")
    assert config.number("core", "checksum_jobs") == 3
    origins = [config.origin("core", name) for name in ("remote", "autostage", "checksum_jobs")]
    assert [level and level.name for level in origins] == ["local", "global", "system"]


def test_outside_a_project_only_the_user_is_asked(configure: Configure) -> None:
    config = configure(user="[core]\nremote = u\n", project="[core]\nremote = p\n", inside=False)
    assert config.get("core", "remote") == "u"


def test_the_places_of_the_users_files_follow_the_desktop_standard(tmp_path: Path) -> None:
    places = {
        "HOME": str(tmp_path / "home"),
        "XDG_CONFIG_DIRS": f"{tmp_path}/etc:{tmp_path}/other",
    }
    for environ, user in [
        (places, "home/.config/dvc/config"),
        ({**places, "XDG_CONFIG_HOME": f"{tmp_path}/settings"}, "settings/dvc/config"),
    ]:
        paths = [level.path for level in load(None, environ).levels]
        assert paths == [f"{tmp_path}/etc/dvc/config", f"{tmp_path}/{user}"]


@pytest.mark.parametrize("written", ["hardlink, copy", '"hardlink,copy"', "hardlink,copy"])
def test_link_kinds_may_be_a_list_or_a_text(configure: Configure, written: str) -> None:
    assert configure(project=f"[cache]\ntype = {written}\n").link_kinds == ("hardlink", "copy")


def test_paths_are_relative_to_their_file(configure: Configure, tmp_path: Path) -> None:
    config = configure(
        user="['remote \"u\"']\nurl = ../r\n",
        project="[cache]\ndir = ../../shared\n['remote \"p\"']\nurl = ../../r\n",
        local="['remote \"p\"']\nkeyfile = /abs/key\n['remote \"l\"']\nurl = s3://bucket/../x\n",
        checked=False,
    )
    assert config.cache_dir == str(tmp_path / "shared")
    assert config.remotes == {
        "u": {"url": str(tmp_path / "r")},
        "p": {"url": str(tmp_path / "r"), "keyfile": "/abs/key"},
        "l": {"url": "s3://bucket/../x"},
    }


def test_a_home_path_is_expanded(configure: Configure, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    assert configure(project="[cache]\ndir = ~/cache\n").cache_dir == "/home/ada/cache"


def test_a_remote_may_be_a_folder_of_another(configure: Configure) -> None:
    config = configure(
        project="""\
['remote "base"']
    url = s3://bucket/top/
    region = eu
    profile = p
['remote "part"']
    url = remote://Base/sub/x
    region = us
['remote "deep"']
    url = remote://part/y
['remote "same"']
    url = remote://base
"""
    )
    assert config.remote("part") == {
        "url": "s3://bucket/top/sub/x",
        "region": "us",
        "profile": "p",
    }
    assert config.remote("DEEP")["url"] == "s3://bucket/top/sub/x/y"
    assert config.remote("same")["url"] == "s3://bucket/top/"


def test_a_file_url_is_a_directory(configure: Configure) -> None:
    config = configure(project="['remote \"a\"']\nurl = file:///data/r\n")
    assert config.remote("a")["url"] == "/data/r"


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("remote://a/x", "config file error: remote 'a' refers to itself"),
        ("remote://nope/x", "config file error: remote 'nope' doesn't exist"),
    ],
)
def test_a_remote_that_leads_nowhere(configure: Configure, url: str, problem: str) -> None:
    config = configure(project=f"['remote \"a\"']\nurl = {url}\n")
    with pytest.raises(ConfigError) as caught:
        config.remote("a")
    assert caught.value.message == problem


def test_no_default_remote(configure: Configure, tmp_path: Path) -> None:
    start = f"config file error: no remote specified in {tmp_path}/project. "
    with pytest.raises(ConfigError) as caught:
        configure().default_remote("push")
    assert caught.value.message == (
        f"{start}Create a default remote with\n    dvc remote add -d <remote name> <remote url>"
    )
    with pytest.raises(ConfigError) as caught:
        configure(project="['remote \"a\"']\nurl = /r\n").default_remote("push")
    assert caught.value.message == (
        f"{start}Setup default remote with\n    dvc remote default <remote name>\nor use:\n"
        "    dvc push -r <remote name>"
    )


def test_a_default_remote(configure: Configure) -> None:
    assert configure(project="[core]\nremote = Store\n").default_remote("push") == "store"


@pytest.mark.parametrize("content", [b"[core]\nremote = \xff\n", b"[core\n"])
def test_a_broken_file_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "config.local").write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        load(str(tmp_path), {"HOME": str(tmp_path)})
    assert ".dvc/config.local" in caught.value.hint
    assert caught.value.exit_code == 251


def test_a_directory_in_place_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    with pytest.raises(ConfigError, match=r"cannot read '\.dvc/config': Is a directory"):
        load(str(tmp_path), {"HOME": str(tmp_path)})


def test_an_error_names_the_file_to_correct(configure: Configure) -> None:
    with pytest.raises(ConfigError) as caught:
        configure(project="[core]\nremote = x\n", local="[core]\nautostage = maybe\n")
    assert caught.value.message == (
        "config file error: expected true or false for dictionary value @ data['core']['autostage']"
    )
    assert ".dvc/config.local" in caught.value.hint


def test_an_unchecked_configuration_can_be_read(configure: Configure) -> None:
    assert configure(project="[core]\nfoo = x\n", checked=False).get("core", "foo") == "x"
