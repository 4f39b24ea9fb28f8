"""`meta.timeout`, `meta.retries` and `meta.resources` of stages that really run."""

from __future__ import annotations

import pytest

from support.project import Project
from support.terminal import on_terminal
from support.waiting import is_alive, until

SLEEPER = "echo $$ > pid; trap 'echo asked > asked' TERM; sleep 60 & echo $! > child; wait; wait"
"""A shell and its child; the shell notes that it was asked to end."""

jobs = pytest.mark.parametrize("jobs", ["1", "2"])


def one_stage(project: Project, command: str, meta: str, *more: str) -> Project:
    lines = ["stages:", "  s:", f"    meta: {meta}", "    cmd: >-", f"      {command}", *more]
    project.write("dvc.yaml", "\n".join(lines) + "\n")
    return project


def all_ended(project: Project) -> bool:
    return not any(is_alive(int(project.read(name))) for name in ("pid", "child"))


@jobs
def test_a_stage_that_takes_too_long_is_ended_with_all_it_started(
    project: Project, jobs: str
) -> None:
    one_stage(project, SLEEPER, "{timeout: 2s}")
    result = project.dvc("repro", "-j", jobs, code=255)
    assert result.err.startswith("ERROR: failed to reproduce 's': failed to run: echo $$ > pid;")
    assert result.err.endswith(", ended after the timeout of 2s\n")
    assert project.read("asked") == "asked\n"
    until(lambda: all_ended(project))
    assert not project.exists("dvc.lock")


@pytest.mark.slow  # as long as the grace between SIGTERM and SIGKILL
@jobs
def test_what_ignores_the_end_of_its_time_is_killed(project: Project, jobs: str) -> None:
    one_stage(
        project, "trap '' TERM; echo $$ > pid; sleep 60 & echo $! > child; wait", "{timeout: 2s}"
    )
    project.dvc("repro", "-j", jobs, code=255)
    until(lambda: all_ended(project))


def test_a_timeout_holds_on_a_terminal_too(project: Project) -> None:
    one_stage(project, SLEEPER, "{timeout: 2s}")
    seen = on_terminal(project, "dvc", "repro")
    assert "ended after the timeout of 2s" in seen.out
    until(lambda: all_ended(project))


def test_the_time_is_that_of_the_whole_stage(project: Project) -> None:
    one_stage(project, "sleep 0.2", "{timeout: 0.5s}")
    project.write("dvc.yaml", "stages: {s: {meta: {timeout: 0.5s}, cmd: [sleep 0.3, sleep 0.3]}}")
    assert "failed to run: sleep 0.3, ended after" in project.dvc("repro", code=255).err


def test_time_that_suffices_changes_nothing(project: Project) -> None:
    one_stage(project, "echo done > out", "{timeout: 1h}", "    outs: [out]")
    project.dvc("repro")
    assert project.read("out") == "done\n"
    assert "meta" not in project.read("dvc.lock")


@jobs
def test_a_stage_that_fails_runs_again_from_clean_outputs(project: Project, jobs: str) -> None:
    command = (
        "echo run >> count; test ! -e out || touch old; echo 1 > out; test `wc -l < count` = 3"
    )
    one_stage(project, command, "{retries: 2}", "    outs: [out]")
    result = project.dvc("repro", "-j", jobs)
    assert project.read("count") == "run\n" * 3
    assert not project.exists("old"), "an attempt found the output of the one before"
    warnings = [line for line in result.err.splitlines() if line.startswith("WARNING")]
    assert [line[line.index("; stage") :] for line in warnings] == [
        "; stage 's' runs again (attempt 2 of 3)",
        "; stage 's' runs again (attempt 3 of 3)",
    ]
    assert "s:" in project.read("dvc.lock")


@jobs
def test_when_no_attempt_is_left_the_stage_fails(project: Project, jobs: str) -> None:
    one_stage(project, "echo run >> count; exit 7", "{retries: 1}")
    result = project.dvc("repro", "-j", jobs, code=255)
    assert result.err.endswith("exit 7, exited with 7\n")
    assert project.read("count") == "run\n" * 2


def test_each_attempt_has_the_whole_time(project: Project) -> None:
    """An attempt for which nothing is left of the time of the first one cannot end well."""
    command = "echo run >> count; test `wc -l < count` = 1 && sleep 60; sleep 0.3; echo ok > out"
    one_stage(project, command, "{retries: 30, timeout: 0.6s}", "    outs: [out]")
    result = project.dvc("repro")
    assert "ended after the timeout of 0.6s; stage 's' runs again" in result.err
    assert project.read("out") == "ok\n"


def test_a_missing_output_is_no_reason_to_try_again(project: Project) -> None:
    one_stage(project, "echo run >> count", "{retries: 3}", "    outs: [out]")
    assert "output 'out' does not exist" in project.dvc("repro", code=255).err
    assert project.read("count") == "run\n"


def busy(project: Project, meta: str, count: int = 4) -> int:
    """Run stages of this kind, all at once if they may; how many did run at once."""
    command = "echo + >> log; sleep 0.1; echo $CUDA_VISIBLE_DEVICES >> gpus; echo - >> log"
    parts = [f"  s{n}: {{cmd: '{command}', meta: {meta}}}" for n in range(count)]
    project.write("dvc.yaml", "\n".join(["stages:", *parts, ""]))
    project.dvc("repro", "-j", str(count))
    running, most = 0, 0
    for sign in project.read("log").split():
        running += 1 if sign == "+" else -1
        most = max(most, running)
    return most


def test_resources_bound_what_runs_at_once(project: Project) -> None:
    project.git("config", "assay.resources.mem-gb", "10")
    assert busy(project, "{resources: {mem_gb: 4}}") <= 2


def test_of_what_is_not_known_there_is_what_one_stage_needs(project: Project) -> None:
    assert busy(project, "{resources: {licence: 1}}") == 1


def test_how_much_is_taken_for_granted_is_said(project: Project) -> None:
    one_stage(project, "echo", "{resources: {licence: 2}}")
    said = project.dvc("repro", "-j", "2").err
    assert said == (
        "WARNING: how much 'licence' there is is not known, taken as 2: "
        "set it with `git config assay.resources.licence <amount>`\n"
    )


def test_gpus_are_shared_out(project: Project) -> None:
    project.git("config", "assay.resources.gpu", "3,5")
    assert busy(project, "{resources: {gpu: 1}}") <= 2
    assert set(project.read("gpus").split()) <= {"3", "5"}


def test_stages_that_run_at_once_see_different_gpus(project: Project) -> None:
    project.git("config", "assay.resources.gpu", "3,5,6,8")
    meet = "echo $CUDA_VISIBLE_DEVICES > {me}; while test ! -e {other}; do sleep 0.01; done"
    project.write(
        "dvc.yaml",
        "stages:\n"
        f"  a: {{cmd: '{meet.format(me='a', other='b')}', meta: {{resources: {{gpu: 2}}}}}}\n"
        f"  b: {{cmd: '{meet.format(me='b', other='a')}', meta: {{resources: {{gpu: 2}}}}}}\n",
    )
    project.dvc("repro", "-j", "2")
    seen = f"{project.read('a').strip()},{project.read('b').strip()}".split(",")
    assert sorted(seen) == ["3", "5", "6", "8"]


def test_a_serial_run_gives_gpus_too(project: Project) -> None:
    project.git("config", "assay.resources.gpu", "3,5")
    one_stage(project, "echo $CUDA_VISIBLE_DEVICES > gpus", "{resources: {gpu: 1}}")
    project.dvc("repro")
    assert project.read("gpus") == "3\n"


def test_a_mistake_in_meta_is_told_before_anything_runs(project: Project) -> None:
    project.write(
        "dvc.yaml", "stages: {a: {cmd: touch ran}, b: {cmd: echo, meta: {timeout: soon}}}"
    )
    result = project.dvc("repro", code=255)
    assert result.err == (
        "ERROR: stage 'b': meta.timeout must be a duration such as 90s, 15m, 2h or 1h30m, "
        "not 'soon'\n"
    )
    assert not project.exists("ran")


def test_meta_of_ones_own_is_left_alone(project: Project) -> None:
    one_stage(project, "touch ran", "{owner: Ada, budget: {gpu: lots}}")
    project.dvc("repro")
    assert project.exists("ran")


def test_limits_may_come_from_parameters(project: Project) -> None:
    project.write("params.yaml", "limit: 0.2s\n")
    one_stage(project, "sleep 60", "{timeout: '${limit}'}")
    assert "timeout of 0.2s" in project.dvc("repro", code=255).err
