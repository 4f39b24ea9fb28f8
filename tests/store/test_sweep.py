"""Garbage of a cache: only what is surely its own is found, listings go first."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import UnsafePath
from assay.fs.paths import check_entry
from assay.store.cache import ObjectCache
from assay.store.hashes import LEGACY_MD5, md5_bytes
from assay.store.sweep import (
    CannotRemove,
    Garbage,
    find_garbage,
    listed_hashes,
    object_ids,
    remove_garbage,
)
from assay.store.trees import TreeEntry, tree_bytes, tree_id


def fill(cache: ObjectCache, *contents: bytes) -> list[str]:
    """Objects with these contents; their ids."""
    ids = [md5_bytes(data) for data in contents]
    for object_id, data in zip(ids, contents, strict=True):
        cache.put_bytes(object_id, data)
    return ids


def test_what_is_used_stays_and_listings_go_first(tmp_path: Path) -> None:
    cache = ObjectCache(str(tmp_path))
    kept, gone = fill(cache, b"kept", b"gone")
    listing = tree_bytes([TreeEntry("f", gone)])
    cache.put_bytes(tree_id(listing), listing)
    garbage = find_garbage(cache, {kept})
    assert garbage == Garbage([cache.path(tree_id(listing)), cache.path(gone)], [])
    assert set(object_ids(cache)) == {kept, gone, tree_id(listing)}
    remove_garbage(garbage)
    remove_garbage(garbage)  # a second gc finds them gone
    assert list(object_ids(cache)) == [kept]


def test_the_two_halves_of_a_cache_do_not_see_each_other(tmp_path: Path) -> None:
    new, legacy = ObjectCache(str(tmp_path)), ObjectCache(str(tmp_path), kind=LEGACY_MD5)
    [one], [two] = fill(new, b"new"), fill(legacy, b"legacy")
    (tmp_path / "runs/ab").mkdir(parents=True)
    assert find_garbage(new, set()).objects == [new.path(one)]
    assert find_garbage(legacy, set()).objects == [legacy.path(two)]


def test_strangers_are_left_alone(tmp_path: Path) -> None:
    cache = ObjectCache(str(tmp_path))
    folder = Path(cache.folder)
    (folder / "ab").mkdir(parents=True)
    for name in ("README", "ab/notes.txt", "ab/" + "0" * 29, "ab/" + "0" * 30 + ".bak"):
        (folder / name).write_text("mine")
    (folder / "xy").mkdir()
    assert find_garbage(cache, set()) == Garbage([], [])


def test_leftovers_are_swept_when_surely_abandoned(tmp_path: Path) -> None:
    cache = ObjectCache(str(tmp_path))
    folder = Path(cache.folder)
    (folder / "ab/.hidden.tmp").mkdir(parents=True)
    (folder / "ab/.fresh.tmp").write_text("")
    names = ["ab/.old.tmp", ".old.tmp", "ab/" + "0" * 30 + ".damaged"]
    for name in names:
        (folder / name).write_text("")
        yesterday = time.time() - 25 * 3600
        os.utime(folder / name, (yesterday, yesterday))
    garbage = find_garbage(cache, set())
    assert sorted(garbage.leftovers) == sorted(str(folder / name) for name in names)
    remove_garbage(garbage)
    assert sorted(os.listdir(folder / "ab")) == [".fresh.tmp", ".hidden.tmp"]


def test_what_cannot_be_removed_is_named(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(CannotRemove, match=r"cannot remove '.*folder' from the cache: Is a dir"):
        remove_garbage(Garbage([str(tmp_path / "folder")], []))


def test_no_cache_no_garbage(tmp_path: Path) -> None:
    assert find_garbage(ObjectCache(str(tmp_path / "none")), set()) == Garbage([], [])


def is_plain(name: str) -> bool:
    try:
        check_entry(name)
    except UnsafePath:
        return False
    return True


names = st.text(st.characters(exclude_characters="\0/\\", codec="utf-8"), min_size=1, max_size=9)


@given(st.dictionaries(names.filter(is_plain), st.binary(max_size=3), max_size=5))
def test_the_hashes_of_a_listing_are_those_of_its_entries(files: dict[str, bytes]) -> None:
    """Whatever the names hold: braces, quotes, or what looks like a hash."""
    with tempfile.TemporaryDirectory() as folder:
        cache = ObjectCache(folder)
        data = tree_bytes(TreeEntry(name, md5_bytes(files[name])) for name in sorted(files))
        cache.put_bytes(tree_id(data), data)
        hashes = listed_hashes(cache, tree_id(data))
        entries = cache.read_tree(tree_id(data))
    assert entries is not None and hashes is not None
    assert list(hashes) == [entry.md5 for entry in entries]


@pytest.mark.parametrize(
    "name", ['{"md5": "' + "0" * 32 + '", "relpath": "x', "{", '", "md5": "' + "0" * 32]
)
def test_a_name_cannot_smuggle_a_hash_in(tmp_path: Path, name: str) -> None:
    cache = ObjectCache(str(tmp_path))
    data = tree_bytes([TreeEntry(name, md5_bytes(b"x"))])
    cache.put_bytes(tree_id(data), data)
    assert list(listed_hashes(cache, tree_id(data)) or ()) == [md5_bytes(b"x")]


def test_a_listing_that_is_damaged_is_none(tmp_path: Path) -> None:
    cache = ObjectCache(str(tmp_path))
    assert listed_hashes(cache, "0" * 32 + ".dir") is None
    cache.put_bytes("0" * 32 + ".dir", b"[]")
    assert listed_hashes(cache, "0" * 32 + ".dir") is None
    legacy = ObjectCache(str(tmp_path), kind=LEGACY_MD5)
    legacy.put_bytes("0" * 32 + ".dir", b"no json")
    assert listed_hashes(legacy, "0" * 32 + ".dir") is None
