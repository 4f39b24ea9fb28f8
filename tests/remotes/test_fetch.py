from __future__ import annotations

import os
from pathlib import Path

import pytest

from assay.remotes.fetch import fetch
from assay.remotes.local import LocalRemote
from assay.remotes.wanted import Wanted

from .sides import Sides, listing, md5_of, objects, path_of, store, store_raw_listing, store_tree

FILES = {"a": b"one", "sub/b": b"two", "sub/deep/c": b"two", "z": b"three"}


@pytest.fixture
def sides(tmp_path: Path) -> Sides:
    return Sides(tmp_path)


def test_a_file_arrives_read_only_under_its_name(sides: Sides) -> None:
    wanted = store(sides.remote, b"data")
    moved = fetch(sides.exchange(), [wanted])
    assert moved.done == 1
    place = sides.cache / wanted.path
    assert place.read_bytes() == b"data"
    assert place.stat().st_mode & 0o777 == 0o444


def test_a_directory_arrives_with_its_files_each_content_once(sides: Sides) -> None:
    wanted = store_tree(sides.remote, FILES)
    assert fetch(sides.exchange(), [wanted]).done == 4
    assert objects(sides.cache) == objects(sides.remote)


def test_what_is_here_is_not_moved_again(sides: Sides) -> None:
    wanted = store_tree(sides.remote, FILES)
    store(sides.cache, b"one")
    assert fetch(sides.exchange(), [wanted]).done == 3
    assert fetch(sides.exchange(), [wanted]).done == 0


def test_part_of_a_directory_brings_the_listing_and_that_part(sides: Sides) -> None:
    whole = store_tree(sides.remote, FILES)
    assert fetch(sides.exchange(), [whole._replace(part="sub")]).done == 2
    assert objects(sides.cache) == {whole.path, path_of(b"two")}
    assert fetch(sides.exchange(), [whole._replace(part="a")]).done == 1


def test_an_object_on_neither_side_is_missing_and_nothing_fails(sides: Sides) -> None:
    wanted = Wanted("0" * 32)
    moved = fetch(sides.exchange(), [wanted, Wanted("1" * 32 + ".dir")])
    assert (moved.done, moved.failed) == (0, ())
    assert set(moved.missing) == {wanted.path, Wanted("1" * 32 + ".dir").path}


def test_a_file_that_a_listing_on_the_remote_promises_has_failed_if_it_is_not_there(
    sides: Sides,
) -> None:
    wanted = store_tree(sides.remote, FILES, without=("a",))
    moved = fetch(sides.exchange(), [wanted])
    assert [one.path for one in moved.failed] == [path_of(b"one"), wanted.path]
    assert "No such file" in moved.failed[0].reason
    assert moved.missing == ()


def test_the_listing_stays_away_until_its_files_are_here_and_what_came_is_kept(
    sides: Sides,
) -> None:
    wanted = store_tree(sides.remote, FILES, without=("a",))
    fetch(sides.exchange(), [wanted])
    assert objects(sides.cache) == {path_of(b"two"), path_of(b"three")}
    store(sides.remote, b"one")
    assert fetch(sides.exchange(), [wanted]).done == 2
    assert wanted.path in objects(sides.cache)


def test_a_file_of_a_listing_that_only_we_have_is_missing(sides: Sides) -> None:
    wanted = store_tree(sides.cache, FILES, without=("a",))
    moved = fetch(sides.exchange(), [wanted])
    assert (moved.missing, moved.failed) == ((path_of(b"one"),), ())


def test_damaged_bytes_never_get_the_name_of_the_object(sides: Sides) -> None:
    wanted = store(sides.remote, b"flipped", name=md5_of(b"right"))
    moved = fetch(sides.exchange(), [wanted])
    assert [one.path for one in moved.failed] == [wanted.path]
    assert "damaged" in moved.failed[0].reason
    assert objects(sides.cache) == set()


def test_a_damaged_object_that_nobody_protected_is_removed_from_the_remote(sides: Sides) -> None:
    wanted = store(sides.remote, b"flipped", name=md5_of(b"right"), mode=0o644)
    moved = fetch(sides.exchange(), [wanted])
    assert (moved.missing, moved.failed) == ((wanted.path,), ())
    assert objects(sides.remote) == set()


def test_a_damaged_listing_is_refused(sides: Sides) -> None:
    data = listing(FILES)
    wanted = store(sides.remote, data + b" ", name=md5_of(data) + ".dir")
    moved = fetch(sides.exchange(), [wanted])
    assert [one.path for one in moved.failed] == [wanted.path]
    assert objects(sides.cache) == set()


@pytest.mark.parametrize(
    "path", ["../out", "/abs", "a/../../b", ".git/hooks/post-checkout", "x/.DVC/config", "a\0b", ""]
)
def test_a_hostile_listing_is_refused_with_the_entry_named(sides: Sides, path: str) -> None:
    wanted = store_raw_listing(sides.remote, listing({path: b"payload", "good": b"good"}))
    store(sides.remote, b"payload")
    moved = fetch(sides.exchange(), [wanted])
    assert [one.path for one in moved.failed] == [wanted.path]
    assert repr(path)[1:-1] in moved.failed[0].reason
    assert objects(sides.cache) == set()


def test_a_damaged_listing_in_the_cache_is_set_aside_and_fetched(sides: Sides) -> None:
    wanted = store_tree(sides.remote, FILES)
    store(sides.cache, b"no listing", name=wanted.id)
    assert fetch(sides.exchange(), [wanted]).done == 4
    assert (sides.cache / wanted.path).read_bytes() == listing(FILES)


def test_what_was_verified_is_vouched_for(sides: Sides) -> None:
    wanted = store(sides.remote, b"data")
    exchange = sides.exchange()
    fetch(exchange, [wanted])
    status = os.stat(sides.cache / wanted.path)
    assert exchange.vouchers.vouches(wanted.id, status)


def test_objects_of_dvc_2_have_their_own_place_and_hash(sides: Sides) -> None:
    data = b"a\r\nb\r\n"
    md5 = md5_of(data.replace(b"\r\n", b"\n"))
    wanted = Wanted(md5, "md5-dos2unix")
    place = sides.remote / wanted.path
    place.parent.mkdir(parents=True)
    place.write_bytes(data)
    assert wanted.path == f"{md5[:2]}/{md5[2:]}"
    assert fetch(sides.exchange(), [wanted]).done == 1
    assert (sides.cache / wanted.path).read_bytes() == data


class Broken(LocalRemote):
    """A remote whose network is gone; it counts how often it was asked."""

    __slots__ = ("asked",)

    def fetch(self, path: str, target_abs: str) -> str:
        self.asked: int = getattr(self, "asked", 0) + 1
        Path(target_abs).write_bytes(b"half")
        raise ConnectionResetError("connection reset")


def test_it_gives_up_when_everything_fails(sides: Sides) -> None:
    wanted = [store(sides.remote, b"%d" % number) for number in range(200)]
    there = Broken(str(sides.remote))
    moved = fetch(sides.exchange(there, jobs=1), wanted)
    assert moved.untried > 100
    assert len(moved.failed) + moved.untried == 200
    assert objects(sides.cache) == set()


def test_an_interrupted_transfer_keeps_what_came(sides: Sides) -> None:
    wanted = [store(sides.remote, b"%d" % number) for number in range(200)]

    class Interrupted(LocalRemote):
        def fetch(self, path: str, target_abs: str) -> str:
            if path == wanted[120].path:
                raise KeyboardInterrupt
            return super().fetch(path, target_abs)

    with pytest.raises(KeyboardInterrupt):
        fetch(sides.exchange(Interrupted(str(sides.remote)), jobs=1), wanted)
    kept = objects(sides.cache)
    assert 50 < len(kept) < 200
    assert all(md5_of((sides.cache / path).read_bytes()) in path.replace("/", "") for path in kept)
    assert fetch(sides.exchange(), wanted).done == 200 - len(kept)
