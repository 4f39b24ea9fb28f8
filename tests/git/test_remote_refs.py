from __future__ import annotations

import pytest

from assay.git import remote_refs
from assay.git.remote_refs import DIVERGED, DONE, REFUSED, UP_TO_DATE, InvalidRemote, RemoteFailed
from assay.git.repository import Repository
from conftest import NewProject
from support.project import Project

from .conftest import opened

FIRST, SECOND = "refs/exps/ab/cd/first", "refs/exps/ab/cd/second"


@pytest.fixture
def remote(project: Project) -> str:
    """A bare repository, configured as `origin`."""
    place = str(project.root.parent / "origin.git")
    project.git("init", "-q", "--bare", place)
    project.git("remote", "add", "origin", place)
    return place


def there(project: Project, place: str = "origin") -> dict[str, str]:
    """References of the remote, as Git tells them."""
    lines = project.git("ls-remote", place, "refs/exps/*").splitlines()
    return {name: value for value, name in (line.split("\t") for line in lines)}


def statuses(answers: dict[str, remote_refs.Answer]) -> dict[str, str]:
    return {name: answer.status for name, answer in answers.items()}


# push


def test_many_are_pushed_and_listed_at_once(
    project: Project, repository: Repository, remote: str
) -> None:
    values = {f"refs/exps/ab/cd/{number}": project.head for number in range(50)}
    answers = remote_refs.push(repository, "origin", values)
    assert set(statuses(answers).values()) == {DONE}
    assert there(project) == values == remote_refs.listing(repository, remote, "refs/exps/")
    again = remote_refs.push(repository, "origin", values)
    assert set(statuses(again).values()) == {UP_TO_DATE}


def test_what_would_overwrite_is_left_alone_beside_what_would_not(
    project: Project, repository: Repository, remote: str
) -> None:
    base = project.head
    one = project.commit()
    project.git("reset", "-q", "--hard", base)
    other = project.commit("sibling")
    remote_refs.push(repository, remote, {FIRST: one})
    answers = remote_refs.push(repository, remote, {FIRST: other, SECOND: other})
    assert statuses(answers) == {FIRST: DIVERGED, SECOND: DONE}
    assert there(project) == {FIRST: one, SECOND: other}
    forced = remote_refs.push(repository, remote, {FIRST: other}, force=True)
    assert (statuses(forced), there(project)[FIRST]) == ({FIRST: DONE}, other)


def test_a_step_forward_needs_no_force(
    project: Project, repository: Repository, remote: str
) -> None:
    remote_refs.push(repository, remote, {FIRST: project.head})
    newer = project.commit()
    assert statuses(remote_refs.push(repository, remote, {FIRST: newer})) == {FIRST: DONE}


def test_an_unknown_commit_at_the_other_side_is_a_divergence(
    new_project: NewProject, project: Project, repository: Repository, remote: str
) -> None:
    theirs = new_project("theirs")
    remote_refs.push(opened(theirs), remote, {FIRST: theirs.commit("not ours")})
    answers = remote_refs.push(repository, remote, {FIRST: project.head})
    assert statuses(answers) == {FIRST: DIVERGED}


def test_a_dry_push_tells_and_does_nothing(
    project: Project, repository: Repository, remote: str
) -> None:
    answers = remote_refs.push(repository, remote, {FIRST: project.head}, dry=True)
    assert (statuses(answers), there(project)) == ({FIRST: DONE}, {})


def test_deleting_is_fine_for_what_is_not_there(
    project: Project, repository: Repository, remote: str
) -> None:
    remote_refs.push(repository, remote, {FIRST: project.head})
    remote_refs.push(repository, remote, {FIRST: "", SECOND: ""})
    assert there(project) == {}


def test_a_refusal_of_the_other_side_is_told_with_its_reason(
    project: Project, repository: Repository, remote: str
) -> None:
    project.write("../origin.git/hooks/pre-receive", "#!/bin/sh\nexit 1\n").chmod(0o755)
    answers = remote_refs.push(repository, remote, {FIRST: project.head})
    assert answers == {FIRST: (REFUSED, "pre-receive hook declined")}


def test_neither_hooks_nor_habits_of_ours_have_a_say(
    project: Project, repository: Repository, remote: str
) -> None:
    project.write(".git/hooks/pre-push", "#!/bin/sh\nexit 1\n").chmod(0o755)
    for setting, value in {
        "push.gpgSign": "true",
        "push.followTags": "true",
        "push.recurseSubmodules": "only",
        "fetch.prune": "true",
    }.items():
        project.git("config", setting, value)
    project.git("tag", "-a", "-m", "note", "v1")
    remote_refs.push(repository, "origin", {FIRST: project.head})
    assert project.git("ls-remote", remote) == f"{project.head}\t{FIRST}"


# fetch


def test_fetching_brings_objects_and_moves_nothing(
    new_project: NewProject, project: Project, repository: Repository, remote: str
) -> None:
    theirs = new_project("theirs")
    theirs.git("tag", "v1")
    commit = theirs.commit("not ours")
    theirs.git("push", "-q", remote, f"{commit}:{FIRST}", f"{commit}:refs/heads/main", "v1")
    remote_refs.fetch(repository, "origin", [FIRST])
    assert project.git("cat-file", "-t", commit) == "commit"
    assert list(project.refs("refs/")) == ["refs/heads/main"]
    assert not project.exists(".git/FETCH_HEAD")


def test_a_name_that_is_not_there_cannot_be_fetched(repository: Repository, remote: str) -> None:
    with pytest.raises(RemoteFailed) as error:
        remote_refs.fetch(repository, "origin", [FIRST])
    assert FIRST in error.value.chain()


def test_nothing_to_fetch_is_no_conversation(repository: Repository) -> None:
    remote_refs.fetch(repository, "nosuch", [])


# move


def test_moving_takes_the_commit_to_the_new_name(
    project: Project, repository: Repository, remote: str
) -> None:
    remote_refs.push(repository, remote, {FIRST: project.head})
    move = remote_refs.move(repository, remote, FIRST, SECOND, value=project.head, replaced="")
    assert set(statuses(move).values()) == {DONE}
    assert there(project) == {SECOND: project.head}


@pytest.mark.parametrize("is_atomic", ["true", "false"])
def test_moving_does_nothing_when_somebody_was_quicker(
    project: Project, repository: Repository, remote: str, is_atomic: str
) -> None:
    project.git("-C", remote, "config", "receive.advertiseAtomic", is_atomic)
    first, second = project.head, project.commit()
    remote_refs.push(repository, remote, {FIRST: first, SECOND: second})
    answers = remote_refs.move(repository, remote, FIRST, SECOND, value=first, replaced="")
    assert DIVERGED in statuses(answers).values()
    assert there(project) == {FIRST: first, SECOND: second}
    answers = remote_refs.move(repository, remote, FIRST, SECOND, value=first, replaced=second)
    assert set(statuses(answers).values()) == {DONE}
    assert there(project) == {SECOND: first}


# names of remotes


@pytest.mark.parametrize("name", ["nosuch", "../nosuch", "a b"])
def test_what_is_no_remote_is_called_so(repository: Repository, name: str) -> None:
    with pytest.raises(InvalidRemote, match=f"'{name}' is not a valid Git remote or URL"):
        remote_refs.listing(repository, name, "refs/exps/")


def test_a_remote_that_cannot_be_reached_says_why(project: Project, repository: Repository) -> None:
    project.git("remote", "add", "gone", "../gone.git")
    with pytest.raises(RemoteFailed) as error:
        remote_refs.listing(repository, "gone", "refs/exps/")
    assert error.value.chain() == (
        "failed to reach Git remote 'gone': git ls-remote failed: "
        "'../gone.git' does not appear to be a git repository; "
        "Could not read from remote repository."
    )


def test_a_path_is_relative_to_where_it_is_typed(
    project: Project, repository: Repository, remote: str
) -> None:
    folder = str(project.root / "deep" / "er")
    project.write("deep/er/file", "")
    place = remote_refs.place_of_remote
    assert place(repository, "../../../origin.git", folder) == remote
    assert place(repository, "ssh://host/repo", folder) == "ssh://host/repo"
    assert place(repository, "nosuch", folder) == "nosuch"
    project.write("deep/er/origin/file", "")
    assert place(repository, "origin", folder) == "origin"


def test_an_option_is_no_remote(project: Project, repository: Repository) -> None:
    with pytest.raises(InvalidRemote):
        remote_refs.listing(repository, "--upload-pack=touch hacked", "refs/exps/")
    assert not project.exists("hacked")
