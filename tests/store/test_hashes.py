"""Many files hashed: the same hashes, however large they are."""

from __future__ import annotations

from hashlib import md5
from pathlib import Path

import pytest

from assay.fs.walk import walk_files
from assay.store.hashes import md5_files


@pytest.mark.parametrize("large", [0, 1, 7])
def test_each_file_has_its_own_hash(tmp_path: Path, large: int) -> None:
    for number in range(large):
        (tmp_path / f"large{number}").write_bytes(bytes([number]) * (3 << 20))
    for name, data in (("empty", b""), ("small", b"x"), ("full", b"y" * (1 << 20))):
        (tmp_path / name).write_bytes(data)
    found = md5_files(str(tmp_path), walk_files(str(tmp_path)))
    assert found == {
        file.name: md5(file.read_bytes(), usedforsecurity=False).hexdigest()
        for file in tmp_path.iterdir()
    }


def test_a_large_file_that_went_meanwhile_is_named(tmp_path: Path) -> None:
    for number in range(7):
        (tmp_path / f"{number}").write_bytes(bytes(3 << 20))
    files = walk_files(str(tmp_path))
    (tmp_path / "3").unlink()
    with pytest.raises(FileNotFoundError) as raised:
        md5_files(str(tmp_path), files)
    assert raised.value.filename == str(tmp_path / "3")
