"""A real Slurm, where one answers: each task is a job, and one that dies is noticed."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from support.project import Project
from support.waiting import until

STAGE = """\
stages:
  go:
    cmd: if grep -q 'slow. 1' params.yaml; then sleep 600; fi; cp params.yaml out
    params: [x, slow]
    outs: [out]
"""


def _answers() -> bool:
    if shutil.which("sinfo") is None:
        return False
    asked = ["sinfo", "--noheader", "--states=idle,mixed,allocated", "--format=%D"]
    try:
        answer = subprocess.run(asked, capture_output=True, timeout=10, check=False).stdout
    except subprocess.TimeoutExpired:
        return False
    return answer.strip() != b""


pytestmark = [pytest.mark.slow, pytest.mark.skipif(not _answers(), reason="no Slurm answers")]


@pytest.fixture
def queue(project: Project) -> Project:
    pytest.importorskip("submitit")
    project.write_all({"dvc.yaml": STAGE, "params.yaml": "x: 1\nslow: 0\n"})
    project.commit("base")
    project.git("config", "assay.queue.engine", "slurm")
    project.git("config", "--add", "assay.engine.slurm.option", "timeout_min=5")
    return project


def states(project: Project) -> dict[str, str]:
    found = project.dvc("queue", "status", "--json").json["tasks"]
    return {task["name"]: task["state"] for task in found}


def test_a_sweep_is_an_array_of_jobs(queue: Project) -> None:
    queue.dvc("exp", "run", "--queue", "-n", "s", "-S", "x=1,2,3")
    started = queue.dvc("queue", "start")
    assert "WARNING" not in started.err
    until(lambda: set(states(queue).values()) == {"success"})
    assert "Running stage 'go'" in queue.dvc("queue", "logs", "s-2").out
    queue.dvc("exp", "apply", "s-2")
    assert "x: 2" in queue.read("out")


def test_a_job_that_is_cancelled_past_us_does_not_run_for_ever(queue: Project) -> None:
    queue.dvc("exp", "run", "--queue", "-n", "lost", "-S", "slow=1")
    queue.dvc("queue", "start")
    batch = queue.root / ".dvc/tmp/exps/queue/batch"
    until(lambda: list(batch.glob("*/started")))
    (job,) = batch.glob("*/job")
    subprocess.run(["scancel", job.read_text().strip()], check=True)

    def state() -> str:
        (batch / "looked").unlink(missing_ok=True)  # as if half a minute had passed
        return states(queue)["lost"]

    # Failed if there was time to say so, else lost and queued again.
    until(lambda: state() in ("failed", "queued"))
    assert queue.refs() == {}


def test_a_task_that_is_killed_ends_its_job(queue: Project) -> None:
    queue.dvc("exp", "run", "--queue", "-n", "long", "-S", "slow=1")
    queue.dvc("queue", "start")
    batch = queue.root / ".dvc/tmp/exps/queue/batch"
    until(lambda: list(batch.glob("*/started")))
    assert states(queue) == {"long": "running"}
    queue.dvc("queue", "kill", "long")
    until(lambda: states(queue) == {"long": "killed"})
