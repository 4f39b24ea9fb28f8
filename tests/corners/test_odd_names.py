"""Names with spaces, quotes, letters of other scripts: of folders, files, stages, experiments."""

from __future__ import annotations

import pytest

from conftest import NewProject
from support.project import Project
from support.ways import WAYS, experiment, held

PIPELINE = """\
stages:
  größe:
    cmd: cp 'eine Datei.txt' 'aus gabe/größe & maß.txt'
    deps: [eine Datei.txt]
    params:
    - "para meter/日本.yaml": [rate]
    outs:
    - "aus gabe/größe & maß.txt"
    metrics:
    - "maß.json": {cache: false}
"""


@pytest.fixture
def odd(new_project: NewProject) -> Project:
    project = new_project("mein Projekt – 'd 日本 $x")
    project.write_all(
        {
            "dvc.yaml": PIPELINE.replace(
                "größe:\n    cmd: ", "größe:\n    cmd: echo 1 > maß.json; "
            ),
            "eine Datei.txt": "inhalt",
            "para meter/日本.yaml": "rate: 1 # ü\n",
            "aus gabe/.gitignore": "/größe & maß.txt\n",
        }
    )
    project.commit("größe")
    return project


@pytest.mark.parametrize("way", WAYS)
def test_odd_names_everywhere(odd: Project, way: str) -> None:
    options = [] if way == "save" else ["-S", "para meter/日本.yaml:rate=2"]
    ref = experiment(odd, way, "ünï-名", *options)
    assert held(odd, ref, "para meter/日本.yaml") == f"rate: {1 if way == 'save' else 2} # ü"
    assert held(odd, ref, "maß.json") == (None if way == "save" else "1")
    [_, head] = odd.dvc("exp", "show", "--json").json
    [shown] = head["experiments"]
    assert shown["name"] == "ünï-名"
    assert set(shown["revs"][0]["data"]["outs"]) == {"aus gabe/größe & maß.txt"}
    odd.git("checkout", "-q", ".")
    odd.dvc("exp", "apply", "ünï-名")
    assert odd.read("aus gabe/größe & maß.txt") == "inhalt"
    assert odd.dvc("exp", "branch", "ünï-名", "zweig").out.startswith("Git branch 'zweig'")


def test_copies_with_spaces(odd: Project) -> None:
    odd.write("ge heim/ünï.txt", "s")
    odd.write(
        "dvc.yaml", "stages: {s: {cmd: \"cat 'ge heim/ünï.txt' > aus.txt\", outs: [aus.txt]}}\n"
    )
    odd.git("add", "dvc.yaml")
    odd.dvc("exp", "run", "--temp", "-C", "ge heim", "-n", "kopie")
    odd.dvc("exp", "apply", "kopie")
    assert odd.read("aus.txt") == "s"


def test_a_file_name_that_is_no_text(project: Project) -> None:
    """Linux lets names be any bytes; Git keeps them."""
    project.write("dvc.yaml", "stages: {one: {cmd: echo 1 > out.txt, outs: [out.txt]}}\n")
    name = b"raw-\xff\xfe.bin"
    with open(str(project.root).encode() + b"/" + name, "wb") as file:
        file.write(b"1")
    project.commit("raw")
    with open(str(project.root).encode() + b"/" + name, "wb") as file:
        file.write(b"2")
    for way in WAYS:
        ref = experiment(project, way, way)
        assert "raw-\\377\\376.bin" in project.git("ls-tree", "--name-only", ref)
    project.dvc("exp", "apply", "temp")


@pytest.mark.parametrize("name", ["~", "~root", "~/a"])
def test_a_tilde_is_a_letter_like_others(project: Project, name: str) -> None:
    """As for DVC 3.67: only a shell knows of homes, and stage files are not read by one."""
    project.write(name, "mine\n")
    project.dvc("add", f"./{name}")
    assert project.dvc("status", "--json").json == {}
    project.path(name).unlink()
    project.dvc("checkout")
    assert project.read(name) == "mine\n"
