"""Where outputs may be, what is deleted before a run, and what an output cannot be."""

from __future__ import annotations

import pytest

from support.project import Project


def stage(project: Project, command: str, output: str, more: str = "") -> Project:
    project.write(
        "dvc.yaml", f"stages:\n  s:\n    cmd: {command}\n    outs:\n    - {output}\n{more}"
    )
    return project


@pytest.mark.parametrize("options", [[], ["-f"], ["-j", "2"]])
@pytest.mark.parametrize("persists", ["false", "true"])
def test_nothing_outside_of_the_project_is_deleted(
    project: Project, options: list[str], persists: str
) -> None:
    mine = project.path("../mine")
    mine.mkdir()
    (mine / "file").write_text("precious\n")
    more = f"        cache: false\n        persist: {persists}\n"
    stage(project, "test -e ../mine/file && echo run >> runs", "../mine:", more)
    project.dvc("repro", *options)
    project.dvc("repro", "-f", *options)
    assert (mine / "file").read_text() == "precious\n"
    assert project.read("runs") == "run\n" * 2


def test_an_output_outside_cannot_be_cached_and_stays(project: Project) -> None:
    mine = project.path("../mine")
    mine.write_text("precious\n")
    failed = stage(project, "rm ../mine", "../mine").dvc("repro", code=255)
    assert failed.err.startswith(
        "ERROR: failed to reproduce 's': Saving cached external output ../mine is not supported"
    )
    assert mine.read_text() == "precious\n"


def test_through_a_link_that_leads_outside_only_what_the_stage_left_is_deleted(
    project: Project,
) -> None:
    disk = project.path("../disk")
    disk.mkdir()
    (disk / "out").mkdir()
    project.path("data").symlink_to(disk)
    stage(project, "mkdir data/out && cat in > data/out/x", "data/out", "    deps: [in]\n")
    project.write("in", "1\n")
    refused = project.dvc("repro", code=255)
    assert "failed to run: mkdir data/out" in refused.err
    (disk / "out").rmdir()
    project.dvc("repro")
    project.write("in", "2\n")
    project.dvc("repro")
    assert (disk / "out/x").read_text() == "2\n"


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        (".git", "Path '{here}/.git' is ignored by :.git"),
        (".git/hooks", "Path '{here}/.git/hooks' is ignored by :.git"),
        (".dvc/config", "Path '{here}/.dvc/config' is ignored by :.dvc/"),
        ("sub/.git", "Path '{here}/sub/.git' is ignored by :.git"),
        ("tmp", "Path '{here}/tmp' is ignored by .dvcignore:1:tmp/"),
        ("a.tmp", "Path '{here}/a.tmp' is ignored by .dvcignore:2:*.tmp"),
        (".", "stage: 's' is within an output '{here}' of another stage"),
        ("..", "stage: 's' is within an output '{above}' of another stage"),
        ("/", "stage: 's' is within an output '/' of another stage"),
    ],
)
@pytest.mark.parametrize("command", ["repro", "status"])
def test_what_is_no_part_of_the_project_or_all_of_it_is_no_output(
    project: Project, output: str, reason: str, command: str
) -> None:
    project.path("tmp").mkdir()
    project.write(".dvcignore", "tmp/\n*.tmp\n!good.tmp\n")
    here = project.path(".").resolve()
    stage(project, "touch ran", f"{output}:", "        cache: false\n")
    failed = project.dvc(command, code=255 if command == "repro" else 1)
    assert failed.err == f"ERROR: {reason.format(here=here, above=here.parent)}\n"
    assert project.exists(".git/HEAD")
    assert not project.exists("ran")


def test_what_is_taken_back_from_the_ignored_may_be_an_output(project: Project) -> None:
    project.write(".dvcignore", "*.tmp\n!good.tmp\n")
    stage(project, "echo 1 > good.tmp", "good.tmp").dvc("repro")
    assert "up to date" in project.dvc("status").out


def test_a_pipe_is_no_output(project: Project) -> None:
    failed = stage(project, "mkfifo out", "out").dvc("repro", code=255)
    place = project.path("out")
    assert failed.err == (
        f"ERROR: failed to reproduce 's': output '{place}' is not a file or directory\n"
    )


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("mkdir out; mkfifo out/odd", "Not a regular file"),
        ("mkdir out; ln -s nowhere out/odd", "No such file or directory"),
    ],
)
@pytest.mark.parametrize("options", [[], ["-j", "2"], ["--no-commit"]])
def test_a_directory_with_what_cannot_be_read_is_no_output(
    project: Project, command: str, reason: str, options: list[str]
) -> None:
    failed = stage(project, command, "out").dvc("repro", *options, code=255)
    said = f"cannot read '{project.path('out/odd')}': {reason}\n"
    assert failed.err == f"ERROR: failed to reproduce 's': {said}"
    assert project.dvc("status", code=1).err == f"ERROR: {said}"
    stage(project, "mkdir out; echo 1 > out/odd", "out").dvc("repro", "-f")


@pytest.mark.parametrize("kind", ["params", "deps"])
def test_a_pipe_is_no_input(project: Project, kind: str) -> None:
    project.shell("mkfifo odd")
    value = "[odd: [a]]" if kind == "params" else "[odd]"
    stage(project, "touch out", "out", f"    {kind}: {value}\n")
    failed = project.dvc("repro", code=255)
    assert failed.err.startswith("ERROR: failed to reproduce 's': ")
    assert len(failed.err.splitlines()) == 1


def test_an_object_that_went_away_between_two_stages_is_put_again(project: Project) -> None:
    """As `gc` would do it: what one stage put is not taken for granted when the next is done."""
    project.write(
        "dvc.yaml",
        "stages:\n"
        "  one: {cmd: mkdir a; echo 1 > a/1, outs: [a]}\n"
        "  two:\n"
        "    cmd: find .dvc/cache/files -type f -delete; mkdir -p b; cp a/1 b; cp in b/2\n"
        "    deps: [a, in]\n"
        "    outs: [b: {persist: true}]\n",
    )
    for text in ("2\n", "3\n"):  # the second time all but one file of `b` is known
        project.write("in", text)
        project.dvc("repro", "-q", "-f")
        project.shell("rm -r b")
        project.dvc("checkout", "-q", "two")
        assert (project.read("b/1"), project.read("b/2")) == ("1\n", text)
        project.shell("rm -r a")
