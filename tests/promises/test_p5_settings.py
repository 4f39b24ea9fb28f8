"""P5: what others wrote into a configuration, a run cache or a remote leads to no other place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assay.pipeline.running.run_cache import entry_key
from support.project import Project

COMMANDS = ("status", "add f", "push", "fetch", "status -c", "gc -w -f", "fsck", "checkout")

PLACES = [
    "../.git",
    "../.git/objects",
    "../.GIT/x",
    "x/../../.git. /hooks",
    "../sub/../.Git",
    "..",
    ".",
    "linked",
]


def files_of_git(project: Project) -> set[str]:
    return {path.as_posix() for path in project.path(".git").rglob("*")}


def said_by_all(project: Project) -> list[str]:
    """What each command says that reads the configuration; none of them may be fine with it."""
    return [project.dvc(*command.split(), code=251).err for command in COMMANDS]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("section", ["cache", "remote"])
def test_a_projects_configuration_leads_to_no_place_of_gits(
    project: Project, section: str, place: str
) -> None:
    project.path(".dvc/linked").symlink_to(project.path(".git"))
    project.write("f", "f\n")
    before = files_of_git(project)
    titles = {"cache": "[cache]\ndir", "remote": "[core]\nremote = r\n['remote \"r\"']\nurl"}
    project.write(".dvc/config", f'{titles[section]} = "{place}"\n')

    for said in said_by_all(project):
        assert f"refusing the path '{place}' @ data['{section}']" in said
        assert "hint: correct '.dvc/config'" in said
    assert files_of_git(project) == before
    assert not project.exists("files")


def test_it_cannot_be_written_there_either(project: Project) -> None:
    said = project.dvc("cache", "dir", ".git/cache", code=251).err
    assert "it leads into a directory of Git's own" in said
    project.dvc("remote", "add", "-d", "r", ".", code=251)
    assert project.read(".dvc/config") == ""


def test_other_places_are_anybodys(project: Project, tmp_path: Path) -> None:
    project.write("f", "f\n")
    for place in (tmp_path / "x.git" / "cache", tmp_path / "gits", Path(".dvc/storage")):
        project.dvc("cache", "dir", str(place))
        project.dvc("add", "-q", "f")
        assert any((project.root / place).rglob("*"))
    project.dvc("cache", "dir", "--local", ".git/mine")  # nobody brought that along


def test_a_nul_in_a_configuration_is_named(project: Project) -> None:
    project.write("f", "f\n")
    project.write(".dvc/config", b"[cache]\n    dir = a\0b\n")
    for said in said_by_all(project):
        assert "there is a NUL in line 2 of '.dvc/config'" in said


@pytest.mark.parametrize(
    "output",
    [
        {"path": "out", "md5": "../../../../evil"},
        {"path": "out", "md5": "/etc/passwd"},
        {"path": "../evil", "md5": "d41d8cd98f00b204e9800998ecf8427e"},
        {"path": ".git/hooks/pre-commit", "md5": "d41d8cd98f00b204e9800998ecf8427e"},
        {"path": "out", "md5": 7},
    ],
)
def test_a_run_that_leads_elsewhere_is_not_taken(project: Project, output: dict[str, str]) -> None:
    """The command runs instead, and what it makes is what there is."""
    project.write("dvc.yaml", "stages: {s: {cmd: cp f out, deps: [f], outs: [out]}}\n")
    project.write("f", "right\n")
    project.dvc("repro", "-q")
    [run] = [path for path in project.path(".dvc/cache/runs").rglob("*") if path.is_file()]
    changed = run.read_text().partition("outs:\n")[0] + "outs:\n"
    changed += "".join(f"  {name}: {value}\n" for name, value in output.items())
    run.write_text(changed.replace("outs:\n  ", "outs:\n- "))
    for name in ("dvc.lock", "out"):
        project.path(name).unlink()
    before = files_of_git(project)

    project.dvc("repro", "-q")
    assert project.read("out") == "right\n"
    assert files_of_git(project) == before
    assert not project.root.parent.joinpath("evil").exists()


def test_only_runs_are_fetched_from_a_remotes_run_cache(project: Project, tmp_path: Path) -> None:
    key = entry_key({"cmd": "x", "outs": []})
    store = tmp_path / "store"
    good = store / "runs" / key[:2] / key / ("0" * 64)
    for file in (
        good,
        good.with_name("..evil"),
        store / "runs" / "evil",
        store / "runs" / key[:2] / ("f" * 64) / ("1" * 64),
        tmp_path / "other" / ("2" * 64),
    ):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("cmd: x\nouts: []\n")
    os.symlink(tmp_path / "other", store / "runs" / key[:2] / (key[:2] + "a" * 62))
    project.dvc("remote", "add", "-q", "-d", "r", str(store))
    project.dvc("fetch", "-q", "--run-cache")
    there = project.path(".dvc/cache/runs")
    assert [path.name for path in there.rglob("*") if path.is_file()] == [good.name]
