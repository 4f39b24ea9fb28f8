"""Transfers that are killed, and disks that are full."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from support.project import Project

FILES = 400


@pytest.fixture
def many(project: Project) -> Project:
    """A directory of small files and a larger one, tracked."""
    for number in range(FILES):
        project.write(f"many/{number}", f"content {number}\n")
    project.write("large", os.urandom(2_000_000))
    project.dvc("remote", "add", "-q", "-d", "store", "../remote")
    project.dvc("add", "-q", "many", "large")
    return project


def has_only_whole_objects(top: Path) -> bool:
    """Whether each object below `top` has the bytes that its name says."""
    for path in top.glob("files/md5/??/*"):
        md5 = hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
        if not path.name.startswith(".") and path.parent.name + path.name[:30] != md5:
            return False
    return True


def duration(project: Project, command: str) -> float:
    """How long the command takes when nobody disturbs it."""
    started = time.monotonic()
    project.dvc(command)
    return time.monotonic() - started


@pytest.mark.slow
@pytest.mark.parametrize("command", ["push", "fetch"])
def test_twenty_kills_need_no_repair(many: Project, command: str) -> None:
    random.seed(command)
    remote, cache = many.root.parent / "remote", many.path(".dvc/cache")
    if command == "fetch":
        many.dvc("push")
        shutil.rmtree(cache)
    whole = duration(many, command)
    target = cache if command == "fetch" else remote
    for _ in range(20):
        shutil.rmtree(target)
        process = many.start(["dvc", command])
        time.sleep(random.uniform(0.1, 0.9) * whole)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        assert has_only_whole_objects(target)
        many.dvc(command)
        assert many.dvc("status", "-c").out == "Cache and remote 'store' are in sync.\n"
        assert many.dvc("status").out == "Data and pipelines are up to date.\n"


def on_small_disk(project: Project, place: str, command: str) -> subprocess.CompletedProcess[str]:
    """Run a command while `place` is a disk of 1 MB, then look at what is there."""
    dvc = project._program("dvc")
    script = (
        f"mount -t tmpfs -o size=1m none {place} && {dvc} {command}; echo $?; find {place} -type f"
    )
    return subprocess.run(
        ["unshare", "-rm", "sh", "-c", script],
        cwd=project.root,
        env=project.env,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize(("command", "place"), [("pull", ".dvc/cache"), ("push", "../remote")])
def test_a_full_disk_fails_the_command_and_leaves_no_half_object(
    many: Project, command: str, place: str
) -> None:
    if subprocess.run(["unshare", "-rm", "true"], check=False).returncode != 0:
        pytest.skip("no user namespaces here: cannot mount a small disk")
    if command == "pull":
        many.dvc("push", "-q")
        shutil.rmtree(many.path(".dvc/cache"))
        (many.root / "large").unlink()
    many.path(place).mkdir()
    result = on_small_disk(many, place, f"{command} large")
    assert "No space left on device" in result.stderr
    assert f"1 files failed to {'download' if command == 'pull' else 'upload'}" in result.stderr
    code, *found = result.stdout.splitlines()
    assert code == "1"
    assert found == []
