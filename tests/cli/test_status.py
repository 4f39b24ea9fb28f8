"""`status` of the workspace; that of a remote is in test_push_pull.py."""

from __future__ import annotations

from support.project import Project


def test_options_that_only_mean_something_for_a_remote_are_refused(project: Project) -> None:
    project.write("dvc.yaml", "stages: {a: {cmd: echo}}")
    assert project.dvc("status", "-a", "-j", "2", code=1).err == (
        "ERROR: The following options are meaningless for local status: --all-branches, --jobs\n"
        "hint: add `-c` to compare the cache with a remote\n"
    )


def test_quiet_tells_by_its_exit_code(project: Project) -> None:
    project.write("dvc.yaml", "stages: {a: {cmd: echo 1 > out, outs: [out]}}")
    assert project.dvc("status", "-q", code=1) == (1, "", "")
    project.dvc("repro")
    assert project.dvc("status", "-q") == (0, "", "")
