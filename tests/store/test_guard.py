"""The guard of a cache: many who record, or one who collects garbage."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from assay.store.guard import CacheGuard


def is_free(folder: Path, kind: int) -> bool:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def test_those_who_record_share_it(tmp_path: Path) -> None:
    said: list[str] = []
    one, two = (CacheGuard(str(tmp_path), alone=False, tell=said.append) for _ in range(2))
    with one, two:
        assert not is_free(tmp_path, fcntl.LOCK_EX)
    assert is_free(tmp_path, fcntl.LOCK_EX)
    assert said == []


def test_who_collects_is_alone_and_lets_go_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError), CacheGuard(str(tmp_path), alone=True, tell=print):
        assert not is_free(tmp_path, fcntl.LOCK_SH)
        raise ValueError
    assert is_free(tmp_path, fcntl.LOCK_EX)


def test_where_nothing_can_be_written_there_is_no_guard(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with CacheGuard(str(tmp_path / "file" / "cache"), alone=True, tell=print):
        pass
    assert sorted(os.listdir(tmp_path)) == ["file"]
