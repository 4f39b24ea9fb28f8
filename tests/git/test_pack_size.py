"""What a pack unpacks to is known, and bounded, before any of it is written."""

from __future__ import annotations

import os
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.git.pack_size import BadPack, check_unpacked_size
from assay.git.packs import MOST_UNPACKED, receive, whole_pack
from assay.git.process import run
from assay.git.repository import Repository
from support.project import Project

BLOB = 3


def packed(*objects: bytes) -> bytes:
    return b"PACK" + (2).to_bytes(4, "big") + len(objects).to_bytes(4, "big") + b"".join(objects)


def blob(content: bytes, claimed: int | None = None) -> bytes:
    """An object of a pack that claims a size, its own if none is given."""
    size = len(content) if claimed is None else claimed
    header = [BLOB << 4 | size & 15]
    size >>= 4
    while size:
        header[-1] |= 128
        header.append(size & 127)
        size >>= 7
    return bytes(header) + zlib.compress(content)


@given(st.lists(st.binary(max_size=300) | st.integers(0, 300_000).map(bytes), max_size=5))
def test_the_bound_is_the_sum_of_the_sizes(contents: list[bytes]) -> None:
    pack, total = packed(*map(blob, contents)), sum(map(len, contents))
    check_unpacked_size(pack, total)
    if total:
        with pytest.raises(BadPack, match="unpack to more than"):
            check_unpacked_size(pack, total - 1)


def test_an_object_that_claims_another_size_than_it_has_is_refused() -> None:
    for content, claimed in ((bytes(1 << 20), 10), (b"short", 1000), (b"", 1)):
        with pytest.raises(BadPack, match="does not have the size"):
            check_unpacked_size(packed(blob(content, claimed)), 1 << 30)


@given(st.data())
def test_whatever_is_no_pack_is_refused_by_name(data: st.DataObject) -> None:
    pack = bytearray(packed(blob(b"some text\n" * 50), blob(b""), blob(bytes(70_000))))
    for _ in range(data.draw(st.integers(0, 4))):
        pack[data.draw(st.integers(0, len(pack) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(pack)))
    for bad in (bytes(pack), bytes(pack[:cut]), bytes(pack[:12]) + b"\xff" * 100):
        try:
            check_unpacked_size(bad, 1 << 20)
        except BadPack:
            pass


def test_deltas_count_as_what_they_become(project: Project) -> None:
    text = "".join(f"line {number * 7919 % 10007}\n" for number in range(20_000))
    project.write("text", text)
    project.commit("one")
    first = project.git("rev-parse", "HEAD")
    project.write("text", text + "one more\n")
    project.commit("two")
    second = project.git("rev-parse", "HEAD")
    root = str(project.root)
    pack = whole_pack(Repository(root, f"{root}/.git", f"{root}/.git"), [first, second])
    assert len(pack) < 2 * len(text)
    check_unpacked_size(pack, 3 * len(text))
    with pytest.raises(BadPack, match="unpack to more than"):
        check_unpacked_size(pack, 2 * len(text))


def test_of_a_pack_that_would_fill_the_disk_nothing_is_left(tmp_path: Path) -> None:
    run(["init", "-q", str(tmp_path)], cwd=str(tmp_path))
    repository = Repository(str(tmp_path), f"{tmp_path}/.git", f"{tmp_path}/.git")
    before = sorted(os.walk(tmp_path))
    bomb = packed(blob(bytes(1000)), blob(b"", MOST_UNPACKED))
    with pytest.raises(BadPack, match="unpack to more than"):
        receive(repository, bomb, "a" * 40, base="b" * 40)
    assert sorted(os.walk(tmp_path)) == before
