"""Plots of every kind of definition, file and option: the same data and anchors as the real DVC's.

Only the texts of the templates are each program's own.
"""

from __future__ import annotations

from typing import Any

import pytest

from support.project import Project

FILES = {
    "train.csv": "step,loss,acc\n0,1.0,0.1\n1,0.5,0.2\n",
    "test.csv": "step,loss,acc\n0,1.5,0.1\n1,0.75,0.2\n",
    "log.tsv": "step\tloss\n0\t1.5\n1\t2\n",
    "bare.csv": "0,1.0\n1,0.5\n",
    "empty.csv": "",
    "header.csv": "a,b\n",
    "quoted.csv": 'a,"b c"\n"1,5","x\ny"\n',
    "semicolons.csv": "a;b\n1;2\n",
    "naïve.csv": "ä,b\n1,ü\n",
    "classes.json": '[{"actual":"cat","predicted":"dog"},{"actual":"cat","predicted":"cat"}]',
    "nested.json": '{"n":1,"train":[{"x":1,"y":2.5},{"x":2,"y":3}],"test":{"z":[{"y":3}]}}',
    "numbers.json": "[1,2]",
    "none.json": "[]",
    "broken.json": "{",
    "rows.yaml": "- {x: 1, y: 2}\n- {x: 3, y: 4.0}\n",
    "curve.yml": "curve:\n- {x: 1, y: null}\n- {x: true, y: text}\n",
    "note.txt": "hello",
    "logo.svg": "<svg/>",
    "images/0.png": "0",
    "images/deep/1.jpg": "1",
    "folder/a.csv": "s,v\n1,2\n",
    "folder/deep/b.csv": "s,v\n3,4\n",
    "other/c.csv": "s,v\n5,6\n",
    ".dvc/plots/mine.json": """{
        "data": {"values": "<DVC_METRIC_DATA>"}, "title": "<DVC_METRIC_TITLE>", "mark": "line",
        "encoding": {"x": {"field": "<DVC_METRIC_X>", "title": "over <DVC_METRIC_X_LABEL>"},
                     "y": {"field": "<DVC_METRIC_Y>"}, "color": "<DVC_METRIC_COLOR>"}}""",
    ".dvc/plots/sub/plain.json": '{"data": {"values": "<DVC_METRIC_DATA>"}}',
}
DEFINITIONS = {
    "files": """
stages:
  one: {cmd: echo, plots: [train.csv: {cache: false, x: step, y: loss, title: Of the stage}]}
  two: {cmd: echo, plots: [folder: {cache: false, x: s}, images: {cache: false}, gone.csv]}
  three: {cmd: echo, wdir: other, plots: [c.csv: {cache: false, x: s, header: true}]}
plots:
- train.csv: {y: acc, x_label: over}
- test.csv
- test.csv: {x: step}
- log.tsv:
- bare.csv
- empty.csv
- header.csv
- quoted.csv
- semicolons.csv
- naïve.csv
- classes.json: {template: confusion, x: actual, y: predicted}
- nested.json: {x: x, y: y, title: T, x_label: X, y_label: Y, template: bar_horizontal}
- numbers.json
- none.json
- broken.json
- rows.yaml: {template: scatter_jitter, x: x}
- curve.yml
- note.txt
- logo.svg
- images
- missing/
""",
    "axes": """
vars: [file: train.csv]
plots:
- two: {x: step, y: {train.csv: loss, test.csv: loss}}
- fields: {x: step, y: {train.csv: [loss, acc]}, template: linear, y_label: Both}
- four: {x: step, y: {train.csv: [loss, acc], test.csv: [loss]}, template: scatter}
- apart: {x: step, y: {train.csv: acc, test.csv: loss}, template: smooth}
- row: {y: {folder/a.csv: v, folder/deep/b.csv: s}, template: simple}
- x of one: {x: {train.csv: step}, y: {train.csv: loss}}
- x for two: {x: {train.csv: step}, y: {train.csv: loss, test.csv: loss}}
- x of two: {x: {train.csv: step, test.csv: step}, y: {train.csv: loss, test.csv: acc}}
- x of another: {x: {train.csv: step}, y: {log.tsv: loss}}
- too many: {x: {train.csv: step, test.csv: step}, y: {train.csv: loss}}
- no x: {x: {train.csv: nope}, y: {train.csv: loss}}
- no x file: {x: {gone.csv: step}, y: {train.csv: loss}}
- neither: {x: nope, y: {train.csv: nope}}
- whole folder: {y: {folder: v}}
- q: {template: confusion_normalized, x: actual, y: {classes.json: predicted}}
- mine: {template: mine, y: {'${file}': loss}, x_label: hey}
- plain: {template: sub/plain, x: x, y: {nested.json: y}, title: P}
- by path: {template: .dvc/plots/mine.json, y: {train.csv: loss}}
""",
}
LINES = """\
diff --json
diff v1 HEAD --json --split
show --json --split test.csv bare.csv images folder/a.csv
show --json log.tsv -x loss -y step --title T --x-label X --y-label Y -t simple --split
show --json bare.csv --no-header -x 0 -y 1
diff --json --targets train.csv test.csv -t mine
""".splitlines()


@pytest.fixture
def ready(project: Project) -> Project:
    """Files of all kinds and no plots; `defined` adds those."""
    project.write_all(FILES)
    project.commit("files")
    return project


def defined(project: Project, text: str) -> None:
    """Define plots in a commit `v1`; data change in another and again in the workspace."""
    project.write("dvc.yaml", text)
    project.commit("plots")
    project.git("tag", "v1")
    project.write("train.csv", "step,loss,acc\n0,0.9,0.3\n1,0.8,0.4\n")
    project.commit("another run")
    project.write("test.csv", "step,loss,acc\n0,1.9,0.3\n")
    project.write("images/0.png", "new")


@pytest.mark.parametrize("kind", DEFINITIONS)
@pytest.mark.parametrize("line", LINES[:2])
def test_definitions(ready: Project, real_dvc: str, kind: str, line: str) -> None:
    defined(ready, DEFINITIONS[kind])
    _same(ready, real_dvc, line)


@pytest.mark.parametrize("line", LINES[2:])
def test_targets_and_options(ready: Project, real_dvc: str, line: str) -> None:
    defined(ready, DEFINITIONS["files"])
    _same(ready, real_dvc, line)


def _same(project: Project, real_dvc: str, line: str) -> None:
    words = ("plots", *line.split(), "-o", "out")
    ours = project.dvc(*words)
    ours_images = {name: project.read(f"out/{name}") for name in project.listing("out")}
    project.shell("rm -rf out")
    theirs = project.dvc(*words, by=real_dvc)
    found = {name: project.read(f"out/{name}") for name in project.listing("out")}
    assert ours_images == {name.removeprefix("static/"): data for name, data in found.items()}
    told, expected = _told(ours.json), _told(theirs.json)
    assert told["errors"] == expected["errors"]
    assert list(told["data"]) == list(expected["data"])
    for name, parts in told["data"].items():
        assert parts == expected["data"][name], name


def _told(document: Any) -> Any:
    """What both must say alike: not the specification around the data, nor the order of files."""
    document = {"errors": [], **document}
    for parts in document["data"].values():
        for part in parts:
            content = part.pop("content", None)
            if part["type"] == "vega" and "anchor_definitions" not in part:
                part["values"] = content["data"]["values"]
    told = [[e.get(key) for key in ("name", "rev", "source", "type")] for e in document["errors"]]
    return document | {"errors": sorted(map(repr, told))}
