"""What becomes of tasks: logs, kill, remove, retry, wait."""

from __future__ import annotations

import os
import re
import signal
import sqlite3

import pytest

from support.project import Project
from support.queue import go_on, names, ran, states, tasks, wait_until_over
from support.waiting import PATIENCE_S, is_alive, until


def test_logs_are_there_while_it_runs_and_afterwards(queue: Project) -> None:
    queue.dvc("exp", "run", "--queue", "-n", "slow", "-S", "fail=wait")
    early = queue.dvc("queue", "logs", "slow", code=255)
    assert early.err == "ERROR: Experiment 'slow' is in queue but has not been started\n"
    queue.dvc("queue", "start")
    until(lambda: "message of slow" in queue.dvc("queue", "logs", "slow", code=None).out)
    following = queue.start(["dvc", "queue", "logs", "-f", "slow"])
    go_on(queue)
    out, _ = following.communicate(timeout=PATIENCE_S)
    assert out.startswith("Following logs for experiment 'slow'.")
    assert "Updating lock file" in out
    (task,) = tasks(queue)
    assert "message of slow" in queue.dvc("queue", "logs", str(task["id"])).out
    assert queue.dvc("queue", "logs", "-f", "slow").out.endswith(out[-40:])


def test_a_killed_task_takes_its_stage_with_it_and_the_next_one_runs(queue: Project) -> None:
    queue.dvc("exp", "run", "--queue", "-n", "slow", "-S", "fail=wait")
    queue.dvc("exp", "run", "--queue", "-n", "next", "-S", "x=2")
    queue.dvc("queue", "start")
    until(lambda: ran(queue) == ["slow"])
    assert queue.dvc("queue", "kill", "--force", "slow").out == "slow has been killed.\n"
    wait_until_over(queue)
    assert states(queue) == {"slow": "killed", "next": "success"}
    assert re.search(r"slow .* Failed$", queue.dvc("queue", "status").out, re.MULTILINE)
    assert names(queue) == ["next"]


def test_a_task_that_is_interrupted_is_told_like_by_ctrl_c(queue: Project) -> None:
    queue.dvc("exp", "run", "--queue", "-n", "slow", "-S", "fail=wait")
    queue.dvc("queue", "start")
    until(lambda: ran(queue) == ["slow"])
    queue.dvc("queue", "kill", "slow")
    wait_until_over(queue)
    assert states(queue) == {"slow": "killed"}
    assert "failed to run: sh go.sh, exited with -2" in queue.dvc("queue", "logs", "slow").out


def test_removed_tasks_do_not_run_and_leave_nothing(queue: Project) -> None:
    for number in range(1, 5):
        queue.dvc("exp", "run", "--queue", "-n", f"q{number}", "-S", f"x={number * 11}")
    assert queue.dvc("queue", "remove", "q1").out == "Removed tasks in queue: q1\n"
    assert queue.dvc("exp", "remove", "q2").out == "Removed experiments: 'q2'\n"
    assert queue.dvc("exp", "remove", "--queue").out == "Removed experiments: 'q3' and 'q4'\n"
    assert queue.dvc("queue", "remove", "--all").out == "No tasks found named []\n"
    assert queue.refs("refs/assay/queue/") == {}
    assert queue.dvc("exp", "run", "--run-all").out == ""
    assert ran(queue) == []


def test_removing_a_finished_task_keeps_its_experiment(queue: Project) -> None:
    queue.dvc("exp", "run", "--queue", "-n", "done", "-S", "x=2")
    queue.dvc("exp", "run", "--run-all")
    assert queue.dvc("queue", "remove", "--success").out == "Removed tasks in queue: done\n"
    assert names(queue) == ["done"]
    assert "not a valid" in queue.dvc("queue", "logs", "done", code=255).err
    assert queue.listing(".dvc/tmp/exps/queue/logs") == []


def test_tasks_are_removed_by_what_became_of_them(queue: Project) -> None:
    queue.dvc("exp", "run", "--queue", "-n", "bad", "-S", "fail=yes")
    queue.dvc("exp", "run", "--run-all", code=None)
    queue.dvc("exp", "run", "--queue", "-n", "later", "-S", "x=2")
    assert states(queue) == {"bad": "failed", "later": "queued"}
    assert queue.dvc("queue", "remove", "--failed").out == "Removed tasks in queue: bad\n"
    assert states(queue) == {"later": "queued"}
    assert queue.dvc("queue", "remove", "--queued").out == "Removed tasks in queue: later\n"
    assert states(queue) == {}


def test_removing_an_experiment_removes_its_task_too(queue: Project) -> None:
    queue.dvc("exp", "run", "--queue", "-n", "done", "-S", "x=2")
    queue.dvc("exp", "run", "--run-all")
    queue.dvc("exp", "remove", "done", "nosuch", code=255)
    assert names(queue) == ["done"] and states(queue) == {"done": "success"}
    assert queue.dvc("exp", "remove", "done").out == "Removed experiments: 'done'\n"
    assert names(queue) == [] and states(queue) == {}


def test_failed_tasks_run_again_when_asked_to(queue: Project) -> None:
    queue.dvc("exp", "run", "--queue", "-n", "s", "-S", "fail=wait", "-S", "x=2,3")
    queue.dvc("queue", "start", "-j", "2")
    until(lambda: len(ran(queue)) == 2)
    queue.dvc("queue", "kill", "-f", "s-1", "s-2")
    go_on(queue)
    wait_until_over(queue)
    assert queue.dvc("queue", "retry", "s-1").lines == [
        "Queued experiment 's-1' for future execution."
    ]
    assert queue.dvc("queue", "retry").lines == ["Queued experiment 's-2' for future execution."]
    queue.dvc("exp", "run", "--run-all")
    assert states(queue) == {"s-1": "success", "s-2": "success"}
    assert names(queue) == ["s-1", "s-2"]


def test_how_often_a_lost_task_is_tried_can_be_set(queue: Project) -> None:
    queue.git("config", "assay.queue.max-attempts", "2")
    queue.dvc("exp", "run", "--queue", "-n", "s", "-S", "fail=wait")
    queue.dvc("queue", "start")
    until(lambda: ran(queue) == ["s"])
    os.kill(int(str(tasks(queue)[0]["pid"])), signal.SIGKILL)
    until(lambda: ran(queue) == ["s", "s"])
    os.kill(int(str(tasks(queue)[0]["pid"])), signal.SIGKILL)
    wait_until_over(queue)
    assert states(queue) == {"s": "failed"}
    assert tasks(queue)[0]["cause"] == "worker lost"
    queue.git("config", "assay.queue.max-attempts", "none")
    refused = queue.dvc("queue", "retry", code=251).err
    assert "assay.queue.max-attempts is 'none'" in refused


LOOKERS = {
    "status": (["queue", "status"], 0),
    "stop": (["queue", "stop"], 0),
    "remove": (["queue", "remove", "--success"], 0),
    "retry": (["queue", "retry"], 0),
    "kill": (["queue", "kill", "s"], 255),
    "logs": (["queue", "logs", "s"], 0),
    "wait": (["queue", "wait", "s"], 255),
    "show": (["exp", "show"], 0),
}


@pytest.mark.parametrize("looker", LOOKERS)
def test_whoever_looks_finds_the_dead(queue: Project, looker: str) -> None:
    """The worker and its attempt are killed at once: nobody is left to tell."""
    queue.dvc("exp", "run", "--queue", "-n", "s", "-S", "fail=wait")
    queue.dvc("queue", "start")
    until(lambda: ran(queue) == ["s"])
    (task,) = tasks(queue)
    # The attempt is in the process group of its worker, the stage in one of its own.
    os.killpg(os.getpgid(int(str(task["pid"]))), signal.SIGKILL)
    until(lambda: not is_alive(int(str(task["pid"]))))
    words, code = LOOKERS[looker]
    queue.dvc(*words, code=code)
    with sqlite3.connect(queue.path(".dvc/tmp/exps/queue/tasks.db")) as store:
        assert store.execute("SELECT state, cause FROM tasks").fetchall() == [
            ("queued", "worker lost")
        ]
    store.close()


def test_waiting_tells_by_its_exit_code_how_it_went(queue: Project) -> None:
    assert queue.dvc("queue", "wait").out == ""
    queue.dvc("exp", "run", "--queue", "-n", "good", "-S", "x=2")
    queue.dvc("exp", "run", "--queue", "-n", "bad", "-S", "fail=yes")
    assert "no worker is left" in queue.dvc("queue", "wait", code=255).err
    queue.dvc("queue", "start")
    queue.dvc("queue", "wait", "good")
    result = queue.dvc("queue", "wait", "bad", "good", code=1)
    assert result.err.startswith("bad: failed to reproduce 'go'")
    assert "'nosuch' is not a valid" in queue.dvc("queue", "wait", "nosuch", code=255).err


def test_waiting_has_an_end(queue: Project) -> None:
    queue.dvc("exp", "run", "--queue", "-n", "slow", "-S", "fail=wait")
    queue.dvc("queue", "start")
    assert "the time is up" in queue.dvc("queue", "wait", "--timeout", "0.2", code=255).err
    go_on(queue)
    queue.dvc("queue", "wait")
