"""The lock of a folder: one holder, gone with the process, leaving nothing."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from assay.fs.folder_lock import FolderLock


def test_one_folder_has_one_holder(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with FolderLock(str(tmp_path)):
        assert not FolderLock(str(tmp_path)).try_now()
        assert FolderLock(str(tmp_path / "other")).try_now()
    assert FolderLock(str(tmp_path)).try_now()
    assert os.listdir(tmp_path) == ["other"]


def test_what_was_taken_at_once_is_not_waited_for(tmp_path: Path) -> None:
    lock = FolderLock(str(tmp_path))
    assert lock.try_now() and lock.try_now()
    with lock:
        pass
    assert FolderLock(str(tmp_path)).try_now()


def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        with FolderLock(str(tmp_path)):
            os.write(tell, b"x")
            signal.pause()
    os.read(told, 1)
    assert not FolderLock(str(tmp_path)).try_now()
    os.kill(child, signal.SIGKILL)
    with FolderLock(str(tmp_path)):  # waits for the kernel to notice
        os.waitpid(child, 0)


def test_where_there_is_no_folder_everybody_gets_it(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path)
    for name in ("nowhere", "file", "link"):
        with FolderLock(str(tmp_path / name)):
            assert FolderLock(str(tmp_path / name)).try_now()
