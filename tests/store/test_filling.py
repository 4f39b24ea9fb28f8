"""Many files on their way into a cache: all of them, once each, and none half there."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from assay.fs.arrivals import Arrivals
from assay.fs.walk import walk_files
from assay.store import filling as module
from assay.store.cache import CacheWriteFailed, ObjectCache
from assay.store.filling import Filling
from assay.store.hashes import md5_bytes
from assay.store.vouchers import Vouchers


@pytest.fixture
def cache(tmp_path: Path) -> ObjectCache:
    return ObjectCache(str(tmp_path / "cache"))


def put(filling: Filling, folder: Path, data: bytes, known: str | None = None) -> str:
    path = folder / "file"
    path.write_bytes(data)
    return filling.put(str(path), len(data), known)


def held(cache: ObjectCache) -> dict[str, bytes]:
    found = {}
    for folder, _, names in os.walk(cache.folder):
        for name in names:
            found[os.path.basename(folder) + name] = Path(folder, name).read_bytes()
    return found


def test_everything_is_there_at_the_end_under_its_own_name(
    cache: ObjectCache, tmp_path: Path
) -> None:
    contents = [b"%d" % number for number in range(600)]
    with Filling(cache) as filling:
        ids = [put(filling, tmp_path, data) for data in contents]
    assert ids == [md5_bytes(data) for data in contents]
    assert held(cache) == dict(zip(ids, contents, strict=True))
    assert {stat.S_IMODE(os.stat(cache.path(one)).st_mode) for one in ids} == {0o444}


def test_what_comes_twice_is_kept_once(cache: ObjectCache, tmp_path: Path) -> None:
    with Filling(cache) as filling:
        first = put(filling, tmp_path, b"a")
        assert put(filling, tmp_path, b"a") == first
        assert put(filling, tmp_path, b"a", known=first) == first
    assert held(cache) == {first: b"a"}


def test_what_is_there_is_not_written_again(cache: ObjectCache, tmp_path: Path) -> None:
    cache.put_bytes(md5_bytes(b"a"), b"a")
    before = os.stat(cache.path(md5_bytes(b"a")))
    with Filling(cache) as filling:
        put(filling, tmp_path, b"a")
    assert os.stat(cache.path(md5_bytes(b"a"))).st_ino == before.st_ino


def test_what_others_put_meanwhile_stays(cache: ObjectCache, tmp_path: Path) -> None:
    with Filling(cache) as filling:
        mine = put(filling, tmp_path, b"a")
        theirs = mine[:2] + "0" * 30
        cache.put_bytes(theirs, b"theirs")
    assert held(cache) == {mine: b"a", theirs: b"theirs"}


def test_an_interrupt_leaves_what_is_whole(cache: ObjectCache, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), Filling(cache) as filling:
        put(filling, tmp_path, b"a")
        raise KeyboardInterrupt
    assert held(cache) == {md5_bytes(b"a"): b"a"}


def test_much_is_shown_before_the_end(
    cache: ObjectCache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "REDONE_BYTES", 2)
    with Filling(cache) as filling:
        for data in (b"a", b"b", b"c"):
            put(filling, tmp_path, data)
        assert all(cache.has(md5_bytes(data)) for data in (b"a", b"b", b"c"))
        put(filling, tmp_path, b"d")
    assert len(held(cache)) == 4


def test_a_file_that_grew_is_named_by_what_was_read(cache: ObjectCache, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"longer")
    with Filling(cache) as filling:
        assert filling.put(str(path), 3, None) == md5_bytes(b"longer")
    assert held(cache) == {md5_bytes(b"longer"): b"longer"}


def test_a_umask_takes_nothing_from_an_object(cache: ObjectCache, tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        with Filling(cache) as filling:
            kept = put(filling, tmp_path, b"a")
    finally:
        os.umask(before)
    assert stat.S_IMODE(os.stat(cache.path(kept)).st_mode) == 0o444


def test_a_folder_that_cannot_be_shown_is_an_error_of_the_cache(
    cache: ObjectCache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Arrivals) -> None:
        raise PermissionError(13, "Permission denied", "ab")

    monkeypatch.setattr(Arrivals, "show", refuse)
    with pytest.raises(CacheWriteFailed), Filling(cache) as filling:
        put(filling, tmp_path, b"a")


def test_large_files_are_put_at_once_and_small_ones_too(cache: ObjectCache, tmp_path: Path) -> None:
    contents = {"a": bytes(9 << 20), "b/c": b"small", "d": b"x" * (8 << 20), "e": b"y" * (1 << 20)}
    for path, data in contents.items():
        (tmp_path / "data" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "data" / path).write_bytes(data)
    folder = str(tmp_path / "data")
    files = walk_files(folder)
    with Filling(cache) as filling:
        kept = dict(filling.put_all(folder, files, {"d": md5_bytes(contents["d"])}))
    assert kept == {file: md5_bytes(contents[file.path]) for file in files}
    assert held(cache) == {md5_bytes(data): data for data in contents.values()}


def test_a_large_file_that_cannot_be_read_ends_it(cache: ObjectCache, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(bytes(9 << 20))
    (tmp_path / "b").write_bytes(b"x" * (9 << 20))
    files = walk_files(str(tmp_path))
    (tmp_path / "b").unlink()
    with pytest.raises(CacheWriteFailed), Filling(cache) as filling:
        list(filling.put_all(str(tmp_path), files, {}))


def test_what_was_written_is_vouched_for(tmp_path: Path) -> None:
    vouchers = Vouchers(str(tmp_path / "state"))
    cache = ObjectCache(str(tmp_path / "cache"), vouchers=vouchers)
    large = b"x" * (1 << 20)
    with Filling(cache) as filling:
        ids = [put(filling, tmp_path, b"a"), put(filling, tmp_path, large)]
    cache.put_bytes(md5_bytes(b"c"), b"c")
    vouchers.save()
    known = Vouchers(str(tmp_path / "state"))
    assert all(known.vouches(one, os.stat(cache.path(one))) for one in [*ids, md5_bytes(b"c")])
