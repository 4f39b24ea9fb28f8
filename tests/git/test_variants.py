from __future__ import annotations

import os
from pathlib import Path

import pytest

from assay.git.commits import commit
from assay.git.repository import Repository
from assay.git.snapshot import snapshot
from assay.git.variants import Variant, commit_variants
from conftest import NewProject
from support.project import Project

from .conftest import opened


@pytest.fixture
def project(project: Project) -> Project:
    project.write_all({"params.yaml": "lr: 1\n", "sub/p.json": "{}", "run.sh": "echo"})
    project.path("run.sh").chmod(0o755)
    project.commit()
    return project


VARIANTS = [
    Variant({"params.yaml": b"lr: 2\n"}, "one"),
    Variant({"params.yaml": b"lr: 3\n", "sub/p.json": b"[1]", "new/deep": b""}, "two\n\nbody ü"),
    Variant({}, "three"),
    Variant({"params.yaml": b"lr: 2\n", "run.sh": b"lr: 2\n"}, ""),
    Variant({"params.yaml": b"lr: 1\n"}, "as it was"),
]


def one_by_one(repository: Repository, parent: str, variants: list[Variant]) -> list[str]:
    return [
        commit(repository, snapshot(repository, extra_blobs=v.blobs), [parent], v.message)
        for v in variants
    ]


@pytest.fixture
def fixed_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_AUTHOR_DATE", "@1700000000 +0130")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "@1700000001 -0200")


@pytest.mark.usefixtures("fixed_time")
def test_they_are_the_commits_that_would_be_made_one_by_one(
    project: Project, repository: Repository
) -> None:
    project.write("sub/p.json", "edited")
    expected = one_by_one(repository, project.head, VARIANTS)
    made = commit_variants(repository, snapshot(repository), project.head, VARIANTS)
    assert made == expected


@pytest.mark.usefixtures("fixed_time")
def test_filters_and_line_ends_apply(project: Project, repository: Repository) -> None:
    project.git("config", "filter.up.clean", "tr a-z A-Z")
    project.write(".gitattributes", "*.yaml text\n*.json filter=up\n")
    project.commit()
    variants = [
        Variant({"params.yaml": b"lr: 2\r\n", "sub/p.json": b"x", "run.sh": b"x\r\n"}, "1"),
        Variant({"params.yaml": b"lr: 2\r\n", "sub/p.json": b"y", "run.sh": b"x\r\n"}, "2"),
    ]
    expected = one_by_one(repository, project.head, variants)
    made = commit_variants(repository, snapshot(repository), project.head, variants)
    assert made == expected
    assert project.git("show", f"{made[1]}:sub/p.json") == "Y"


@pytest.mark.usefixtures("fixed_time")
def test_automatic_line_ends_apply(project: Project, repository: Repository) -> None:
    project.git("config", "core.autocrlf", "input")
    variants = [Variant({"params.yaml": b"lr: 2\r\n"}, "1")]
    expected = one_by_one(repository, project.head, variants)
    assert commit_variants(repository, snapshot(repository), project.head, variants) == expected


@pytest.mark.usefixtures("fixed_time")
def test_names_of_any_kind(project: Project, repository: Repository) -> None:
    names = ["a b", '"q"', "back\\slash", "line\nend", "ü", os.fsdecode(b"\xff"), " x ", "\t"]
    variants = [Variant(dict.fromkeys(names, b"1"), "names")]
    expected = one_by_one(repository, project.head, variants)
    assert commit_variants(repository, snapshot(repository), project.head, variants) == expected


@pytest.mark.usefixtures("fixed_time")
def test_links_submodules_and_paths_outside(
    project: Project, repository: Repository, tmp_path: Path
) -> None:
    project.path("link").symlink_to("params.yaml")
    project.path("out").symlink_to(tmp_path)
    project.run(["git", "init", "-q", "module"])
    project.run(["git", "-C", "module", "commit", "-q", "--allow-empty", "-m", "1"])
    project.git("-c", "advice.addEmbeddedRepo=false", "add", ".")
    project.git("commit", "-qm", "links")
    places = {"link": b"through", "out/x": b"1", "../x": b"1", "module/x": b"1"}
    variants = [Variant(places, "")]
    expected = one_by_one(repository, project.head, variants)
    made = commit_variants(repository, snapshot(repository), project.head, variants)
    assert made == expected
    assert project.git("show", f"{made[0]}:params.yaml") == "through"


def test_many_at_once_are_whole_and_leave_no_reference(
    project: Project, repository: Repository
) -> None:
    variants = [Variant({"params.yaml": b"lr: %d\n" % n}, str(n)) for n in range(300)]
    before = project.refs("refs/")
    made = commit_variants(repository, snapshot(repository), project.head, variants, durable=True)
    assert len(set(made)) == 300
    assert project.refs("refs/") == before
    assert project.git("show", f"{made[299]}:params.yaml") == "lr: 299"
    assert project.git("log", "-1", "--format=%s %P", made[7]) == f"7 {project.head}"
    project.git("fsck", "--strict")


def test_none_is_fine(repository: Repository) -> None:
    assert commit_variants(repository, "", "", []) == []


def test_a_sha256_repository(new_project: NewProject) -> None:
    project = new_project(git=False)
    project.git("init", "-q", "--object-format=sha256")
    head = project.commit()
    repository = opened(project)
    tree = snapshot(repository)
    [made] = commit_variants(repository, tree, head, [Variant({"a": b"1"}, "x")])
    assert project.git("show", f"{made}:a") == "1"
