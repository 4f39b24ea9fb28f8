"""The files of a folder with their stats, kept as packed numbers."""

from __future__ import annotations

import os
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from assay.fs.walk import walk_folders
from assay.fs.walked import UNTOLD_NS, WalkedFile, folder_of

SIGNED = st.integers(-(1 << 63) + 1, (1 << 63) - 2)
ROWS = st.lists(st.tuples(SIGNED, st.integers(0, 1 << 60), st.integers(0, (1 << 64) - 1)))


def named(rows: list[tuple[int, int, int]]) -> list[WalkedFile]:
    return [WalkedFile(f"f{number:04}", *row) for number, row in enumerate(rows)]


@given(ROWS.filter(bool))
def test_numbers_come_back_as_they_were(rows: list[tuple[int, int, int]]) -> None:
    files = named(rows)
    folder = folder_of("a/", "/".join(file.path for file in files), *zip(*rows, strict=True))
    assert folder.nfiles == len(rows)
    assert list(folder.files()) == [file._replace(path=f"a/{file.path}") for file in files]
    assert [folder.row_of(file.path) for file in files] == list(range(len(files)))


@given(ROWS.filter(bool), st.data())
def test_what_differs_is_found_wherever_it_stands(
    rows: list[tuple[int, int, int]], data: st.DataObject
) -> None:
    rows = rows * data.draw(st.sampled_from([1, 700]))  # more than one look takes
    listed = "/".join(file.path for file in named(rows))
    folder = folder_of("", listed, *zip(*rows, strict=True))
    row = data.draw(st.integers(0, len(rows) - 1))
    changed = list(rows)
    changed[row] = data.draw(st.tuples(SIGNED, st.integers(0, 99), st.integers(0, 1 << 63)))
    later = folder.with_stats(row, WalkedFile("", *changed[row]))
    assert later == folder_of("", listed, *zip(*changed, strict=True))
    expected = [named(changed)[row]] if changed[row] != rows[row] else []
    assert later.differing(folder) == expected


def test_a_name_is_no_part_of_another() -> None:
    folder = folder_of("", "ab/b/a b", [0] * 3, [0] * 3, [0] * 3)
    assert [folder.row_of(name) for name in ("b", "a", "a b")] == [1, -1, 2]
    assert folder.has_name("ab")
    assert not folder.has_name("a")


def test_times_that_do_not_fit_are_told_apart_from_all_others() -> None:
    folder = folder_of("", "a/b/c", [1 << 70, 5, -(1 << 70)], [0] * 3, [0] * 3)
    assert folder.mtimes_ns() == [UNTOLD_NS, 5, UNTOLD_NS]


def test_a_walk_finds_the_stats_that_the_system_tells(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    for number in range(1500):
        (tmp_path / "d" / f"{number}").write_text("x" * (number % 7))
    (folder,) = walk_folders(str(tmp_path))
    assert folder.prefix == "d/"
    for file in folder.files():
        status = os.stat(tmp_path / file.path)
        assert file[1:] == (status.st_mtime_ns, status.st_size, status.st_ino)
