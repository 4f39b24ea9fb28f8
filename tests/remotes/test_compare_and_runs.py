from __future__ import annotations

from pathlib import Path

import pytest

from assay.remotes.compare import DELETED, MISSING, NEW, compare
from assay.remotes.local import LocalRemote
from assay.remotes.remote import StoredFile
from assay.remotes.runs import fetch_runs, push_runs
from assay.remotes.wanted import Wanted

from .sides import Sides, objects, path_of, store, store_tree

FILES = {"a": b"one", "b": b"two"}
ENTRY = f"runs/ab/ab{'0' * 62}/{'1' * 64}"


@pytest.fixture
def sides(tmp_path: Path) -> Sides:
    return Sides(tmp_path)


def test_each_object_is_somewhere(sides: Sides) -> None:
    here, there = store(sides.cache, b"here"), store(sides.remote, b"there")
    nowhere, both = Wanted("0" * 32), store(sides.cache, b"both")
    store(sides.remote, b"both")
    found = compare(sides.exchange(), [here, there, nowhere, both])
    states = [found.state(one.path) for one in (here, there, nowhere, both)]
    assert states == [NEW, DELETED, MISSING, None]


def test_files_of_a_directory_that_is_on_the_remote_are_there_too(sides: Sides) -> None:
    wanted = store_tree(sides.remote, FILES, without=("a",))
    found = compare(sides.exchange(), [wanted])
    assert [found.state(path_of(data)) for data in FILES.values()] == [DELETED, DELETED]
    assert found.state(wanted.path) is None
    assert objects(sides.cache) == {wanted.path}


def test_a_directory_that_only_we_have_is_looked_at_file_by_file(sides: Sides) -> None:
    wanted = store_tree(sides.cache, FILES)
    store(sides.remote, b"one")
    found = compare(sides.exchange(), [wanted])
    assert [found.state(path_of(data)) for data in FILES.values()] == [None, NEW]
    assert found.state(wanted.path) == NEW


def test_runs_go_there_and_come_back_once(sides: Sides) -> None:
    (sides.cache / ENTRY).parent.mkdir(parents=True)
    (sides.cache / ENTRY).write_text("cmd: x\n")
    assert push_runs(sides.exchange()).done == 1
    assert push_runs(sides.exchange()).done == 0
    (sides.cache / ENTRY).unlink()
    assert fetch_runs(sides.exchange()).done == 1
    assert fetch_runs(sides.exchange()).done == 0
    assert (sides.cache / ENTRY).read_text() == "cmd: x\n"
    assert (sides.cache / ENTRY).stat().st_mode & 0o200


class Hostile(LocalRemote):
    """Lists what it likes."""

    def files(self, folder: str):  # type: ignore[no-untyped-def]
        for path in ("runs/../../out", "runs/ab/../x/y", f"/{ENTRY}", "runs/ab/cd/ef"):
            yield StoredFile(path, 1)

    def read(self, path: str) -> bytes:
        raise AssertionError(f"{path} was read")


def test_odd_names_below_runs_are_left_alone(sides: Sides) -> None:
    assert fetch_runs(sides.exchange(Hostile(str(sides.remote)))).done == 0
    assert objects(sides.cache.parent) == set()
