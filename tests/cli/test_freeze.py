"""`freeze` and `unfreeze`: what they write, and what they refuse."""

from __future__ import annotations

from support.project import Project

PIPELINE = """\
# pipeline
vars:
- word: hello
stages:
  copy:   # first
    cmd: cp in out
    deps:
    - in
    outs:
    - out
  say:   # once
    cmd: echo ${word}
  each:
    foreach: [1, 2]
    do:
      cmd: echo ${item}
"""
FROZEN = PIPELINE.replace("    - out\n", "    - out\n    frozen: true\n")


def prepared(project: Project) -> Project:
    project.write_all({"dvc.yaml": PIPELINE, "in": "1\n"})
    return project


def test_a_frozen_stage_does_not_run_for_what_it_reads(project: Project) -> None:
    prepared(project).dvc("repro", "-q", "copy")
    assert project.dvc("freeze", "copy").out == "Modifying stage 'copy' in 'dvc.yaml'\n"
    assert project.read("dvc.yaml") == FROZEN
    project.write("in", "2\n")
    project.dvc("repro", "-q", "copy")
    assert project.read("out") == "1\n"
    assert project.dvc("unfreeze", "copy").out == "Modifying stage 'copy' in 'dvc.yaml'\n"
    assert project.read("dvc.yaml") == PIPELINE
    project.dvc("repro", "-q", "copy")
    assert project.read("out") == "2\n"


def test_freezing_twice_changes_nothing(project: Project) -> None:
    prepared(project).dvc("freeze", "copy")
    stamp = project.path("dvc.yaml").stat().st_mtime_ns
    project.dvc("freeze", "copy")
    assert project.path("dvc.yaml").stat().st_mtime_ns == stamp


def test_stages_of_other_directories(project: Project) -> None:
    project.write_all({"dvc.yaml": PIPELINE, "sub/dvc.yaml": "stages:\n  s:\n    cmd: echo\n"})
    said = project.dvc("freeze", "s", "../dvc.yaml:copy", cwd="sub").lines
    assert said == ["Modifying stage 's' in 'dvc.yaml'", "Modifying stage 'copy' in '../dvc.yaml'"]
    assert project.read("sub/dvc.yaml") == "stages:\n  s:\n    cmd: echo\n    frozen: true\n"
    assert project.read("dvc.yaml") == FROZEN


def test_a_dvc_file(project: Project) -> None:
    project.write("data", "1\n")
    project.dvc("add", "-q", "data")
    before = project.read("data.dvc")
    assert project.dvc("freeze", "data.dvc").out == ""
    assert project.read("data.dvc") == before + "frozen: true\n"
    project.dvc("unfreeze", "data.dvc")
    assert project.read("data.dvc") == before


def test_the_old_word_for_frozen_is_understood(project: Project) -> None:
    project.write("old.dvc", "outs:\n- path: data\nlocked: true\n")
    project.dvc("unfreeze", "old.dvc")
    assert project.read("old.dvc") == "outs:\n- path: data\n"


def test_a_target_that_fails_does_not_stop_the_others(project: Project) -> None:
    said = prepared(project).dvc("freeze", "nope", "each@1", "say", "gone.dvc", "copy", code=1)
    assert said.out == "Modifying stage 'copy' in 'dvc.yaml'\n"
    assert said.err.splitlines() == [
        "ERROR: failed to freeze 'nope' - Stage 'nope' not found inside 'dvc.yaml' file",
        "ERROR: failed to freeze 'each@1' - cannot dump a parametrized stage: 'each@1'",
        "ERROR: failed to freeze 'say' - cannot dump a parametrized stage: 'say'",
        f"ERROR: failed to freeze 'gone.dvc' - '{project.root}/gone.dvc' does not exist",
    ]
    assert project.read("dvc.yaml") == FROZEN


def test_a_file_of_many_stages_is_no_target(project: Project) -> None:
    refused = prepared(project).dvc("unfreeze", "dvc.yaml", code=1).err
    assert refused.startswith("ERROR: failed to unfreeze 'dvc.yaml' - Stage name not provided.")


def test_the_same_bytes_as_dvc(project: Project, real_dvc: str) -> None:
    texts = []
    for by in ("dvc", real_dvc):
        prepared(project).dvc("freeze", "copy", by=by)
        texts.append(project.read("dvc.yaml"))
    assert texts[0] == texts[1]
