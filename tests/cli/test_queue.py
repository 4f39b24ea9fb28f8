"""The queue as a user sees it: `exp run --queue`, `--run-all` and the `queue` commands."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from support.project import Project
from support.waiting import is_alive

STAGE = """\
stages:
  go:
    cmd: sh go.sh
    deps: [go.sh]
    params: [x, fail]
    outs: [{out.txt: {cache: false}}]
"""
SCRIPT = """\
echo "$DVC_EXP_NAME" >> ../ran
echo "message of $DVC_EXP_NAME"
if grep -q 'fail: .*yes' params.yaml; then echo broken on purpose >&2; exit 4; fi
while grep -q 'fail: .*wait' params.yaml && ! test -e ../go-on; do sleep 0.02; done
grep x params.yaml > out.txt
"""


@pytest.fixture
def queue(project: Project) -> Project:
    # The stage writes its mark beside the project, wherever its sandbox is.
    mark = project.root.parent / "ran"
    script = SCRIPT.replace("../ran", str(mark)).replace("../go-on", f"{mark.parent}/go-on")
    project.write_all({"dvc.yaml": STAGE, "go.sh": script, "params.yaml": "x: 1\nfail: no\n"})
    project.commit("base")
    return project


def ran(project: Project) -> list[str]:
    mark = project.root.parent / "ran"
    return mark.read_text().split() if mark.exists() else []


def go_on(project: Project) -> None:
    (project.root.parent / "go-on").touch()


def states(project: Project) -> dict[str, str]:
    return {task["name"]: task["state"] for task in tasks(project)}


def tasks(project: Project) -> list[dict[str, object]]:
    found: list[dict[str, object]] = project.dvc("queue", "status", "--json").json["tasks"]
    return found


def wait_for(condition: Callable[[], object], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def wait_until_over(project: Project) -> None:
    wait_for(lambda: not {"queued", "running"} & set(states(project).values()))


def names(project: Project) -> list[str]:
    return sorted(ref.rpartition("/")[2] for ref in project.refs())


def test_queueing_changes_nothing_but_the_queue(queue: Project) -> None:
    queue.write("params.yaml", "x: 5\nfail: no\n")
    queue.write("new.txt", "n")
    queue.git("add", "new.txt")
    index = queue.path(".git/index").read_bytes()
    result = queue.dvc("exp", "run", "--queue", "-n", "q1", "-S", "x=6")
    assert result.lines == [
        "Queueing with overrides '{'params.yaml': ['x=6']}'.",
        "Queued experiment 'q1' for future execution.",
    ]
    assert queue.read("params.yaml") == "x: 5\nfail: no\n"
    assert queue.path(".git/index").read_bytes() == index
    assert queue.refs() == {}
    assert ran(queue) == []


def test_status_lists_what_is_queued(queue: Project) -> None:
    assert queue.dvc("queue", "status").lines == [
        *("No experiment tasks in the queue.", "", "Worker status: 0 active, 0 idle")
    ]
    queue.dvc("exp", "run", "--queue", "-n", "q1")
    header, row, *rest = queue.dvc("queue", "status").lines
    assert header.split() == ["Task", "Name", "Created", "Status"]
    assert re.fullmatch(r"[0-9a-f]{7}  q1      \d\d:\d\d [AP]M   Queued", row)
    assert rest == ["", "Worker status: 0 active, 0 idle"]
    assert "Worker" not in queue.dvc("queue", "status", "-q").out


def test_tasks_run_in_the_background_with_the_files_of_their_moment(queue: Project) -> None:
    queue.dvc("exp", "run", "--queue", "-n", "first", "-S", "x=2")
    queue.write("params.yaml", "x: 30\nfail: no\n")
    queue.commit("another baseline")
    queue.dvc("exp", "run", "--queue", "-n", "second")
    assert queue.dvc("queue", "start").lines == ["Started '1' new experiments task queue worker."]
    wait_until_over(queue)
    assert states(queue) == {"first": "success", "second": "success"}
    assert ran(queue) == ["first", "second"]
    first, second = sorted(queue.refs(), key=lambda ref: ref.rpartition("/")[2])
    assert queue.git("show", f"{first}:out.txt") == "x: 2"
    assert queue.git("show", f"{second}:out.txt") == "x: 30"
    assert queue.git("rev-parse", f"{first}^") == queue.git("rev-parse", "HEAD^")
    assert queue.git("status", "--porcelain") == ""


def test_a_sweep_is_queued_as_a_whole_or_not_at_all(queue: Project) -> None:
    result = queue.dvc("exp", "run", "--queue", "-n", "s", "-S", "x=range(2,5)", "-S", "fail=no")
    assert [line for line in result.lines if line.startswith("Queued")] == [
        f"Queued experiment 's-{number}' for future execution." for number in (1, 2, 3)
    ]
    conflict = queue.dvc("exp", "run", "--queue", "-n", "s", "-S", "x=range(2,4)", code=255)
    assert "Experiment conflicts with 's-1', which is in the queue already" in conflict.err
    bad = queue.dvc("exp", "run", "--queue", "-S", "x=2,3", "-S", "nosuch=1", code=255)
    assert "Could not override 'nosuch'" in bad.err
    assert queue.dvc("exp", "run", "--queue", "-S", "x=range(3,1)").out == ""
    assert len(tasks(queue)) == 3
    assert len(queue.refs("refs/assay/queue/")) == 1


def test_run_all_follows_and_names_what_it_made(queue: Project) -> None:
    queue.dvc("exp", "run", "--queue", "-n", "s", "-S", "x=2,3")
    result = queue.dvc("exp", "run", "--run-all", "-j", "2")
    assert result.lines[0].startswith("Following logs for all queued experiments.")
    assert "message of s-1" in result.lines and "message of s-2" in result.lines
    assert "Reproduced experiment(s): s-1, s-2" in result.lines
    assert names(queue) == ["s-1", "s-2"]
    assert queue.dvc("exp", "run", "--run-all").out == ""


def test_run_all_tells_failures_by_its_exit_code(queue: Project) -> None:
    queue.dvc("exp", "run", "--queue", "-n", "bad", "-S", "fail=yes")
    queue.dvc("exp", "run", "--queue", "-n", "good", "-S", "x=2")
    result = queue.dvc("exp", "run", "--run-all", code=1)
    assert "Reproduced experiment(s): good" in result.lines
    assert result.err == "Failed to reproduce experiment(s) 'bad'\n"
    assert names(queue) == ["good"]
    text = queue.dvc("queue", "status").out
    assert "bad: failed to reproduce 'go': failed to run: sh go.sh, exited with 4" in text
    assert re.search(r"bad .* Failed$", text, re.MULTILINE)


def test_interrupting_run_all_stops_only_following(queue: Project) -> None:
    queue.dvc("exp", "run", "--queue", "-n", "slow", "-S", "fail=wait")
    process = queue.start(["dvc", "exp", "run", "--run-all"])
    wait_for(lambda: ran(queue))
    os.kill(_last_child(process.pid), signal.SIGINT)
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert out.splitlines()[-1].startswith("Experiment(s) are still executing in the background.")
    go_on(queue)
    wait_until_over(queue)
    assert states(queue) == {"slow": "success"}


def _last_child(pid: int) -> int:
    """The command may be started by a shell that stays."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return _last_child(int(children[-1])) if children else pid


def test_logs_are_there_while_it_runs_and_afterwards(queue: Project) -> None:
    queue.dvc("exp", "run", "--queue", "-n", "slow", "-S", "fail=wait")
    early = queue.dvc("queue", "logs", "slow", code=255)
    assert early.err == "ERROR: Experiment 'slow' is in queue but has not been started\n"
    queue.dvc("queue", "start")
    wait_for(lambda: "message of slow" in queue.dvc("queue", "logs", "slow", code=None).out)
    following = queue.start(["dvc", "queue", "logs", "-f", "slow"])
    go_on(queue)
    out, _ = following.communicate(timeout=30)
    assert out.startswith("Following logs for experiment 'slow'.")
    assert "Updating lock file" in out
    (task,) = tasks(queue)
    assert "message of slow" in queue.dvc("queue", "logs", str(task["id"])).out
    assert queue.dvc("queue", "logs", "-f", "slow").out.endswith(out[-40:])


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["logs", "nosuch"], "'nosuch' is not a valid queued experiment name"),
        (["logs", "q", "-e", "nosuch"], "unexpected error - unknown encoding: nosuch"),
        (["kill", "q"], "'q' is not a valid running experiment name"),
        (["remove", "nosuch"], "'nosuch' is not a valid experiment name"),
        (["remove"], "Either provide an `tasks` argument, or use the `--all`"),
        (["remove", "q", "--all"], "Either provide an `tasks` argument, or use the `--all`"),
        (["retry", "q"], "'q' is not a valid failed experiment name"),
    ],
)
def test_mistakes(queue: Project, words: list[str], text: str) -> None:
    queue.dvc("exp", "run", "--queue", "-n", "q")
    assert f"ERROR: {text}" in queue.dvc("queue", *words, code=255).err
    assert states(queue) == {"q": "queued"}


def test_one_worker_is_not_two(queue: Project) -> None:
    queue.dvc("exp", "run", "--queue", "-S", "fail=wait", "-S", "x=2,3,4")
    assert (
        "Started '2' new experiments task queue workers." in queue.dvc("queue", "start", "-j2").out
    )
    assert (
        "Started '0' new experiments task queue worker." in queue.dvc("queue", "start", "-j2").out
    )
    assert (
        "Started '1' new experiments task queue worker." in queue.dvc("queue", "start", "-j3").out
    )
    wait_for(lambda: len(ran(queue)) == 3)
    assert "Worker status: 3 active, 0 idle" in queue.dvc("queue", "status").out
    go_on(queue)
    wait_until_over(queue)
    assert "Started '0'" in queue.dvc("queue", "start", "-j0").out


def test_workers_share_what_stages_ask_for(queue: Project) -> None:
    """One GPU, three workers: one stage at a time, the others say what they wait for."""
    place = queue.root.parent
    script = f"mkdir {place}/alone || exit 9\n" + queue.read("go.sh") + f"rmdir {place}/alone\n"
    queue.write("go.sh", script)
    queue.write("dvc.yaml", STAGE + "    meta: {resources: {gpu: 1}}\n")
    queue.git("config", "assay.resources.gpu", "1")
    queue.commit("needs a GPU")
    queue.dvc("exp", "run", "--queue", "-n", "s", "-S", "fail=wait", "-S", "x=2,3,4")
    queue.dvc("queue", "start", "-j", "3")
    wait_for(lambda: len(waiting_for_gpu(queue)) == 2 and ran(queue))
    go_on(queue)
    wait_until_over(queue)
    assert set(states(queue).values()) == {"success"}
    assert len(ran(queue)) == 3


def waiting_for_gpu(queue: Project) -> list[Path]:
    logs = queue.path(".dvc/tmp/exps/queue/logs").glob("*.log")
    said = "Stage 'go' waits for 'gpu' that other experiments use"
    return [log for log in logs if said in log.read_text()]


def test_a_killed_task_takes_its_stage_with_it_and_the_next_one_runs(queue: Project) -> None:
    queue.dvc("exp", "run", "--queue", "-n", "slow", "-S", "fail=wait")
    queue.dvc("exp", "run", "--queue", "-n", "next", "-S", "x=2")
    queue.dvc("queue", "start")
    wait_for(lambda: ran(queue) == ["slow"])
    assert queue.dvc("queue", "kill", "--force", "slow").out == "slow has been killed.\n"
    wait_until_over(queue)
    assert states(queue) == {"slow": "killed", "next": "success"}
    assert re.search(r"slow .* Failed$", queue.dvc("queue", "status").out, re.MULTILINE)
    assert names(queue) == ["next"]


def test_a_task_that_is_interrupted_is_told_like_by_ctrl_c(queue: Project) -> None:
    queue.dvc("exp", "run", "--queue", "-n", "slow", "-S", "fail=wait")
    queue.dvc("queue", "start")
    wait_for(lambda: ran(queue) == ["slow"])
    queue.dvc("queue", "kill", "slow")
    wait_until_over(queue)
    assert states(queue) == {"slow": "killed"}
    assert "failed to run: sh go.sh, exited with -2" in queue.dvc("queue", "logs", "slow").out


def test_stop_lets_the_running_task_end_and_leaves_the_rest(queue: Project) -> None:
    queue.dvc("exp", "run", "--queue", "-n", "s", "-S", "fail=wait", "-S", "x=2,3")
    queue.dvc("queue", "start")
    wait_for(lambda: ran(queue) == ["s-1"])
    text = "Queue workers will stop after running tasks finish.\n"
    assert queue.dvc("queue", "stop").out == text
    go_on(queue)
    wait_for(lambda: "Worker status: 0 active, 0 idle" in queue.dvc("queue", "status").out)
    assert states(queue) == {"s-1": "success", "s-2": "queued"}
    assert queue.dvc("queue", "stop").out == text
    queue.dvc("queue", "start")
    wait_until_over(queue)
    assert states(queue) == {"s-1": "success", "s-2": "success"}


def test_stop_with_kill(queue: Project) -> None:
    queue.dvc("exp", "run", "--queue", "-n", "s", "-S", "fail=wait", "-S", "x=2,3")
    queue.dvc("queue", "start")
    wait_for(lambda: ran(queue) == ["s-1"])
    assert queue.dvc("queue", "stop", "--kill").lines == [
        "s-1 has been killed.",
        "All running tasks in the queue have been killed.Queue workers are stopping.",
    ]
    assert states(queue) == {"s-1": "killed", "s-2": "queued"}


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
    wait_for(lambda: len(ran(queue)) == 2)
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
    wait_for(lambda: ran(queue) == ["s"])
    os.kill(int(str(tasks(queue)[0]["pid"])), signal.SIGKILL)
    wait_for(lambda: ran(queue) == ["s", "s"])
    os.kill(int(str(tasks(queue)[0]["pid"])), signal.SIGKILL)
    wait_until_over(queue)
    assert states(queue) == {"s": "failed"}
    assert tasks(queue)[0]["cause"] == "worker lost"
    queue.git("config", "assay.queue.max-attempts", "none")
    refused = queue.dvc("queue", "retry", code=251).err
    assert "assay.queue.max-attempts is 'none'" in refused


def test_workers_do_without_a_write_ahead_log(queue: Project) -> None:
    """As on a network file system."""
    queue.env["ASSAY_QUEUE_JOURNAL"] = "delete"
    queue.dvc("exp", "run", "--queue", "-n", "s", "-S", "x=2,3,4,5")
    queue.dvc("queue", "start", "-j", "2")
    wait_until_over(queue)
    assert set(states(queue).values()) == {"success"} and len(names(queue)) == 4
    assert not queue.exists(".dvc/tmp/exps/queue/tasks.db-wal")


def test_workers_can_stay_for_what_is_queued_later(queue: Project) -> None:
    queue.dvc("queue", "start", "-j", "2", "--stay")
    status = queue.dvc("queue", "status").out
    assert "Worker status: 0 active, 2 idle" in status
    queue.dvc("exp", "run", "--queue", "-n", "s", "-S", "x=2,3")
    wait_until_over(queue)
    queue.dvc("exp", "run", "--queue", "-n", "t", "-S", "x=4,5")
    wait_until_over(queue)
    assert set(states(queue).values()) == {"success"} and len(states(queue)) == 4
    queue.dvc("queue", "stop")
    wait_for(lambda: "0 active, 0 idle" in queue.dvc("queue", "status").out)
    assert queue.listing(".dvc/tmp/exps/queue/workers") == []


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
    wait_for(lambda: ran(queue) == ["s"])
    (task,) = tasks(queue)
    # The attempt is in the process group of its worker, the stage in one of its own.
    os.killpg(os.getpgid(int(str(task["pid"]))), signal.SIGKILL)
    wait_for(lambda: not is_alive(int(str(task["pid"]))))
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


def test_higher_priority_goes_first(queue: Project) -> None:
    queue.dvc("exp", "run", "--queue", "-n", "usual", "-S", "x=2")
    queue.dvc("exp", "run", "--queue", "-n", "urgent", "-S", "x=3", "--priority", "9")
    queue.dvc("exp", "run", "--run-all")
    assert ran(queue) == ["urgent", "usual"]


def test_copied_files_are_those_of_the_place_where_it_was_queued(queue: Project) -> None:
    queue.write_all({".gitignore": "secret\n", "sub/keep": "", "sub/secret": "one\n"})
    queue.write("sub/dvc.yaml", "stages: {s: {cmd: cat secret > ../s, outs: [../s]}}\n")
    queue.commit("reads a secret")
    queue.dvc("exp", "run", "--queue", "-n", "c", "-C", "secret", cwd="sub")
    queue.write("sub/secret", "two\n")
    queue.dvc("queue", "start")
    wait_until_over(queue)
    assert states(queue) == {"c": "success"}
    (ref,) = queue.refs()
    assert "sub/secret" not in queue.git("ls-tree", "-r", "--name-only", ref).split()
    queue.dvc("exp", "apply", "c")
    assert queue.read("s") == "two\n"


def test_exp_show_lists_tasks_in_the_form_that_clients_know(queue: Project) -> None:
    queue.dvc("exp", "run", "--queue", "-n", "bad", "-S", "fail=yes")
    queue.dvc("exp", "run", "--queue", "-n", "good", "-S", "x=2")
    queue.dvc("exp", "run", "--run-all", code=1)
    queue.dvc("exp", "run", "--queue", "-n", "later", "-S", "x=3")
    queue.dvc("exp", "run", "--queue", "-n", "slow", "-S", "fail=wait", "--priority", "1")
    queue.dvc("queue", "start")
    wait_for(lambda: "slow" in ran(queue))
    _, head = queue.dvc("exp", "show", "--json").json
    rows = {row["revs"][0]["name"]: row for row in head["experiments"]}
    assert list(rows) == ["slow", "good", "later", "bad"]
    executors = {name: row["executor"] for name, row in rows.items()}
    assert {name: (one["state"], one["name"]) for name, one in executors.items()} == {
        "slow": ("running", "dvc-task"),
        "good": ("success", "dvc-task"),
        "later": ("queued", "dvc-task"),
        "bad": ("failed", None),
    }
    assert executors["bad"]["local"]["returncode"] == 255
    assert executors["good"]["local"]["returncode"] == 0
    assert executors["slow"]["local"]["pid"] and executors["slow"]["local"]["root"]
    assert Path(executors["slow"]["local"]["log"]).exists()
    later = rows["later"]["revs"][0]
    assert later["data"]["params"]["params.yaml"]["data"] == {"x": 3, "fail": "no"}
    assert later["data"]["metrics"] == {} and later["rev"] == executors["later"]["local"]["task_id"]
    bad = rows["bad"]["revs"][0]
    assert bad["error"] == {"msg": "Experiment run failed", "type": ""} and bad["data"]
    hidden = queue.dvc("exp", "show", "--json", "--hide-failed", "--hide-queued").json[1]
    assert [row["revs"][0]["name"] for row in hidden["experiments"]] == ["slow", "good"]
    go_on(queue)
    wait_until_over(queue)


def test_snapshots_survive_garbage_collection(queue: Project) -> None:
    queue.dvc("exp", "run", "--queue", "-n", "s", "-S", "x=2,3")
    queue.git("reflog", "expire", "--expire=now", "--all")
    queue.git("gc", "-q", "--prune=now")
    queue.dvc("exp", "run", "--run-all")
    assert names(queue) == ["s-1", "s-2"]


def test_the_queue_needs_git(bare_project: Project) -> None:
    for words in (["queue", "status"], ["queue", "start"], ["exp", "run", "--queue"]):
        assert "Only supported for Git repositories" in bare_project.dvc(*words, code=255).err


def test_starting_returns_at_once_and_closes_its_streams(queue: Project) -> None:
    queue.dvc("exp", "run", "--queue", "-n", "slow", "-S", "fail=wait")
    result = queue.dvc("queue", "start")  # reads the pipes until everybody has closed them
    assert result.out and not result.err
    wait_for(lambda: ran(queue))
    go_on(queue)
    wait_until_over(queue)


def test_attempts_load_no_module_that_their_worker_could_have_loaded_for_all(
    queue: Project,
) -> None:
    queue.dvc("exp", "run", "--queue", "-n", "quick")
    # Python then writes what it imports to the error stream: an attempt's is its log.
    queue.dvc("exp", "run", "--run-all", env={"PYTHONPROFILEIMPORTTIME": "1"})
    said = queue.dvc("queue", "logs", "quick").out
    assert "message of quick" in said
    assert "import time:" not in said
