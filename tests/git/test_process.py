from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from assay.git.process import GitFailed, run
from support.project import Project


def test_output_and_exit_code_are_returned(project: Project) -> None:
    found = run(["rev-parse", "HEAD"], cwd=str(project.root))
    assert found == (0, f"{project.head}\n".encode(), b"")


def test_large_input_and_large_output_do_not_block_each_other(project: Project) -> None:
    names = f"{project.head}\n".encode() * 50_000
    found = run(["cat-file", "--batch-check"], cwd=str(project.root), stdin=names)
    assert found.stdout.count(b"\n") == 50_000


def test_a_failure_tells_the_command_and_what_git_said(project: Project) -> None:
    with pytest.raises(GitFailed) as error:
        run(["-c", "core.abbrev=7", "cat-file", "blob", "nosuch"], cwd=str(project.root))
    assert error.value.message == "git cat-file failed: Not a valid object name nosuch"


def test_a_failure_may_be_asked_for(project: Project) -> None:
    assert run(["rev-parse", "nosuch"], cwd=str(project.root), check=False).code == 128


def test_a_missing_git_is_an_error_with_a_hint(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(GitFailed, match="was not found") as error:
        run(["version"], cwd=str(project.root))
    assert error.value.hint


def test_the_variables_of_a_hook_do_not_redirect_us(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("a", "1")
    project.commit()
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_WORK_TREE"):
        monkeypatch.setenv(name, str(tmp_path / "elsewhere"))
    assert b"a\n" in run(["ls-files"], cwd=str(project.root)).stdout


def test_configuration_from_the_command_line_of_an_outer_git_is_kept(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "user.name")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "Grace")
    assert run(["config", "user.name"], cwd=str(project.root)).stdout == b"Grace\n"


def test_no_hook_runs(project: Project) -> None:
    hook = project.write(".git/hooks/reference-transaction", "#!/bin/sh\ntouch hooked\nexit 1\n")
    hook.chmod(hook.stat().st_mode | stat.S_IXUSR)
    run(["update-ref", "refs/heads/new", "HEAD"], cwd=str(project.root))
    assert not project.exists("hooked")


def test_a_read_does_not_refresh_the_index(project: Project) -> None:
    project.write("a", "1")
    project.commit()
    os.utime(project.path("a"), (1, 1))
    before = project.path(".git/index").read_bytes()
    run(["status"], cwd=str(project.root))
    assert project.path(".git/index").read_bytes() == before


def test_an_interrupt_ends_the_child_too(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "alias.wait")
    until_it_waits = "until grep -q '^State:.S' /proc/$TESTER/status; do :; done"
    interrupt = f"!echo $PPID > pid; {until_it_waits}; kill -INT $TESTER; exec sleep 60"
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", interrupt)
    monkeypatch.setenv("TESTER", str(os.getpid()))
    with pytest.raises(KeyboardInterrupt):
        run(["wait"], cwd=str(project.root))
    # Not "no child at all": other tests of this process may have some that still end.
    with pytest.raises(ChildProcessError):
        os.waitpid(int(project.read("pid")), os.WNOHANG)
