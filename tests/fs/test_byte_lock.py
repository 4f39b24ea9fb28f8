"""Locks on single bytes of a file: one holder each, gone with the process."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from assay.fs.byte_lock import ByteLock


def test_one_offset_has_one_holder_and_others_are_free(tmp_path: Path) -> None:
    path = str(tmp_path / "locks")
    with ByteLock(path, 7):
        assert not ByteLock(path, 7).try_now()
        assert ByteLock(path, 8).try_now()
        assert ByteLock(path, (1 << 60) - 1).try_now()
    assert ByteLock(path, 7).try_now()
    assert os.path.getsize(path) == 0


def test_closing_one_lock_leaves_others_of_the_process(tmp_path: Path) -> None:
    path = str(tmp_path / "locks")
    with ByteLock(path, 1):
        with ByteLock(path, 2):
            pass
        assert not ByteLock(path, 1).try_now()


def test_what_was_taken_at_once_is_not_waited_for(tmp_path: Path) -> None:
    lock = ByteLock(str(tmp_path / "locks"), 1)
    assert lock.try_now() and lock.try_now()
    with lock:
        pass
    assert ByteLock(str(tmp_path / "locks"), 1).try_now()


def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    path = str(tmp_path / "locks")
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        with ByteLock(path, 3):
            os.write(tell, b"x")
            signal.pause()
    os.read(told, 1)
    assert not ByteLock(path, 3).try_now()
    os.kill(child, signal.SIGKILL)
    with ByteLock(path, 3):  # waits for the kernel to notice
        os.waitpid(child, 0)


def test_where_nothing_can_be_written_everybody_gets_it(tmp_path: Path) -> None:
    path = str(tmp_path / "nowhere/locks")
    with ByteLock(path, 1):
        assert ByteLock(path, 1).try_now()
