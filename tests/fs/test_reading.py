"""Files are read whole, and what took the place of one is no file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assay.fs.reading import read_sized


@pytest.mark.parametrize("data", [b"", b"abc"])
def test_a_file_of_the_size_that_was_seen_is_read(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    assert read_sized(str(path), len(data)) == data


@pytest.mark.parametrize(("size", "found"), [(1, b"ab"), (2, b"abc"), (9, b"abc")])
def test_a_file_that_grew_or_shrank_tells(tmp_path: Path, size: int, found: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    assert read_sized(str(path), size) == found


def test_a_pipe_in_the_place_of_a_file_is_refused(tmp_path: Path) -> None:
    path = str(tmp_path / "pipe")
    os.mkfifo(path)
    with pytest.raises(OSError, match="Not a regular file"):
        read_sized(path, 3)


def test_a_directory_in_the_place_of_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        read_sized(str(tmp_path), 3)
