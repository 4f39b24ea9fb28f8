"""`repro -j`: independent stages at once, everything else as in a serial run."""

from __future__ import annotations

import signal
import textwrap

import pytest

from conftest import NewProject
from support.project import Project
from support.waiting import PATIENCE_S, is_alive, until

MEET = "touch {me}.here; while test ! -e {other}.here; do sleep 0.01; done; echo {me} > {me}.txt"
"""Ends only while the command for `other` runs too, or has run."""


def stages(project: Project, text: str) -> Project:
    project.write("dvc.yaml", "stages:\n" + textwrap.indent(textwrap.dedent(text), "  "))
    project.write(".gitignore", "*.here\n*.log\n")
    return project


def pair(project: Project) -> Project:
    return stages(
        project,
        f"""\
        left:
          cmd: {MEET.format(me="left", other="right")}
          outs: [left.txt]
        right:
          cmd: {MEET.format(me="right", other="left")}
          outs: [right.txt]
        both:
          cmd: cat left.txt right.txt > both.txt
          deps: [left.txt, right.txt]
          outs: [both.txt]
        """,
    )


def test_stages_that_need_nothing_of_each_other_run_at_once(project: Project) -> None:
    pair(project).dvc("repro", "-j", "2")
    assert project.read("both.txt") == "left\nright\n"
    assert "up to date" in project.dvc("repro", "-j", "2").out


def test_stages_of_an_experiment_run_at_once(project: Project) -> None:
    pair(project).commit()
    project.dvc("exp", "run", "-n", "one", "-j", "2")
    (commit,) = {id for ref, id in project.refs().items() if ref.endswith("/one")}
    assert project.git("show", f"{commit}:dvc.lock") == project.read("dvc.lock").strip()


def test_lines_carry_the_name_of_their_stage(project: Project) -> None:
    stages(
        project,
        r"""
        one: {cmd: ['echo first', 'printf "bar 1\rbar 2\nno end"; printf "\377\n" >&2']}
        other-one: {cmd: 'echo second'}
        """,
    )
    result = project.dvc("repro", "-j", "2")
    assert "one       | first" in result.lines
    assert "other-one | second" in result.lines
    assert "one       | bar 2" in result.lines
    assert "one       | no end" in result.lines
    assert result.err == "one       | \ufffd\n"


def test_no_more_commands_than_asked_for_run_at_once(project: Project) -> None:
    command = "echo + >> run.log; sleep 0.02; echo - >> run.log"
    stages(project, "".join(f"s{n}: {{cmd: '{command}'}}\n" for n in range(9)))
    project.dvc("repro", "-j", "3")
    running, most = 0, 0
    for sign in project.read("run.log").split():
        running += 1 if sign == "+" else -1
        most = max(most, running)
    assert most <= 3


def test_records_do_not_tell_who_ended_first(new_project: NewProject) -> None:
    """The last stage of the plan ends first, the first one last; comments stay where they are."""
    serial, parallel = new_project("serial"), new_project("parallel")
    for project in (serial, parallel):
        text = "schema: '2.0'\n# mine\nstages:\n  old:\n    cmd: x\n\n# end\n"
        project.write("dvc.lock", text)
        for n in range(5):
            wait = f"while test ! -e s{n + 1}.here; do sleep 0.01; done\n"
            script = f"echo {n} > o{n}\ntouch s{n}.here\n"
            project.write(f"s{n}.sh", wait + script if project is parallel else script)
        project.write("s5.here", "")
        stages(project, "".join(f"s{n}: {{cmd: sh s{n}.sh, outs: [o{n}]}}\n" for n in range(5)))
    serial.dvc("repro")
    parallel.dvc("repro", "-j", "5")
    assert parallel.read("dvc.lock") == serial.read("dvc.lock")
    assert parallel.read(".gitignore") == serial.read(".gitignore")


FAILING = """\
bad: {cmd: 'touch bad.here; exit 3', outs: [bad.txt]}
after: {cmd: 'cat bad.txt > after.txt', deps: [bad.txt], outs: [after.txt]}
slow:
  cmd: while test ! -e bad.here; do sleep 0.01; done; sleep 0.1; echo 1 > slow.txt
  outs: [slow.txt]
next: {cmd: 'cat slow.txt > next.txt', deps: [slow.txt], outs: [next.txt]}
"""


def test_after_a_failure_nothing_new_starts_and_what_runs_is_recorded(project: Project) -> None:
    result = stages(project, FAILING).dvc("repro", "-j", "4", code=255)
    assert "waiting for 'slow' to end" in result.err
    assert result.err.endswith(
        "ERROR: failed to reproduce 'bad': failed to run: touch bad.here; exit 3, exited with 3\n"
    )
    assert "slow:" in project.read("dvc.lock")
    assert not project.exists("next.txt")


def test_keep_going_leaves_out_only_what_needs_the_failed_stage(project: Project) -> None:
    result = stages(project, FAILING).dvc("repro", "-j", "4", "-k", code=255)
    assert "WARNING: Stage 'after' will be skipped due to this failure" in result.err
    assert result.err.endswith("ERROR: failed to reproduce 'bad'\n")
    assert project.read("next.txt") == "1\n"
    assert not project.exists("after.txt")


def test_errors_can_be_ignored(project: Project) -> None:
    result = stages(project, FAILING).dvc("repro", "-j", "4", "--ignore-errors")
    assert "exited with 3 (ignored)" in result.err
    assert project.read("next.txt") == "1\n"


def test_two_failures_are_both_told(project: Project) -> None:
    stages(
        project,
        f"""\
        a: {{cmd: '{MEET.format(me="a", other="b")}; exit 4'}}
        b: {{cmd: '{MEET.format(me="b", other="a")}; exit 5'}}
        """,
    )
    result = project.dvc("repro", "-j", "2", code=255)
    assert "exited with 4" in result.err
    assert "exited with 5" in result.err
    assert "ERROR: failed to reproduce stages: '" in result.err


def test_two_failures_noticed_in_one_look_are_both_told(project: Project) -> None:
    wait = "echo $$ > {me}.here; while test ! -e go.here; do sleep 0.01; done; exit {code}"
    stages(
        project,
        f"""\
        a: {{cmd: '{wait.format(me="a", code=4)}'}}
        b: {{cmd: '{wait.format(me="b", code=5)}'}}
        """,
    )
    run = project.start(["dvc", "repro", "-j", "2"])
    until(lambda: all(project.exists(f"{me}.here") and project.read(f"{me}.here") for me in "ab"))
    run.send_signal(signal.SIGSTOP)
    project.write("go.here", "")
    until(lambda: not any(is_alive(int(project.read(f"{me}.here"))) for me in "ab"))
    run.send_signal(signal.SIGCONT)
    _, told = run.communicate(timeout=PATIENCE_S)
    assert "exited with 4" in told
    assert "exited with 5" in told


def test_a_stage_that_cannot_start_fails_like_any_other(project: Project) -> None:
    stages(project, "a: {cmd: 'echo 1 > x', wdir: nowhere}\nb: {cmd: 'echo 1'}\n")
    result = project.dvc("repro", "-j", "2", code=255)
    assert "failed to reproduce 'a': [Errno 2] No such file or directory" in result.err


@pytest.mark.parametrize("option", ["--dry", "-i"])
def test_a_dry_run_and_questions_come_in_order(project: Project, option: str) -> None:
    pair(project)
    serial = project.dvc("repro", option, code=None)
    assert project.dvc("repro", option, "-j", "3", code=None) == serial


def test_named_stages_keep_the_order_in_which_they_are_named(project: Project) -> None:
    """With -s a consumer may be named before its producer: it reads the old result."""
    stages(
        project,
        """\
        make: {cmd: 'echo new > a.txt', outs: [a.txt], always_changed: true}
        use: {cmd: 'cat a.txt > b.txt', deps: [a.txt], outs: [b.txt]}
        """,
    )
    project.write("a.txt", "old\n")
    project.dvc("repro", "-s", "-j", "2", "use", "make")
    assert (project.read("a.txt"), project.read("b.txt")) == ("new\n", "old\n")


def test_a_frozen_stage_is_looked_at_when_its_input_is_there(project: Project) -> None:
    stages(
        project,
        """\
        make: {cmd: 'sleep 0.1; echo 1 > a.txt', outs: [a.txt]}
        use: {cmd: 'cat a.txt > b.txt', deps: [a.txt], outs: [b.txt], frozen: true}
        """,
    )
    project.write("b.txt", "mine\n")
    project.dvc("repro", "-j", "2", "make", "use")
    assert "use:" in project.read("dvc.lock")


def test_a_daemon_does_not_keep_its_stage_from_ending(project: Project) -> None:
    daemon = 'setsid sh -c "touch up.here; while test ! -e stop.here; do sleep 0.01; done" &'
    stages(project, f"a: {{cmd: '{daemon}'}}\nb: {{cmd: 'echo b'}}\n")
    try:
        project.dvc("repro", "-j", "2")
    finally:
        project.write("stop.here", "")


def test_a_closed_screen_ends_what_runs(project: Project) -> None:
    stages(project, "a: {cmd: 'yes'}\nb: {cmd: 'yes'}\n")
    assert project.shell("dvc repro -j 2 | head -n 9 > /dev/null").code == 0


def test_many_skipped_stages_need_no_free_place(project: Project) -> None:
    stages(project, "".join(f"s{n}: {{cmd: 'echo {n} > o{n}', outs: [o{n}]}}\n" for n in range(9)))
    project.dvc("repro", "-j", "4")
    assert project.dvc("repro", "-j", "2").out.count("didn't change, skipping") == 9
