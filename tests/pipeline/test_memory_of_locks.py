"""A dvc.lock that a command has written is not read again by the next, unless somebody else did."""

from __future__ import annotations

import json

import pytest

from support.project import Project

PARSER = "assay.formats.yaml_lines"
STAGES = """\
stages:
  one:
    cmd: cp data.txt one.txt
    deps: [data.txt]
    outs: [one.txt]
  two:
    cmd: cp one.txt two.txt
    deps: [one.txt]
    outs: [two.txt]
"""


@pytest.fixture
def ready(project: Project) -> Project:
    project.write("dvc.yaml", STAGES)
    project.write("data.txt", "1\n")
    project.dvc("repro")
    return project


def parsed(project: Project, *words: str) -> bool:
    """Whether the command loads what reads YAML."""
    program = "import sys; sys.argv[0] = 'dvc'; from assay.cli.main import main; main()"
    done = project.run(["python", "-X", "importtime", "-c", program, *words])
    return PARSER in done.err


def test_what_a_run_has_recorded_is_known_to_the_next(ready: Project) -> None:
    ready.write("data.txt", "22\n")
    ready.dvc("repro")
    assert not parsed(ready, "status")
    assert ready.dvc("status").out == "Data and pipelines are up to date.\n"


def test_what_is_remembered_is_what_the_file_says(ready: Project) -> None:
    ready.write("data.txt", "22\n")
    ready.dvc("repro")
    memory = json.loads(ready.read(".dvc/tmp/assay/meaning.json"))["known"]
    remembered = memory["lock dvc.lock"]["value"]
    (ready.root / ".dvc/tmp/assay/meaning.json").unlink()
    ready.dvc("status")
    memory = json.loads(ready.read(".dvc/tmp/assay/meaning.json"))["known"]
    assert memory["lock dvc.lock"]["value"] == remembered


def test_an_edit_of_the_file_is_seen(ready: Project) -> None:
    ready.write("data.txt", "22\n")
    ready.dvc("repro")
    text = ready.read("dvc.lock")
    ready.write("dvc.lock", text.replace("cmd: cp data", "cmd: mv data"))
    assert "one" in ready.dvc("status").out
    ready.write("dvc.lock", text)
    assert ready.dvc("status").out == "Data and pipelines are up to date.\n"
