"""`params diff` as people and scripts see it."""

from __future__ import annotations

import pytest

from support.project import Project


@pytest.fixture
def ready(project: Project) -> Project:
    """HEAD with lr 0.1, workspace with lr 0.2; a stage uses lr and a key of other.toml."""
    project.write_all(
        {
            "dvc.yaml": "stages: {s: {cmd: x, params: [lr, {other.toml: [a.b]}]}}",
            "params.yaml": "lr: 0.1\nname: x\nlist: [1, {a: 2}]\nnone: null\n",
            "other.toml": "[a]\nb = 1\nc = 2\n",
        }
    )
    project.commit()
    project.write("params.yaml", "lr: 0.2\nlist: [1]\nnew: true\n")
    return project


def test_table(ready: Project) -> None:
    assert ready.dvc("params", "diff").out == (
        "Path         Param    HEAD           workspace\n"
        "params.yaml  list     [1, {'a': 2}]  [1]\n"
        "params.yaml  lr       0.1            0.2\n"
        "params.yaml  name     x              -\n"
        "params.yaml  new      -              True\n"
    )


def test_json(ready: Project) -> None:
    assert ready.dvc("params", "diff", "--json", "--deps").json == {
        "params.yaml": {"lr": {"old": 0.1, "new": 0.2, "diff": 0.1}}
    }
    assert ready.dvc("params", "diff", "--json", "HEAD", "HEAD").out == "{}\n"


def test_all_of_what_stages_use(ready: Project) -> None:
    options = ("--all", "--deps", "--no-path", "--md")
    assert ready.dvc("params", "diff", *options).out == (
        "| Param   | HEAD   | workspace   |\n"
        "|---------|--------|-------------|\n"
        "| lr      | 0.1    | 0.2         |\n"
        "| a.b     | 1      | 1           |\n"
        "\n"
    )


def test_targets_are_whole_files(ready: Project) -> None:
    options = ("--all", "--json", "--targets", "other.toml")
    assert ready.dvc("params", "diff", *options).json == {
        "other.toml": {
            "a.b": {"old": 1, "new": 1, "diff": 0},
            "a.c": {"old": 2, "new": 2, "diff": 0},
        }
    }


def test_a_file_that_is_gone_is_told(ready: Project) -> None:
    ready.path("params.yaml").unlink()
    found = ready.dvc("params", "diff", "--json")
    assert found.json["params.yaml"]["lr"] == {"old": 0.1, "new": None}
    assert found.err == ("DVC failed to load some metrics for following revisions: 'workspace'.\n")


def test_mistakes(ready: Project) -> None:
    assert "unknown Git revision 'nope'" in ready.dvc("params", "diff", "nope", code=255).err
    ready.dvc("params", "show", code=254)


def test_git_is_needed(bare_project: Project) -> None:
    assert "Only supported for Git" in bare_project.dvc("params", "diff", code=255).err


def test_the_original_says_the_same(ready: Project, real_dvc: str) -> None:
    for options in ([], ["--json"], ["--all", "--json"], ["--deps", "--md"], ["--no-path"]):
        ours = ready.dvc("params", "diff", *options)
        theirs = ready.dvc("params", "diff", *options, by=real_dvc)
        if "--json" in options:
            assert ours.json == theirs.json
        else:
            assert ours.lines == theirs.lines
