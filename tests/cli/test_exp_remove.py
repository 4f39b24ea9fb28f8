from __future__ import annotations

import pytest

from support.project import Project


@pytest.fixture
def saved(project: Project) -> Project:
    """`a1` and `a2` saved on the first commit, `b1` on the second, which is HEAD."""
    for name in ("a1", "a2"):
        project.dvc("exp", "save", "-q", "-n", name, "-m", name)
    project.commit("second")
    project.dvc("exp", "save", "-q", "-n", "b1")
    return project


def names(project: Project) -> list[str]:
    return sorted(ref.rpartition("/")[2] for ref in project.refs())


@pytest.mark.parametrize(
    ("words", "left"),
    [
        (["a1"], ["a2", "b1"]),
        (["a1", "b1"], ["a2"]),
        (["b1", "a1", "a2"], []),
        (["a1", "a1"], ["a2", "b1"]),
        (["--keep", "a1"], ["a1"]),
        (["--rev", "HEAD~1"], ["b1"]),
        (["--rev", "HEAD", "-n", "2"], []),
        (["--rev", "HEAD", "--rev", "HEAD~1"], []),
        (["--rev", "HEAD", "--keep"], ["b1"]),
    ],
)
def test_what_is_removed(saved: Project, words: list[str], left: list[str]) -> None:
    removed = saved.dvc("exp", "remove", *words)
    assert names(saved) == left
    told = removed.out.removeprefix("Removed experiments: ").replace(" and ", ", ").strip()
    assert sorted(told.split(", ")) == [f"'{n}'" for n in ("a1", "a2", "b1") if n not in left]


def test_all_and_again(saved: Project) -> None:
    assert saved.dvc("exp", "rm", "-A").out.startswith("Removed experiments: ")
    assert names(saved) == []
    assert saved.dvc("exp", "remove", "-A").out == "No experiments to remove.\n"


def test_one_unknown_name_keeps_all(saved: Project) -> None:
    refused = saved.dvc("exp", "remove", "a1", "nosuch", code=255)
    assert refused.err == "ERROR: 'nosuch' is not a valid experiment name\n"
    refused = saved.dvc("exp", "remove", "a1", "x", "y", code=255)
    assert refused.err == "ERROR: 'x; y' are not valid experiment names\n"
    assert names(saved) == ["a1", "a2", "b1"]


@pytest.mark.parametrize(
    "words", [[], ["-n", "2"], ["a1", "-A"], ["a1", "--rev", "HEAD"], ["a1", "--queue"], ["--keep"]]
)
def test_one_kind_of_selection_is_needed(saved: Project, words: list[str]) -> None:
    refused = saved.dvc("exp", "remove", *words, code=255)
    assert refused.err == (
        "ERROR: Either provide an `experiment` argument, or use the `--rev` or `--all-commits` or "
        "`--queue` flag.\n"
    )
    assert names(saved) == ["a1", "a2", "b1"]


def test_what_excludes_each_other(saved: Project) -> None:
    both = saved.dvc("exp", "remove", "--keep", "--queue", code=255)
    assert both.err == "ERROR: Cannot use both `--keep` and `--queue`.\n"
    saved.dvc("exp", "remove", "--queue", "-g", "origin", code=254)


def test_packed_references_go_too(saved: Project) -> None:
    saved.git("pack-refs", "--all")
    saved.dvc("exp", "remove", "-A")
    assert names(saved) == []


def test_references_of_other_tools_stay(saved: Project) -> None:
    saved.git("update-ref", "refs/exps/exec/EXEC_HEAD", "HEAD")
    saved.git("update-ref", "refs/exps/foo", "HEAD")
    saved.dvc("exp", "remove", "-A")
    assert list(saved.refs()) == ["refs/exps/exec/EXEC_HEAD", "refs/exps/foo"]


def test_without_a_commit(project: Project) -> None:
    project.git("checkout", "-q", "--orphan", "empty")
    refused = project.dvc("exp", "remove", "-A", code=255)
    assert "ERROR: unexpected error - Empty git repo" in refused.err
