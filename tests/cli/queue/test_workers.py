"""Workers: how many there are, what they share, when they leave."""

from __future__ import annotations

from pathlib import Path

from support.project import Project
from support.queue import STAGE, go_on, names, ran, states, wait_until_over
from support.waiting import until


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
    until(lambda: len(ran(queue)) == 3)
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
    until(lambda: len(waiting_for_gpu(queue)) == 2 and ran(queue))
    go_on(queue)
    wait_until_over(queue)
    assert set(states(queue).values()) == {"success"}
    assert len(ran(queue)) == 3


def waiting_for_gpu(queue: Project) -> list[Path]:
    logs = queue.path(".dvc/tmp/exps/queue/logs").glob("*.log")
    said = "Stage 'go' waits for 'gpu' that other experiments use"
    return [log for log in logs if said in log.read_text()]


def test_stop_lets_the_running_task_end_and_leaves_the_rest(queue: Project) -> None:
    queue.dvc("exp", "run", "--queue", "-n", "s", "-S", "fail=wait", "-S", "x=2,3")
    queue.dvc("queue", "start")
    until(lambda: ran(queue) == ["s-1"])
    text = "Queue workers will stop after running tasks finish.\n"
    assert queue.dvc("queue", "stop").out == text
    go_on(queue)
    until(lambda: "Worker status: 0 active, 0 idle" in queue.dvc("queue", "status").out)
    assert states(queue) == {"s-1": "success", "s-2": "queued"}
    assert queue.dvc("queue", "stop").out == text
    queue.dvc("queue", "start")
    wait_until_over(queue)
    assert states(queue) == {"s-1": "success", "s-2": "success"}


def test_stop_with_kill(queue: Project) -> None:
    queue.dvc("exp", "run", "--queue", "-n", "s", "-S", "fail=wait", "-S", "x=2,3")
    queue.dvc("queue", "start")
    until(lambda: ran(queue) == ["s-1"])
    assert queue.dvc("queue", "stop", "--kill").lines == [
        "s-1 has been killed.",
        "All running tasks in the queue have been killed.Queue workers are stopping.",
    ]
    assert states(queue) == {"s-1": "killed", "s-2": "queued"}


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
    until(lambda: "0 active, 0 idle" in queue.dvc("queue", "status").out)
    assert queue.listing(".dvc/tmp/exps/queue/workers") == []


def test_starting_returns_at_once_and_closes_its_streams(queue: Project) -> None:
    queue.dvc("exp", "run", "--queue", "-n", "slow", "-S", "fail=wait")
    result = queue.dvc("queue", "start")  # reads the pipes until everybody has closed them
    assert result.out and not result.err
    until(lambda: ran(queue))
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
