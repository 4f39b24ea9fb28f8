"""`exp show` as people, scripts and IDEs see it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from support.exp_show import Save, rows, shown
from support.project import Project


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
