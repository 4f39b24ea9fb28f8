"""Hosts, coordinators and networks that fail: experiments appear once, with their data."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.dask_hosts import DaskHosts
from support.project import Project
from support.waiting import is_alive, until

pytest.importorskip("distributed")

STAGE = """\
stages:
  go:
    cmd: sh go.sh
    deps: [go.sh]
    params: [x]
    outs: [out.txt]
"""
SCRIPT = """\
echo $$ > MARK/$DVC_EXP_NAME.pid
while test -e MARK/wait; do sleep 0.05; done
grep x params.yaml > out.txt
"""


@pytest.fixture
def hosts(tmp_path: Path, project: Project) -> Iterator[DaskHosts]:
    folder = tmp_path / "dask"
    folder.mkdir()
    found = DaskHosts(folder, project.env)
    yield found
    found.close()


@pytest.fixture
def queue(project: Project, hosts: DaskHosts) -> Project:
    mark = project.root.parent
    script = SCRIPT.replace("MARK", str(mark))
    project.write_all({"dvc.yaml": STAGE, "go.sh": script, "params.yaml": "x: 1\n"})
    project.dvc("remote", "add", "-d", "store", str(mark / "store"))
    project.commit("base")
    project.git("config", "assay.queue.engine", "dask")
    project.git("config", "assay.engine.dask.address", hosts.address)
    return project


def tasks(project: Project) -> dict[str, dict[str, Any]]:
    found = project.dvc("queue", "status", "--json").json["tasks"]
    return {task["name"]: task for task in found}


def let_wait(project: Project) -> Path:
    mark = project.root.parent / "wait"
    mark.touch()
    return mark


def pid_of(project: Project, name: str) -> int:
    path = project.root.parent / f"{name}.pid"
    until(lambda: path.exists() and path.read_text().strip())
    return int(path.read_text())


def coordinator_of(project: Project) -> int:
    """Its lock file says who it is; a coordinator that has ended has none."""
    folder = project.root / ".dvc/tmp/exps/queue/workers"
    (lock,) = [one for one in folder.iterdir() if not one.name.endswith(".log")]
    return int(lock.read_text())


def run_all(project: Project) -> None:
    """Run what is queued, of which something fails."""
    project.dvc("queue", "start")
    project.dvc("queue", "wait", code=None)  # some may be over already
    until(lambda: project.dvc("queue", "status", "--json").json["workers"]["idle"] == 0)


def experiments(project: Project) -> list[str]:
    return sorted(project.git("for-each-ref", "--format=%(refname:lstrip=4)", "refs/exps").split())


def test_a_task_whose_host_dies_runs_again_and_nothing_goes_on_there(
    queue: Project, hosts: DaskHosts
) -> None:
    wait = let_wait(queue)
    hosts.host("one")
    queue.dvc("exp", "run", "--queue", "-n", "s", "-S", "x=1,2")
    queue.dvc("queue", "start")
    first = pid_of(queue, "s-1")
    hosts.kill("one")
    until(lambda: not is_alive(first))
    wait.unlink()
    hosts.host("two")
    queue.dvc("queue", "wait")
    assert experiments(queue) == ["s-1", "s-2"]
    assert tasks(queue)["s-1"]["attempts"] == 2
    for name in ("s-1", "s-2"):
        queue.dvc("exp", "apply", name, code=None)
        queue.dvc("pull")
        assert queue.read("out.txt") == f"x: {name[-1]}\n"


def test_a_coordinator_that_was_killed_is_followed_by_one_that_finds_its_tasks(
    queue: Project, hosts: DaskHosts
) -> None:
    wait = let_wait(queue)
    hosts.host("one")
    queue.dvc("exp", "run", "--queue", "-n", "s", "-S", "x=1,2")
    queue.dvc("queue", "start")
    pid_of(queue, "s-1")
    until(lambda: queue.dvc("queue", "logs", "s-1").out.strip())
    os.kill(coordinator_of(queue), signal.SIGKILL)
    assert tasks(queue)["s-1"]["state"] == "running"
    queue.dvc("queue", "start")
    wait.unlink()
    queue.dvc("queue", "wait")
    assert experiments(queue) == ["s-1", "s-2"]
    assert {task["attempts"] for task in tasks(queue).values()} == {1}


def test_what_cannot_run_anywhere_says_why(queue: Project, hosts: DaskHosts) -> None:
    hosts.host("one", "--resources", "Seat=1")
    with_seats = STAGE.replace("cmd:", "meta: {resources: {seat: N}}\n    cmd:")
    for name, amount in (("fits", "1"), ("large", "2")):
        queue.write_all({"dvc.yaml": with_seats.replace("N", amount)})
        queue.dvc("exp", "run", "--queue", "-n", name)
    queue.write_all({"dvc.yaml": with_seats.replace("seat: N", "licence: 1")})
    queue.dvc("exp", "run", "--queue", "-n", "unknown")
    run_all(queue)
    queue.write_all({"dvc.yaml": STAGE, "more.txt": "x"})
    queue.dvc("remote", "remove", "store")
    queue.dvc("exp", "run", "--queue", "-n", "homeless")
    (queue.root / "huge").mkdir()
    with open(queue.root / "huge" / "file", "wb") as file:
        file.truncate(65 << 20)
    queue.dvc("exp", "run", "--queue", "-n", "heavy", "-C", "more.txt", "-C", "huge")
    queue.dvc("exp", "run", "--queue", "-n", "secret", "-C", ".dvc/config")
    (queue.root / "way").symlink_to(queue.root.parent)
    (queue.root.parent / "file").write_text("x")
    queue.git("add", "way")
    queue.dvc("exp", "run", "--queue", "-n", "outside", "-C", "way/file")
    run_all(queue)
    causes = {name: str(task["cause"]) for name, task in tasks(queue).items()}
    assert experiments(queue) == ["fits"], causes
    assert "no host offers Seat=2" in causes["large"]
    assert "no host offers 'licence'" in causes["unknown"]
    assert "has no default remote" in causes["homeless"]
    assert "huge/file'. No more than 64 MB" in causes["heavy"]
    assert "dvc/config'. What belongs to Git or DVC stays" in causes["secret"]
    assert "A symbolic link leads out of the sandbox" in causes["outside"]


@pytest.mark.slow
def test_workers_on_this_machine_need_no_address_and_share_the_cache(
    queue: Project, hosts: DaskHosts
) -> None:
    queue.git("config", "--unset", "assay.engine.dask.address")
    queue.dvc("remote", "remove", "store")
    queue.dvc("exp", "run", "--queue", "-n", "s", "-S", "x=1,2,3")
    queue.dvc("exp", "run", "--run-all", "-j", "2")
    assert experiments(queue) == ["s-1", "s-2", "s-3"]
    queue.dvc("exp", "apply", "s-3")
    assert queue.read("out.txt") == "x: 3\n"
    queue.dvc("fsck")


def test_a_scheduler_that_is_not_there_is_one_line(queue: Project, hosts: DaskHosts) -> None:
    assert hosts.address in queue.git("config", "assay.engine.dask.address")
    queue.git("config", "assay.engine.dask.connect-timeout", "1")
    queue.git("config", "assay.engine.dask.address", "tcp://127.0.0.1:1")
    queue.dvc("exp", "run", "--queue")
    for command in (["queue", "start"], ["engine", "check"]):
        failed = queue.dvc(*command, code=255)
        assert "no Dask scheduler answers at 'tcp://127.0.0.1:1'" in failed.err
        assert "Traceback" not in failed.err
