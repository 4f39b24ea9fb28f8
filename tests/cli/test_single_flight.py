"""Runs that need the same stage at the same time execute it once."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.project import Project


@pytest.fixture
def shared(project: Project) -> Project:
    """`slow` is the same for every x, `use` is not; each execution leaves a mark."""
    marks = project.root.parent
    project.write_all(
        {
            "dvc.yaml": "stages:\n"
            "  slow:\n"
            f"    cmd: echo >> {marks}/slow; sleep 0.5; cp in.txt model\n"
            "    deps: [in.txt]\n"
            "    outs: [model]\n"
            "  use:\n"
            f"    cmd: echo >> {marks}/use; cat model params.yaml > out\n"
            "    deps: [model]\n"
            "    params: [x]\n"
            "    outs: [out]\n",
            "in.txt": "in\n",
            "params.yaml": "x: 0\n",
        }
    )
    project.commit("base")
    return project


def executions(project: Project, name: str) -> int:
    mark: Path = project.root.parent / name
    return len(mark.read_text().splitlines()) if mark.exists() else 0


def test_tasks_that_share_a_slow_stage_run_it_once(shared: Project) -> None:
    shared.dvc("exp", "run", "--queue", "-S", "x=range(1,7)")
    result = shared.dvc("exp", "run", "--run-all", "-j", "3")
    assert len(shared.refs()) == 6
    assert (executions(shared, "slow"), executions(shared, "use")) == (1, 6)
    assert "Stage 'slow' is being run by another experiment, waiting for it" in result.lines


def test_the_workspace_waits_for_a_sandbox_and_the_other_way_round(shared: Project) -> None:
    there = shared.start(["dvc", "exp", "run", "--temp", "-n", "there", "-S", "x=1"])
    here = shared.start(["dvc", "exp", "run", "-n", "here", "-S", "x=2"])
    for process in (there, here):
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, out + err
    assert (executions(shared, "slow"), executions(shared, "use")) == (1, 2)


def test_who_fails_lets_the_next_one_try(shared: Project) -> None:
    script = shared.read("dvc.yaml").replace("sleep 0.5;", "sleep 0.5; exit 3;")
    shared.write("dvc.yaml", script)
    shared.commit("fails")
    shared.dvc("exp", "run", "--queue", "-S", "x=1,2")
    shared.dvc("exp", "run", "--run-all", "-j", "2", code=1)
    assert executions(shared, "slow") == 2


def test_a_forced_run_waits_for_nobody(shared: Project) -> None:
    shared.dvc("exp", "run", "--queue", "-f", "-n", "three", "-S", "x=3")
    shared.dvc("exp", "run", "--queue", "-f", "-n", "four", "-S", "x=4")
    result = shared.dvc("exp", "run", "--run-all", "-j", "2")
    assert executions(shared, "slow") == 2
    assert "waiting" not in result.out


def test_a_failed_stage_leaves_no_empty_folder_in_the_run_cache(project: Project) -> None:
    """DVC cannot run a stage whose folder in the run cache is empty."""
    project.write("dvc.yaml", "stages: {one: {cmd: exit 3, deps: [in], outs: [out]}}\n")
    project.write("in", "1")
    assert "exited with 3" in project.dvc("repro", code=255).err
    assert not project.exists(".dvc/cache/runs")
    assert not list(project.path(".dvc/cache/assay/running").iterdir())
