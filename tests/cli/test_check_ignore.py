"""`check-ignore`: which paths are left out, by which rule."""

from __future__ import annotations

import pytest

from support.project import Project


@pytest.fixture
def ruled(project: Project) -> Project:
    """Rules at the top and in `sub`."""
    project.write_all(
        {
            ".dvcignore": "# comment\n*.tmp\n!keep.tmp\nskip/\n",
            "sub/.dvcignore": "!b.tmp\nsame*\n",
            "sub/skip/x": "",
            "other/.dvc/config": "",
        }
    )
    return project


def test_only_paths_that_are_left_out_are_printed(ruled: Project) -> None:
    said = ruled.dvc("check-ignore", "a.tmp", "keep.tmp", "bar", "sub/b.tmp", "sub/skip/x")
    assert said.lines == ["a.tmp", "sub/skip/x"]
    assert ruled.dvc("check-ignore", "keep.tmp", "bar", code=1).out == ""


def test_details(ruled: Project) -> None:
    said = ruled.dvc("check-ignore", "-d", "a.tmp", "keep.tmp", "bar", "./sub/../sub/b.tmp")
    assert said.out == (
        ".dvcignore:2:*.tmp\ta.tmp\n"
        ".dvcignore:3:!keep.tmp\tkeep.tmp\n"
        "sub/.dvcignore:1:!b.tmp\t./sub/../sub/b.tmp\n"
    )
    said = ruled.dvc("check-ignore", "-d", "-n", "--all", "bar", "keep.tmp")
    assert said.out == "::\tbar\n.dvcignore:3:!keep.tmp\tkeep.tmp\n"
    assert ruled.dvc("check-ignore", "-d", "-n", "bar", code=1).out == "::\tbar\n"


def test_rules_that_nobody_wrote(ruled: Project) -> None:
    said = ruled.dvc("check-ignore", "-d", ".git", ".dvc", "sub/.git", "other", "other/x")
    assert said.out == (
        ":.git\t.git\n:.dvc/\t.dvc\n:.git\tsub/.git\nin sub_repo:other\tother\n"
        "in sub_repo:other\tother/x\n"
    )


def test_from_a_directory(ruled: Project) -> None:
    said = ruled.dvc("check-ignore", "-d", "a.tmp", "../a.tmp", "same", "../../a.tmp", cwd="sub")
    assert said.out == (
        ".dvcignore:2:*.tmp\ta.tmp\n.dvcignore:2:*.tmp\t../a.tmp\nsub/.dvcignore:2:same*\tsame\n"
    )


def test_paths_from_standard_input(ruled: Project) -> None:
    assert ruled.dvc("check-ignore", "--stdin", stdin="a.tmp\n\nbar\nb.tmp").lines == [
        "a.tmp",
        "b.tmp",
    ]
    assert ruled.dvc("check-ignore", "--stdin", stdin="", code=1).out == ""


def test_quiet_leaves_the_exit_code(ruled: Project) -> None:
    assert ruled.dvc("check-ignore", "-q", "a.tmp").out == ""
    ruled.dvc("check-ignore", "-q", "bar", code=1)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ([], "`targets` or `--stdin` needed"),
        (["--stdin", "x"], "cannot have both `targets` and `--stdin`"),
        (["-n", "x"], "`--non-matching` is only valid with `--details`"),
        (["-a", "x"], "`--all` is only valid with `--details`"),
    ],
)
def test_wrong_options(ruled: Project, arguments: list[str], problem: str) -> None:
    assert ruled.dvc("check-ignore", *arguments, code=255).err == f"ERROR: {problem}\n"


def test_the_same_as_dvc(ruled: Project, real_dvc: str) -> None:
    paths = ["a.tmp", "keep.tmp", "bar", "sub/b.tmp", "sub/skip", "sub/skip/x", "skip", "skip/a"]
    paths += [".git/config", "other/a.tmp", "sub/samesame", "deep/down/a.tmp", ".", "../x.tmp"]
    ours, theirs = (
        ruled.dvc("check-ignore", "-d", "-n", *paths, by=by) for by in ("dvc", real_dvc)
    )
    assert ours == theirs
