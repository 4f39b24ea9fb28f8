"""The cache of parsed files: never wrong, never needed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from assay.formats.parsed import ParsedFiles
from assay.formats.yaml_problem import YamlProblem
from assay.formats.yaml_read import Undecodable, parse

LARGE = "".join(f"key{n}: {n}\n" for n in range(1000))
LONG_AGO = 1_600_000_000_000_000_000


class Counter:
    """A parser that counts its calls."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, text: str) -> object:
        self.calls += 1
        return parse(text)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "dvc.lock"
    path.write_text(LARGE)
    wait_until_old(path)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "parsed"


def wait_until_old(path: Path) -> None:
    """Until what was just written can no longer be confused with the next write."""
    marker = path.with_name("marker")
    while True:
        marker.write_text("")
        if marker.stat().st_ctime_ns - path.stat().st_ctime_ns > 25_000_000:
            return


def test_a_file_is_parsed_once(file: Path, folder: Path) -> None:
    parser = Counter()
    for _ in range(2):
        for parsed in (ParsedFiles(str(folder)), ParsedFiles(str(folder))):
            for _ in range(2):
                assert parsed.load(str(file), parse=parser) == parse(LARGE)
    assert parser.calls == 1


def test_without_a_folder_a_file_is_parsed_once_per_process(file: Path) -> None:
    parser = Counter()
    parsed = ParsedFiles(None)
    assert parsed.load(str(file), parse=parser) is parsed.load(str(file), parse=parser)
    assert parser.calls == 1


@pytest.mark.parametrize("keep_time", [True, False])
def test_a_changed_file_is_parsed_again(file: Path, folder: Path, keep_time: bool) -> None:
    parsed = ParsedFiles(str(folder))
    parsed.load(str(file))
    before = file.stat()
    file.write_text(LARGE.replace("key1:", "kez1:"))
    if keep_time:
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    for reader in (parsed, ParsedFiles(str(folder))):
        assert "kez1" in reader.load(str(file))  # type: ignore[operator]


def test_a_file_that_was_just_written_is_not_kept(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "dvc.lock"
    path.write_text(LARGE)
    ParsedFiles(str(folder)).load(str(path))
    assert not folder.exists() or not list(folder.iterdir())


def test_a_small_plain_file_is_not_worth_keeping(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "dvc.yaml"
    path.write_text("a: 1\n")
    wait_until_old(path)
    assert ParsedFiles(str(folder)).load(str(path)) == {"a": 1}
    assert not folder.exists()


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"\xff", b'{"version": 1}', b"null"])
def test_a_damaged_entry_is_ignored(file: Path, folder: Path, damage: bytes) -> None:
    ParsedFiles(str(folder)).load(str(file))
    (entry,) = folder.iterdir()
    entry.write_bytes(damage)
    assert ParsedFiles(str(folder)).load(str(file)) == parse(LARGE)
    assert json.loads(entry.read_bytes())["value"] == parse(LARGE)


def test_an_entry_of_another_version_is_ignored(file: Path, folder: Path) -> None:
    ParsedFiles(str(folder)).load(str(file))
    (entry,) = folder.iterdir()
    entry.write_text(entry.read_text().replace('"version": 1', '"version": 99'))
    parser = Counter()
    ParsedFiles(str(folder)).load(str(file), parse=parser)
    assert parser.calls == 1


def test_a_folder_that_cannot_be_written_does_not_matter(file: Path, tmp_path: Path) -> None:
    (tmp_path / "blocked").write_text("a file where the folder should be")
    assert ParsedFiles(str(tmp_path / "blocked" / "x")).load(str(file)) == parse(LARGE)


@pytest.mark.parametrize(
    "line", ["a: 2020-01-31", "1: a", "a: &x [1]\nb: *x", "? [a, b]\n: c", "a: !!binary aGk="]
)
def test_what_json_would_change_is_not_kept(tmp_path: Path, folder: Path, line: str) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(f"{LARGE}{line}\n")
    wait_until_old(path)
    parser = Counter()
    for _ in range(2):
        value = ParsedFiles(str(folder)).load(str(path), parse=parser)
        assert value == parse(f"{LARGE}{line}\n")
    assert parser.calls == 2


def test_numbers_keep_their_kind(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(f"{LARGE}a: [1.0, 1, true, .inf, 'é', 100000000000000000000]\n")
    wait_until_old(path)
    values = [repr(ParsedFiles(str(folder)).load(str(path))) for _ in range(2)]
    assert values[0] == values[1]


def test_problems_are_raised_each_time(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "dvc.yaml"
    parsed = ParsedFiles(str(folder))
    with pytest.raises(FileNotFoundError):
        parsed.load(str(path))
    path.write_text("a: [")
    for _ in range(2):
        with pytest.raises(YamlProblem):
            parsed.load(str(path))
    path.write_bytes(b"\xff")
    with pytest.raises(Undecodable):
        parsed.load(str(path))
