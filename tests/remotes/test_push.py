from __future__ import annotations

from pathlib import Path

import pytest

from assay.remotes.push import push
from assay.remotes.wanted import Wanted

from .sides import Sides, listing, md5_of, objects, path_of, store, store_tree

FILES = {"a": b"one", "sub/b": b"two", "z": b"three"}


@pytest.fixture
def sides(tmp_path: Path) -> Sides:
    return Sides(tmp_path)


def test_a_directory_goes_there_with_its_files(sides: Sides) -> None:
    wanted = store_tree(sides.cache, FILES)
    assert push(sides.exchange(), [wanted]).done == 4
    assert objects(sides.remote) == objects(sides.cache)
    assert (sides.remote / wanted.path).stat().st_mode & 0o777 == 0o444


def test_pushing_again_moves_nothing(sides: Sides) -> None:
    wanted = [store_tree(sides.cache, FILES), store(sides.cache, b"file")]
    push(sides.exchange(), wanted)
    assert push(sides.exchange(), wanted).done == 0


def test_only_what_is_lacking_goes(sides: Sides) -> None:
    wanted = store_tree(sides.cache, FILES)
    store(sides.remote, b"two")
    assert push(sides.exchange(), [wanted]).done == 3


def test_a_listing_on_the_remote_is_proof_of_its_files(sides: Sides) -> None:
    wanted = store_tree(sides.cache, FILES)
    store(sides.remote, listing(FILES), name=wanted.id)
    assert push(sides.exchange(), [wanted]).done == 0


def test_the_listing_stays_here_while_a_file_is_missing(sides: Sides) -> None:
    wanted = store_tree(sides.cache, FILES, without=("a",))
    moved = push(sides.exchange(), [wanted])
    assert (moved.done, moved.missing, moved.failed) == (2, (path_of(b"one"),), ())
    assert objects(sides.remote) == {path_of(b"two"), path_of(b"three")}


def test_files_that_only_the_remote_has_complete_a_directory(sides: Sides) -> None:
    """A directory of which only a part was ever here can get another file and be pushed."""
    wanted = store_tree(sides.cache, FILES, without=("a", "z"))
    store(sides.remote, b"one")
    store(sides.remote, b"three")
    assert push(sides.exchange(), [wanted]).done == 2
    assert wanted.path in objects(sides.remote)


def test_part_of_a_directory_goes_without_a_listing_that_would_promise_the_rest(
    sides: Sides,
) -> None:
    whole = store_tree(sides.cache, FILES)
    moved = push(sides.exchange(), [whole._replace(part="sub")])
    assert (moved.done, moved.incomplete) == (1, (whole.path,))
    assert objects(sides.remote) == {path_of(b"two")}
    assert push(sides.exchange(), [whole]).done == 3


def test_the_last_part_of_a_directory_brings_its_listing(sides: Sides) -> None:
    whole = store_tree(sides.cache, FILES)
    store(sides.remote, b"one")
    store(sides.remote, b"three")
    moved = push(sides.exchange(), [whole._replace(part="sub/b")])
    assert (moved.done, moved.incomplete) == (2, ())


def test_a_damaged_object_does_not_leave_the_house(sides: Sides) -> None:
    wanted = store(sides.cache, b"flipped", name=md5_of(b"right"))
    moved = push(sides.exchange(), [wanted])
    assert "damaged" in moved.failed[0].reason
    assert objects(sides.remote) == set()


def test_a_damaged_object_that_nobody_protected_is_missing(sides: Sides) -> None:
    wanted = store(sides.cache, b"flipped", name=md5_of(b"right"), mode=0o644)
    moved = push(sides.exchange(), [wanted])
    assert (moved.missing, moved.failed) == ((wanted.path,), ())


def test_a_directory_fails_with_its_files(sides: Sides) -> None:
    wanted = store_tree(sides.cache, FILES, without=("a",))
    store(sides.cache, b"flipped", name=md5_of(b"one"))
    moved = push(sides.exchange(), [wanted])
    assert [one.path for one in moved.failed] == [path_of(b"one"), wanted.path]
    assert wanted.path not in objects(sides.remote)


def test_what_is_nowhere_is_missing(sides: Sides) -> None:
    wanted = [Wanted("0" * 32), Wanted("1" * 32 + ".dir")]
    assert set(push(sides.exchange(), wanted).missing) == {one.path for one in wanted}


def test_a_remote_that_cannot_be_written_fails_each_file(sides: Sides) -> None:
    wanted = store(sides.cache, b"data")
    (sides.remote / "files/md5").mkdir(parents=True)
    (sides.remote / wanted.path).parent.write_text("in the way")
    with pytest.raises(NotADirectoryError):
        push(sides.exchange(), [wanted])


def test_many_files_in_many_folders_arrive_whole(sides: Sides) -> None:
    files = {f"f{number:04}": b"%d" % number for number in range(1500)}
    wanted = store_tree(sides.cache, files)
    assert push(sides.exchange(jobs=8), [wanted]).done == 1501
    for path in objects(sides.remote) - {wanted.path}:
        assert md5_of((sides.remote / path).read_bytes()) == path[10:].replace("/", "")
