"""The list of verified objects: who was vouched for is so in each of its parts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assay.store import vouchers as module
from assay.store.vouchers import Vouchers

TEN = 10
IN_INDEX, IN_ALL = 40, 50


class Listed:
    """A list of objects below `folder`, and files that stand for the objects."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "objects.log"
        self.index = folder / "objects.index"
        for number in range(IN_ALL + 1):
            (folder / f"{number}.object").write_bytes(b"x" * number)

    def open(self) -> Vouchers:
        return Vouchers(str(self.folder))

    def status(self, number: int) -> os.stat_result:
        return (self.folder / f"{number}.object").stat()

    def vouch(self, numbers: range) -> None:
        vouchers = self.open()
        for number in numbers:
            vouchers.vouch(name(number), self.status(number))
        vouchers.save()

    def known(self) -> list[int]:
        """Those that are vouched for, asked one by one, looked up before, and all together."""
        asked = self.open()
        found = [n for n in range(IN_ALL + 1) if asked.vouches(name(n), self.status(n))]
        ready = self.open()
        ready.look_up([name(n) for n in range(IN_ALL + 1)])
        assert [n for n in range(IN_ALL + 1) if ready.vouches(name(n), self.status(n))] == found
        stats = [self.status(n) for n in range(IN_ALL + 1)]
        doubtful = self.open().doubtful(
            [name(n) for n in range(IN_ALL + 1)],
            [one.st_mtime_ns for one in stats],
            [one.st_size for one in stats],
            [one.st_ino for one in stats],
        )
        assert [name(n) for n in range(IN_ALL + 1) if n not in found] == doubtful
        return found


def name(number: int) -> str:
    return f"{number:032x}"


@pytest.fixture
def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Listed:
    """A list whose log was large four times, and has ten lines since."""
    monkeypatch.setattr(module, "_LARGE_LOG_BYTES", 5 * 60)
    found = Listed(tmp_path)
    for start in range(0, IN_INDEX, TEN):
        found.vouch(range(start, start + TEN))
    monkeypatch.undo()
    found.vouch(range(IN_INDEX, IN_ALL))
    assert len(found.index.read_bytes().splitlines()) == IN_INDEX
    assert len(found.log.read_bytes().splitlines()) == IN_ALL - IN_INDEX
    return found


def test_all_of_the_list_counts(listed: Listed) -> None:
    assert listed.known() == [*range(IN_ALL)]


def test_a_touched_object_is_doubted(listed: Listed) -> None:
    for number in (3, IN_INDEX + 3):
        os.utime(listed.folder / f"{number}.object", ns=(1, 1))
    assert {*range(IN_ALL)} - {*listed.known()} == {3, IN_INDEX + 3}


def test_what_is_forgotten_is_in_no_part(listed: Listed) -> None:
    gone = {name(number) for number in range(35, 45)}
    vouchers = listed.open()
    vouchers.forget(gone)
    assert not vouchers.vouches(name(35), listed.status(35))
    assert listed.known() == [*range(35), *range(45, IN_ALL)]
    assert not any(line.split()[0].decode() in gone for line in listed.index.open("rb"))


@pytest.mark.parametrize("part", ["index", "log"])
@pytest.mark.parametrize("damage", ["gone", "cut", "in another order", "a folder"])
def test_damage_makes_nobody_vouch_for_more(listed: Listed, part: str, damage: str) -> None:
    file: Path = getattr(listed, part)
    lines = file.read_bytes().splitlines(keepends=True)
    file.unlink()
    if damage == "a folder":
        file.mkdir()
    elif damage != "gone":
        file.write_bytes(b"".join(reversed(lines)) if damage[:2] == "in" else b"".join(lines)[:-7])
    known = set(listed.known())
    assert known <= {*range(IN_ALL)}
    assert known >= {*range(IN_INDEX, IN_ALL)} if part == "index" else {*range(IN_INDEX)}


def test_what_was_vouched_for_twice_is_listed_once(
    listed: Listed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_LARGE_LOG_BYTES", 0)
    listed.vouch(range(IN_ALL))
    listed.vouch(range(IN_ALL))
    assert listed.log.read_bytes() == b""
    lines = listed.index.read_bytes().splitlines()
    assert lines == sorted(set(lines))
    assert listed.known() == [*range(IN_ALL)]
