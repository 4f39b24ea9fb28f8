"""`destroy`: the project goes, the data stays."""

from __future__ import annotations

import pytest

from support.project import Project

QUESTION = (
    "This will destroy all information about your pipelines, all data files, as well as cache in "
    ".dvc/cache.\nAre you sure you want to continue? [y/n]: "
)
REFUSED = (
    "ERROR: failed to destroy DVC - cannot destroy without a confirmation from the user. "
    "Use `-f` to force.\n"
)


@pytest.fixture
def full(project: Project) -> Project:
    """Tracked data that is links into the cache, stages in two directories."""
    stage = "stages:\n  s:\n    cmd: echo 1 > out\n    outs:\n    - out\n"
    project.write_all(
        {"f": "f\n", "d/1": "1\n", "dvc.yaml": stage, "sub/dvc.yaml": stage, "sub/.dvcignore": ""}
    )
    project.dvc("config", "cache.type", "symlink")
    project.dvc("add", "-q", "f", "d")
    project.dvc("repro", "-q", "-P")
    return project


def test_data_stays_and_is_whole(full: Project) -> None:
    assert full.dvc("destroy", "-f", cwd="sub").out == ""
    assert full.listing() == [
        ".gitignore", "d/1", "f", "out", "sub/.dvcignore", "sub/.gitignore", "sub/out",
    ]  # fmt: skip
    assert not full.exists(".dvc")
    assert (full.read("f"), full.read("d/1"), full.read("sub/out")) == ("f\n", "1\n", "1\n")
    assert full.dvc("destroy", "-f", code=253).out == ""


@pytest.mark.parametrize("answer", ["", "n\n", "no\n"])
def test_without_a_yes_nothing_happens(full: Project, answer: str) -> None:
    before = full.listing()
    said = full.dvc("destroy", stdin=answer, code=1)
    assert (said.out, said.err) == (QUESTION, REFUSED)
    assert full.listing() == before


def test_a_piped_yes(full: Project) -> None:
    again = "Your response must be one of: ['yes', 'no', 'y', 'n']. Please try again.\n"
    assert full.dvc("destroy", stdin="maybe\nYES\n").out == QUESTION + again + QUESTION
    assert not full.exists(".dvc")


def test_a_broken_file_is_a_reason_to_look_first(full: Project) -> None:
    full.write("bad.dvc", "nonsense: 1\n")
    assert "validation failed" in full.dvc("destroy", "-f", code=1).err
    assert full.exists(".dvc/config")


def test_a_project_further_down_is_not_ours(full: Project) -> None:
    full.write_all({"other/.dvc/config": "", "other/x.dvc": "outs:\n- path: x\n"})
    full.dvc("destroy", "-f")
    assert full.listing("other") == [".dvc/config", "x.dvc"]


def test_the_same_as_dvc(bare_project: Project, real_dvc: str) -> None:
    seen = []
    for by in ("dvc", real_dvc):
        bare_project.write_all({".dvc/config": "[core]\n    no_scm = true\n", "f": "f\n"})
        bare_project.dvc("add", "-q", "f")
        said = bare_project.dvc("destroy", stdin="y\n", by=by)
        seen.append((said, bare_project.listing()))
    assert seen[0] == seen[1]
