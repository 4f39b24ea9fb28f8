"""Experiments that run have rows, those that have ended do not."""

from __future__ import annotations

import json
import os
import select

import pytest

from support.exp_show import rows, shown
from support.project import PATIENCE_S, Project


def test_an_experiment_that_runs_in_the_workspace_has_a_row(ready: Project) -> None:
    ready.write(".dvc/tmp/exps/rwlock.lock", f" {os.getpid()}\n")
    info = {"name": "busy-bee", "baseline_rev": ready.head}
    ready.write(".dvc/tmp/exps/run/workspace/workspace.run", json.dumps(info))
    (running,) = shown(ready)[1]["experiments"]
    assert running["name"] == "busy-bee"
    assert running["revs"][0]["rev"] == "workspace"
    assert running["revs"][0]["data"]["timestamp"] is None
    assert running["executor"] == {
        "state": "running",
        "name": "workspace",
        "local": {
            "root": str(ready.root),
            "log": None,
            "pid": os.getpid(),
            "returncode": None,
            "task_id": None,
        },
    }
    row = rows(ready)[-1]
    assert (row["rev"], row["State"], row["Executor"]) == ("workspace", "Running", "Workspace")
    assert shown(ready, "--hide-workspace")[0]["experiments"] == [running]


def test_an_experiment_that_runs_in_a_sandbox_shows_its_files_as_they_are(ready: Project) -> None:
    ready.write("params.yaml", "lr: 0.1\n")
    ready.write(
        "fit.py",
        "import os\n"
        "open('m.json', 'w').write('{\"acc\": 9}')\n"
        "open(os.environ['TELL'], 'w').write('x')\n"
        "open(os.environ['WAIT']).read(1)\n"
        "open('model', 'w').close()\n",
    )
    ready.commit()
    tell, wait = (str(ready.home / name) for name in ("tell", "wait"))
    os.mkfifo(tell)
    os.mkfifo(wait)
    told, go = (os.open(name, os.O_RDWR) for name in (tell, wait))
    command = ["dvc", "exp", "run", "--temp", "-n", "busy", "-S", "lr=0.9"]
    run = ready.start(command, env={"TELL": tell, "WAIT": wait})
    assert select.select([told], [], [], PATIENCE_S)[0], "the stage did not come that far"
    (found,) = shown(ready)[1]["experiments"]
    row = rows(ready)[-1]
    os.write(go, b"x")
    assert run.wait(PATIENCE_S) == 0
    state = found["revs"][0]
    assert state["data"]["params"]["params.yaml"]["data"] == {"lr": 0.9}
    assert state["data"]["metrics"]["m.json"]["data"] == {"acc": 9}
    assert (state["name"], state["data"]["timestamp"], found["name"]) == ("busy", None, None)
    assert (found["executor"]["state"], found["executor"]["name"]) == ("running", "tempdir")
    assert found["executor"]["local"]["root"].startswith(f"{ready.root}/.dvc/tmp/exps/")
    assert (row["Experiment"], row["State"], row["Executor"]) == ("busy", "Running", "Tempdir")
    (finished,) = shown(ready)[1]["experiments"]
    assert (finished["name"], finished["executor"]) == ("busy", None)


@pytest.mark.parametrize("content", ["", "x", "-1", "0", "9" * 30])
def test_what_no_longer_runs_has_no_row(ready: Project, content: str) -> None:
    ready.write(".dvc/tmp/exps/rwlock.lock", content)
    assert shown(ready)[1]["experiments"] is None


def test_a_process_that_has_ended_does_not_run(ready: Project) -> None:
    ended = ready.start(["true"])
    ended.communicate()
    ready.write(".dvc/tmp/exps/rwlock.lock", str(ended.pid))
    assert shown(ready)[1]["experiments"] is None
