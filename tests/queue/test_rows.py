"""The queue in the table of experiments, looked at while tasks go on."""

from __future__ import annotations

import os

from assay.compare.baselines import Request, collect_baselines
from assay.project import open_project
from assay.queue.rows import with_queue
from assay.ui.console import Console
from support.project import Project


def test_what_ends_between_two_looks_is_neither_lost_nor_brought_back(project: Project) -> None:
    project.write_all({"dvc.yaml": "stages: {s: {cmd: echo, params: [x]}}", "params.yaml": "x: 1"})
    project.commit("base")
    project.dvc("exp", "run", "--queue", "-S", "x=1,2", "-n", "n")
    assay = open_project(str(project.root), os.environ)
    with open(os.devnull, "w") as nowhere:
        before = collect_baselines(assay, Request(), Console(out=nowhere, err=nowhere))
    project.dvc("exp", "run", "--run-all")
    project.dvc("exp", "remove", "n-2")
    found = with_queue(assay, before)
    rows = [(row.name, row.executor and row.executor.state) for row in found[1].experiments]
    assert rows == [("n-1", "success")]
