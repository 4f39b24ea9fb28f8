"""`diff`: as a user sees it, and as the real DVC says it."""

from __future__ import annotations

import pytest

from support.project import Project
from support.side_by_side import same_json, same_text


@pytest.fixture
def history(project: Project) -> Project:
    """Two commits: `v1`, then a directory changed, a file added, one removed, one renamed."""
    project.write_all({"raw/1.txt": "one\n", "raw/sub/2.txt": "two\n", "file.txt": "file\n"})
    project.dvc("add", "-q", "raw", "file.txt")
    project.commit("one")
    project.git("tag", "v1")
    project.shell("echo ONE > raw/1.txt && echo n > raw/n && rm raw/sub/2.txt")
    project.shell("mv file.txt moved.txt && git rm -q file.txt.dvc && dvc add -q raw moved.txt")
    project.commit("two")
    return project


def test_nothing_to_say(history: Project) -> None:
    assert history.dvc("diff").out == ""
    assert history.dvc("diff", "--json").json == {}
    assert history.dvc("diff", "HEAD", "main", "--json").json == {}
    assert history.dvc("diff", "--md").out == "| Status   | Path   |\n|----------|--------|\n\n"


def test_text_for_people(history: Project) -> None:
    assert history.dvc("diff", "v1", "main").lines == [
        "Added:",
        "    raw/n",
        "",
        "Deleted:",
        "    raw/sub/2.txt",
        "",
        "Renamed:",
        "    file.txt -> moved.txt",
        "",
        "Modified:",
        "    raw/",
        "    raw/1.txt",
        "",
        "files summary: 1 added, 1 deleted, 1 renamed, 1 modified",
    ]
    hashes = history.dvc("diff", "v1", "main", "--show-hash").lines
    assert "    bbe02f94  file.txt -> moved.txt" in hashes
    assert "    5bbf5a52..47c6ae5c  raw/1.txt" in hashes
    assert history.dvc("diff", "v1", "-q").out == ""


def test_json_for_programs(history: Project) -> None:
    found = history.dvc("diff", "v1", "--json", "--show-hash")
    assert list(found.json) == ["added", "deleted", "modified", "renamed", "not in cache"]
    assert found.json["renamed"] == [
        {
            "path": {"old": "file.txt", "new": "moved.txt"},
            "hash": "bbe02f946d5455d74616fc9777557c22",
        }
    ]
    assert history.dvc("diff", "v1", "--json").json["added"] == [{"path": "raw/n"}]
    assert "not in cache" not in history.dvc("diff", "v1", "main", "--json").json


def test_targets_may_be_on_one_side_only(history: Project) -> None:
    diff = ("diff", "--json", "v1", "main", "--targets")
    assert history.dvc(*diff, "raw/sub").json["deleted"] == [{"path": "raw/sub/2.txt"}]
    assert history.dvc(*diff, "moved.txt.dvc").json["added"] == [{"path": "moved.txt"}]
    assert history.dvc(*diff, "sub", cwd="raw").json["deleted"] == [{"path": "raw/sub/2.txt"}]
    failed = history.dvc(*diff, "nope", code=255)
    assert failed.err.startswith(
        "ERROR: unexpected error - [Errno 2] No such file or directory: 'nope'\n"
    )


def test_what_the_cache_lacks(history: Project) -> None:
    history.shell("rm -rf .dvc/cache")
    found = history.dvc("diff", "--json").json
    assert [row["path"] for row in found["not in cache"]] == [
        "moved.txt",
        "raw/",
        "raw/1.txt",
        "raw/n",
    ]
    assert history.dvc("diff").lines[-1] == "files summary: 3 not in cache"
    hidden = history.dvc("diff", "--json", "--hide-missing").json
    assert hidden == {"added": [], "deleted": [], "modified": [], "renamed": []}
    assert history.dvc("diff", "--hide-missing").out == ""


def test_an_experiment_is_a_revision(project: Project) -> None:
    project.write_all(
        {"dvc.yaml": "stages: {s: {cmd: cp p.yaml o, params: [p.yaml: [lr]], outs: [o]}}"}
        | {"p.yaml": "lr: 1\n", ".gitignore": "/o\n"}
    )
    project.dvc("repro", "-q")
    project.commit("base")
    project.dvc("exp", "run", "-q", "-n", "faster", "-S", "p.yaml:lr=2")
    assert project.dvc("diff", "HEAD", "faster", "--json").json["modified"] == [{"path": "o"}]


def test_an_output_that_was_never_made_is_not_deleted(project: Project) -> None:
    """The real DVC lists it as deleted."""
    project.write("dvc.yaml", "stages: {s: {cmd: touch o, outs: [o]}}")
    project.commit("base")
    assert project.dvc("diff", "--json").json == {}


def test_from_the_workspace_to_a_commit(history: Project) -> None:
    """The real DVC finds nothing in that direction."""
    history.path("moved.txt").unlink()
    found = history.dvc("diff", "workspace", "HEAD", "--json").json
    assert found["added"] == [{"path": "moved.txt"}]


def test_from_a_commit_before_the_project(empty_folder: Project) -> None:
    empty_folder.shell("git init -q && git commit -q --allow-empty -m zero && dvc init -q")
    empty_folder.shell("echo 1 > f && dvc add -q f && git add -A && git commit -qm one")
    assert empty_folder.dvc("diff", "HEAD~1", "--json").json["added"] == [{"path": "f"}]


def test_an_unknown_revision(history: Project) -> None:
    failed = history.dvc("diff", "nope", code=1)
    assert failed.err == "ERROR: failed to get diff - unknown Git revision 'nope'\n"


def test_without_git(bare_project: Project) -> None:
    failed = bare_project.dvc("diff", code=1)
    assert failed.err.startswith("ERROR: failed to get diff - Only supported for Git repositories.")


def test_before_the_first_commit(empty_folder: Project) -> None:
    empty_folder.shell("git init -q && dvc init -q")
    assert empty_folder.dvc("diff", "--json").json == {}
    assert empty_folder.dvc("diff").out == ""


def test_the_same_as_dvc(history: Project, real_dvc: str) -> None:
    history.shell("cp raw/n raw/zz && mv raw/1.txt raw/one && rm moved.txt && mkdir moved.txt")
    history.shell("echo 1 > moved.txt/1")
    for args in (["v1"], [], ["v1", "main"], ["HEAD", "workspace"], ["main", "v1"]):
        same_json(history, real_dvc, "diff", "--json", "--show-hash", *args)
    same_text(history, real_dvc, "diff", "v1", "--show-hash")
    same_text(history, real_dvc, "diff", "--md", "v1", "main")
    for target in ("raw", "raw/sub", "raw.dvc", "moved.txt"):
        same_json(history, real_dvc, "diff", "--json", "v1", "--targets", target)
    history.shell("rm -rf .dvc/cache/files/md5/bb")
    same_json(history, real_dvc, "diff", "--json", "v1")
    same_text(history, real_dvc, "diff", "v1", "nope", code=1)


DAMAGE = {
    "dvc.yaml": "stages: [\n",
    "dvc.lock": "schema: '2.0'\nstages: 3\n",
    "raw.dvc": "outs: {path: raw}\n",
}


@pytest.mark.parametrize("name", DAMAGE)
@pytest.mark.parametrize("target", [(), ("--targets", "raw")], ids=["all", "target"])
def test_a_broken_commit_is_an_error_beside_its_name(
    history: Project, name: str, target: tuple[str, ...]
) -> None:
    sound = {"dvc.yaml": "stages: {one: {cmd: echo}}\n", "raw.dvc": history.read("raw.dvc")}
    history.write_all({"dvc.yaml": sound["dvc.yaml"], name: DAMAGE[name]})
    history.commit("broken")
    history.git("tag", "broken")
    history.git("rm", "-q", "--cached", name)
    (history.path(name)).unlink()
    history.write_all(sound)
    history.commit("mended")
    for words in (["broken"], ["v1", "broken"], ["broken", "HEAD"], ["broken", "v1"]):
        [error] = history.dvc("diff", *words, "--json", *target).json["errors"]
        assert (error["rev"], name in error["msg"]) == ("broken", True)
        assert f"broken: {error['msg']}" in history.dvc("diff", *words, "--md", *target).out
        warning = f"WARNING: failed to load data in revision 'broken', {error['msg']}"
        told = history.dvc("diff", *words, *target)
        assert (told.out, told.err.strip()) == ("", warning)
    assert list(history.dvc("diff", "v1", "HEAD", "--json", *target).json) != ["errors"]


def test_a_broken_workspace_is_a_mistake_to_mend(history: Project) -> None:
    history.write("dvc.yaml", DAMAGE["dvc.yaml"])
    assert "dvc.yaml" in history.dvc("diff", "v1", code=1).err
