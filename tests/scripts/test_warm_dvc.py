"""The program that stands in for the real DVC must be told from it by its speed alone."""

from __future__ import annotations

import signal

import pytest

from support.commands import real_dvc_path
from support.project import Project
from support.waiting import is_alive, until

LONG = "stages: {long: {cmd: 'echo $PPID > pid.part; mv pid.part pid; sleep 60'}}"


@pytest.mark.parametrize("line", ["stage list", "status --json", "push", "metrics shew"])
def test_it_says_what_the_cold_one_says(project: Project, real_dvc: str, line: str) -> None:
    project.write("dvc.yaml", "stages: {one: {cmd: date > out, outs: [out]}}")
    cold = real_dvc_path()
    assert cold and cold != real_dvc
    theirs = [project.dvc(*line.split(), by=by, code=None) for by in (cold, real_dvc)]
    assert theirs[0] == theirs[1]


def test_a_stage_sees_the_world_of_its_caller(project: Project, real_dvc: str) -> None:
    project.write("sub/dvc.yaml", "stages: {one: {cmd: 'umask; pwd; echo $COLOUR; date +%Z'}}")
    project.dvc("repro", cwd="sub")
    seen = [
        project.shell(f"umask 027; cd sub; COLOUR=red TZ=XYZ3 {by} repro -f").out
        for by in (real_dvc_path(), real_dvc)
    ]
    assert seen[0] == seen[1]
    assert "0027" in seen[1] and "red" in seen[1] and "XYZ" in seen[1]


def test_git_settings_are_those_of_the_callers_home(project: Project, real_dvc: str) -> None:
    """libgit2 looks for them when it is loaded."""
    project.write("../home/.gitconfig", "[core]\nautocrlf = true\n")
    project.write("text", "one\n")
    project.commit()
    project.write("text", "two\n")
    project.dvc("exp", "save", "-n", "saved", by=real_dvc)
    project.git("checkout", "-q", ".")
    project.dvc("exp", "apply", "saved", by=real_dvc)
    assert project.read("text") == "two\r\n"


def test_a_signal_reaches_the_command(project: Project, real_dvc: str) -> None:
    project.write("dvc.yaml", LONG)
    caller = project.start([real_dvc, "repro"])
    until(lambda: project.exists("pid"))
    caller.send_signal(signal.SIGTERM)
    assert caller.wait() == -signal.SIGTERM


def test_no_command_outlives_its_caller(project: Project, real_dvc: str) -> None:
    project.write("dvc.yaml", LONG)
    caller = project.start([real_dvc, "repro"])
    until(lambda: project.exists("pid"))
    caller.kill()
    caller.wait()
    until(lambda: not is_alive(int(project.read("pid"))))
