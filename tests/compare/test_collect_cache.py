"""The file that remembers what commits hold is only a hint: it never lies and never fails."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import pytest

from assay.compare.contents import Contents
from assay.compare.readings import DependencyContent, Failure, OutputContent
from assay.compare.revision_cache import Outcome, RevisionCache

FIRST, SECOND = "a" * 40, "b" * 40
FULL = Contents(
    1_700_000_000,
    params={"p.yaml": {"lr": 0.1, "big": 2**80, "inf": float("inf"), "text": "ä\n"}},
    metrics={"m.json": 5, "gone.json": Failure("FileNotFoundError", "no such file")},
    deps={"in": DependencyContent("2094", 8, None), "new": DependencyContent(None, None, None)},
    outs={"out": OutputContent("1fe7.dir", 8, 2, True, False)},
)
BROKEN = Failure("YAMLSyntaxError", "'./dvc.yaml' is invalid")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tmp" / "revisions"


def add(path: Path, new: dict[str, Outcome], folder: str = "") -> None:
    cache = RevisionCache(str(path), folder)
    cache.add(new, used=cache.load([]))


def load(path: Path, folder: str = "") -> dict[str, Outcome]:
    return RevisionCache(str(path), folder).load([FIRST, SECOND])


def test_what_was_added_comes_back_the_same(path: Path) -> None:
    add(path, {FIRST: FULL, SECOND: BROKEN})
    assert load(path) == {FIRST: FULL, SECOND: BROKEN}


def test_only_what_is_asked_for_comes_back(path: Path) -> None:
    add(path, {FIRST: FULL, SECOND: BROKEN})
    assert RevisionCache(str(path), "").load([SECOND]) == {SECOND: BROKEN}


def test_later_additions_keep_earlier_ones_and_outweigh_them(path: Path) -> None:
    add(path, {FIRST: FULL, SECOND: FULL})
    before = path.read_bytes()
    add(path, {SECOND: BROKEN})
    assert path.read_bytes().startswith(before)
    assert load(path) == {FIRST: FULL, SECOND: BROKEN}


def test_the_form_on_disk_is_the_documented_one(path: Path) -> None:
    add(path, {FIRST: FULL})
    header, line = path.read_text().splitlines()
    commit, checksum, time, text = line.split(" ", 3)
    item = json.loads(text)
    assert json.loads(header)["format"] == "assay revisions"
    assert (commit, time) == (FIRST, "1700000000")
    assert checksum == f"{zlib.crc32(f'{FIRST}{time} {text}'.encode()):08x}"
    assert item["metrics"] == {
        "m.json": {"data": 5},
        "gone.json": {"error": {"type": "FileNotFoundError", "msg": "no such file"}},
    }
    assert item["deps"]["in"] == {"hash": "2094", "size": 8, "nfiles": None}


def test_another_place_of_the_project_has_another_content(path: Path) -> None:
    add(path, {FIRST: FULL}, folder="sub")
    assert load(path, "other") == {}
    add(path, {SECOND: BROKEN}, folder="other")
    assert load(path, "other") == {SECOND: BROKEN}
    assert load(path, "sub") == {}


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"\n",
        b"{}",
        b"\xff\xfe",
        b"[" * 100_000,
        b'1 {"params": {}, "metrics": {}, "deps": {}, "outs": {}, "meta": {}}',
        b'00000000 1 {"params": {}, "metrics": {}, "deps": {}, "outs": {}, "meta": {}}',
        b"00000000 ",
        b"00000000",
    ],
)
def test_a_damaged_line_counts_as_absent(path: Path, damage: bytes) -> None:
    add(path, {FIRST: FULL})
    with path.open("ab") as file:
        file.write(SECOND.encode() + b" " + damage + b"\n")
    assert load(path) == {FIRST: FULL}


def test_a_line_that_was_torn_harms_no_other(path: Path) -> None:
    add(path, {FIRST: FULL})
    whole = path.read_bytes()
    path.write_bytes(whole + f'{SECOND} {{"time": 1, "par'.encode())
    add(path, {SECOND: BROKEN})
    assert load(path) == {FIRST: FULL, SECOND: BROKEN}


@pytest.mark.parametrize("content", [b"", b"something else\n", b'{"format": "assay revisions"}\n'])
def test_a_foreign_file_is_replaced(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    assert load(path) == {}
    add(path, {FIRST: FULL})
    assert load(path) == {FIRST: FULL}


def test_where_nothing_can_be_written_nothing_fails(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" / "revisions"
    add(path, {FIRST: FULL})
    assert load(path) == {}


def test_nothing_is_written_when_there_is_nothing_new(path: Path) -> None:
    add(path, {})
    assert not path.exists()


def test_a_file_that_has_grown_too_large_starts_again_with_what_is_in_use(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(path, {FIRST: FULL, "c" * 40: FULL})
    monkeypatch.setattr("assay.compare.commit_texts._MOST_BYTES", 500)
    cache = RevisionCache(str(path), "")
    cache.add({SECOND: BROKEN}, used=cache.load([FIRST]))
    everything = RevisionCache(str(path), "").load([FIRST, SECOND, "c" * 40])
    assert everything == {FIRST: FULL, SECOND: BROKEN}
