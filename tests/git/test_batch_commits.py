"""Many commits at once, with the trees that `git add` would have made."""

from __future__ import annotations

import pytest

from assay.git.batch_commits import commit_many
from assay.git.commits import Draft
from assay.git.repository import Repository, find
from support.environment import IDENTITY
from support.project import Project

REF = "refs/assay/queue/test"


@pytest.fixture(params=["plain", "by Git"])
def repository(project: Project, request: pytest.FixtureRequest) -> Repository:
    """Both ways: in a repository that is shared by a group Git has to write objects."""
    if request.param == "by Git":
        project.git("config", "core.sharedRepository", "group")
    project.write_all({"params.yaml": "a: 1\n", "run.sh": "x", "sub/p.json": "{}"})
    project.path("run.sh").chmod(0o755)
    project.commit("base")
    found = find(str(project.root))
    assert found is not None
    return found


def made(project: Project, repository: Repository, *drafts: Draft) -> list[str]:
    tree = project.git("rev-parse", "HEAD^{tree}")
    return commit_many(repository, tree, project.head, drafts, ref=REF).commits


def test_each_commit_is_a_child_of_the_parent_with_its_own_files(
    project: Project, repository: Repository
) -> None:
    one = Draft("first", {"params.yaml": b"a: 2\n"})
    two = Draft("second\n\nwith a body", {"sub/p.json": b'{"b": 1}', "new": b"", "run.sh": b"y"})
    first, second = made(project, repository, one, two)
    assert project.git("rev-parse", f"{first}^", f"{second}^").split() == [project.head] * 2
    assert project.git("show", f"{first}:params.yaml") == "a: 2"
    assert project.git("diff", "--name-only", f"{first}^", first) == "params.yaml"
    assert project.git("diff", "--name-only", f"{second}^", second).split() == [
        *("new", "run.sh", "sub/p.json")
    ]
    assert project.git("ls-tree", second, "run.sh").startswith("100755")
    assert project.git("log", "-1", "--format=%B", second) == "second\n\nwith a body"
    assert project.git("log", "-1", "--format=%an <%ae>", first) == "Ada <ada@example.com>"


def test_one_reference_keeps_them_all(project: Project, repository: Repository) -> None:
    commits = made(project, repository, *(Draft(f"{n}", {"n": b"%d" % n}) for n in range(150)))
    assert len(set(commits)) == 150
    project.git("reflog", "expire", "--expire=now", "--all")
    project.git("gc", "-q", "--prune=now")
    assert project.git("show", f"{commits[77]}:n") == "77"
    assert project.git("fsck", "--strict") == ""


def test_a_single_commit_needs_no_keeper(project: Project, repository: Repository) -> None:
    (commit,) = made(project, repository, Draft("alone", {}))
    assert project.refs("refs/assay/") == {REF: commit}


@pytest.mark.parametrize("name", ['quo"te', "back\\slash", "line\nend", " blank ", "ünï"])
def test_odd_names(project: Project, repository: Repository, name: str) -> None:
    (commit,) = made(project, repository, Draft("odd", {name: b"x"}))
    listing = ["git", "ls-tree", "-z", "--name-only", commit]
    listed = project.run(listing).out.split("\0")
    assert name in listed


def test_line_ends_and_filters_are_those_of_git_add(
    project: Project, repository: Repository
) -> None:
    project.write(".gitattributes", "*.yaml text=auto\n*.up filter=upper\n")
    project.git("config", "filter.upper.clean", "tr a-z A-Z")
    (commit,) = made(
        project, repository, Draft("f", {"params.yaml": b"a: 3\r\n", "x.up": b"up", "raw": b"\r"})
    )
    assert project.run(["git", "cat-file", "-p", f"{commit}:params.yaml"]).out == "a: 3\n"
    assert project.git("cat-file", "-p", f"{commit}:x.up") == "UP"


def test_a_link_stands_for_the_file_it_names(project: Project, repository: Repository) -> None:
    project.path("link.yaml").symlink_to("params.yaml")
    project.commit("link")
    (commit,) = made(project, repository, Draft("l", {"link.yaml": b"a: 9\n"}))
    assert project.git("show", f"{commit}:params.yaml") == "a: 9"
    assert project.git("ls-tree", commit, "link.yaml").startswith("120000")


def test_nobody_need_be_known_to_git(
    project: Project, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in IDENTITY:
        monkeypatch.delenv(name)
    project.git("config", "user.useConfigOnly", "true")
    (commit,) = made(project, repository, Draft("anonymous", {}))
    assert project.git("log", "-1", "--format=%an", commit) == "assay"
