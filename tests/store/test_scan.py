"""A file that was written to within one tick of the clock is read again."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assay.fs.reading import Piece
from assay.store.hashes import md5_bytes
from assay.store.scan import Scanner
from assay.store.state import State
from assay.store.tree_index import RACY_NS

SIZE = 3 << 20
OLD, NEW = b"a" * SIZE, b"b" * SIZE


@pytest.mark.parametrize("name", ["file", "folder/file"])
def test_who_writes_right_after_a_slow_look_is_noticed(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(OLD)
    tick_ns = file.stat().st_mtime_ns

    def slow(_path: str, _size: int, pieces: Iterator[Piece]) -> Iterator[Piece]:
        yield from pieces
        with open(file, "r+b") as opened:
            opened.write(NEW)
        os.utime(file, ns=(tick_ns, tick_ns))  # it is the same tick still
        until_ns = time.time_ns() + 2 * RACY_NS
        while time.time_ns() < until_ns:
            pass

    top = str(tmp_path / name.split("/", maxsplit=1)[0])
    state = State(str(tmp_path / "state"))
    before = Scanner(state, watch=slow).fingerprint(top)
    state.save()
    after = Scanner(State(str(tmp_path / "state"))).fingerprint(top)
    assert before is not None
    assert after is not None
    assert before.md5 != after.md5
    if not after.is_tree:
        assert after.md5 == md5_bytes(NEW)
