"""Runs that did not end well stay visible, with cause and log; others go on from them."""

from __future__ import annotations

import pytest

from support.project import Project

STAGES = """\
stages:
  first:
    cmd: echo 1 > first.txt; echo ran >> ${log}
    deps: [source.txt]
    outs: [first.txt]
  second:
    cmd: sh ./how.sh
    deps: [first.txt, how.sh]
    params: [how]
    outs: [second.txt]
    meta: {timeout: 1}
"""

HOW = """\
echo trying
case $(cat params.yaml) in
*exits*) exit 3 ;;
*dies*) kill -9 $$ ;;
*hangs*) exec sleep 60 ;;
esac
echo 2 > second.txt
"""


@pytest.fixture
def failing(project: Project) -> Project:
    """The tasks `exits`, `dies` and `hangs` have failed in their second stage."""
    log = project.root.parent / "log"
    project.write_all(
        {
            "dvc.yaml": STAGES.replace("${log}", str(log)),
            "how.sh": HOW,
            "params.yaml": "how: well\n",
            "source.txt": "s",
        }
        | {".gitignore": "/first.txt\n/second.txt\n"}
    )
    project.commit("stages")
    for how in ("exits", "dies", "hangs"):
        project.dvc("exp", "run", "--queue", "-n", how, "-S", f"how={how}")
    project.dvc("queue", "start", "-j", "2")
    project.dvc("queue", "wait", code=1)
    return project


def test_they_are_shown_with_cause_parameters_and_log(failing: Project) -> None:
    tasks = {task["name"]: task for task in failing.dvc("queue", "status", "--json").json["tasks"]}
    assert {task["state"] for task in tasks.values()} == {"failed"}
    causes = {name: task["cause"] for name, task in tasks.items()}
    assert "exited with 3" in causes["exits"]
    assert "exited with 137" in causes["dies"]  # as shells say: killed by signal 9
    assert "timeout of 1s" in causes["hangs"]
    shown = failing.dvc("exp", "show", "--json").json[1]["experiments"]
    for one in shown:
        state = one["revs"][0]
        assert one["executor"]["state"] == "failed"
        assert state["data"]["params"]["params.yaml"]["data"] == {"how": one["name"]}
        assert state["error"]["msg"]
        log = failing.dvc("queue", "logs", one["name"]).out
        assert "trying" in log
        assert causes[one["name"]] in log
    text = failing.dvc("exp", "show").out
    assert text.count("Failed") == 3
    assert failing.dvc("queue", "status").out.count("Failed") == 3


def test_one_goes_on_from_what_was_finished(failing: Project) -> None:
    log = failing.root.parent / "log"
    before = log.read_text().count("ran")
    failing.dvc("exp", "run", "-r", "hangs", "-S", "how=well", "-n", "mended")
    assert log.read_text().count("ran") == before
    failing.dvc("exp", "apply", "mended")
    assert failing.read("second.txt") == "2\n"


def test_one_is_tried_again(failing: Project) -> None:
    failing.dvc("queue", "retry", "exits")
    failing.dvc("queue", "start")
    failing.dvc("queue", "wait", "exits", code=1)
    tasks = failing.dvc("queue", "status", "--json").json["tasks"]
    assert [task["state"] for task in tasks if task["name"] == "exits"] == ["failed"]
    assert failing.dvc("queue", "logs", "exits").out.count("trying") >= 1


def test_one_is_looked_at_here(failing: Project) -> None:
    failing.dvc("exp", "apply", "dies")
    assert failing.read("params.yaml") == "how: dies\n"
    assert failing.dvc("exp", "show", "--hide-failed", "--json").json[1]["experiments"] is None
    failing.dvc("exp", "remove", "dies", "exits", "hangs")
    assert "No experiment tasks" in failing.dvc("queue", "status").out
