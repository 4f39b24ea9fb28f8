"""The real DVC reads the same dvc.yaml: the same stages, the same commands, the same refusals."""

from __future__ import annotations

import pytest

from pipeline.templating.templated_file import complaint, resolved
from support.project import Project

PARAMS = """\
s: str
f: 1.50
yes: true
none: null
big: 1e20
l: [1, [2, {x: 5}], {y: z}]
d: {x: 1, y: {z: hello w}, on: true, off: false, none: null, lst: [a, b c, 2], 1: int}
flags: [true, false, 2.5]
m: {p: {v: 1}, q: 2}
"""

PIPELINE = """\
vars: [conf.json, few.yaml:p, {greet: hello, d: {more: [x]}}]
stages:
  scalars: {cmd: "echo ${s} ${f} ${yes} ${none} ${big} ${ l [1] [1] . x } ${l[-1].y} ${p.q}"}
  escaped: {cmd: 'echo \\${s} $${s} $s ${s'}
  options: {cmd: 'echo ${d} ${model}'}
  several: {cmd: ['echo ${d.y}', 'echo ${greet}', plain]}
  local: {vars: [{own: 1, d: {own: 2}}], cmd: 'echo ${own} ${d}'}
  scalar: {foreach: [a, b_c, 3, 2.5, true, '3'], do: {cmd: 'echo ${item}'}}
  flags: {foreach: '${flags}', do: {cmd: 'echo ${item}'}}
  map: {foreach: '${m}', do: {cmd: 'echo ${key} ${item}'}}
  maps: {foreach: [{n: '${s}'}, {n: '${l[0]}'}], do: {cmd: 'echo ${item.n}'}}
  grid:
    matrix: {model: [cnn, '${s}'], cfg: [{lr: 0.1}, 1], flag: '${flags}'}
    cmd: echo ${key} ${item}
"""
FILES: dict[str, str | None] = {
    "conf.json": '{"model": {"units": 7, "drop": [0.1, 0.2], "bias": false, "sub": {"k": "v w"}}}',
    "few.yaml": "p: {q: 5}\nr: 6\n",
}


def test_the_same_stages_and_commands(project: Project, real_dvc: str) -> None:
    project.write_all({"dvc.yaml": PIPELINE, "params.yaml": PARAMS, **FILES})
    lines = project.dvc("repro", "--dry", by=real_dvc).out.splitlines()
    ours: list[str] = []
    for name, body in resolved(PIPELINE, FILES, params=PARAMS).stages.items():
        commands = body["cmd"] if isinstance(body["cmd"], list) else [body["cmd"]]
        ours += [f"Running stage '{name}':", *(f"> {command}" for command in commands)]
    assert ours == [line for line in lines if line.startswith(("Running", ">"))]


@pytest.mark.parametrize(
    "text",
    [
        "stages: {s: {cmd: 'x ${d.y..z}'}}",
        "stages: {s: {cmd: x, outs: ['${l}']}}",
        "stages: {s: {cmd: x, wdir: w, vars: [gone.yaml]}}",
        "vars: [{d: {x: 2}}]\nstages: {s: {cmd: x}}",
        "stages: {s: {foreach: '${s}', do: {cmd: x}}}",
        "stages: {s: {foreach: [{x: 1}], do: {cmd: '${item.y[0]}'}}}",
    ],
)
def test_the_same_refusals(text: str, project: Project, real_dvc: str) -> None:
    project.write_all({"dvc.yaml": text, "params.yaml": PARAMS})
    theirs = project.dvc("repro", "--dry", by=real_dvc, code=255).err.rstrip()
    assert f"ERROR: {complaint(text, params=PARAMS)}" == theirs
