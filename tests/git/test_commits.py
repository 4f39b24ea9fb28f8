from __future__ import annotations

import pytest

from assay.git.commits import commit
from assay.git.process import GitFailed
from assay.git.repository import Repository
from support.project import Project

IDENTITY = [f"GIT_{role}_{part}" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")]


@pytest.fixture
def tree(project: Project) -> str:
    return project.git("rev-parse", "HEAD^{tree}")


def people(project: Project, made: str) -> str:
    return project.git("log", "-1", "--format=%an <%ae> %cn <%ce>", made)


def test_the_message_is_stored_as_it_is(
    project: Project, repository: Repository, tree: str
) -> None:
    for message in ("dvc: commit experiment 44136fa", "title\n\nü #x\n", ""):
        made = commit(repository, tree, [project.head], message)
        raw = project.run(["git", "cat-file", "commit", made]).out
        assert raw.split("\n\n", 1)[1] == message
        assert raw.startswith(f"tree {tree}\nparent {project.head}\nauthor Ada <ada@example.com> ")


def test_parents_none_and_many(project: Project, repository: Repository, tree: str) -> None:
    first = commit(repository, tree, [], "root")
    second = commit(repository, tree, [first, project.head], "merge")
    assert project.git("log", "-1", "--format=%p", first) == ""
    assert project.git("log", "-1", "--format=%P", second) == f"{first} {project.head}"


def test_nothing_points_at_the_new_commit(
    project: Project, repository: Repository, tree: str
) -> None:
    before = project.refs("refs/")
    commit(repository, tree, [project.head], "x")
    assert project.refs("refs/") == before


def test_dates_of_the_environment_are_honoured(
    project: Project, repository: Repository, tree: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_AUTHOR_DATE", "@1 +0000")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "@2 +0100")
    made = commit(repository, tree, [], "x")
    assert project.git("log", "-1", "--format=%ad %cd", "--date=raw", made) == "1 +0000 2 +0100"


def test_the_configured_user_is_author(
    project: Project, repository: Repository, tree: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in IDENTITY:
        monkeypatch.delenv(name)
    project.git("config", "user.name", "Grace")
    project.git("config", "user.email", "g@h")
    assert people(project, commit(repository, tree, [], "x")) == "Grace <g@h> Grace <g@h>"


def test_without_any_identity_the_system_user_is_author(
    project: Project, repository: Repository, tree: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in IDENTITY:
        monkeypatch.delenv(name)
    project.git("config", "user.useConfigOnly", "true")
    made = people(project, commit(repository, tree, [], "x"))
    assert "@" in made
    assert not made.startswith(" <")


def test_half_an_identity_is_completed(
    project: Project, repository: Repository, tree: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in IDENTITY:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "only@mail")
    project.git("config", "user.useConfigOnly", "true")
    project.git("config", "user.name", "Grace")
    made = people(project, commit(repository, tree, [], "x"))
    assert made.startswith("Grace <only@mail> Grace <")


def test_signing_and_encoding_settings_are_ignored(
    project: Project, repository: Repository, tree: str
) -> None:
    project.git("config", "commit.gpgSign", "true")
    project.git("config", "gpg.program", "false")
    project.git("config", "i18n.commitEncoding", "latin-1")
    raw = project.git("cat-file", "commit", commit(repository, tree, [], "ü"))
    assert raw.endswith("\n\nü")
    assert "encoding" not in raw


def test_a_tree_that_does_not_exist_is_gits_error(repository: Repository) -> None:
    with pytest.raises(GitFailed, match="commit-tree"):
        commit(repository, "1" * 40, [], "x")


def test_a_durable_commit(project: Project, repository: Repository, tree: str) -> None:
    made = commit(repository, tree, [], "x", durable=True)
    assert project.git("cat-file", "-t", made) == "commit"
