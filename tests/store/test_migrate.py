"""Objects of DVC 2.x: their new names, and what is never taken for what it is not."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from pathlib import Path

import pytest

from assay.store.cache import ObjectCache
from assay.store.hashes import LEGACY_MD5, Fingerprint
from assay.store.migrate import Migration

CRLF, PLAIN = b"a\r\nb\r\n", b"one\n"


def md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


class Caches:
    """A folder that holds a cache of both kinds."""

    def __init__(self, folder: Path) -> None:
        self.legacy = ObjectCache(str(folder), kind=LEGACY_MD5)
        self.cache = ObjectCache(str(folder))
        self.migration = Migration(self.legacy, self.cache)

    def put(self, data: bytes, name: str, mode: int = 0o444) -> str:
        path = Path(self.legacy.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(mode)
        return name

    def put_tree(self, **files: str) -> str:
        rows = [{"md5": name, "relpath": path} for path, name in sorted(files.items())]
        data = json.dumps(rows).encode()
        return self.put(data, md5(data) + ".dir")


@pytest.fixture
def caches(tmp_path: Path) -> Caches:
    return Caches(tmp_path)


def test_an_object_gets_the_name_of_its_bytes(caches: Caches) -> None:
    old = caches.put(CRLF, md5(b"a\nb\n"))
    assert caches.migration.migrate(old) == md5(CRLF)
    assert os.path.samefile(caches.legacy.path(old), caches.cache.path(md5(CRLF)))
    assert caches.migration.new_objects == 1


def test_the_second_time_nothing_is_new(caches: Caches) -> None:
    old = caches.put(PLAIN, md5(PLAIN))
    caches.migration.migrate(old)
    again = Migration(caches.legacy, caches.cache)
    assert (again.migrate(old), again.new_objects) == (old, 0)


def test_a_directory_gets_a_listing_of_new_names(caches: Caches) -> None:
    one, crlf = caches.put(PLAIN, md5(PLAIN)), caches.put(CRLF, md5(b"a\nb\n"))
    found = caches.migration.tracked(caches.put_tree(x=one, y=crlf))
    assert found is not None and (found.size, found.nfiles) == (len(PLAIN + CRLF), 2)
    entries = caches.cache.read_tree(found.md5)
    assert entries is not None
    assert [tuple(entry) for entry in entries] == [("x", md5(PLAIN)), ("y", md5(CRLF))]


def test_an_empty_directory(caches: Caches) -> None:
    found = caches.migration.tracked(caches.put_tree())
    assert found == Fingerprint("d751713988987e9331980363e24189ce.dir", 0, 0)


def test_a_directory_with_a_missing_file(caches: Caches) -> None:
    assert caches.migration.tracked(caches.put_tree(x="0" * 32)) is None
    assert caches.migration.tracked("0" * 32 + ".dir") is None
    assert caches.migration.tracked("0" * 32) is None


def test_damaged_objects_stay_behind(caches: Caches) -> None:
    """Their new name would be right, but what was recorded under the old one is something else."""
    damaged = caches.put(b"bits have flipped", md5(PLAIN))
    assert caches.migration.migrate(damaged) is None
    assert caches.migration.migrate(caches.put(b"[]", md5(PLAIN) + ".dir")) is None
    assert caches.migration.new_objects == 0


def test_only_objects_are_listed(caches: Caches, tmp_path: Path) -> None:
    old = caches.put(PLAIN, md5(PLAIN))
    tree = caches.put_tree(x=old)
    caches.put(b"", "ab" + ".1234567890123456789012.tmp")
    for name in ("files/md5/ab/cd", "runs/ab/abcd", "tmp", "ab/short"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    assert caches.migration.objects() == sorted([old, tree])


def test_no_cache_has_no_objects(tmp_path: Path) -> None:
    assert Caches(tmp_path / "none").migration.objects() == []


def test_new_objects_are_protected(caches: Caches) -> None:
    old = caches.put(PLAIN, md5(PLAIN), mode=0o644)
    caches.migration.migrate(old)
    assert os.stat(caches.cache.path(old)).st_mode & 0o777 == 0o444


def test_a_copy_where_there_can_be_no_other_name(
    caches: Caches, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EMLINK, "Too many links")

    monkeypatch.setattr(os, "link", refuse)
    old, tree = caches.put(CRLF, md5(b"a\nb\n")), caches.put_tree()
    assert caches.migration.migrate(old) == md5(CRLF)
    assert caches.migration.migrate(tree) == tree
    assert Path(caches.cache.path(md5(CRLF))).read_bytes() == CRLF
    assert caches.cache.read_tree(tree) == ()
