"""A look costs little, is true, and needs no permission."""

from __future__ import annotations

import json
from typing import Any

from support.exp_show import Save, calls_of_git, experiments, shown
from support.project import Project


def test_a_second_look_reads_no_commit(ready: Project, save: Save) -> None:
    for number in range(5):
        save(f"e{number}", {"params.yaml": f"lr: {number}\n"})
    first = shown(ready)
    assert shown(ready) == first
    calls = calls_of_git(ready, "exp", "show", "--json")
    assert not [call for call in calls if "cat-file" in call or "rev-list" in call]


def test_many_experiments_take_no_more_processes_than_one(ready: Project, save: Save) -> None:
    save("first", {"params.yaml": "lr: 7\n"})
    few = calls_of_git(ready, "exp", "show", "--json")
    for number in range(5):
        save(f"e{number}", {"params.yaml": f"lr: {number}\n"})
    many = calls_of_git(ready, "exp", "show", "--json", "-f")
    assert len(many) == len(few)


def test_a_new_experiment_is_seen_and_a_removed_one_is_not(ready: Project, save: Save) -> None:
    save("one", {"params.yaml": "lr: 1\n"})
    assert experiments(ready) == ["one"]
    save("two", {"params.yaml": "lr: 2\n"})
    assert experiments(ready) == ["two", "one"]
    for name in ready.refs():
        ready.git("update-ref", "-d", name)
    assert experiments(ready) == []


def test_a_metric_that_comes_back_into_the_cache_is_seen(ready: Project, save: Save) -> None:
    md5 = "8a80554c91d9fca8acb82f023de02f11"  # of {}, a blank and a line end
    lock = (
        "schema: '2.0'\nstages:\n  s:\n    cmd: x\n    outs:\n    - path: c.json\n"
        f"      hash: md5\n      md5: {md5}\n"
    )
    save("one", {"dvc.yaml": "stages: {s: {cmd: x, metrics: [c.json]}}", "dvc.lock": lock})

    def metric() -> Any:
        return shown(ready)[1]["experiments"][0]["revs"][0]["data"]["metrics"]["c.json"]

    assert metric()["error"]["msg"] == "[Errno 2] No storage files available: 'c.json'"
    ready.write(f".dvc/cache/files/md5/{md5[:2]}/{md5[2:]}", '{"acc": 3}')
    assert metric() == {"data": {"acc": 3}}
    ready.path(f".dvc/cache/files/md5/{md5[:2]}/{md5[2:]}").unlink()
    assert metric() == {"data": {"acc": 3}}


def test_nothing_has_to_be_writable(ready: Project, save: Save) -> None:
    save("one", {"params.yaml": "lr: 1\n"})
    expected = shown(ready)
    ready.shell("rm -rf .dvc/tmp && touch .dvc/tmp")
    assert shown(ready) == expected
    assert ready.path(".dvc/tmp").read_bytes() == b""


def test_many_may_look_at_once(ready: Project, save: Save) -> None:
    for number in range(20):
        save(f"e{number}", {"params.yaml": f"lr: {number}\n"})
    running = [ready.start(["dvc", "exp", "show", "--json"]) for _ in range(6)]
    outputs = {process.communicate()[0] for process in running}
    assert len(outputs) == 1
    assert shown(ready) == json.loads(outputs.pop())
