"""What holds for every kind of remote: one suite, run over real servers on loopback."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from assay.remotes.layout import object_path
from assay.remotes.remote import DamagedObject, NotListable, Outgoing, Remote


def md5_of(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def file(folder: Path, data: bytes) -> Path:
    source = folder / md5_of(data)
    source.write_bytes(data)
    return source


def sent(remote: Remote, folder: Path, data: bytes) -> str:
    """The path under which `data` is on the remote now."""
    path = object_path(md5_of(data))
    assert list(remote.put([Outgoing(str(file(folder, data)), path, md5_of(data))])) == [None]
    return path


def test_an_empty_place_has_nothing(remote: Remote) -> None:
    path = object_path(md5_of(b"never sent"))
    assert remote.existing([path]) == set()
    with pytest.raises(FileNotFoundError):
        remote.read(path)


def test_what_was_put_is_there_and_comes_back(remote: Remote, tmp_path: Path) -> None:
    data = bytes(range(256)) * 1000
    path = sent(remote, tmp_path, data)
    assert remote.existing([path, object_path("0" * 32)]) == {path}
    assert remote.read(path) == data
    assert remote.fetch(path, str(tmp_path / "back")) == md5_of(data)
    assert (tmp_path / "back").read_bytes() == data


def test_an_empty_file_is_a_file(remote: Remote, tmp_path: Path) -> None:
    path = sent(remote, tmp_path, b"")
    assert remote.existing([path]) == {path}
    assert remote.fetch(path, str(tmp_path / "back")) == md5_of(b"")
    assert (tmp_path / "back").read_bytes() == b""


def test_many_of_one_folder_are_told_apart(remote: Remote, tmp_path: Path) -> None:
    source = file(tmp_path, b"content")
    paths = [object_path(f"ab{number:030x}") for number in range(20)]
    outgoing = [Outgoing(str(source), path) for path in paths[::2]]
    assert list(remote.put(outgoing)) == [None] * 10
    assert remote.existing(paths) == set(paths[::2])


def test_putting_again_is_fine(remote: Remote, tmp_path: Path) -> None:
    path = sent(remote, tmp_path, b"twice")
    assert sent(remote, tmp_path, b"twice") == path
    assert remote.read(path) == b"twice"


def test_bytes_with_another_hash_are_not_kept(remote: Remote, tmp_path: Path) -> None:
    source, good = file(tmp_path, b"damaged"), file(tmp_path, b"good")
    paths = [object_path("ab" + "0" * 30), object_path("ab" + "1" * 30)]
    outgoing = [
        Outgoing(str(source), paths[0], "ab" + "0" * 30),
        Outgoing(str(good), paths[1], md5_of(b"good")),
    ]
    bad, fine = remote.put(outgoing)
    assert isinstance(bad, DamagedObject)
    assert fine is None
    assert remote.existing(paths) == {paths[1]}


def test_a_source_that_is_gone_is_told(remote: Remote, tmp_path: Path) -> None:
    (error,) = remote.put([Outgoing(str(tmp_path / "gone"), object_path("c" * 32), "c" * 32)])
    assert isinstance(error, FileNotFoundError)


def test_fetching_what_is_not_there_names_it(remote: Remote, tmp_path: Path) -> None:
    path = object_path("d" * 32)
    with pytest.raises(FileNotFoundError) as caught:
        remote.fetch(path, str(tmp_path / "back"))
    assert remote.address(path) in str(caught.value)


def test_files_are_listed_below_a_folder(remote: Remote, tmp_path: Path) -> None:
    source = file(tmp_path, b"entry")
    path = f"runs/ab/ab{'0' * 62}/{'1' * 64}"
    assert list(remote.put([Outgoing(str(source), path)])) == [None]
    sent(remote, tmp_path, b"not a run")
    try:
        found = list(remote.files("runs"))
    except NotListable:
        pytest.skip("this kind has no listings")
    assert [(one.path, one.size) for one in found] == [(path, 5)]


def test_no_folder_has_no_files(remote: Remote) -> None:
    try:
        assert list(remote.files("runs")) == []
    except NotListable:
        pytest.skip("this kind has no listings")


def test_removed_files_are_gone_and_absent_ones_no_trouble(remote: Remote, tmp_path: Path) -> None:
    path = sent(remote, tmp_path, b"to be removed")
    try:
        remote.remove([path, object_path("e" * 32)])
    except OSError as error:
        pytest.skip(f"this kind cannot remove: {error}")
    assert remote.existing([path]) == set()
