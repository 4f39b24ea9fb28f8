from __future__ import annotations

import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from assay.git import refs
from assay.git.process import GitFailed
from assay.git.refs import Change, InvalidRefName, RefConflict
from assay.git.repository import Repository, find
from conftest import NewProject
from support.project import Project

from .conftest import opened

NAME = "refs/exps/ab/cdef/first"


# names

PIECES = st.sampled_from("/.@{-aü~^:?*[]\\\x7f\x01 \n") | st.sampled_from(
    ["//", "..", "@{", ".lock", "lock", "x.locks", "refs"]
)
ANY_TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)


@settings(deadline=None)
@given(st.lists(PIECES | ANY_TEXT, max_size=6).map("".join))
@example("refs/exps/x/y/-x")
@example("refs/exps/x/y/@")
@example("refs/a\u2028b")
@example("@/@")
@example("a/b\n")
@example("a.lock\n/b")
@example("refs/-/@")
def test_names_are_judged_as_git_judges_them(name: str) -> None:
    assume(not name.startswith("-"))  # an option, to Git
    verdict = subprocess.run(["git", "check-ref-format", name], check=False).returncode == 0
    assert refs.is_valid_name(name) == verdict


# reading


def states(project: Project) -> dict[str, str]:
    """References of every sort; name and id of those below refs/exps."""
    first, second = project.head, project.commit()
    project.git("update-ref", "refs/exps/aa/packed", first)
    project.git("update-ref", "refs/exps/aa/moved", first)
    project.git("tag", "-a", "v1", "-m", "x")
    project.git("pack-refs", "--all", "--prune")
    project.git("update-ref", "refs/exps/aa/moved", second)
    project.git("update-ref", "refs/exps/loose", second)
    project.git("update-ref", "refs/expsilon", second)
    project.git("symbolic-ref", "refs/exps/exec/BRANCH", "refs/exps/aa/packed")
    project.git("symbolic-ref", "refs/exps/exec/DANGLING", "refs/exps/nosuch")
    return {
        "refs/exps/aa/moved": second,
        "refs/exps/aa/packed": first,
        "refs/exps/exec/BRANCH": first,
        "refs/exps/loose": second,
    }


def test_loose_packed_and_symbolic_references_are_listed_in_order(
    project: Project, repository: Repository
) -> None:
    expected = states(project)
    assert list(refs.under(repository, "refs/exps/").items()) == sorted(expected.items())
    assert refs.under(repository, "refs/exps") == expected == project.refs("refs/exps/")
    assert {name: refs.read(repository, name) for name in expected} == expected


def test_everything_is_listed_as_git_lists_it(project: Project, repository: Repository) -> None:
    states(project)
    assert refs.under(repository, "refs/") == project.refs("refs/")


def test_a_linked_work_tree_sees_the_same_references(project: Project) -> None:
    expected = states(project)
    project.git("worktree", "add", "-q", "-b", "side", "../linked")
    linked = find(str(project.root.parent / "linked"))
    assert linked is not None
    assert refs.under(linked, "refs/exps/") == expected
    assert refs.read(linked, "refs/exps/loose") == expected["refs/exps/loose"]


def test_absent_invalid_and_broken_references_are_nothing(
    project: Project, repository: Repository
) -> None:
    project.write(".git/refs/exps/empty", "")
    project.write(".git/refs/exps/broken", "not an id\n")
    project.write(".git/refs/exps/some.lock", project.head)
    project.write(".git/refs/exps/loop", "ref: refs/exps/loop\n")
    for name in ("empty", "broken", "loop", "nosuch", "../../../etc/passwd", "some.lock"):
        assert refs.read(repository, f"refs/exps/{name}") is None
    assert refs.under(repository, "refs/exps/") == {}


def test_symbolic_references(project: Project, repository: Repository) -> None:
    states(project)
    assert refs.read_symbolic(repository, "refs/exps/exec/BRANCH") == "refs/exps/aa/packed"
    assert refs.read_symbolic(repository, "refs/exps/loose") is None
    assert refs.read_symbolic(repository, "refs/exps/nosuch") is None


def test_an_alias_can_be_set_and_deleted_without_its_target(
    project: Project, repository: Repository
) -> None:
    refs.update(repository, NAME, project.head, old=None)
    project.git("symbolic-ref", "refs/exps/exec/EXEC_BRANCH", NAME)
    assert refs.read(repository, "refs/exps/exec/EXEC_BRANCH") == project.head
    refs.delete(repository, ["refs/exps/exec/EXEC_BRANCH"])
    assert list(project.refs()) == [NAME]


# moving


def test_a_new_reference_is_a_loose_file(project: Project, repository: Repository) -> None:
    project.git("pack-refs", "--all")
    refs.update(repository, NAME, project.head, old=None)
    assert project.read(f".git/{NAME}") == f"{project.head}\n"


def test_a_reference_moves_only_from_where_the_caller_thinks_it_is(
    project: Project, repository: Repository
) -> None:
    first, second = project.head, project.commit()
    refs.update(repository, NAME, first, old=None)
    refs.update(repository, NAME, second, old=first)
    for wrong in (first, None):
        with pytest.raises(RefConflict) as error:
            refs.update(repository, NAME, first, old=wrong)
        assert error.value.current == second
    assert project.refs() == {NAME: second}


def test_a_reference_that_vanished_is_a_conflict(project: Project, repository: Repository) -> None:
    with pytest.raises(RefConflict, match="does not exist") as error:
        refs.update(repository, NAME, project.head, old=project.head)
    assert error.value.current is None


def test_of_many_at_once_one_wins(project: Project, repository: Repository) -> None:
    commits = [project.commit(str(number)) for number in range(8)]

    def publish(commit: str) -> bool:
        try:
            refs.update(repository, NAME, commit, old=None)
        except RefConflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(publish, commits))
    assert won.count(True) == 1
    assert project.refs() == {NAME: commits[won.index(True)]}


def test_many_are_created_at_once_or_none(project: Project, repository: Repository) -> None:
    wanted = {f"refs/assay/queue/{number}": project.head for number in range(300)}
    refs.create(repository, wanted)
    assert project.refs("refs/assay/") == wanted
    with pytest.raises(RefConflict) as error:
        refs.create(
            repository, {"refs/assay/new": project.head, "refs/assay/queue/7": project.head}
        )
    assert error.value.name == "refs/assay/queue/7"
    assert project.refs("refs/assay/") == wanted
    with pytest.raises(GitFailed, match="nonexistent object"):
        refs.create(repository, {"refs/assay/new": "1" * 40})


def test_moves_creations_and_deletions_happen_together(
    project: Project, repository: Repository
) -> None:
    first, second = project.head, project.commit()
    refs.create(repository, {"refs/exps/moved": first, "refs/exps/gone": first})
    changes = {
        "refs/exps/moved": Change(first, second),
        "refs/exps/gone": Change(first, None),
        "refs/exps/new": Change(None, first),
    }
    with pytest.raises(RefConflict) as error:
        refs.update_all(repository, {**changes, "refs/exps/absent": Change(first, second)})
    assert (error.value.name, error.value.current) == ("refs/exps/absent", None)
    assert project.refs() == {"refs/exps/moved": first, "refs/exps/gone": first}
    refs.update_all(repository, changes)
    assert project.refs() == {"refs/exps/moved": second, "refs/exps/new": first}


def test_replace_asks_for_nothing(project: Project, repository: Repository) -> None:
    first, second = project.head, project.commit()
    refs.replace(repository, NAME, first)
    refs.replace(repository, NAME, second)
    assert project.refs() == {NAME: second}


def test_the_reason_goes_to_the_reflog(project: Project, repository: Repository) -> None:
    project.git("config", "core.logAllRefUpdates", "always")
    refs.update(repository, NAME, project.head, old=None, message="assay: save")
    assert project.git("reflog", "show", "--format=%gs", NAME) == "assay: save"


def test_a_bad_name_never_reaches_git(project: Project, repository: Repository) -> None:
    for name in ("refs/exps/a b", "refs/exps/x.lock", "-d", "HEAD"):
        with pytest.raises(InvalidRefName):
            refs.update(repository, name, project.head, old=None)
        with pytest.raises(InvalidRefName):
            refs.delete(repository, [name])


def test_what_is_no_conflict_is_gits_own_error(project: Project, repository: Repository) -> None:
    with pytest.raises(GitFailed, match="nonexistent object"):
        refs.update(repository, NAME, "1" * 40, old=None)
    refs.update(repository, NAME, project.head, old=None)
    with pytest.raises(GitFailed, match="cannot lock ref"):
        refs.update(repository, f"{NAME}/below", project.head, old=None)


# deleting


def test_many_are_deleted_loose_packed_and_absent(project: Project, repository: Repository) -> None:
    names = list(states(project))
    refs.delete(repository, [*names, "refs/exps/nosuch", "refs/exps/exec/DANGLING"])
    assert refs.under(repository, "refs/exps/") == {}
    assert refs.read(repository, "refs/expsilon") == project.head


def test_nothing_to_do_is_fine(repository: Repository) -> None:
    refs.delete(repository, [])
    refs.create(repository, {})
    refs.update_all(repository, {})


def _gone(a: str, b: str) -> dict[str, refs.Change]:
    return {"refs/exps/a": refs.Change(a, None), "refs/exps/b": refs.Change(b, None)}


def test_exact_deletion_is_all_or_nothing(project: Project, repository: Repository) -> None:
    first, second = project.head, project.commit()
    refs.update(repository, "refs/exps/a", first, old=None)
    refs.update(repository, "refs/exps/b", second, old=None)
    with pytest.raises(RefConflict) as error:
        refs.update_all(repository, _gone(first, first))
    assert error.value.name == "refs/exps/b"
    assert len(project.refs()) == 2
    refs.update_all(repository, _gone(first, second))
    assert project.refs() == {}


# other backends


def reftable_project(new_project: NewProject) -> Project:
    project = new_project(git=False)
    project.git("init", "-q", "-b", "main")
    version = project.git("version").split()[2].split(".")
    if (int(version[0]), int(version[1])) < (2, 45):
        pytest.skip("this Git has no reftable")
    shutil.rmtree(project.path(".git"))
    project.git("init", "-q", "-b", "main", "--ref-format=reftable")
    project.commit()
    return project


def test_a_reftable_repository_is_read_through_git(new_project: NewProject) -> None:
    project = reftable_project(new_project)
    repository = opened(project)
    refs.update(repository, NAME, project.head, old=None)
    assert (repository.head_commit(), repository.head_branch()) == (project.head, "main")
    assert refs.under(repository, "refs/exps/") == {NAME: project.head}
    assert refs.read(repository, NAME) == project.head
    assert refs.read_symbolic(repository, NAME) is None


def test_where_our_reader_does_not_understand_git_is_asked(
    project: Project, repository: Repository
) -> None:
    """HEAD as a link stands for any layout that is not ours: the answers must be the same."""
    expected = states(project)
    project.git("symbolic-ref", "--delete", "refs/exps/exec/DANGLING")
    project.path(".git/HEAD").unlink()
    project.path(".git/HEAD").symlink_to("refs/heads/main")
    assert not repository.ref_files.understands()
    assert refs.under(repository, "refs/exps/") == expected
    assert refs.read(repository, "refs/exps/aa/moved") == expected["refs/exps/aa/moved"]
    assert refs.read(repository, "refs/exps/nosuch") is None
    assert refs.read_symbolic(repository, "refs/exps/exec/BRANCH") == "refs/exps/aa/packed"


@pytest.mark.parametrize("name", [NAME, "refs/heads/side"])
def test_the_lock_of_a_git_that_was_killed(
    project: Project, repository: Repository, name: str
) -> None:
    """What only we move can be moved again; a branch is the user's."""
    project.write(f".git/{name}.lock", "")
    if name == NAME:
        refs.update(repository, name, project.head, old=None)
        assert refs.read(repository, name) == project.head
        assert not project.exists(f".git/{name}.lock")
    else:
        with pytest.raises(GitFailed, match="cannot lock ref"):
            refs.update(repository, name, project.head, old=None)
        assert project.exists(f".git/{name}.lock")
