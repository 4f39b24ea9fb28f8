"""`exp show` as people, scripts and IDEs see it."""

from __future__ import annotations

import csv
import io
import json
import os
import select
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.project import PATIENCE_S, Project

PIPELINE = {
    "dvc.yaml": "stages: {fit: {cmd: python fit.py, deps: [fit.py], params: [lr], outs: [model], "
    "metrics: [{m.json: {cache: false}}]}}",
    "dvc.lock": "schema: '2.0'\nstages:\n  fit:\n    cmd: python fit.py\n    deps:\n"
    "    - path: fit.py\n      hash: md5\n      md5: 2094b601daac3d68f5aed51d3c20f7cd\n"
    "      size: 8\n    outs:\n    - path: model\n      hash: md5\n"
    "      md5: ae11f27ea217f93e8987410ad59e834a\n      size: 3\n",
    "fit.py": "",
    ".gitignore": "/model\n",
}

Save = Callable[..., str]


@pytest.fixture
def ready(project: Project) -> Project:
    """A project whose HEAD holds a finished stage with lr 0.1 and acc 0.5."""
    project.write_all({**PIPELINE, "params.yaml": "lr: 0.1\nseed: 1\n", "m.json": '{"acc": 0.5}'})
    project.commit("base")
    return project


@pytest.fixture
def save(ready: Project) -> Save:
    """Make an experiment on HEAD from files; later ones have later commit times."""
    minute = iter(range(60))

    def save(name: str, files: dict[str, str], base: str = "HEAD") -> str:
        base = ready.git("rev-parse", base)
        ready.write_all(files)
        ready.git("add", "-A")
        tree = ready.git("write-tree")
        date = f"2025-03-04T05:{next(minute):02d}:00Z"
        dated = {"GIT_COMMITTER_DATE": date, "GIT_AUTHOR_DATE": date}
        made = ready.run(["git", "commit-tree", tree, "-p", base, "-m", name], env=dated)
        commit = made.out.strip()
        ready.git("update-ref", f"refs/exps/{base[:2]}/{base[2:]}/{name}", commit)
        ready.git("reset", "-q", "--hard")
        return commit

    return save


def shown(project: Project, *options: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = project.dvc("exp", "show", "--json", *options).json
    return found


def rows(project: Project, *options: str) -> list[dict[str, str]]:
    text = project.dvc("exp", "show", "--csv", *options).out
    return list(csv.DictReader(io.StringIO(text)))


def experiments(project: Project, *options: str) -> list[str]:
    return [row["Experiment"] for row in rows(project, *options) if row["Experiment"]]


def calls_of_git(project: Project, *command: str) -> list[str]:
    """The Git commands that a command of ours starts."""
    trace = project.home / "git-trace"
    trace.unlink(missing_ok=True)
    project.dvc(*command, env={"GIT_TRACE": str(trace)})
    lines = trace.read_text().splitlines() if trace.exists() else []
    return [line.partition("trace: built-in: ")[2] for line in lines if "built-in: git" in line]


# what is shown


def test_json_has_the_workspace_then_baselines_with_their_experiments(
    ready: Project, save: Save
) -> None:
    commit = save("one", {"params.yaml": "lr: 0.2\nseed: 1\n", "m.json": '{"acc": 0.75}'})
    workspace, main = shown(ready)
    data = {
        "rev": "workspace",
        "timestamp": None,
        "params": {"params.yaml": {"data": {"lr": 0.1, "seed": 1}}},
        "metrics": {"m.json": {"data": {"acc": 0.5}}},
        "deps": {"fit.py": {"hash": "2094b601daac3d68f5aed51d3c20f7cd", "size": 8, "nfiles": None}},
        "outs": {
            "model": {
                "hash": "ae11f27ea217f93e8987410ad59e834a",
                "size": 3,
                "nfiles": None,
                "use_cache": True,
                "is_data_source": False,
            }
        },
        "meta": {},
    }
    assert workspace == {
        "rev": "workspace",
        "name": None,
        "data": data,
        "error": None,
        "experiments": None,
    }
    assert (main["rev"], main["name"]) == (ready.head, "main")
    assert main["experiments"] == [
        {
            "revs": [
                {
                    "rev": commit,
                    "name": "one",
                    "data": {
                        **data,
                        "rev": commit,
                        "timestamp": "2025-03-04T05:00:00",
                        "params": {"params.yaml": {"data": {"lr": 0.2, "seed": 1}}},
                        "metrics": {"m.json": {"data": {"acc": 0.75}}},
                    },
                    "error": None,
                    "experiments": None,
                }
            ],
            "executor": None,
            "name": "one",
        }
    ]


def test_the_table_has_the_newest_experiment_first(ready: Project, save: Save) -> None:
    one = save("one", {"params.yaml": "lr: 0.2\n", "m.json": '{"acc": 0.2}'})
    two = save("two", {"params.yaml": "lr: 0.3\n", "m.json": '{"acc": 0.8}'})
    out = ready.dvc("exp", "show", "--drop", "Created|fit.py|seed").out
    assert out == (
        " ─────────────────────────────── \n"
        "  Experiment          acc   lr   \n"
        " ─────────────────────────────── \n"
        "  workspace           0.5   0.1  \n"
        "  main                0.5   0.1  \n"
        f"  ├── {two[:7]} [two]   0.8   0.3  \n"
        f"  └── {one[:7]} [one]   0.2   0.2  \n"
        " ─────────────────────────────── \n"
    )


def test_markdown_and_csv(ready: Project, save: Save) -> None:
    one = save("one", {"params.yaml": "lr: 0.123456789\n"})
    drop = ("--drop", "Created|fit.py|seed|acc")
    assert ready.dvc("exp", "show", "--md", *drop).out == (
        "| Experiment        | lr      |\n"
        "|-------------------|---------|\n"
        "| workspace         | 0.1     |\n"
        "| main              | 0.1     |\n"
        f"| └── {one[:7]} [one] | 0.12346 |\n\n"
    )
    text = ready.path("out.csv")
    ready.shell(f"dvc exp show --csv {' '.join(map(repr, drop))} > {text}")
    assert text.read_bytes().decode() == (
        "Experiment,rev,typ,parent,lr\r\n"
        ",workspace,baseline,,0.1\r\n"
        ",main,baseline,,0.1\r\n"
        f"one,{one[:7]},branch_base,,0.123456789\r\n"
    )
    rounded = rows(ready, "--precision", "2")
    assert [row["lr"] for row in rounded] == ["0.1", "0.1", "0.12"]


def test_in_a_pipe_nothing_is_cut(ready: Project) -> None:
    wide = ready.dvc("exp", "show").lines
    assert max(map(len, wide)) > 60
    for options in ([], ["--no-pager"], ["--wide"]):
        assert ready.dvc("exp", "show", *options, env={"COLUMNS": "40"}).lines == wide


def test_quiet_prints_the_table_too(ready: Project) -> None:
    assert "workspace" in ready.dvc("exp", "show", "-q").out


# which rows


@pytest.fixture
def history(ready: Project, save: Save) -> Project:
    """Three commits (base v1, second, third on main and twin) with experiments e1, e2, e3."""
    ready.git("tag", "v1")
    save("e1", {"params.yaml": "lr: 1\n"})
    for number in (2, 3):
        ready.write("params.yaml", f"lr: {number}\n")
        ready.commit(f"commit {number}")
        save(f"e{number}", {"params.yaml": f"lr: {number}5\n"})
    ready.git("branch", "twin")
    ready.git("branch", "second", "HEAD~1")
    return ready


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], ["e3"]),
        (["--rev", ""], ["e3"]),
        (["-n", "2"], ["e3", "e2"]),
        (["-n", "-1"], ["e3", "e2", "e1"]),
        (["-n", "0"], []),
        (["--rev", "HEAD~1"], ["e2"]),
        (["--rev", "v1", "--rev", "HEAD", "--rev", "main"], ["e1", "e3"]),
        (["--rev", "second", "-n", "2"], ["e2", "e1"]),
        (["--rev", "e2"], []),
        (["-T"], ["e1"]),
        (["-a"], ["e3", "e2"]),
        (["-a", "-T"], ["e3", "e2", "e1"]),
        (["-A"], ["e3", "e2", "e1"]),
        (["--rev", "v1", "-A"], ["e1", "e3", "e2"]),
    ],
)
def test_baselines_are_chosen_by_options(
    history: Project, options: list[str], expected: list[str]
) -> None:
    assert experiments(history, *options) == expected


def test_baselines_are_called_by_branch_or_tag(history: Project) -> None:
    names = [row["rev"] for row in rows(history, "-n", "-1") if not row["Experiment"]]
    init = history.git("rev-parse", "HEAD~3")
    assert names == ["workspace", "main", "second", "v1", init[:7]]
    shas = [row["rev"] for row in rows(history, "--sha") if not row["Experiment"]]
    assert shas == ["workspace", history.head[:7]]
    assert [row["name"] for row in shown(history, "--sha")] == [None, None]


def test_the_workspace_can_be_hidden(history: Project) -> None:
    assert [row["name"] for row in shown(history, "--hide-workspace")] == ["main"]


def test_options_for_the_queue_are_accepted(history: Project) -> None:
    assert experiments(history, "--hide-failed", "--hide-queued", "--no-fetch") == ["e3"]


def test_sorting_and_choosing_columns(ready: Project, save: Save) -> None:
    for name, lr in (("a", 3), ("b", 1), ("c", 2)):
        save(name, {"params.yaml": f"lr: {lr}\nseed: 1\n"})
    assert experiments(ready) == ["c", "b", "a"]
    assert experiments(ready, "--sort-by", "lr") == ["b", "c", "a"]
    assert experiments(ready, "--sort-by", "params.yaml:lr", "--sort-order", "desc") == [
        "a",
        "c",
        "b",
    ]
    kept = rows(ready, "--only-changed", "--drop", "Cr", "--drop", "typ", "--keep", "seed")
    assert list(kept[0]) == ["Experiment", "rev", "lr", "seed"]


def test_only_tracked_parameters_for_all_but_baselines(ready: Project, save: Save) -> None:
    save("one", {"params.yaml": "lr: 2\nseed: 3\n"})
    found = [(row["lr"], row["seed"]) for row in rows(ready, "--param-deps")]
    assert found == [("0.1", ""), ("0.1", "1"), ("2", "")]


@pytest.mark.parametrize(
    ("options", "code", "text"),
    [
        (["--rev", "nope"], 1, "failed to show experiments - unknown Git revision 'nope'"),
        (["--sort-by", "nope", "--rev", "main"], 255, "Unknown sort column 'nope'"),
        (["--pcpp"], 254, "unrecognized arguments: --pcpp"),
    ],
)
def test_mistakes(ready: Project, save: Save, options: list[str], code: int, text: str) -> None:
    save("one", {"params.yaml": "lr: 2\n"})
    assert ready.dvc("exp", "show", *options, code=code).err == f"ERROR: {text}\n"


def test_an_experiment_name_of_two_baselines_is_ambiguous(history: Project) -> None:
    for base in ("HEAD~1", "HEAD~2"):
        base = history.git("rev-parse", base)
        history.git("update-ref", f"refs/exps/{base[:2]}/{base[2:]}/dup", "HEAD")
    said = history.dvc("exp", "show", "--rev", "dup", code=1).err
    assert said.startswith("ERROR: failed to show experiments - Ambiguous name 'dup' refers to")


# what cannot be shown


def test_before_the_first_commit_there_is_nothing(new_project: Any) -> None:
    project = new_project(git=False)
    project.git("init", "-q")
    assert project.dvc("exp", "show", "--rev", "", "--json").out == "[]\n"
    assert project.dvc("exp", "show").out == ""
    assert project.dvc("exp", "show", "--csv").out.startswith("Experiment,rev,typ,Created,parent")


def test_git_is_needed(bare_project: Project) -> None:
    said = bare_project.dvc("exp", "show", code=1).err
    assert said.startswith(
        "ERROR: failed to show experiments - Only supported for Git repositories."
    )


def test_outside_of_a_project(empty_folder: Project) -> None:
    empty_folder.dvc("exp", "show", code=253)


def test_broken_files_fail_nothing_but_themselves(ready: Project, save: Save) -> None:
    save("file", {"m.json": "{"})
    save("stage", {"dvc.yaml": "stages: ["})
    save("lock", {"dvc.lock": "x: ["})
    save("good", {"params.yaml": "lr: 5\n"})
    ready.write("dvc.yaml", "foo: 1")
    for _ in range(2):  # once read, once remembered
        workspace, main = shown(ready)
        found = {item["name"]: item["revs"][0] for item in main["experiments"]}
        assert workspace["data"] is None
        assert workspace["error"] == {
            "msg": "'./dvc.yaml' validation failed",
            "type": "YAMLValidationError",
        }
        assert found["file"]["data"]["metrics"]["m.json"]["error"]["type"] == (
            "JSONFileCorruptedError"
        )
        assert found["stage"]["error"]["type"] == "YAMLSyntaxError"
        assert found["lock"]["error"]["type"] == "YAMLSyntaxError"
        assert found["good"]["data"]["params"]["params.yaml"]["data"] == {"lr": 5}
    assert {row["Experiment"] or row["rev"]: row["acc"] for row in rows(ready)} == {
        "workspace": "",
        "main": "0.5",
        "good": "0.5",
        "file": "!",
        "stage": "",
        "lock": "",
    }


def test_a_reference_to_nothing_is_an_error_of_its_row(ready: Project, save: Save) -> None:
    save("one", {"params.yaml": "lr: 5\n"})
    base = ready.head
    folder = ready.path(f".git/refs/exps/{base[:2]}/{base[2:]}")
    (folder / "lost").write_text("1" * 40 + "\n")
    found = {item["name"]: item["revs"][0] for item in shown(ready)[1]["experiments"]}
    assert found["lost"]["data"] is None
    assert found["one"]["error"] is None


def test_references_of_others_are_passed_over(ready: Project, save: Save) -> None:
    save("one", {"params.yaml": "lr: 5\n"})
    for name in ("exec/EXEC_HEAD", "stash", "celery/stash", "apply/ORIG_HEAD", "foo"):
        ready.git("update-ref", f"refs/exps/{name}", "HEAD")
    assert experiments(ready, "-A") == ["one"]


# what runs


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


# what it costs


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


# beside the original


def test_experiments_of_the_original_are_shown_as_by_itself(
    new_project: Any, real_dvc: str, tmp_path: Path
) -> None:
    project: Project = new_project()
    project.write_all(
        {
            "params.yaml": "lr: 0.1\nnet: {depth: 3}\n",
            "fit.py": "import json\nlr = float(open('params.yaml').readline().split()[1])\n"
            "open('model', 'w').write(str(lr))\n"
            "json.dump({'acc': lr / 3, 'deep': {'x': 1}}, open('m.json', 'w'))\n",
            "dvc.yaml": "stages: {fit: {cmd: python fit.py, deps: [fit.py], "
            "params: [lr, net.depth], outs: [model], metrics: [m.json]}}",
        }
    )
    project.dvc("repro", "-q", by=real_dvc)
    project.commit("base")
    project.dvc("exp", "run", "-q", "-n", "one", "-S", "lr=0.2", by=real_dvc)
    project.dvc("exp", "run", "-q", "-n", "two", "-S", "lr=0.3", "--temp", by=real_dvc)
    project.write("params.yaml", "lr: 0.4\nnet: {depth: 3}\n")
    for options in (["--json"], ["--csv"], ["--md"], [], ["--json", "--param-deps"]):
        ours = project.dvc("exp", "show", *options)
        theirs = project.dvc("exp", "show", *options, by=real_dvc)
        if "--json" in options:
            assert ours.json == theirs.json
        else:
            assert ours.out == theirs.out
