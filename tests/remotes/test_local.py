from __future__ import annotations

from pathlib import Path

import pytest

from assay.remotes.layout import object_path
from assay.remotes.local import LocalRemote
from assay.remotes.remote import Outgoing
from assay.remotes.wanted import Wanted

from .sides import md5_of, objects, store


@pytest.mark.parametrize("mode", [0o444, 0o544])
def test_a_protected_object_is_believed_unread(tmp_path: Path, mode: int) -> None:
    wanted = store(tmp_path, b"anything", name="0" * 32, mode=mode)
    assert LocalRemote(str(tmp_path)).existing([wanted.path]) == {wanted.path}


@pytest.mark.parametrize("count", [1, 50])
def test_an_unprotected_object_is_looked_at(tmp_path: Path, count: int) -> None:
    good = [store(tmp_path, b"%d" % number, mode=0o644) for number in range(count)]
    bad = store(tmp_path, b"flipped", name=good[0].id[:2] + "0" * 30, mode=0o644)
    asked = [one.path for one in (*good, bad)]
    assert LocalRemote(str(tmp_path)).existing(asked) == {one.path for one in good}
    assert bad.path not in objects(tmp_path)
    assert all((tmp_path / one.path).stat().st_mode & 0o777 == 0o444 for one in good)


def test_one_folder_with_many_is_like_one_with_few(tmp_path: Path) -> None:
    wanted = [Wanted(f"ab{number:030x}") for number in range(40)]
    for one in wanted[:20]:
        store(tmp_path, b"", name=one.id)
    paths = [one.path for one in wanted]
    remote = LocalRemote(str(tmp_path))
    together = remote.existing(paths)
    assert together == {path for path in paths if remote.existing([path])} == set(paths[:20])


def test_a_file_in_place_of_the_folder_is_no_empty_remote(tmp_path: Path) -> None:
    (tmp_path / "remote").touch()
    with pytest.raises(NotADirectoryError):
        LocalRemote(str(tmp_path / "remote")).existing([object_path("0" * 32)])


def test_unfinished_files_are_not_listed(tmp_path: Path) -> None:
    for name in ("runs/ab/.x.tmp", "runs/.y.tmp/entry", "runs/ab/entry"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"123")
    assert list(LocalRemote(str(tmp_path)).files("runs")) == [("runs/ab/entry", 3)]


def test_run_cache_entries_are_files_as_anyones(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"entry")
    remote = LocalRemote(str(tmp_path / "remote"))
    assert list(remote.put([Outgoing(str(source), "runs/ab/key/value")])) == [None]
    mode = (tmp_path / "remote/runs/ab/key/value").stat().st_mode
    assert mode & 0o200


def test_large_files_are_copied_and_hashed_in_pieces(tmp_path: Path) -> None:
    data = bytes(range(256)) * 20_000
    source = tmp_path / "source"
    source.write_bytes(data)
    remote = LocalRemote(str(tmp_path / "remote"))
    path = object_path(md5_of(data))
    assert list(remote.put([Outgoing(str(source), path, md5_of(data))])) == [None]
    assert (tmp_path / "remote" / path).read_bytes() == data
    assert remote.fetch(path, str(tmp_path / "back")) == md5_of(data)


def test_a_failed_copy_leaves_nothing(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"data")
    remote = LocalRemote(str(tmp_path / "remote"))
    (error,) = remote.put([Outgoing(str(source), object_path("0" * 32), "0" * 32)])
    assert error is not None
    assert objects(tmp_path / "remote") == set()
