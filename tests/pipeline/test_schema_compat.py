"""The same broken files given to the real DVC: it finds the same mistakes in the same places."""

from __future__ import annotations

import pytest
from ruamel.yaml import YAML

from assay.errors import FileProblem
from assay.pipeline.schema import check_lock_file, check_pipeline_file, check_stage_file
from support.project import Project

PIPELINE = """\
stages:
  one:

    cmd: 1
    foo: 1
    outs:
      - a:
          cache: 1

      - b
  two:
    foreach: 1
    do: {cmd: x, outs: [1, {c: {d: 1}}]}
  three:
    matrix: {m: 1, 2: [a]}
    cmd: x
  4: {cmd: x}
vars: [1, {a: b}, [x]]
plots: [{c: {x: {f: 1}, y: {f: [1, a]}, z: 3}}]
artifacts: {a: {p: 1}, b: {path: 1, labels: [1]}}
zap:
"""

TRACKED = """\
wdir: 1
deps:
- path: a
  cache: true
  repo: {rev: 1}
outs:
- {md5: x, nopath: y, size: a, files: [{a: 1}], cloud: {r: {etag: a}}}
"""

LOCK = """\
schema: 2.0
stages:
  a:
    foo: 1
    deps: [{md5: abc}]
    params: {f: 1, g: {2: 3}}
    outs: [{path: o, hash: 3, dataset: 1}]
"""


@pytest.mark.parametrize(
    ("name", "text", "check"),
    [
        ("dvc.yaml", PIPELINE, check_pipeline_file),
        ("tracked.dvc", TRACKED, check_stage_file),
        ("dvc.lock", LOCK, check_lock_file),
    ],
)
def test_the_same_mistakes_in_the_same_words(
    name: str, text: str, check: object, project: Project, real_dvc: str
) -> None:
    if name == "dvc.lock":
        project.write("dvc.yaml", "stages: {a: {cmd: x}}")
    project.write(name, text)
    theirs = project.dvc("status", by=real_dvc, code=1, env={"COLUMNS": "300"}).err
    with pytest.raises(FileProblem) as ours:
        check(YAML(typ="safe", pure=True).load(text), shown_name=name, text=text)  # type: ignore[operator]
    assert trimmed(ours.value.message) == trimmed(theirs)


def trimmed(text: str) -> list[str]:
    """The lines of `text` without the blanks that fill a terminal."""
    return [line.rstrip() for line in text.strip().splitlines()]
