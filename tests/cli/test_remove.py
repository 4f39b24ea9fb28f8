"""`remove`: what goes, what stays, and that nothing is lost on the way."""

from __future__ import annotations

import os

import pytest

from support.project import Project

PIPELINE = """\
# top
stages:
  a:
    cmd: cp in a.txt
    deps:
    - in
    outs:
    - a.txt
  b:
    cmd: mkdir -p sub && cp a.txt sub/b.txt
    deps:
    - a.txt
    outs:
    - sub/b.txt
"""
ONLY_B = PIPELINE[: PIPELINE.index("  a:\n")] + PIPELINE[PIPELINE.index("  b:\n") :]


@pytest.fixture
def done(project: Project) -> Project:
    """Two stages that have run, and a tracked file and directory."""
    project.write_all({"dvc.yaml": PIPELINE, "in": "1\n", "data": "d\n", "folder/one": "1\n"})
    project.dvc("repro", "-q")
    project.dvc("add", "-q", "data", "folder")
    return project


def test_a_stage_goes_and_its_output_stays(done: Project) -> None:
    assert done.dvc("remove", "a").out == ""
    assert done.read("dvc.yaml") == ONLY_B
    assert list(done.read("dvc.lock").splitlines())[1:3] == ["stages:", "  b:"]
    assert done.read("a.txt") == "1\n"
    assert done.read(".gitignore") == "/data\n/folder\n"


def test_outputs_go_if_asked_for(done: Project) -> None:
    done.dvc("remove", "b", "data.dvc", "folder.dvc", "--outs")
    assert [name for name in ("sub/b.txt", "data", "folder") if done.exists(name)] == []
    assert (done.exists("sub/.gitignore"), done.read(".gitignore")) == (False, "/a.txt\n")


def test_the_last_stage_takes_the_files_along(done: Project) -> None:
    done.dvc("rm", "a", "b")
    assert not done.exists("dvc.yaml") and not done.exists("dvc.lock")


def test_a_dvc_yaml_that_says_more_stays(project: Project) -> None:
    project.write("dvc.yaml", "stages:\n  a:\n    cmd: echo\nparams:\n- p.yaml\n")
    project.dvc("remove", "a")
    assert project.read("dvc.yaml") == "params:\n- p.yaml\n"


def test_all_stages_of_a_file(done: Project) -> None:
    done.dvc("remove", "dvc.yaml")
    assert not done.exists("dvc.yaml")


def test_data_is_the_users_own_afterwards(done: Project) -> None:
    """No link into the cache, and no later checkout that clears it away."""
    done.dvc("config", "cache.type", "symlink")
    done.dvc("checkout", "-q", "--relink")
    assert os.path.islink(done.path("data")) and os.path.islink(done.path("folder/one"))
    done.dvc("remove", "data.dvc", "folder.dvc")
    done.dvc("checkout")
    assert (done.read("data"), done.read("folder/one")) == ("d\n", "1\n")
    assert not os.path.islink(done.path("data")) and os.access(done.path("data"), os.W_OK)


def test_one_wrong_target_and_nothing_is_removed(done: Project) -> None:
    before = done.listing()
    refused = done.dvc("remove", "a", "nope", "data.dvc", code=1)
    assert refused.err == "ERROR: Stage 'nope' not found inside 'dvc.yaml' file\n"
    assert (done.listing(), done.read("dvc.yaml")) == (before, PIPELINE)


def test_data_is_removed_by_its_dvc_file(done: Project) -> None:
    for name in ("data", "folder"):
        refused = done.dvc("remove", name, code=1).err
        wanted = f"'{name}' is not a .dvc file. Do you mean '{name}.dvc'?: Stage '{name}' not found"
        assert refused == f"ERROR: {wanted} inside 'dvc.yaml' file\n"
    refused = done.dvc("remove", "gone.dvc", code=1).err
    assert refused == f"ERROR: '{done.root}/gone.dvc' does not exist\n"


def test_a_generated_stage_cannot_be_removed_alone(project: Project) -> None:
    text = "stages:\n  plain:\n    cmd: echo\n  e:\n    foreach: [1]\n    do:\n      cmd: echo\n"
    project.write("dvc.yaml", text)
    refused = project.dvc("remove", "dvc.yaml", code=1).err
    assert refused == "ERROR: cannot remove a parametrized stage: 'e@1'\n"
    assert project.read("dvc.yaml") == text


def test_nothing_outside_of_the_project_is_deleted(project: Project) -> None:
    """A .dvc file may come from somebody else."""
    mine = project.root.parent / "mine"
    mine.write_text("mine")
    project.write("evil.dvc", "outs:\n- path: ../mine\n")
    assert "outside" in project.dvc("remove", "--outs", "evil.dvc", code=1).err
    assert mine.read_text() == "mine" and project.exists("evil.dvc")
    project.dvc("remove", "evil.dvc")


def test_a_broken_file_speaks_for_itself(project: Project) -> None:
    project.write("bad.dvc", "nonsense: 1\n")
    refused = project.dvc("remove", "bad.dvc", code=1).err
    assert refused.startswith("'./bad.dvc' validation failed.\n")


def test_the_same_as_dvc_does(project: Project, real_dvc: str) -> None:
    seen = []
    for by in ("dvc", real_dvc):
        project.write_all({"dvc.yaml": PIPELINE, "in": "1\n", "sub/x": "x\n"})
        project.dvc("repro", "-q")
        project.dvc("add", "-q", "sub/x")
        said = project.dvc("remove", "a", "sub/x.dvc", by=by)
        files = {name: project.read(name) for name in ("dvc.yaml", "dvc.lock", "sub/.gitignore")}
        seen.append((said, files, project.exists(".gitignore"), project.exists("sub/x")))
    assert seen[0] == seen[1]
