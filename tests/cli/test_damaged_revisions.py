"""A commit with a broken file is an error in its own place: no command that compares fails."""

from __future__ import annotations

import json

import pytest

from support.forked import forked, load_all
from support.project import Project

SOUND = {
    "dvc.yaml": """\
stages:
  one:
    cmd: echo
    deps: [in.txt]
    params: [lr]
    metrics: [m.json: {cache: false}]
    plots: [plot.csv: {cache: false}]
""",
    "dvc.lock": "schema: '2.0'\nstages:\n  one:\n    cmd: echo\n",
    "in.txt.dvc": "outs:\n- md5: d41d8cd98f00b204e9800998ecf8427e\n  size: 0\n  path: in.txt\n",
    "params.yaml": "lr: 1\n",
    "m.json": '{"acc": 1}\n',
    "plot.csv": "x,y\n1,2\n",
}
DAMAGE = {
    "dvc.yaml": "stages: [\n",
    "dvc.lock": "schema: '2.0'\nstages: 3\n",
    "in.txt.dvc": "outs: {path: in.txt}\n",
    "params.yaml": "lr: [\n",
    "m.json": "{\n",
    "plot.csv": "\xff\n",
}
# Without these nobody knows what there is; templates may refer to `params.yaml`.
ABOUT_STAGES = {"dvc.yaml", "dvc.lock", "in.txt.dvc", "params.yaml"}
COMMANDS = {
    "params diff {}": ABOUT_STAGES,
    "metrics diff {}": {*ABOUT_STAGES, "m.json"},
    "exp diff {}": {*ABOUT_STAGES, "m.json"},
    "plots diff {}": {*ABOUT_STAGES, "plot.csv"},
    "diff {}": ABOUT_STAGES,
}
"""Command with two revisions → the files without which it cannot tell all."""


@pytest.fixture
def history(project: Project) -> Project:
    """Tags `sound` and `<file>-broken`, each a commit; the workspace is sound."""
    load_all()
    project.write_all(SOUND)
    project.commit("sound")
    project.git("tag", "sound")
    for name, text in DAMAGE.items():
        project.path(name).write_bytes(text.encode("latin-1"))
        project.commit(name)
        project.git("tag", f"{name}-broken")
        project.write(name, SOUND[name])
    project.write("params.yaml", "lr: 2\n")
    project.commit("last")
    return project


def said(project: Project, *words: str) -> tuple[str, str]:
    done = forked(words, cwd=str(project.root), env=project.env)
    assert done.code == 0, (words, done)
    return done.out, done.err


@pytest.mark.parametrize("name", DAMAGE)
def test_a_comparison_names_the_revision_and_goes_on(history: Project, name: str) -> None:
    broken = f"{name}-broken"
    for command, missing in COMMANDS.items():
        for revisions in (broken, f"{broken} sound", f"sound {broken}", f"{broken} HEAD --json"):
            out, err = said(history, *command.format(revisions).split())
            if name in missing:
                assert broken in out + err, (command, revisions)
            else:
                assert "rror" not in out + err, (command, revisions)
            if revisions.endswith("--json"):
                json.loads(out)


@pytest.mark.parametrize("name", DAMAGE)
def test_a_table_has_an_error_in_the_place_of_what_is_broken(history: Project, name: str) -> None:
    broken = f"{name}-broken"
    table = json.loads(said(history, "exp", "show", "--json", "--rev", broken)[0])
    metrics = json.loads(said(history, "metrics", "show", "-T", "--json")[0])
    if name in ABOUT_STAGES:
        assert table[1]["data"] is None and name in table[1]["error"]["msg"]
        assert name in metrics[broken]["error"]["msg"]
    else:
        assert table[1]["error"] is None
    if name == "m.json":
        assert list(table[1]["data"]["metrics"]["m.json"]) == ["error"]
        assert table[1]["data"]["params"] == {"params.yaml": {"data": {"lr": 1}}}
    assert metrics["sound"] == {"data": {"m.json": {"data": {"acc": 1}}}}
    for form in ("--csv", "--md", "--no-pager"):
        assert "sound" in said(history, "exp", "show", "-T", form)[0]
