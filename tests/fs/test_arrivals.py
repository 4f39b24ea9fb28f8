from __future__ import annotations

from pathlib import Path

import pytest

from assay.fs.arrivals import Arrivals


def write(arrivals: Arrivals, name: str, data: bytes = b"x") -> None:
    place = arrivals.place(name)
    Path(place).write_bytes(data)
    arrivals.keep(place, name, len(data))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_a_new_folder_appears_with_all_its_files(tmp_path: Path) -> None:
    folder = tmp_path / "files/md5/ab"
    with Arrivals(str(folder), shared=False) as arrivals:
        write(arrivals, "one")
        write(arrivals, "two")
        assert not folder.exists()
    assert names(folder) == ["one", "two"]
    assert names(tmp_path / "files/md5") == ["ab"]


def test_a_large_file_appears_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "ab"
    with Arrivals(str(folder), shared=False) as arrivals:
        write(arrivals, "small")
        write(arrivals, "large", bytes(1 << 20))
        assert names(folder) == ["large", "small"]
        write(arrivals, "next")
        assert names(folder) == ["large", "next", "small"]


def test_files_join_those_of_a_folder_that_is_there(tmp_path: Path) -> None:
    folder = tmp_path / "ab"
    folder.mkdir()
    (folder / "old").touch()
    with Arrivals(str(folder), shared=False) as arrivals:
        write(arrivals, "new")
    assert names(folder) == ["new", "old"]


def test_two_who_make_the_same_folder_both_keep_their_files(tmp_path: Path) -> None:
    folder = str(tmp_path / "ab")
    with Arrivals(folder, shared=False) as mine:
        write(mine, "mine")
        with Arrivals(folder, shared=False) as theirs:
            write(theirs, "theirs")
    assert names(tmp_path / "ab") == ["mine", "theirs"]
    assert names(tmp_path) == ["ab"]


def test_an_exception_keeps_what_was_whole(tmp_path: Path) -> None:
    folder = tmp_path / "ab"
    with pytest.raises(KeyboardInterrupt), Arrivals(str(folder), shared=False) as arrivals:
        write(arrivals, "whole")
        raise KeyboardInterrupt
    assert names(folder) == ["whole"]


def test_nothing_leaves_nothing(tmp_path: Path) -> None:
    with Arrivals(str(tmp_path / "ab"), shared=False):
        pass
    assert names(tmp_path) == []


def test_folders_of_a_group_can_be_written_by_it(tmp_path: Path) -> None:
    folder = tmp_path / "files/ab"
    with Arrivals(str(folder), shared=True) as arrivals:
        write(arrivals, "one")
    for made in (folder, folder.parent):
        assert made.stat().st_mode & 0o7777 == 0o2775
