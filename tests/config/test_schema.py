"""Which options exist and what they may hold: the texts are DVC's, and checked against it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from assay.config.levels import Level
from assay.config.schema import PLAIN, REMOTES, Table, problems
from assay.formats.configobj import dump, parse
from support.environment import private_places

WRONG = {
    "[foo]\nx = 1": "extra keys not allowed @ data['foo']",
    "['foo \"a\"']\nx = 1": "extra keys not allowed @ data['foo \"a\"']",
    "[core]\nfoo = 1": "extra keys not allowed @ data['core']['foo']",
    "[core]\nautostage = maybe": (
        "expected true or false for dictionary value @ data['core']['autostage']"
    ),
    "[core]\nchecksum_jobs = x": (
        "expected int for dictionary value @ data['core']['checksum_jobs']"
    ),
    "[core]\nchecksum_jobs = 0": (
        "value must be at least 1 for dictionary value @ data['core']['checksum_jobs']"
    ),
    "[core]\nsite_cache_dir = a, b": (
        "expected str for dictionary value @ data['core']['site_cache_dir']"
    ),
    "[cache]\ntype = foo, copy": (
        "Unsupported cache type(s): foo for dictionary value @ data['cache']['type']"
    ),
    '[cache]\ntype = ""': (
        "Unsupported cache type(s):  for dictionary value @ data['cache']['type']"
    ),
    "[cache]\nshared = x": "expected one of group for dictionary value @ data['cache']['shared']",
    "[parsing]\nlist = x": (
        "expected one of nargs, append for dictionary value @ data['parsing']['list']"
    ),
    "[hydra]\nconfig_dir = a\nconfig_module = b": (
        "two or more values in the same group of exclusion 'config_source' "
        "@ data['hydra'][<config_source>]"
    ),
    "[state]\nrow_cleanup_quota = 101": (
        "value must be at most 100 for dictionary value @ data['state']['row_cleanup_quota']"
    ),
    "[exp]\nauto_push = z": (
        "expected true or false for dictionary value @ data['exp']['auto_push']"
    ),
    "['remote \"a\"']\njobs = 2": "expected 'url' for dictionary value @ data['remote']['a']",
    "['remote \"a\"']\nurl = foo://x": (
        "Unsupported URL type foo:// for dictionary value @ data['remote']['a']"
    ),
    "['remote \"a\"']\nurl = s3://x\nfoo = 1": (
        "extra keys not allowed @ data['remote']['a']['foo']"
    ),
    "['remote \"a\"']\nurl = /x\njobs = x\nfoo = 1": (
        "expected int for dictionary value @ data['remote']['a']['jobs']"
    ),
    "['remote \"a\"']\nurl = http://x\nread_timeout = x": (
        "expected float for dictionary value @ data['remote']['a']['read_timeout']"
    ),
    "['remote \"a\"']\nurl = http://x\nauth = x": (
        "expected one of basic, digest, custom for dictionary value @ data['remote']['a']['auth']"
    ),
    "['db \"a\"']\nurl = x\nfoo = 1": "extra keys not allowed @ data['db']['a']['foo']",
    "['machine \"a\"']\nspot_price = x": (
        "expected float for dictionary value @ data['machine']['a']['spot_price']"
    ),
}

RIGHT = [
    "[core]\nautostage = True\nno_scm = FALSE\nchecksum_jobs = ' 3 '\nremote = any",
    '[cache]\ntype = "copy, hardlink"\nshared = Group\ns3 = old',
    "['remote \"a\"']\nurl = ../x\ntype = symlink\nshared = group",
    "['remote \"a\"']\nurl = remote://b/x\nanything = goes",
    "['remote \"a\"']\nurl = S3://x\nssl_verify = /etc/ca.pem\nread_timeout = 5",
    "['remote \"a\"']\nurl = https://x\nauth = Basic\nconnect_timeout = 1.5",
    "['remote \"a\"']\nurl = file:///x",
    "[feature]\nanything = goes",
    "[exp]\ncode = src\nauto_push = true",
]


@pytest.mark.parametrize(("text", "problem"), WRONG.items())
def test_what_is_wrong(text: str, problem: str) -> None:
    assert next(problems(parse(text, "config"))).text == problem


@pytest.mark.parametrize("text", RIGHT)
def test_what_is_right(text: str) -> None:
    assert list(problems(parse(text, "config"))) == []


def test_all_problems_are_found_in_order() -> None:
    sections = parse("[core]\nautostage = x\nfoo = 1\n[bar]\nx = 1\n", "config")
    assert [(found.section, found.option) for found in problems(sections)] == [
        ("core", "autostage"),
        ("core", "foo"),
        ("bar", ""),
    ]


def test_every_scheme_has_the_common_options() -> None:
    for scheme, table in REMOTES.items():
        assert {"url", "jobs", "worktree"} <= table.keys(), scheme


def test_dvc_says_the_same(real_python: str, tmp_path: Path) -> None:
    cases = {**WRONG, **dict.fromkeys(RIGHT, "")}
    verdicts = dvc_verdicts(real_python, tmp_path, list(cases))
    assert dict(zip(cases, verdicts, strict=True)) == cases


def test_dvc_knows_the_same_options(real_python: str, tmp_path: Path) -> None:
    """One file with every option of every section, so that one run can object to all."""
    sections = {section: acceptable(table) for section, table in PLAIN.items()}
    del sections["hydra"]["config_module"]
    for number, (scheme, table) in enumerate(REMOTES.items()):
        url = {"": "/x", "file": "file:///x"}.get(scheme, f"{scheme}://x")
        sections[f'remote "r{number}"'] = {**acceptable(table), "url": url}
    assert dvc_verdicts(real_python, tmp_path, [dump(sections)]) == [""]


def acceptable(table: Table) -> dict[str, str | list[str]]:
    """A value that is right for each option, but for those that no value is right for."""
    words = ("1", "true", "copy", "group", "basic", "nargs", "store_true")
    return {
        option: next(word for word in words if not check(word))
        for option, check in table.items()
        if any(not check(word) for word in words)
    }


def dvc_verdicts(real_python: str, folder: Path, texts: list[str]) -> list[str]:
    """What the real DVC objects to in each of some configuration files; "" if nothing."""
    for number, text in enumerate(texts):
        (folder / str(number)).mkdir()
        (folder / str(number) / "config").write_text(text + "\n")
    answer = subprocess.run(
        [real_python, "-c", _LOAD_ALL, str(len(texts))],
        cwd=folder,
        env=private_places(folder / "home"),
        capture_output=True,
        text=True,
        check=True,
    )
    return [verdict.removeprefix("config file error: ") for verdict in json.loads(answer.stdout)]


_LOAD_ALL = """
import json, os, sys
from dvc.config import Config, ConfigError
verdicts = []
for number in range(int(sys.argv[1])):
    try:
        Config(dvc_dir=os.path.abspath(str(number)))
        verdicts.append("")
    except ConfigError as error:
        verdicts.append(str(error))
json.dump(verdicts, sys.stdout)
"""


def test_a_level_shows_itself_as_users_know_it() -> None:
    assert Level("local", "/p/.dvc/config.local", {}, {}).shown == ".dvc/config.local"
    assert Level("system", "/etc/xdg/dvc/config", {}, {}).shown == "/etc/xdg/dvc/config"
