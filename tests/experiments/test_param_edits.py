"""Parameter files that a sweep changes: each is read once, whatever is made of it."""

from __future__ import annotations

import os

from assay.experiments.overrides import expand, group_by_file
from assay.experiments.param_edits import edits_of
from assay.project import open_project
from support.project import Project

FILES = {"params.yaml": b"lr: 1  # rate\nkeep: me\n", "more.json": b'{"x": 0}'}


def test_each_file_of_a_sweep_is_read_once(project: Project) -> None:
    read: list[str] = []

    def before(path: str) -> bytes | None:
        name = os.path.basename(path)
        read.append(name)
        return FILES.get(name)

    place = str(project.root)
    combinations = expand(group_by_file(["lr=1,2,3", "more.json:x=0,5", "new.yaml:+a=7"]))
    edits = edits_of(open_project(place, project.env), place, combinations, read=before)
    assert sorted(read) == ["more.json", "new.yaml", "params.yaml"]
    assert [edit[f"{place}/params.yaml"] for edit in edits[::2]] == [
        b"lr: %d  # rate\nkeep: me\n" % rate for rate in (1, 2, 3)
    ]
    assert [edit[f"{place}/more.json"] for edit in edits[:2]] == [b'{"x": 0}', b'{"x": 5}']
    assert {edit[f"{place}/new.yaml"] for edit in edits} == {b"a: 7\n"}
