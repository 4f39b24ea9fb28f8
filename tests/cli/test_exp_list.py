from __future__ import annotations

import pytest

from support.project import Project


@pytest.fixture
def history(project: Project) -> Project:
    """Three commits, `a2` and `a1` saved on the first, `b1` on the second, none on the third."""
    project.write("file", "1\n")
    project.commit("first")
    for name in ("a2", "a1"):
        project.dvc("exp", "save", "-n", name)
    project.write("file", "2\n")
    project.commit("second")
    project.dvc("exp", "save", "-n", "b1")
    project.write("file", "3\n")
    project.commit("third")
    return project


def commit_of(project: Project, name: str) -> str:
    return next(value for ref, value in project.refs().items() if ref.endswith(f"/{name}"))


def test_without_options_it_is_about_head(history: Project) -> None:
    listed = history.dvc("exp", "list")
    assert (listed.out, listed.err) == ("", "")
    history.git("checkout", "-q", "HEAD~1")
    second = history.head
    assert history.dvc("exp", "ls").out == (
        f"{second[:7]}:\n\t{commit_of(history, 'b1')[:7]} [b1]\n"
    )


def test_baselines_have_the_names_of_branches_and_tags(history: Project) -> None:
    history.git("tag", "v1", "HEAD~2")
    history.git("branch", "second", "HEAD~1")
    listed = history.dvc("exp", "list", "-n", "3").lines
    assert listed == [
        "second:",
        f"\t{commit_of(history, 'b1')[:7]} [b1]",
        "v1:",
        f"\t{commit_of(history, 'a1')[:7]} [a1]",
        f"\t{commit_of(history, 'a2')[:7]} [a2]",
    ]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--rev", "HEAD~1"], ["b1"]),
        (["--rev", "HEAD~1", "--rev", "HEAD~2"], ["b1", "a1", "a2"]),
        (["--rev", "HEAD~1", "-n", "2"], ["b1", "a1", "a2"]),
        (["-n", "-1"], ["b1", "a1", "a2"]),
        (["-n", "0"], []),
        (["--rev", "b1", "-n", "2"], ["b1"]),
    ],
)
def test_which_commits(history: Project, options: list[str], expected: list[str]) -> None:
    assert history.dvc("exp", "list", "--name-only", *options).lines == expected


def test_all_are_listed_in_the_same_order_each_time(history: Project) -> None:
    listed = history.dvc("exp", "list", "-A", "--names-only").lines
    assert sorted(listed) == ["a1", "a2", "b1"]
    assert listed.index("a1") < listed.index("a2")
    shas = history.dvc("exp", "list", "-A", "--sha-only").lines
    assert shas == [commit_of(history, name) for name in listed]


def test_json_holds_everything(history: Project) -> None:
    first = history.git("rev-parse", "HEAD~2")
    assert history.dvc("exp", "list", "--json").json == []
    assert history.dvc("exp", "list", "--rev", "HEAD~2", "--json").json == [
        {
            "rev": first,
            "name": None,
            "experiments": [
                {"rev": commit_of(history, name), "name": name} for name in ("a1", "a2")
            ],
        }
    ]


def test_one_shape_at_a_time(history: Project) -> None:
    history.dvc("exp", "list", "--json", "--name-only", code=254)
    history.dvc("exp", "list", "--sha-only", "--name-only", code=254)


def test_unknown_revisions_and_empty_repositories(history: Project, project: Project) -> None:
    unknown = history.dvc("exp", "list", "--rev", "nosuch", code=255)
    assert unknown.err == "ERROR: unknown Git revision 'nosuch'\n"
    project.git("checkout", "-q", "--orphan", "empty")
    empty = project.dvc("exp", "list", code=255)
    assert empty.err == "ERROR: unknown Git revision 'HEAD'\n"


def test_what_other_tools_keep_below_refs_exps_is_passed_over(history: Project) -> None:
    for name in ("foo", "exec/EXEC_HEAD", "celery/stash", "temp/head-x", "a/b/c/d/e/f"):
        history.git("update-ref", f"refs/exps/{name}", "HEAD")
    assert sorted(history.dvc("exp", "list", "-A", "--name-only").lines) == ["a1", "a2", "b1"]


def test_packed_references_are_listed(history: Project) -> None:
    history.git("pack-refs", "--all", "--prune")
    assert sorted(history.dvc("exp", "list", "-A", "--name-only").lines) == ["a1", "a2", "b1"]


def test_the_real_dvc_lists_the_same(history: Project, real_dvc: str) -> None:
    for options in ([], ["-A"], ["-n", "3"], ["--rev", "HEAD~1", "--sha-only"]):
        ours = history.dvc("exp", "list", *options).lines
        theirs = history.dvc("exp", "list", *options, by=real_dvc).lines
        assert sorted(ours) == sorted(theirs)
