"""Ctrl-C, SIGTERM, and commands that behave badly, with one stage at a time and with several."""

from __future__ import annotations

import os
import signal
import subprocess

import pytest

from support.project import Project, Result
from support.terminal import on_terminal
from support.waiting import is_alive, until

jobs = pytest.mark.parametrize("jobs", ["1", "2"])

TWO = """\
stages:
  first:
    cmd: exec sh first.sh
    outs: [first.txt]
  second:
    cmd: echo 2 > second.txt
    deps: [first.txt]
    outs: [second.txt]
"""


def started(project: Project, script: str, *options: str) -> subprocess.Popen[str]:
    """`dvc repro` whose first stage runs `script` and has written its process id to `pid`."""
    project.write_all({"dvc.yaml": TWO, "first.sh": f"{script}\n"})
    process = project.start(["dvc", "repro", *options])
    until(lambda: is_written(project, "pid"))
    return process


def is_written(project: Project, name: str) -> bool:
    """Whether a file has its line: the shell makes it first, and writes it then."""
    return project.exists(name) and project.read(name).endswith("\n")


def ended(process: subprocess.Popen[str]) -> Result:
    out, err = process.communicate(timeout=60)
    return Result(process.returncode, out, err)


def stage_is_alive(project: Project) -> bool:
    return is_alive(int(project.read("pid")))


@jobs
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_stage_and_the_run(project: Project, jobs: str, number: int) -> None:
    process = started(project, "echo $$ > pid; exec sleep 60", "-j", jobs)
    process.send_signal(number)
    result = ended(process)
    assert result.code == 255
    assert f"failed to run: exec sh first.sh, exited with -{number}" in result.err
    assert not stage_is_alive(project)
    assert not project.exists("dvc.lock")
    project.write("first.sh", "echo 1 > first.txt\n")
    project.dvc("repro", "-j", jobs)
    assert "did not" not in project.dvc("status").out


@jobs
@pytest.mark.parametrize("option", ["-k", "--ignore-errors"])
def test_after_a_signal_nothing_is_started_whatever_the_options(
    project: Project, jobs: str, option: str
) -> None:
    process = started(
        project, "echo 1 > first.txt; echo $$ > pid; exec sleep 60", option, "-j", jobs
    )
    process.send_signal(signal.SIGTERM)
    result = ended(process)
    assert result.code == 255
    assert result.err.endswith(
        "failed to reproduce 'first': failed to run: exec sh first.sh, exited with -15\n"
    )
    assert not project.exists("second.txt")


@jobs
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stage_that_ignores_a_signal_is_killed_by_the_next(
    project: Project, jobs: str, number: int
) -> None:
    script = "trap 'echo no >> said' INT TERM; echo $$ > pid; while :; do sleep 0.01; done"
    process = started(project, script, "-j", jobs)
    process.send_signal(number)
    until(lambda: project.exists("said"))
    assert process.poll() is None
    process.send_signal(number)
    result = ended(process)
    assert (result.code, "exited with -9" in result.err) == (255, True)
    assert not stage_is_alive(project)


def test_a_stage_may_take_ctrl_c_as_a_wish_to_finish(project: Project) -> None:
    """As with DVC: a trainer that stops early and ends well has made a result."""
    script = (
        "trap 'echo early > first.txt; exit 0' INT; echo $$ > pid; while :; do sleep 0.01; done"
    )
    process = started(project, script)
    process.send_signal(signal.SIGINT)
    assert ended(process).code == 0
    assert (project.read("first.txt"), project.read("second.txt")) == ("early\n", "2\n")


def test_several_stages_may_finish_early_but_nothing_follows(project: Project) -> None:
    script = (
        "trap 'echo early > first.txt; exit 0' INT; echo $$ > pid; while :; do sleep 0.01; done"
    )
    process = started(project, script, "-j", "2")
    process.send_signal(signal.SIGINT)
    result = ended(process)
    assert result.code == 252
    assert result.err.endswith("ERROR: interrupted by the user\n")
    assert "first:" in project.read("dvc.lock")
    assert not project.exists("second.txt")


@jobs
def test_what_ends_well_after_sigterm_is_no_result(project: Project, jobs: str) -> None:
    script = (
        "trap 'echo half > first.txt; exit 0' TERM; echo $$ > pid; while :; do sleep 0.01; done"
    )
    process = started(project, script, "-j", jobs)
    process.send_signal(signal.SIGTERM)
    assert ended(process).code == 252
    assert not project.exists("dvc.lock")


@jobs
def test_what_a_shell_leaves_behind_may_finish(project: Project, jobs: str) -> None:
    """Many shells die of a signal at once; the trainer that they started may save its work."""
    save = "sleep 0.2; echo 1 > saved; exit"
    project.write("train.sh", f"trap '{save}' TERM; echo $$ > pid; while :; do sleep 0.01; done")
    process = started(project, "sh train.sh & wait", "-j", jobs)
    process.send_signal(signal.SIGTERM)
    assert ended(process).code == 255
    assert project.read("saved") == "1\n"
    assert not stage_is_alive(project)


@jobs
def test_retries_are_not_for_those_who_want_to_stop(project: Project, jobs: str) -> None:
    yaml = TWO.replace("cmd: exec sh first.sh", "cmd: sh first.sh\n    meta: {retries: 5}")
    project.write_all({"dvc.yaml": yaml, "first.sh": "echo $$ > pid; exec sleep 60\n"})
    process = project.start(["dvc", "repro", "-j", jobs])
    until(lambda: is_written(project, "pid"))
    process.send_signal(signal.SIGINT)
    assert "attempt" not in ended(process).err


def test_ctrl_c_stops_all_stages(project: Project) -> None:
    part = "  s{n}:\n    cmd: echo $$ > pid{n}; exec sleep 60\n"
    project.write("dvc.yaml", "stages:\n" + "".join(part.format(n=n) for n in range(4)))
    process = project.start(["dvc", "repro", "-j", "3"])
    until(lambda: all(is_written(project, f"pid{n}") for n in range(3)))
    process.send_signal(signal.SIGINT)
    result = ended(process)
    assert result.code == 255
    assert "failed to reproduce stages: 's" in result.err
    assert not project.exists("pid3")
    assert not any(is_alive(int(project.read(f"pid{n}"))) for n in range(3))


def test_ctrl_c_on_a_terminal_reaches_stage_and_program_alike(project: Project) -> None:
    """`kill -INT 0` is what a terminal does when somebody types Ctrl-C."""
    project.write_all({"dvc.yaml": TWO, "first.sh": "kill -INT 0; exec sleep 60\n"})
    seen = on_terminal(project, "dvc", "repro")
    assert seen.code == 255
    assert "failed to run: exec sh first.sh, exited with -2" in seen.out
    assert not project.exists("second.txt")


def test_the_lock_on_paths_goes_with_the_run(project: Project) -> None:
    process = started(project, "echo $$ > pid; exec sleep 60")
    assert str(project.path("first.txt")) in project.read(".dvc/tmp/rwlock")
    process.send_signal(signal.SIGTERM)
    ended(process)
    assert project.read(".dvc/tmp/rwlock") == "{}"


@jobs
def test_a_killed_run_leaves_nothing_that_blocks_the_next(project: Project, jobs: str) -> None:
    process = started(project, "echo $$ > pid; exec sleep 60", "-j", jobs)
    process.kill()
    process.wait()
    os.kill(int(project.read("pid")), signal.SIGKILL)
    process.communicate()
    project.write("first.sh", "echo 1 > first.txt\n")
    project.dvc("repro", "-j", jobs)
    assert project.read("second.txt") == "2\n"


@jobs
def test_a_daemon_of_a_stage_lives_on(project: Project, jobs: str) -> None:
    script = "setsid sh -c 'echo $$ > pid; exec sleep 60' > /dev/null 2>&1 & echo 1 > first.txt"
    process = started(project, script, "-j", jobs)
    assert ended(process).code == 0
    assert stage_is_alive(project)
    os.kill(int(project.read("pid")), signal.SIGKILL)


@jobs
def test_a_command_that_does_not_exist(project: Project, jobs: str) -> None:
    project.write("dvc.yaml", "stages: {s: {cmd: no-such-command --at all}}")
    result = project.dvc("repro", "-j", jobs, code=255)
    assert (
        "failed to reproduce 's': failed to run: no-such-command --at all, exited with 127"
        in result.err
    )


@jobs
def test_a_shell_that_does_not_exist(project: Project, jobs: str) -> None:
    project.write("dvc.yaml", "stages: {s: {cmd: echo}}")
    result = project.run(["dvc", "repro", "-j", jobs], code=255, env={"SHELL": "/no/such/shell"})
    assert result.err.endswith(
        "failed to reproduce 's': [Errno 2] No such file or directory: '/no/such/shell'\n"
    )


@pytest.mark.parametrize(("jobs", "prefix"), [("1", b""), ("2", b"s | ")])
def test_bytes_that_are_no_text_come_out_as_they_are(
    project: Project, jobs: str, prefix: bytes
) -> None:
    project.write("dvc.yaml", "stages: {s: {cmd: \"printf '\\\\377\\\\200\\\\n'\"}}")
    project.shell(f"dvc repro -j {jobs} > seen")
    assert prefix + b"\xff\x80\n" in project.path("seen").read_bytes()


@jobs
@pytest.mark.parametrize("size_mb", [20, pytest.param(1000, marks=pytest.mark.slow)])
def test_a_stage_may_print_a_lot(project: Project, jobs: str, size_mb: int) -> None:
    line = "x" * 99
    printing = f"print(({line!r} + chr(10)) * 10_000, end='')"
    project.write("loud.py", f"for _ in range({size_mb}): {printing}\n")
    project.write("dvc.yaml", "stages: {s: {cmd: python loud.py}}")
    limit = "ulimit -v 300000"  # kB: what is printed is not kept
    found = project.shell(f"{limit}; dvc repro -j {jobs} | grep -c {line}")
    assert found.out.strip() == str(size_mb * 10_000)
