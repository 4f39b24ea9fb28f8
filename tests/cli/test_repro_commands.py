"""What a `cmd` may be, and what is said of one that cannot be run."""

from __future__ import annotations

import pytest

from support.project import Project

PARAMS = "d: {a: 1}\nn: 3\nnul:\nempty: ''\n"


@pytest.mark.parametrize(
    ("cmd", "reason"),
    [
        ("${d}", "cmd is {'a': 1}, neither a text nor a list of texts"),
        ("${n}", "cmd is 3, neither a text nor a list of texts"),
        ('["touch ran", "${n}"]', "cmd is 3, neither a text nor a list of texts"),
        ("${nul}", "cmd is empty, there is nothing to run"),
        ("${empty}", "cmd is empty, there is nothing to run"),
        ('""', "cmd is empty, there is nothing to run"),
        ("[]", "cmd is empty, there is nothing to run"),
    ],
)
@pytest.mark.parametrize("options", [[], ["--dry"], ["-f"], ["-j", "2"]])
def test_what_cannot_be_run_is_told_before_outputs_are_deleted(
    project: Project, cmd: str, reason: str, options: list[str]
) -> None:
    project.write_all({"params.yaml": PARAMS, "out": "mine\n", "in": ""})
    project.write("dvc.yaml", f"stages:\n  s:\n    cmd: {cmd}\n    deps: [in]\n    outs: [out]\n")
    failed = project.dvc("repro", *options, code=255)
    assert failed.err == f"ERROR: failed to reproduce 's': {reason}\n"
    assert project.read("out") == "mine\n"
    assert not project.exists("ran")
    assert not project.exists("dvc.lock")


def test_an_empty_command_alone_is_no_reason_to_run(project: Project) -> None:
    project.write("dvc.yaml", "stages: {s: {cmd: ''}}")
    assert "Stage 's' didn't change, skipping" in project.dvc("repro").out


def test_each_line_has_a_shell_of_its_own_and_each_item_of_a_list(project: Project) -> None:
    project.write(
        "dvc.yaml",
        "stages:\n  lines:\n    cmd: |\n      cd /\n      pwd > out\n    outs: [out]\n"
        '  list:\n    cmd: ["cd /\\npwd > $DVC_ROOT/items", "pwd >> items"]\n    outs: [items]\n',
    )
    project.dvc("repro")
    here = str(project.path(".").resolve())
    assert project.read("out") == f"{here}\n"
    assert project.read("items") == f"/\n{here}\n"


def test_a_missing_parameter_is_told_with_the_file_it_is_not_in(project: Project) -> None:
    project.write_all({"params.yaml": "lr: 1\n", "sub/params.yaml": "seed: 1\n"})
    project.write("dvc.yaml", "stages: {s: {cmd: echo, wdir: sub, params: [lr]}}")
    assert project.dvc("repro", code=255).err == (
        "ERROR: failed to reproduce 's': Parameters 'lr' are missing from 'sub/params.yaml'.\n"
    )
