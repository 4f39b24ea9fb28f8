"""New directories from the cache: whole, of verified objects, by whichever link."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path

import pytest

from assay.fs.link import Linker
from assay.fs.walk import WalkedFolder, walk_folders
from assay.store import new_tree
from assay.store.cache import ObjectCache
from assay.store.hashes import md5_bytes
from assay.store.new_tree import NOTHING, Built, build_tree
from assay.store.trees import TreeEntry
from assay.store.verified import MissingObject, VerifiedObjects
from assay.store.vouchers import Vouchers

KINDS = ("hardlink", "symlink", "copy")
FILES = {"a": b"one", "b/c": b"two", "b/d/e": b"", "f": b"three", "g": b"one"}

each_kind = pytest.mark.parametrize("kind", KINDS)


class Place:
    """A project with a cache, and what is to be made in it."""

    def __init__(self, folder: Path, files: dict[str, bytes]) -> None:
        (folder / ".dvc/tmp").mkdir(parents=True)
        self.target = folder / "data"
        self.scratch = folder / ".dvc/tmp"
        self.cache = ObjectCache(str(folder / ".dvc/cache"))
        self.vouchers = Vouchers(str(folder / "state"))
        self.entries = []
        for path, data in files.items():
            self.entries.append(TreeEntry(path, md5_bytes(data)))
            self.cache.put_bytes(md5_bytes(data), data)

    def build(
        self,
        kind: str,
        entries: Sequence[TreeEntry] | None = None,
        known: Sequence[WalkedFolder] | None = None,
    ) -> Built:
        objects = VerifiedObjects(self.cache, self.vouchers)
        wanted = entries or self.entries
        return build_tree(str(self.target), wanted, objects, Linker((kind,)), known)

    def forget(self) -> None:
        """Put away what was built, and what was learned of objects."""
        self.target.rename(self.target.with_name(f"before{len(os.listdir(self.target.parent))}"))
        self.vouchers = Vouchers(str(self.target.with_name("nothing")))

    def object(self, data: bytes) -> Path:
        return Path(self.cache.path(md5_bytes(data)))

    def damage(self, data: bytes, mode: int) -> None:
        path = self.object(data)
        path.chmod(0o644)
        path.write_bytes(data.upper())
        path.chmod(mode)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path, FILES)


@each_kind
def test_all_files_are_there_and_are_as_a_walk_finds_them(place: Place, kind: str) -> None:
    built = place.build(kind)
    assert {path: (place.target / path).read_bytes() for path in FILES} == FILES
    assert built[:2] == (len(FILES), walk_folders(str(place.target)))
    assert (place.target / "f").is_symlink() == (kind == "symlink")
    assert os.path.samefile(place.target / "f", place.object(b"three")) == (kind != "copy")
    assert os.listdir(place.scratch) == []


@each_kind
def test_the_mode_of_an_empty_file_is_its_own(place: Place, kind: str) -> None:
    place.build(kind)
    mode = (place.target / "b/d/e").lstat().st_mode
    assert stat.S_ISLNK(mode) if kind == "symlink" else mode & stat.S_IWUSR


@each_kind
@pytest.mark.parametrize("mode", [0o444, 0o644])
@pytest.mark.parametrize("data", [b"one", b"three"])
def test_a_damaged_object_is_in_no_directory(
    place: Place, kind: str, mode: int, data: bytes
) -> None:
    place.damage(data, mode)
    with pytest.raises(MissingObject):
        place.build(kind)
    assert not place.target.exists()
    assert os.listdir(place.scratch) == []
    assert not place.object(data).exists()


@each_kind
def test_an_object_that_was_touched_is_looked_at_again(place: Place, kind: str) -> None:
    place.build(kind)
    place.damage(b"three", 0o444)
    place.target.rename(place.target.with_name("before"))
    with pytest.raises(MissingObject):
        place.build(kind)


@each_kind
def test_an_object_that_somebody_may_write_is_protected_again(place: Place, kind: str) -> None:
    place.object(b"three").chmod(0o644)
    place.build(kind)
    assert stat.S_IMODE(place.object(b"three").stat().st_mode) == 0o444


@each_kind
@pytest.mark.parametrize("data", [b"one", b"three"])
def test_without_an_object_there_is_no_directory(place: Place, kind: str, data: bytes) -> None:
    place.object(data).unlink()
    with pytest.raises(MissingObject):
        place.build(kind)
    assert not place.target.exists()
    assert os.listdir(place.scratch) == []


@each_kind
def test_what_is_no_object_is_in_no_directory(place: Place, kind: str) -> None:
    place.object(b"three").unlink()
    os.mkfifo(place.object(b"three"), 0o444)
    with pytest.raises((MissingObject, OSError)):
        place.build(kind)
    assert not place.target.exists()


@each_kind
def test_a_name_that_walks_pass_over_hides_no_damage(tmp_path: Path, kind: str) -> None:
    place = Place(tmp_path, {"a": b"one", ".0123456789abcdef000000.tmp": b"two"})
    place.damage(b"two", 0o444)
    with pytest.raises(MissingObject):
        place.build(kind)


@each_kind
@pytest.mark.parametrize("name", [".0123456789abcdef000000.tmp/a", ".b/a", "b/.c"])
def test_names_with_a_dot_are_found_as_a_walk_finds_them(
    tmp_path: Path, kind: str, name: str
) -> None:
    place = Place(tmp_path, {"a": b"one", name: b"two"})
    assert place.build(kind).folders == walk_folders(str(place.target))
    assert (place.target / name).read_bytes() == b"two"


@each_kind
def test_a_file_in_the_way_goes_only_for_the_whole(place: Place, kind: str) -> None:
    place.target.write_bytes(b"mine")
    with pytest.raises(MissingObject):
        place.build(kind, [*place.entries, TreeEntry("z", md5_bytes(b"nowhere"))])
    assert place.target.read_bytes() == b"mine"
    place.build(kind)
    assert (place.target / "a").read_bytes() == b"one"


def test_much_that_was_copied_is_shown_before_the_rest(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(new_tree, "REDONE_BYTES", 2)
    built = place.build("copy")
    assert built.folders is None
    assert 0 < built.placed < len(FILES)
    assert [(place.target / entry.path).exists() for entry in place.entries] == [
        place < built.placed for place in range(len(FILES))
    ]


def test_nothing_is_shown_early_if_the_rest_cannot_follow(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(new_tree, "REDONE_BYTES", 2)
    place.object(b"three").unlink()
    with pytest.raises(MissingObject):
        place.build("copy")
    assert not place.target.exists()


def test_without_a_place_to_build_nothing_is_done(place: Place) -> None:
    place.scratch.rmdir()
    assert place.build("copy") == NOTHING
    assert not place.target.exists()


@each_kind
def test_an_object_that_is_a_link_itself_is_found_as_a_walk_finds_it(
    place: Place, kind: str
) -> None:
    place.build(kind)
    moved = place.object(b"three").with_name("elsewhere")
    place.object(b"three").rename(moved)
    place.object(b"three").symlink_to(moved)
    place.target.rename(place.target.with_name("before"))
    built = place.build(kind)
    assert (place.target / "f").read_bytes() == b"three"
    assert built[:2] == (len(FILES), walk_folders(str(place.target)))


@pytest.mark.parametrize("kind", ["hardlink", "symlink"])
def test_protected_objects_with_the_stats_that_are_known_need_no_other_look(
    tmp_path: Path, kind: str
) -> None:
    files = {path: data for path, data in FILES.items() if data}  # an empty one is new each time
    place = Place(tmp_path, files)
    known = place.build(kind).folders
    place.forget()
    assert place.build(kind, known=known).folders == known
    assert not place.vouchers.vouches(md5_bytes(b"three"), place.object(b"three").stat())

    place.forget()
    place.object(b"three").chmod(0o644)
    assert place.build(kind, known=known).folders == known
    assert place.object(b"three").stat().st_mode & 0o777 == 0o444

    place.forget()
    place.damage(b"three", 0o444)
    os.utime(place.object(b"three"), ns=(0, 0))
    with pytest.raises(MissingObject):
        place.build(kind, known=known)
    assert not place.target.exists()
