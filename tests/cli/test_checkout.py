from __future__ import annotations

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
