"""Why a stage runs: `status --explain`, `repro --explain`, in text and in JSON."""

from __future__ import annotations

from typing import Any

import pytest

from support.pipelines import two_stages
from support.project import Project


@pytest.fixture
def done(project: Project) -> Project:
    """copy → train, up to date."""
    two_stages(project).dvc("repro")
    return project


def reasons(project: Project) -> Any:
    return project.dvc("status", "--explain", "--json").json


def test_nothing_to_explain(done: Project) -> None:
    assert reasons(done) == {}
    assert done.dvc("status", "--explain").out == "Data and pipelines are up to date.\n"


def test_a_parameter_tells_both_values(done: Project) -> None:
    done.write("params.yaml", "lr: 0.5\nseed: 7\n")
    assert reasons(done) == {
        "train": [
            {
                "kind": "parameter",
                "state": "modified",
                "path": "params.yaml",
                "key": "lr",
                "old": 0.1,
                "new": 0.5,
            }
        ]
    }
    assert done.dvc("status", "--explain").lines == [
        "train:",
        "\tparameter modified:   lr in params.yaml: 0.1 -> 0.5",
    ]


def test_a_dependency_tells_both_versions(done: Project) -> None:
    done.write("data.txt", "a\nb\n")
    (reason,) = reasons(done)["copy"]
    assert reason == {
        "kind": "dependency",
        "state": "modified",
        "path": "data.txt",
        "old": {"md5": "40c53c58fdafacc83cfff6ee3d2f6d69", "size": 6},
        "new": {"md5": "dd8c6a395b5dd36c56d23275028f526c", "size": 4},
    }
    (line,) = done.dvc("status", "-v").lines[1:]
    assert line.endswith("data.txt: 40c53c5 (6 bytes) -> dd8c6a3 (4 bytes)")


def test_a_command_tells_what_it_was(done: Project) -> None:
    text = done.read("dvc.yaml").replace(
        "cmd: python copy.py", "cmd:\n    - python copy.py\n    - echo"
    )
    done.write("dvc.yaml", text)
    (reason,) = reasons(done)["copy"]
    assert (reason["old"], reason["new"]) == ("python copy.py", ["python copy.py", "echo"])
    assert done.dvc("status", "--explain").lines == [
        "copy:",
        "\tcommand modified:",
        "\t\t- python copy.py",
        "\t\t+ python copy.py",
        "\t\t+ echo",
    ]


def test_a_missing_output_and_what_is_not_in_the_cache(done: Project) -> None:
    done.path("model.txt").unlink()
    assert [(one["kind"], one["state"]) for one in reasons(done)["train"]] == [
        ("output", "deleted")
    ]
    done.shell("rm -rf .dvc/cache/files")
    assert done.dvc("status", "--explain", "train").lines == [
        "train:",
        "\toutput not in cache:  model.txt",
    ]


def test_what_was_added_to_a_stage_is_new(done: Project) -> None:
    text = done.read("dvc.yaml").replace("params: [lr]", "params: [lr, seed]")
    done.write("dvc.yaml", text.replace("deps: [copy.py,", "deps: [train.py, copy.py,"))
    found = reasons(done)
    assert [(one["kind"], one["state"], one["path"]) for one in found["copy"]] == [
        ("dependency", "new", "train.py")
    ]
    assert found["train"] == [
        {"kind": "parameter", "state": "new", "path": "params.yaml", "key": "seed", "new": 7}
    ]


def test_a_stage_that_never_ran_has_one_reason(project: Project) -> None:
    two_stages(project)
    assert reasons(project)["copy"] == [{"kind": "never ran"}]
    assert project.dvc("status", "--explain", "copy").lines == [
        "copy:",
        "\tnever ran: nothing is recorded in dvc.lock",
    ]


def test_paths_are_those_of_the_current_directory(done: Project) -> None:
    done.write("sub/x", "")
    done.path("model.txt").unlink()
    found = done.dvc("status", "--explain", "--json", "../dvc.yaml:train", cwd="sub").json
    assert found["../dvc.yaml:train"][0]["path"] == "../model.txt"


def test_values_of_any_kind_and_length(done: Project) -> None:
    done.write("params.yaml", f"lr: [{'a long word, ' * 20}last]\n")
    (line,) = done.dvc("status", "--explain").lines[1:]
    assert line.startswith('\tparameter modified:   lr in params.yaml: 0.1 -> ["a long word')
    assert len(line) < 140
    assert reasons(done)["train"][0]["new"][-1] == "last"


def test_json_without_explanations_is_what_dvc_prints(done: Project) -> None:
    done.write("params.yaml", "lr: 0.5\nseed: 7\n")
    expected = {"train": [{"changed deps": {"params.yaml": {"lr": "modified"}}}]}
    assert done.dvc("status", "-v", "--json").json == expected


def test_a_run_tells_why_before_it_runs(done: Project) -> None:
    done.write("params.yaml", "lr: 0.5\nseed: 7\n")
    for option in ("--explain", "-v"):
        assert done.dvc("repro", "--dry", option).lines[:4] == [
            "Stage 'copy' didn't change, skipping",
            "Stage 'train' is out of date:",
            "\tparameter modified:   lr in params.yaml: 0.1 -> 0.5",
            "Running stage 'train':",
        ]
    assert "lr in params.yaml: 0.1 -> 0.5" in done.dvc("repro", "--explain").out
    assert "out of date" not in done.dvc("repro", "--explain").out


def test_a_dry_run_tells_what_may_run_later(done: Project) -> None:
    done.write("data.txt", "a\n")
    assert "Stage 'train' didn't change, skipping" in done.dvc("repro", "--dry").lines
    assert done.dvc("repro", "--dry", "--explain").lines[-3:-1] == [
        "Stage 'train' didn't change, skipping",
        "\tunless 'copy' will make something else of its inputs",
    ]


def test_force_is_a_reason(done: Project) -> None:
    assert done.dvc("repro", "--dry", "--explain", "-f", "copy").lines[:2] == [
        "Stage 'copy' is out of date:",
        "\tforced",
    ]


def test_an_experiment_tells_why_too(done: Project) -> None:
    done.commit()
    said = done.dvc("exp", "run", "--explain", "-S", "lr=0.7").out
    assert "\tparameter modified:   lr in params.yaml: 0.1 -> 0.7\n" in said


def test_stages_as_data(project: Project) -> None:
    two_stages(project)
    project.dvc("freeze", "copy")
    copy, train = project.dvc("stage", "list", "--json").json
    assert copy["frozen"] is True
    assert train == {
        "name": "train",
        "description": "Outputs model.txt; Reports metrics.json",
        "file": "dvc.yaml",
        "cmd": "python train.py",
        "wdir": ".",
        "deps": ["train.py", "clean.txt"],
        "params": {"params.yaml": ["lr"]},
        "outs": [
            {"path": "model.txt", "cache": True, "persist": False, "push": True, "remote": None}
        ],
        "metrics": [
            {"path": "metrics.json", "cache": False, "persist": False, "push": True, "remote": None}
        ],
        "plots": [],
        "frozen": False,
        "always_changed": False,
        "desc": "",
        "meta": None,
        "upstream": ["copy"],
    }
