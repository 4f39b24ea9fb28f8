from __future__ import annotations

import os

from support.pipelines import two_stages
from support.project import Project


def test_data_of_a_stage_that_is_gone_is_cleared_and_what_git_tracks_stays(
    project: Project,
) -> None:
    two_stages(project)
    project.dvc("repro", "-q")
    project.commit("ran")
    project.write("dvc.yaml", project.read("dvc.yaml").partition("  train:")[0])
    assert project.dvc("checkout").out == "D\tmodel.txt\n"
    assert project.exists("metrics.json")
    assert project.git("status", "--porcelain") == "M dvc.yaml"


def test_what_a_killed_checkout_left_in_a_directory_goes(project: Project) -> None:
    """To other programs it would be a file of the directory."""
    project.write_all({"d/a": "a\n", "d/b": "b\n"})
    project.dvc("add", "-q", "d")
    left = project.write(f"d/.{'0' * 22}.tmp", "half")
    os.utime(left, (1, 1))
    project.path("d/a").unlink()

    project.dvc("checkout", "-q")
    assert project.listing("d") == ["a", "b"]


def test_outputs_that_were_never_made_are_no_failure_where_data_may_be_missing(
    project: Project,
) -> None:
    project.write("dvc.yaml", "stages: {a: {cmd: echo 1 > a, outs: [a]}}\n")
    project.dvc("checkout", code=255)
    assert "No file hash info found" in project.dvc("checkout", "--allow-missing").err
