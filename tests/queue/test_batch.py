"""Jobs of a batch system that nobody of ours waits for, with submitit's local executor."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from assay.queue.engines.jobs import going
from support.project import Project
from support.waiting import until

STAGE = """\
stages:
  go:
    cmd: echo begun > MARK && sleep 600
"""


@pytest.fixture
def queue(project: Project) -> Project:
    pytest.importorskip("submitit")
    project.write("dvc.yaml", STAGE.replace("MARK", str(project.root.parent / "begun")))
    project.commit("base")
    project.git("config", "assay.queue.engine", "slurm")
    project.git("config", "assay.engine.slurm.cluster", "local")
    return project


def test_a_job_that_dies_without_a_result_is_noticed_by_whoever_looks(queue: Project) -> None:
    queue.dvc("exp", "run", "--queue", "-n", "lost")
    queue.dvc("queue", "start")
    until(lambda: (queue.root.parent / "begun").exists())
    batch = queue.root / ".dvc/tmp/exps/queue/batch"
    (job,) = batch.glob("*/job")
    os.kill(int(job.read_text()), signal.SIGKILL)

    def state() -> str:
        (batch / "looked").unlink(missing_ok=True)  # as if half a minute had passed
        (task,) = queue.dvc("queue", "status", "--json").json["tasks"]
        return str(task["state"])

    until(lambda: state() == "queued")
    assert "job" in queue.dvc("queue", "logs", "lost", code=None).out


def slurm_that_says(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A `squeue` in place of Slurm's; tests/queue/test_slurm.py asks the real one."""
    (folder / "squeue").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "squeue").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


def test_of_slurm_jobs_those_go_on_that_its_controller_lists_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = "7_0 RUNNING\n7_1 PENDING\n7_2 FAILED\n7_3 COMPLETING\n7_4 OUT_OF_MEMORY\n9 RUNNING"
    slurm_that_says(tmp_path, f"cat <<'E'\n{lines}\nE", monkeypatch)
    asked = [f"7_{number}" for number in range(6)]
    assert going("slurm", asked) == {"7_0", "7_1", "7_3"}


def test_while_slurm_does_not_answer_every_job_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slurm_that_says(tmp_path, "echo 'slurm_load_jobs error' >&2; exit 1", monkeypatch)
    assert going("slurm", ["1", "2"]) == {"1", "2"}
