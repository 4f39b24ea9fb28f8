"""The IDE extension: three pipes, stdin open for ever, JSON on stdout (spec/clients.md §1)."""

from __future__ import annotations

import json
import os
import re
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from support.pipelines import two_stages
from support.project import Project, Result
from support.waiting import is_alive, until

WAITING = "import os\nif os.path.exists('gate'): open('gate').read()\n"

# Keys that must be there; a value names the types that it may have.
STATE = {"rev": str, "name": (str, type(None))}
DATA = {
    "rev": str, "timestamp": (str, type(None)), "params": (dict, type(None)),
    "metrics": (dict, type(None)), "deps": (dict, type(None)), "outs": (dict, type(None)),
    "meta": dict,
}  # fmt: skip
DEPENDENCY = {
    "hash": (str, type(None)), "size": (int, type(None)), "nfiles": (int, type(None)),
}  # fmt: skip
LOCAL = {
    "root": (str, type(None)), "log": (str, type(None)), "pid": (int, type(None)),
    "returncode": (int, type(None)),
}  # fmt: skip


def call(project: Project, *words: str, code: int = 0) -> Result:
    """As the extension calls: stdin stays open and never yields anything."""
    process = project.start(["dvc", *words], env={"GIT_TERMINAL_PROMPT": "0"})
    assert process.stdout is not None
    assert process.stderr is not None
    out, err = process.stdout.read(), process.stderr.read()
    result = Result(process.wait(), out, err)
    for stream in (process.stdin, process.stdout, process.stderr):
        assert stream is not None
        stream.close()
    assert result.code == code, (words, result)
    return result


def has(value: dict[str, Any], shape: dict[str, Any]) -> None:
    assert value.keys() >= shape.keys()
    for key, types in shape.items():
        assert isinstance(value[key], types), (key, value[key])


def check_state(state: dict[str, Any]) -> None:
    has(state, STATE)
    assert re.fullmatch(r"workspace|[0-9a-f]{40}", state["rev"])
    data = state["data"]
    if data is None:
        has(state["error"], {"type": str, "msg": str})
        return
    has(data, DATA)
    for files in (data.get("params"), data.get("metrics")):
        assert all(file.keys() in ({"data"}, {"error"}) for file in (files or {}).values())
    for dependency in (data.get("deps") or {}).values():
        has(dependency, DEPENDENCY)
    for output in (data.get("outs") or {}).values():
        has(output, DEPENDENCY | {"use_cache": bool, "is_data_source": bool})
    if data.get("timestamp"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", data["timestamp"])


def shown(project: Project, *options: str) -> dict[str, dict[str, Any]]:
    """`exp show --json`, checked; name → range, of all experiments."""
    rows = json.loads(call(project, "exp", "show", *options, "--json").out)
    assert rows[0]["rev"] == "workspace"
    found = {}
    for row in rows:
        check_state(row)
        for one in row["experiments"] or []:
            for state in one["revs"]:
                check_state(state)
            executor = one["executor"]
            if executor is not None:
                assert executor["state"] in ("queued", "running", "success", "failed")
                assert executor["name"] in ("dvc-task", "workspace", "tempdir", None)
                has(executor["local"], LOCAL)
            found[one["name"]] = one
    return found


@pytest.fixture
def pipeline(project: Project) -> Project:
    """Two stages; `train` waits for a pipe named `gate`, where there is one."""
    two_stages(project)
    project.write("train.py", WAITING + project.read("train.py"))
    project.write("plots.tsv", "step\tloss\n0\t1.5\n1\t0.5\n")
    text = project.read("dvc.yaml")
    project.write("dvc.yaml", text + "plots:\n- plots.tsv: {x: step, y: loss}\n- gone.tsv\n")
    project.commit("waiting")
    return project


def test_every_state_of_an_experiment(pipeline: Project) -> None:
    call(pipeline, "exp", "run", "-S", "lr=0.5")
    [done] = shown(pipeline).values()
    assert done["executor"] is None
    call(pipeline, "exp", "run", "--queue", "-S", "lr=choice(1,2)", "-n", "q")
    queued = shown(pipeline)["q-1"]
    task = queued["revs"][0]["rev"]
    assert (queued["executor"]["state"], queued["executor"]["name"]) == ("queued", "dvc-task")
    assert queued["executor"]["local"]["task_id"] == task
    assert queued["revs"][0]["data"]["params"]["params.yaml"]["data"]["lr"] == 1
    assert queued["revs"][0]["data"]["metrics"] == {}
    assert call(pipeline, "queue", "start", "-j", "2").out
    call(pipeline, "queue", "wait")
    done = shown(pipeline)["q-1"]
    assert (done["executor"]["state"], done["executor"]["local"]["returncode"]) == ("success", 0)
    pipeline.write("train.py", "raise SystemExit(3)\n")
    call(pipeline, "exp", "run", "--queue", "-n", "bad")
    call(pipeline, "queue", "start", "-j", "1")
    call(pipeline, "queue", "wait", code=1)
    bad = shown(pipeline)["bad"]
    assert (bad["executor"]["state"], bad["executor"]["name"]) == ("failed", None)
    assert bad["executor"]["local"]["returncode"] not in (0, None)
    assert bad["revs"][0]["error"]["msg"]
    assert bad["revs"][0]["data"] is not None
    assert Path(bad["executor"]["local"]["log"]).exists()
    call(pipeline, "exp", "remove", bad["revs"][0]["rev"][:7])
    assert "bad" not in shown(pipeline)


def test_calls_it_makes_are_answered_without_a_question(pipeline: Project) -> None:
    call(pipeline, "exp", "run", "-n", "one")
    assert re.match(r"\d+\.\d+\.\d+", call(pipeline, "--version").out)
    assert call(pipeline, "root").out == ".\n"
    assert "copy" in call(pipeline, "stage", "list").out
    assert "```mermaid" in call(pipeline, "dag", "--md").out
    assert call(pipeline, "config", "studio.token").out == ""
    assert call(pipeline, "remote", "list").out == ""
    assert call(pipeline, "exp", "branch", "one", "kept").out
    assert call(pipeline, "exp", "rename", "one", "two").out
    call(pipeline, "exp", "apply", "two")
    pipeline.write("clean.txt", "mine")
    call(pipeline, "commit", "-f")
    pipeline.write("clean.txt", "and mine")
    refused = call(pipeline, "checkout", code=255)
    assert re.search(r"Use\s['`](-f|--force).*?['`]\sto\sforce\.", refused.err)
    call(pipeline, "checkout", "-f")
    call(pipeline, "exp", "remove", "two")
    assert call(pipeline, "exp", "remove", "--queue").out


def test_data_status(pipeline: Project) -> None:
    call(pipeline, "exp", "run")
    pipeline.write("clean.txt", "edited")
    status = json.loads(call(pipeline, "data", "status", "--granular", "--unchanged", "--json").out)
    assert status.keys() <= {"committed", "uncommitted", "not_in_cache", "unchanged"}
    assert status["committed"] == {"added": ["clean.txt", "model.txt"]}
    assert status["uncommitted"] == {"modified": ["clean.txt"]}


def test_plots(pipeline: Project) -> None:
    call(pipeline, "exp", "run", "-n", "one")
    ids = ["workspace", "one", pipeline.head[:7]]
    options = ["-o", ".dvc/tmp/plots", "--split", "--json"]
    result = json.loads(call(pipeline, "plots", "diff", *ids, *options).out)
    [plot] = result["data"]["plots.tsv"]
    assert (plot["type"], plot["revisions"]) == ("vega", ids)
    points = plot["anchor_definitions"]["<DVC_METRIC_DATA>"]
    assert {point["rev"] for point in points} == set(ids)
    anchors = set(re.findall(r"<DVC_METRIC_\w+>", json.dumps(plot["content"])))
    assert anchors <= plot["anchor_definitions"].keys()
    assert result["data"]["gone.tsv"] == []
    gone = [error for error in result["errors"] if error["name"] == "gone.tsv"]
    assert [error["rev"] for error in gone] == ids
    assert {error["type"] for error in gone} == {"FileNotFoundError"}


def test_before_the_first_commit_there_are_no_rows(empty_folder: Project) -> None:
    empty_folder.git("init", "-q")
    call(empty_folder, "init", "--subdir")
    assert call(empty_folder, "exp", "show", "--rev", "", "--json").out == "[]\n"


def test_a_broken_file_fails_only_its_row(pipeline: Project) -> None:
    call(pipeline, "exp", "run", "-n", "one")
    pipeline.write("dvc.yaml", "stages: [")
    rows = json.loads(call(pipeline, "exp", "show", "--json").out)
    assert rows[0]["error"]["msg"]
    assert rows[1]["experiments"][0]["name"] == "one"


def test_new_experiments_are_loose_files(pipeline: Project) -> None:
    for number, way in enumerate(([], ["--temp"], ["--queue"])):
        call(pipeline, "exp", "run", *way, "-n", f"n{number}")
    call(pipeline, "queue", "start")
    call(pipeline, "queue", "wait")
    call(pipeline, "exp", "save", "-n", "n3")
    head = pipeline.head
    names = os.listdir(pipeline.path(f".git/refs/exps/{head[:2]}/{head[2:]}"))
    assert sorted(names) == ["n0", "n1", "n2", "n3"]


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_run_is_stopped_by_the_pid_that_it_tells(pipeline: Project, stop: int) -> None:
    os.mkfifo(pipeline.path("gate"))
    run = pipeline.start(["dvc", "exp", "run", "-n", "stopped", "-S", "lr=0.7"])
    told = pipeline.path(".dvc/tmp/exps/rwlock.lock")
    until(lambda: children(run.pid, "train.py"))
    pid = int(told.read_text())
    assert is_alive(pid)
    running = shown(pipeline)["stopped"]
    assert running["revs"][0]["rev"] == "workspace"
    assert running["executor"] == {
        "state": "running",
        "name": "workspace",
        "local": {
            "root": str(pipeline.root), "log": None, "pid": pid, "returncode": None,
            "task_id": None,
        },
    }  # fmt: skip
    for member in [*children(pid), pid]:
        with suppress(ProcessLookupError):  # ended by the signal to one of the others
            os.kill(member, stop)
    run.communicate()
    assert run.returncode != 0
    assert shown(pipeline) == {}
    pipeline.path("gate").unlink()
    call(pipeline, "exp", "run", "-n", "next")
    assert set(shown(pipeline)) == {"next"}
    assert told.read_text() == ""


def children(pid: int, word: str = "") -> list[int]:
    """All processes below `pid` with `word` in their command line."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            command = (folder / "cmdline").read_text()
        except (OSError, ValueError, IndexError):
            continue
        if parent == pid:
            found += children(int(folder.name), word)
            found += [int(folder.name)] if word in command else []
    return found
