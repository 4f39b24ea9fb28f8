from __future__ import annotations

import pytest

from support.project import Project


@pytest.fixture
def saved(project: Project) -> Project:
    """A project with the experiment `one`."""
    project.dvc("exp", "save", "-q", "-n", "one", "-m", "first")
    return project


def commit(project: Project) -> str:
    return next(c for ref, c in project.refs().items() if ref.endswith("/one"))


def test_a_branch_at_the_experiment_and_nothing_moves(saved: Project) -> None:
    made = saved.dvc("exp", "branch", "one")
    assert made == (
        0,
        "Git branch 'one-branch' has been created from experiment 'one'.\n"
        "To switch to the new branch run:\n\n\tgit checkout one-branch\n",
        "",
    )
    saved.dvc("exp", "branch", "one", "mine")
    assert saved.git("rev-parse", "one-branch", "mine").split() == [commit(saved)] * 2
    assert saved.git("branch", "--show-current") == "main"
    assert saved.git("status", "--porcelain") == ""


def test_commit_and_reference_will_do(saved: Project) -> None:
    ref = next(ref for ref in saved.refs() if ref.endswith("/one"))
    for number, name in enumerate((ref, commit(saved), commit(saved)[:7])):
        saved.dvc("exp", "branch", name, f"b{number}")
    assert saved.git("rev-parse", "b0", "b1", "b2").split() == [commit(saved)] * 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nosuch"], "ERROR: nosuch\n"),
        (["main"], "ERROR: 'main' does not appear to be an experiment commit.\n"),
        (["one", "main"], "ERROR: Git branch 'main' already exists.\n"),
        (
            ["one", "bad name"],
            "ERROR: unexpected error - the given reference name 'refs/heads/bad name' is not "
            "valid\n\nHaving any troubles? Hit us up at https://dvc.org/support, we are always "
            "happy to help!\n",
        ),
    ],
)
def test_what_is_refused(saved: Project, words: list[str], said: str) -> None:
    before = saved.refs("refs/heads/")
    assert saved.dvc("exp", "branch", *words, code=255).err == said
    assert saved.refs("refs/heads/") == before


def test_the_experiment_of_head_is_meant(saved: Project) -> None:
    saved.commit("next")
    saved.dvc("exp", "save", "-q", "-n", "one")
    here = saved.git("rev-parse", f"refs/exps/{saved.head[:2]}/{saved.head[2:]}/one")
    saved.dvc("exp", "branch", "one", "b")
    assert saved.git("rev-parse", "b") == here
    saved.commit("and next")
    ambiguous = saved.dvc("exp", "branch", "one", "c", code=255)
    assert "Ambiguous name 'one' refers to multiple experiments." in ambiguous.err
