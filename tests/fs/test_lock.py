"""The project's lock: one holder, whoever it is, and nothing left when it dies."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from assay.errors import UnsafePath
from assay.fs.lock import FileLock, LockHeld, ProjectLock
from support.environment import SOURCES

HOLD = """
import sys
from assay.fs.lock import FileLock
with FileLock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""

HOLD_LIKE_DVC = """
import sys, zc.lockfile
lock = zc.lockfile.LockFile(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


def hold(path: Path, *, script: str = HOLD, python: str = sys.executable) -> subprocess.Popen[str]:
    """A process that holds the lock until its stdin is closed or it is killed."""
    process = subprocess.Popen(
        [python, "-c", script, str(path)],
        env={"PYTHONPATH": str(SOURCES)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_the_folder_and_the_file_are_made(tmp_path: Path) -> None:
    with ProjectLock(str(tmp_path / ".dvc" / "tmp")):
        text = (tmp_path / ".dvc" / "tmp" / "lock").read_text()
    assert text == f" {os.getpid()}\n"


def test_the_file_stays_and_can_be_locked_again(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.write_text(" 4194304000\nold")
    for _ in range(2):
        with FileLock(str(path), patience_s=0):
            assert path.read_text() == f" {os.getpid()}\n"
    assert path.exists()


def test_a_second_holder_is_refused_and_told_who_has_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with (
        FileLock(str(path)),
        pytest.raises(LockHeld) as caught,
        FileLock(str(path), patience_s=0),
    ):
        pass
    assert caught.value.message == (
        "Unable to acquire lock. Most likely another DVC process is running or was terminated "
        "abruptly. Check the page "
        "<https://dvc.org/doc/user-guide/troubleshooting#lock-issue> for other possible reasons "
        "and to learn how to resolve this."
    )
    assert caught.value.exit_code == 255
    assert caught.value.holder == os.getpid()


def test_a_killed_holder_leaves_the_lock_free(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with hold(path) as holder:
        with pytest.raises(LockHeld), FileLock(str(path), patience_s=0):
            pass
        holder.kill()
    with FileLock(str(path), patience_s=0):
        pass


def test_waiting_ends_when_the_lock_is_free(tmp_path: Path) -> None:
    lock = ProjectLock(str(tmp_path), wait=True)
    with hold(tmp_path / "lock") as holder:
        got = threading.Event()

        def wait() -> None:
            with lock:
                got.set()

        waiting = threading.Thread(target=wait)
        waiting.start()
        assert not got.is_set()
        assert holder.stdin is not None
        holder.stdin.close()
        waiting.join(timeout=60)
    assert got.is_set()


def test_an_error_inside_frees_the_lock(tmp_path: Path) -> None:
    path = str(tmp_path / "lock")
    with pytest.raises(ZeroDivisionError), FileLock(path):
        raise ZeroDivisionError
    with FileLock(path, patience_s=0):
        pass


def test_a_child_does_not_inherit_the_lock(tmp_path: Path) -> None:
    path = str(tmp_path / "lock")
    with FileLock(path):
        child = subprocess.Popen(["cat"], stdin=subprocess.PIPE, close_fds=False)
    with child, FileLock(path, patience_s=0):
        assert child.stdin is not None
        child.stdin.close()


def test_a_link_in_place_of_the_lock_is_not_followed(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.write_text("precious")
    (tmp_path / "lock").symlink_to(mine)
    with pytest.raises(UnsafePath), FileLock(str(tmp_path / "lock")):
        pass
    assert mine.read_text() == "precious"


def test_dvc_and_we_exclude_each_other(real_python: str, tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with hold(path, script=HOLD_LIKE_DVC, python=real_python) as holder:
        with pytest.raises(LockHeld) as caught, FileLock(str(path), patience_s=0):
            pass
        assert caught.value.holder == holder.pid
        holder.kill()
    with FileLock(str(path), patience_s=0):
        refused = subprocess.run(
            [real_python, "-c", HOLD_LIKE_DVC, str(path)], capture_output=True, text=True
        )
    assert "LockError" in refused.stderr
