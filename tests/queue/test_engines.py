"""Every engine keeps the same promises. Add yours to ENGINES; what differs is in its fixture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.dask_hosts import DaskHosts
from support.environment import command_environment
from support.project import Project
from support.waiting import is_alive, until

ENGINES = ["local", "dask", "slurm"]

STAGE = """\
stages:
  go:
    cmd: sh go.sh
    deps: [go.sh]
    params: [x, fail]
    outs: [out.txt]
    metrics: [{m.json: {cache: false}}]
"""
SCRIPT = """\
echo "message of $DVC_EXP_NAME"
if grep -q 'fail: .*yes' params.yaml; then echo broken on purpose >&2; exit 4; fi
echo '{"x": 0.5}' > m.json
if grep -q 'fail: .*wait' params.yaml && ! test -e MARK/go-on; then
  echo $$ > MARK/$DVC_EXP_NAME.pid
  while ! test -e MARK/go-on; do sleep 0.05; done
fi
grep x params.yaml > out.txt
grep x params.yaml | sed 's/x: \\(.*\\)/{"x": \\1}/' > m.json
"""


@pytest.fixture(scope="module")
def hosts(tmp_path_factory: pytest.TempPathFactory, _commands: Path) -> Iterator[DaskHosts]:
    """One Dask cluster with two hosts for all tests."""
    pytest.importorskip("distributed")
    folder = tmp_path_factory.mktemp("dask")
    (folder / "tmp").mkdir()
    found = DaskHosts(folder, command_environment(folder, _commands))
    found.host("one")
    found.host("two")
    yield found
    found.close()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def queue(project: Project, engine: str, request: pytest.FixtureRequest) -> Project:
    """A project whose queue runs on the engine; it has a remote, as hosts need one."""
    mark = project.root.parent
    project.write_all(
        {
            "dvc.yaml": STAGE,
            "go.sh": SCRIPT.replace("MARK", str(mark)),
            "params.yaml": "x: 1\nfail: no\n",
        }
    )
    project.dvc("remote", "add", "-d", "store", str(mark / "store"))
    project.commit("base")
    project.git("config", "assay.queue.engine", engine)
    if engine == "dask":
        address = request.getfixturevalue("hosts").address
        project.git("config", "assay.engine.dask.address", address)
    if engine == "slurm":
        pytest.importorskip("submitit")
        project.git("config", "assay.engine.slurm.cluster", "local")
    return project


def tasks(project: Project) -> dict[str, dict[str, Any]]:
    found = project.dvc("queue", "status", "--json").json["tasks"]
    return {task["name"]: task for task in found}


def trees(project: Project) -> dict[str, str]:
    """Name of each experiment → its tree."""
    lines = project.git("for-each-ref", "--format=%(refname:lstrip=4) %(tree)", "refs/exps")
    return dict(line.split(" ") for line in lines.splitlines())


def row_of(project: Project) -> dict[str, Any]:
    """What `exp show` tells of the only experiment there is."""
    baselines = project.dvc("exp", "show", "--json").json
    (row,) = [one for baseline in baselines for one in baseline["experiments"] or ()]
    data: dict[str, Any] = row["revs"][0]["data"]
    return data


def pid_of(project: Project, name: str) -> int:
    path = project.root.parent / f"{name}.pid"
    until(lambda: path.exists() and path.read_text().strip())
    return int(path.read_text())


def test_a_sweep_becomes_experiments_with_data(queue: Project) -> None:
    queue.dvc("exp", "run", "--queue", "-n", "s", "-S", "x=1,2,3")
    done = queue.dvc("exp", "run", "--run-all", "-j", "2")
    assert "Reproduced experiment(s): s-1, s-2, s-3" in done.out
    assert all(f"message of s-{number}" in done.out for number in (1, 2, 3))
    assert set(trees(queue)) == {"s-1", "s-2", "s-3"} and len(set(trees(queue).values())) == 3
    assert {task["state"] for task in tasks(queue).values()} == {"success"}
    # Of hosts with a cache of their own the data is on the remote.
    queue.dvc("exp", "apply", "s-2", code=None)
    queue.dvc("pull", code=None)
    assert queue.read("out.txt") == "x: 2\n"


def test_a_failure_has_its_cause_and_can_be_tried_again(queue: Project) -> None:
    queue.dvc("exp", "run", "--queue", "-n", "bad", "-S", "fail=yes")
    assert "'bad'" in queue.dvc("exp", "run", "--run-all", code=1).err
    assert tasks(queue)["bad"]["state"] == "failed"
    assert "exited with 4" in str(tasks(queue)["bad"]["cause"])
    assert "broken on purpose" in queue.dvc("queue", "logs", "bad").out
    queue.dvc("queue", "retry", "bad")
    queue.dvc("exp", "run", "--run-all", code=1)
    assert tasks(queue)["bad"]["attempts"] == 2 and trees(queue) == {}


def test_a_task_that_is_killed_is_over_and_leaves_nothing_running(queue: Project) -> None:
    queue.dvc("exp", "run", "--queue", "-n", "long", "-S", "fail=wait")
    queue.dvc("queue", "start")
    pid = pid_of(queue, "long")
    until(lambda: "message of long" in queue.dvc("queue", "logs", "long").out)
    assert tasks(queue)["long"]["state"] == "running"
    queue.dvc("queue", "kill", "long")
    queue.dvc("queue", "wait", "long", code=1)
    assert tasks(queue)["long"]["state"] == "killed" and trees(queue) == {}
    until(lambda: not is_alive(pid))


def test_files_that_git_does_not_track_come_along_if_they_are_named(queue: Project) -> None:
    queue.write_all(
        {
            "go.sh": "extra/run.sh > out.txt; ls -A extra >> out.txt; echo 1 > m.json\n",
            "extra/run.sh": "#!/bin/sh\ncat ${0%/*}/../more.bin\n",
            "more.bin": "more\n",
            ".gitignore": "/more.bin\n",
        }
    )
    queue.path("extra/empty").mkdir()
    queue.path("extra/run.sh").chmod(0o755)
    queue.git("add", "go.sh", ".gitignore")
    queue.dvc("exp", "run", "--queue", "-n", "with", "-C", "extra", "-C", "more.bin")
    queue.dvc("exp", "run", "--run-all")
    files = queue.git("ls-tree", "-r", "--name-only", trees(queue)["with"]).split()
    assert "m.json" in files and not {"extra/run.sh", "more.bin"} & set(files)
    queue.dvc("exp", "apply", "with", code=None)
    queue.dvc("pull", code=None)
    assert queue.read("out.txt") == "more\nempty\nrun.sh\n"


def test_what_a_running_experiment_holds_is_in_the_table(queue: Project) -> None:
    queue.dvc("exp", "run", "--queue", "-n", "long", "-S", "x=7", "-S", "fail=wait")
    queue.dvc("queue", "start")
    pid_of(queue, "long")
    until(lambda: row_of(queue)["metrics"].get("m.json") == {"data": {"x": 0.5}})
    assert row_of(queue)["params"]["params.yaml"] == {"data": {"x": 7, "fail": "wait"}}
    assert "0.5" in queue.dvc("exp", "show", "--csv", "--hide-workspace", "--param-deps").out
    (queue.root.parent / "go-on").touch()
    queue.dvc("queue", "wait", "long")
    assert row_of(queue)["metrics"]["m.json"] == {"data": {"x": 7}}
    assert not list(queue.path(".dvc/tmp/exps/queue/so-far").iterdir())


def test_workers_that_are_to_stop_finish_what_they_do(queue: Project, engine: str) -> None:
    if engine == "slurm":
        pytest.skip("its workers are not ours: all tasks are submitted at once")
    queue.dvc("exp", "run", "--queue", "-n", "s", "-S", "x=1,2", "-S", "fail=wait")
    queue.dvc("queue", "start", "-j", "1")
    pid_of(queue, "s-1")
    queue.dvc("queue", "stop")
    (queue.root.parent / "go-on").touch()
    queue.dvc("queue", "wait", "s-1")
    until(lambda: queue.dvc("queue", "status", "--json").json["workers"]["idle"] == 0)
    assert tasks(queue)["s-2"]["state"] == "queued" and set(trees(queue)) == {"s-1"}
