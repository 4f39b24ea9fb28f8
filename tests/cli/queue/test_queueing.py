"""What `exp run --queue` stores, and what of it runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support.project import Project
from support.queue import go_on, names, ran, states, tasks, wait_until_over
from support.waiting import until


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


def test_a_name_that_is_taken_is_refused_before_data_is_put_into_the_cache(queue: Project) -> None:
    queue.write("data/a", "1\n")
    queue.write("dvc.yaml", "stages: {s: {cmd: cat data/a > s, deps: [data], outs: [s]}}\n")
    queue.dvc("add", "data")
    queue.commit("data")
    queue.dvc("exp", "run", "-n", "q-2")
    queue.write("data/a", "2\n")
    before = queue.listing(".dvc/cache")
    refusal = queue.dvc("exp", "run", "--queue", "-n", "q", "-S", "x=2,3", code=255).err
    assert "Experiment conflicts with existing experiment 'q-2'" in refusal
    assert queue.listing(".dvc/cache") == before
    queue.dvc("exp", "run", "--queue", "-n", "q", "-S", "x=2,3", "-f")
    assert len(queue.listing(".dvc/cache")) > len(before)


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
    until(lambda: "slow" in ran(queue))
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


def test_a_dry_run_is_not_queued(queue: Project) -> None:
    refused = queue.dvc("exp", "run", "--queue", "--dry", "-S", "x=1,2", code=255)
    assert refused.err.startswith(
        "ERROR: a dry run makes no experiment: there is nothing to queue\n"
    )
    assert tasks(queue) == []
