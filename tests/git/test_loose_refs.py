"""References are moved without a process just as Git would move them, or not at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from assay.git.loose_refs import move
from assay.git.refs import RefConflict, update
from assay.git.repository import Repository, find
from support.project import Project

NAME = "refs/exps/ab/cdef/mine"


@pytest.fixture
def repository(project: Project) -> Repository:
    return find(str(project.root))


@pytest.fixture
def commits(project: Project) -> list[str]:
    found = []
    for number in range(3):
        project.git("commit", "--allow-empty", "-m", str(number))
        found.append(project.head)
    return found


def test_git_sees_what_was_moved(
    project: Project, repository: Repository, commits: list[str]
) -> None:
    assert move(repository, {NAME: commits[0]}, {NAME: None})
    assert project.refs("refs/exps/") == {NAME: commits[0]}
    assert move(repository, {NAME: commits[1]}, {NAME: commits[0]})
    assert move(repository, {NAME: commits[2]}, {})
    assert project.refs("refs/exps/") == {NAME: commits[2]}
    project.git("fsck", "--strict")
    assert not list((project.root / ".git/refs").rglob("*.lock"))


def test_a_packed_value_counts(
    project: Project, repository: Repository, commits: list[str]
) -> None:
    project.git("update-ref", NAME, commits[0])
    project.git("pack-refs", "--all")
    assert not move(repository, {NAME: commits[1]}, {NAME: None})
    assert not move(repository, {NAME: commits[1]}, {NAME: commits[2]})
    assert move(repository, {NAME: commits[1]}, {NAME: commits[0]})
    assert project.refs("refs/exps/") == {NAME: commits[1]}


@pytest.mark.parametrize("other", ["refs/exps/ab/cdef", f"{NAME}/below"])
@pytest.mark.parametrize("packed", [False, True], ids=["loose", "packed"])
def test_a_name_in_the_way_is_left_to_git(
    project: Project, repository: Repository, commits: list[str], other: str, packed: bool
) -> None:
    project.git("update-ref", other, commits[0])
    if packed:
        project.git("pack-refs", "--all", "--prune")
    assert not move(repository, {NAME: commits[1]}, {NAME: None})
    assert project.refs("refs/exps/") == {other: commits[0]}


def test_what_is_not_everyday_is_left_to_git(
    project: Project, repository: Repository, commits: list[str]
) -> None:
    missing = "1" * 40
    assert not move(repository, {NAME: missing}, {NAME: None})
    assert move(repository, {NAME: commits[0]}, {NAME: None})
    lock = project.root / f".git/{NAME}.lock"
    lock.write_text("")
    assert not move(repository, {NAME: commits[1]}, {NAME: commits[0]})
    assert lock.exists()
    lock.unlink()
    project.write(f".git/logs/{NAME}", "")
    assert not move(repository, {NAME: commits[1]}, {NAME: commits[0]})
    assert project.refs("refs/exps/") == {NAME: commits[0]}


def test_logs_of_all_references_are_written_by_git(project: Project, commits: list[str]) -> None:
    project.git("config", "core.logAllRefUpdates", "always")
    update(find(str(project.root)), NAME, commits[0], old=None, message="why")
    assert "why" in project.git("reflog", "show", NAME)


def test_one_of_two_that_expect_the_same_wins(
    project: Project, repository: Repository, commits: list[str]
) -> None:
    def attempt(number: int) -> bool:
        try:
            update(repository, f"refs/exps/ab/cdef/{number // 8}", commits[number % 3], old=None)
        except RefConflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(attempt, range(80)))
    assert [sum(won[start : start + 8]) for start in range(0, 80, 8)] == [1] * 10


def test_several_are_moved_together_or_none(
    project: Project, repository: Repository, commits: list[str]
) -> None:
    values = {NAME: commits[0], "refs/assay/workspace": commits[1]}
    assert not move(repository, values, {NAME: None, "refs/assay/workspace": commits[2]})
    assert project.refs("refs/exps/") == {}
    assert move(repository, values, {NAME: None, "refs/assay/workspace": None})
    assert project.refs("refs/exps/") == {NAME: commits[0]}


@pytest.mark.parametrize("setting", ["core.sharedRepository=group", "core.fsync=reference"])
def test_how_files_are_to_be_is_left_to_git(
    project: Project, commits: list[str], setting: str
) -> None:
    project.git("config", *setting.split("="))
    here = find(str(project.root))
    assert not move(here, {NAME: commits[0]}, {NAME: None})
    update(here, NAME, commits[0], old=None)
    mode = (project.root / ".git" / NAME).stat().st_mode & 0o777
    assert mode & 0o060 == (0o060 if "shared" in setting else 0o040)


def test_a_folder_in_the_place_of_one_moves_none(
    project: Project, repository: Repository, commits: list[str]
) -> None:
    second = "refs/assay/workspace"
    (project.root / f".git/{second}/below").mkdir(parents=True)
    assert not move(repository, {NAME: commits[0], second: commits[1]}, {NAME: None, second: None})
    assert project.refs("refs/exps/") == {}
