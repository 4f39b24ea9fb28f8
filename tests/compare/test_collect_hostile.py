"""Whatever files hold: every row is shown, a second look equals the first, and a commit equals
the workspace that it was made from."""

from __future__ import annotations

import random
from datetime import date

import pytest

from assay.compare.baselines import Request, collect_baselines
from assay.compare.records import Revision
from assay.compare.show_columns import View
from assay.compare.show_csv import as_csv
from assay.compare.show_json import as_json_text
from assay.compare.show_table import as_text
from assay.project import open_project
from assay.ui.console import Silence
from support.project import Project

SOUND = {
    "dvc.yaml": "stages:\n  a:\n    cmd: x\n    deps: [in]\n    params: [lr, {o.json: [k.0]}]\n"
    "    outs: [out]\n    metrics: [m.json, {n.yaml: {cache: false}}]\nmetrics: [t.toml]\n",
    "dvc.lock": "schema: '2.0'\nstages:\n  a:\n    cmd: x\n    deps:\n    - path: in\n"
    "      hash: md5\n      md5: 8e91c5fac88296c5065ed5ab4f40d387\n      size: 7\n    outs:\n"
    "    - path: m.json\n      md5: 8e91c5fac88296c5065ed5ab4f40d387\n",
    "params.yaml": "lr: 0.1\n",
    "o.json": '{"k": [1, 2]}',
    "m.json": '{"a": 1}',
    "n.yaml": "b: 2\n",
    "t.toml": "c = 3\n",
    "d.dvc": "outs:\n- md5: 8e91c5fac88296c5065ed5ab4f40d387\n  path: dd\n",
}
HOSTILE = [
    *("", "[]", "{}", "null", "1", "- 1\n- 2\n", "a: [", "\t", "\x00", "\ufeff{}", "&a [*a]"),
    *("a: 1e999", "a: .nan", "a: 2020-01-01", "? [1, 2]\n: 3\n", "{1: {2: {3: [null]}}}"),
    "a: !!python/object:os.system x",
    "a: 0x" + "f" * 5000,
    "a: " + "9" * 5000,
    "[" * 300 + "]" * 300,
    '{"a": "\\ud800"}',
    'a: "\\x07"',
    "stages: {a: {cmd: [1]}}",
    "outs: 5",
    "outs: [{md5: x}]",
    "outs: [{path: ../../etc, md5: x}]",
    "outs: [{path: /etc/passwd, md5: 5}]",
    "schema: '2.0'\nstages: {a: 1}",
    "schema: '2.0'\nstages: {a: {cmd: x, outs: [{path: m.json, md5: 5}]}}",
    "metrics: [{}]",
    "metrics: ['../../../etc/passwd', '.dvc', '', '.', '/']",
    "params: ['.']",
    "vars: [x.yaml]\nstages: {a: {cmd: '${b}'}}",
]
PIECES = ["{", "[", ":", "- ", "\n", "\x01", "é", "'", '"', "*a", "&a ", "!!x "]


def damaged(text: str, chance: random.Random) -> str:
    place = chance.randrange(len(text) + 1)
    return chance.choice(
        [
            chance.choice(HOSTILE),
            text[:place],
            text[:place] + chance.choice(PIECES) + text[place:],
        ]
    )


def files(chance: random.Random) -> dict[str, str]:
    """Some files sound, some damaged, some missing."""
    found = {}
    for name, text in SOUND.items():
        fate = chance.random()
        if fate < 0.9:
            found[name] = text if fate < 0.5 else damaged(text, chance)
    return found


def said(revision: Revision) -> str:
    contents = revision.contents
    told = None if contents is None else contents.without_time()
    return repr((told, revision.failure))


@pytest.mark.parametrize("seed", range(6))
def test_no_content_of_files_fails_the_table(project: Project, seed: int) -> None:
    chance = random.Random(seed)
    opened = open_project(str(project.root), project.env)
    for _ in range(5):
        for name in SOUND:
            project.path(name).unlink(missing_ok=True)
        project.write_all(files(chance))
        project.commit()
        workspace, head = first = collect_baselines(opened, Request(), Silence())
        text = as_json_text(first)
        as_csv(first, View())
        as_text(first, View(), today=date(2025, 3, 4).timetuple())
        assert as_json_text(collect_baselines(opened, Request(), Silence())) == text
        assert said(workspace.revision) == said(head.revision)
