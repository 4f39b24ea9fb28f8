"""Clusters that Dask starts: settings reach what starts them, and its errors reach the user."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from remotes.servers import ssh_server
from support.environment import SOURCES
from support.project import Project
from support.waiting import until

pytest.importorskip("distributed")

STAGE = "stages: {go: {cmd: cp params.yaml out.txt, params: [x], outs: [out.txt]}}\n"
QSUB = """\
#!/bin/sh
cp "$1" PLACE/job.$$
PYTHONPATH=SOURCES setsid sh PLACE/job.$$ > PLACE/job.log 2>&1 < /dev/null &
echo $! > PLACE/pid
echo 17.pbs
"""
QDEL = """\
#!/bin/sh
echo "$1" > PLACE/deleted
kill -- -$(cat PLACE/pid)
"""


@pytest.fixture
def queue(project: Project) -> Iterator[Project]:
    project.write_all({"dvc.yaml": STAGE, "params.yaml": "x: 1\n"})
    project.commit("base")
    project.git("config", "assay.queue.engine", "dask")
    project.dvc("exp", "run", "--queue", "-n", "one", "-S", "x=2")
    yield project
    project.dvc("queue", "stop", "--kill", code=None)


def launch(project: Project, kind: str, **options: object) -> None:
    project.git("config", "assay.engine.dask.cluster", kind)
    for name, value in options.items():
        project.git("config", "--add", "assay.engine.dask.option", f"{name}={json.dumps(value)}")


def pbs(project: Project, place: Path, qsub: str) -> None:
    """Programs in place of those of PBS, first on the PATH; its class asks for one core."""
    pytest.importorskip("dask_jobqueue")
    place.mkdir()
    for name, text in (("qsub", qsub), ("qdel", QDEL)):
        script = text.replace("PLACE", str(place)).replace("SOURCES", str(SOURCES))
        (place / name).write_text(script)
        (place / name).chmod(0o755)
    project.env["PATH"] = f"{place}:{project.env['PATH']}"
    launch(project, "dask_jobqueue.PBSCluster", cores=1, memory="1GB", queue="long")


def test_a_pbs_job_runs_tasks(queue: Project, tmp_path: Path) -> None:
    place = tmp_path / "pbs"
    pbs(queue, place, QSUB)
    assert "dask: reachable" in queue.dvc("engine", "check").out
    queue.dvc("exp", "run", "--run-all", "-j", "1")
    assert next(iter(queue.refs())).endswith("/one")
    for job in place.glob("job.[0-9]*"):
        assert "#PBS -q long" in job.read_text() and "ncpus=1" in job.read_text()
    until((place / "deleted").exists)


@pytest.mark.parametrize(
    ("qsub", "reason"),
    [
        ("echo 'qsub: no such queue: long' >&2; exit 1", "qsub: no such queue: long"),
        ("echo accepted", "Could not parse job id from submission command output"),
    ],
)
def test_a_job_that_pbs_refuses_is_one_line(
    queue: Project, tmp_path: Path, qsub: str, reason: str
) -> None:
    pbs(queue, tmp_path / "pbs", f"#!/bin/sh\n{qsub}\n")
    failed = queue.dvc("queue", "start", code=255)
    (line,) = failed.err.splitlines()
    assert line.startswith("ERROR: engine 'dask' does not start: 'dask_jobqueue.PBSCluster' starts")
    assert reason in line


@pytest.mark.parametrize(
    ("kind", "options", "reason"),
    [
        ("nowhere.Cluster", {}, "No module named 'nowhere'"),
        ("distributed.NoSuchCluster", {}, "has no attribute 'NoSuchCluster'"),
        ("distributed.LocalCluster", {"n_workers": "many"}, "starts no cluster"),
    ],
)
def test_a_class_that_does_not_do_is_one_line(
    queue: Project, kind: str, options: dict[str, object], reason: str
) -> None:
    launch(queue, kind, **options)
    failed = queue.dvc("queue", "start", code=255)
    (line,) = failed.err.splitlines()
    assert line.startswith("ERROR: engine 'dask' does not start: ") and reason in line


def test_a_coordinator_whose_jobs_do_not_begin_can_be_stopped(
    queue: Project, tmp_path: Path
) -> None:
    pbs(queue, tmp_path / "pbs", "#!/bin/sh\necho 17.pbs\n")
    queue.dvc("queue", "start")
    assert queue.dvc("queue", "status", "--json").json["workers"]["idle"] == 1
    queue.dvc("queue", "stop")
    until(lambda: queue.dvc("queue", "status", "--json").json["workers"]["idle"] == 0)


@pytest.mark.skipif(shutil.which("sshd") is None, reason="OpenSSH's server is the other host")
def test_hosts_are_reached_by_ssh(queue: Project, tmp_path: Path) -> None:
    pytest.importorskip("asyncssh")
    with ssh_server(tmp_path / "server") as (port, key):
        known = str(key.parent / "known_hosts")
        connect = {"port": port, "client_keys": [str(key)], "known_hosts": known}
        launch(
            queue,
            "distributed.SSHCluster",
            hosts=["127.0.0.1", "127.0.0.1", "127.0.0.1"],
            connect_options=connect,
            remote_python=sys.executable,
            worker_options={"nthreads": 1},
        )
        queue.dvc("exp", "run", "--run-all", "-j", "1")
    assert next(iter(queue.refs())).endswith("/one")
