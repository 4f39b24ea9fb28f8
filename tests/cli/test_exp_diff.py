"""`exp diff` as people and scripts see it."""

from __future__ import annotations

from typing import Any

import pytest

from support.project import Project

FILES = {
    "dvc.yaml": "metrics: [m.json]\nstages: {s: {cmd: x, params: [lr]}}",
    "params.yaml": "lr: 0.1\nname: a\nlist: [1]\n",
    "m.json": '{"acc": 0.123456789, "same": 1}',
}


@pytest.fixture
def ready(project: Project) -> Project:
    """HEAD as in FILES, an experiment `one` on it with lr 0.3 and acc 0.5, and its workspace."""
    project.write_all(FILES)
    project.commit()
    project.write("params.yaml", "lr: 0.3\nname: b\nlist: [2]\n")
    project.write("m.json", '{"acc": 0.5, "same": 1}')
    base = project.head
    project.git("add", "-A")
    commit = project.git("commit-tree", project.git("write-tree"), "-p", base, "-m", "one")
    project.git("update-ref", f"refs/exps/{base[:2]}/{base[2:]}/one", commit)
    project.git("reset", "-q")
    return project


def test_two_tables_with_a_blank_line_between(ready: Project) -> None:
    assert ready.dvc("exp", "diff").out == (
        "Path    Metric    HEAD     workspace    Change\n"
        "m.json  acc       0.12346  0.5          0.37654\n"
        "\n"
        "Path         Param    HEAD    workspace    Change\n"
        "params.yaml  list     [1]     [2]          diff not supported\n"
        "params.yaml  lr       0.1     0.3          0.19999999999999998\n"
        "params.yaml  name     a       b            diff not supported\n"
    )
    assert ready.dvc("exp", "diff", "one").out == "\n"


def test_json(ready: Project) -> None:
    assert ready.dvc("exp", "diff", "--json", "--param-deps", "one", "HEAD").json == {
        "metrics": {"m.json": {"acc": {"old": 0.5, "new": 0.123456789, "diff": -0.376543211}}},
        "params": {"params.yaml": {"lr": {"old": 0.3, "new": 0.1, "diff": -0.19999999999999998}}},
    }


def test_all_without_paths_in_markdown(ready: Project) -> None:
    options = ("--all", "--no-path", "--md", "--precision", "2", "--param-deps")
    assert ready.dvc("exp", "diff", *options).out == (
        "| Metric   | HEAD   | workspace   | Change   |\n"
        "|----------|--------|-------------|----------|\n"
        "| acc      | 0.12   | 0.5         | 0.38     |\n"
        "| same     | 1      | 1           | 0        |\n"
        "\n\n"
        "| Param   | HEAD   | workspace   | Change              |\n"
        "|---------|--------|-------------|---------------------|\n"
        "| lr      | 0.1    | 0.3         | 0.19999999999999998 |\n"
        "\n"
    )


def test_mistakes(ready: Project) -> None:
    said = ready.dvc("exp", "diff", "nope", code=1).err
    assert said == "ERROR: failed to show experiments diff - unknown Git revision 'nope'\n"
    ready.dvc("exp", "diff", "-a", code=254)


def test_a_revision_that_cannot_be_read_is_empty_and_told(ready: Project) -> None:
    ready.write("dvc.yaml", "stages: [")
    found = ready.dvc("exp", "diff", "--json")
    assert found.json["metrics"]["m.json"]["same"] == {"old": 1, "new": None}
    assert "'workspace'" in found.err


def test_before_the_first_commit_there_is_nothing(new_project: Any) -> None:
    project = new_project(git=False)
    project.git("init", "-q")
    assert project.dvc("exp", "diff").out == ""
    assert project.dvc("exp", "diff", "--json").out == "{}\n"


def test_git_is_needed(bare_project: Project) -> None:
    assert "failed to show experiments diff - Only" in bare_project.dvc("exp", "diff", code=1).err


def test_outside_of_a_project(empty_folder: Project) -> None:
    empty_folder.dvc("exp", "diff", code=253)


def test_the_original_says_the_same(ready: Project, real_dvc: str) -> None:
    for options in ([], ["one", "HEAD", "--all"], ["--json", "--all"], ["--md", "one"]):
        ours = ready.dvc("exp", "diff", *options)
        theirs = ready.dvc("exp", "diff", *options, by=real_dvc)
        if "--json" in options:
            assert ours.json == theirs.json
        else:
            assert ours.out == theirs.out
