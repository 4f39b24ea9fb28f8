"""Temporary runs that were killed: seen as failed, nothing goes on, others go on from them."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from support.project import Project
from support.waiting import is_alive, until

STAGE = """\
stages:
  go:
    cmd: sh go.sh
    deps: [go.sh]
    params: [x]
    outs: [{out.txt: {cache: false}}]
"""
SCRIPT = """\
if ! test -e MARK/go-on; then echo $$ > MARK/pid; exec sleep 600; fi
cat params.yaml extra.txt > out.txt
"""


@pytest.fixture
def killed(project: Project) -> Iterator[Project]:
    """The run `gone` was killed in its stage, as power cuts and impatient people do."""
    script = SCRIPT.replace("MARK", str(project.root.parent))
    project.write_all({"dvc.yaml": STAGE, "go.sh": script, "params.yaml": "x: 1\n"})
    project.commit("base")
    project.write("extra.txt", "extra\n")
    command = ["dvc", "exp", "run", "--temp", "-n", "gone", "-S", "x=2", "-C", "extra.txt"]
    run = project.start(command)
    orphan = pid_of_stage(project)
    os.kill(run.pid, signal.SIGKILL)
    run.wait()  # what it left running keeps its pipes open
    yield project
    if is_alive(orphan):  # a test that failed early
        os.kill(orphan, signal.SIGKILL)


def pid_of_stage(project: Project) -> int:
    path = project.root.parent / "pid"
    until(lambda: path.exists() and path.read_text().strip())
    return int(path.read_text())


def rows(project: Project) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = project.dvc("exp", "show", "--json").json[1]["experiments"] or []
    return found


def go_on(project: Project) -> None:
    (project.root.parent / "go-on").touch()


def test_it_is_shown_as_failed_with_its_parameters(killed: Project) -> None:
    orphan = pid_of_stage(killed)
    for _ in range(2):  # once noted it is not noted again
        (row,) = rows(killed)
        state = row["revs"][0]
        assert (row["name"], row["executor"]["state"]) == ("gone", "failed")
        assert state["data"]["params"]["params.yaml"]["data"] == {"x": 2}
    assert not is_alive(orphan)
    (task,) = killed.dvc("queue", "status", "--json").json["tasks"]
    assert (task["name"], task["state"], task["cause"]) == ("gone", "failed", "killed")
    said = killed.dvc("queue", "logs", "gone", code=255).err
    assert "nothing of it was kept; it has ended with: killed" in said
    killed.dvc("exp", "remove", "gone")
    assert rows(killed) == []
    assert killed.refs("refs/assay/queue/") == {}


def test_it_can_be_tried_again(killed: Project) -> None:
    killed.dvc("queue", "status")
    go_on(killed)
    killed.dvc("queue", "retry", "gone")
    killed.dvc("exp", "run", "--run-all")
    (ref,) = [name for name in killed.refs() if name.endswith("/gone")]
    assert killed.git("show", f"{ref}:out.txt") == "x: 2\nextra"


def test_another_run_starts_from_it_before_anybody_has_looked(killed: Project) -> None:
    go_on(killed)
    killed.dvc("exp", "run", "-r", "gone", "-n", "next", "-C", "extra.txt")
    (ref,) = [name for name in killed.refs() if name.endswith("/next")]
    assert killed.git("show", f"{ref}:out.txt") == "x: 2\nextra"
    assert {row["name"] for row in rows(killed)} == {"gone", "next"}


def test_neither_the_next_run_nor_cleaning_forgets_it(killed: Project) -> None:
    go_on(killed)
    killed.dvc("exp", "run", "--temp", "-n", "next", "-S", "x=3", "-C", "extra.txt")
    assert killed.git("gc", "--prune=now", "-q") == ""
    killed.dvc("exp", "clean")
    assert os.listdir(killed.path(".dvc/tmp/exps/sandboxes/1")) == ["lock"]
    assert {row["name"]: row["revs"][0]["data"]["params"] for row in rows(killed)} == {
        name: {"params.yaml": {"data": {"x": value}}} for name, value in (("gone", 2), ("next", 3))
    }


def test_one_that_runs_is_no_killed_one(killed: Project) -> None:
    rows(killed)
    killed.dvc("exp", "remove", "gone")
    (killed.root.parent / "pid").unlink()
    run = killed.start(["dvc", "exp", "run", "--temp", "-n", "alive", "-C", "extra.txt"])
    pid_of_stage(killed)
    assert [row["executor"]["state"] for row in rows(killed)] == ["running"]
    assert killed.dvc("queue", "status", "--json").json["tasks"] == []
    os.kill(run.pid, signal.SIGINT)
    assert run.wait() != 0
    assert rows(killed) == []
