"""Objects in the workspace: by which link, with which mode, and never half a file."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from assay.fs.ignore import IgnoreRules
from assay.fs.link import CannotLink, Linker, is_link_to, unprotect

KINDS = ("reflink", "hardlink", "symlink", "copy")


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """A protected object in a cache."""
    return make_object(tmp_path, b"data\n")


def make_object(folder: Path, data: bytes) -> Path:
    path = folder / "cache" / "object"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    path.chmod(0o444)
    return path


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def place(kind: str, stored: Path, target: Path, *, executable: bool = False) -> str:
    return Linker((kind, "copy")).place(str(stored), str(target), executable=executable)[0]


def test_a_copy_is_the_users_own(stored: Path, tmp_path: Path) -> None:
    target = tmp_path / "file"
    assert place("copy", stored, target) == "copy"
    assert target.read_bytes() == b"data\n"
    assert mode(target) == 0o644
    assert not is_link_to(str(target), str(stored))


def test_a_hard_link_is_the_object(stored: Path, tmp_path: Path) -> None:
    target = tmp_path / "file"
    assert place("hardlink", stored, target) == "hardlink"
    assert target.stat().st_ino == stored.stat().st_ino
    assert mode(target) == 0o444
    assert is_link_to(str(target), str(stored))


def test_a_symbolic_link_is_absolute(
    stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Linker(("symlink",)).place("cache/object", "file")[0] == "symlink"
    assert os.readlink("file") == str(stored)
    assert is_link_to("file", str(stored))


def test_a_clone_or_the_next_kind(stored: Path, tmp_path: Path) -> None:
    """File systems that clone are rare; what counts is that the file is right either way."""
    target = tmp_path / "file"
    assert place("reflink", stored, target) in ("reflink", "copy")
    assert target.read_bytes() == b"data\n"
    assert mode(target) == 0o644


@pytest.mark.parametrize("kind", KINDS)
def test_the_stat_of_a_file_of_its_own_is_told(stored: Path, tmp_path: Path, kind: str) -> None:
    _, own = Linker((kind, "copy")).place(str(stored), str(tmp_path / "file"))
    found = (tmp_path / "file").stat()
    if own is None:
        assert found == stored.stat()
    else:
        assert own.st_mtime_ns == found.st_mtime_ns
        assert (own.st_size, own.st_ino) == (found.st_size, found.st_ino)


def test_an_empty_object_is_never_hard_linked(tmp_path: Path) -> None:
    stored = make_object(tmp_path, b"")
    target = tmp_path / "file"
    assert place("hardlink", stored, target) == "copy"
    assert mode(target) == 0o644


@pytest.mark.parametrize("kind", KINDS)
def test_an_executable_leaves_the_objects_mode_alone(
    stored: Path, tmp_path: Path, kind: str
) -> None:
    target = tmp_path / "file"
    place(kind, stored, target, executable=True)
    assert mode(target) == 0o744
    assert mode(stored) == 0o444


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("before", ["file", *KINDS, "dangling", "other"])
def test_what_was_there_is_replaced(stored: Path, tmp_path: Path, kind: str, before: str) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    target = folder / "file"
    other = tmp_path / "other"
    other.write_text("other")
    if before == "file":
        target.write_text("mine")
        target.chmod(0o600)
    elif before == "dangling":
        target.symlink_to(tmp_path / "nowhere")
    elif before == "other":
        target.symlink_to(other)
    else:
        place(before, stored, target)
    place(kind, stored, target)
    assert target.read_bytes() == b"data\n"
    assert other.read_text() == "other"
    assert os.listdir(folder) == ["file"]


@pytest.mark.parametrize("size", [1, 1 << 16, (1 << 16) + 1, 3_000_000])
def test_all_bytes_arrive(tmp_path: Path, size: int) -> None:
    data = os.urandom(size)
    target = tmp_path / "file"
    place("copy", make_object(tmp_path, data), target)
    assert target.read_bytes() == data


@pytest.mark.skipif(not os.path.isdir("/dev/shm"), reason="needs a second file system")
def test_another_file_system_gets_a_copy(tmp_path: Path) -> None:
    folder = Path("/dev/shm") / f"assay-test-{os.getpid()}"
    folder.mkdir()
    try:
        data = os.urandom(200_000)
        stored = make_object(tmp_path, data)
        for kind in ("hardlink", "reflink"):
            assert place(kind, stored, folder / kind) == "copy"
            assert (folder / kind).read_bytes() == data
        with pytest.raises(CannotLink) as caught:
            Linker(("hardlink",)).place(str(stored), str(folder / "none"))
        assert caught.value.message.startswith(
            f"No possible cache link types for '{folder / 'none'}'. See <https://dvc.org/doc/"
        )
        assert sorted(os.listdir(folder)) == ["hardlink", "reflink"]
    finally:
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()


def test_a_refused_kind_is_not_tried_again(
    stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(source: str, target: str) -> None:
        tried.append(target)
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    tried: list[str] = []
    monkeypatch.setattr(os, "link", refuse)
    linker = Linker(("hardlink", "copy"))
    for name in ("a", "b", "c"):
        assert linker.place(str(stored), str(tmp_path / name))[0] == "copy"
    assert tried == [str(tmp_path / "a")]


def test_an_object_with_too_many_names_is_copied_this_once(
    stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(source: str, target: str) -> None:
        raise OSError(errno.EMLINK, "Too many links")

    linker = Linker(("hardlink", "copy"))
    monkeypatch.setattr(os, "link", refuse)
    assert linker.place(str(stored), str(tmp_path / "a"))[0] == "copy"
    monkeypatch.undo()
    assert linker.place(str(stored), str(tmp_path / "b"))[0] == "hardlink"


def test_a_missing_object_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.write_text("mine")
    for kind in ("hardlink", "reflink", "copy"):
        with pytest.raises(FileNotFoundError):
            place(kind, tmp_path / "nowhere", target)
    assert target.read_text() == "mine"
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.parametrize(("call", "size"), [("copy_file_range", 200_000), ("write", 10)])
def test_a_full_disk_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, size: int
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    stored = make_object(tmp_path, os.urandom(size))
    target = tmp_path / "file"
    target.write_text("mine")
    monkeypatch.setattr(os, call, full)
    with pytest.raises(OSError, match="No space left"):
        place("copy", stored, target)
    monkeypatch.undo()
    assert target.read_text() == "mine"
    assert sorted(os.listdir(tmp_path)) == ["cache", "file"]


def test_a_kernel_that_stops_half_way_is_helped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    def send_some(writing: int, reading: int, *_: object) -> int:
        at_start = os.lseek(reading, 0, os.SEEK_CUR) == 0
        return os.write(writing, os.read(reading, 1000)) if at_start else 0

    data = os.urandom(200_000)
    monkeypatch.setattr(os, "copy_file_range", refuse)
    monkeypatch.setattr(os, "sendfile", send_some)
    place("copy", make_object(tmp_path, data), tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == data


def test_a_directory_is_never_replaced(stored: Path, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for kind in KINDS:
        with pytest.raises(OSError):
            place(kind, stored, tmp_path / "folder")
    assert sorted(os.listdir(tmp_path)) == ["cache", "folder"]


@pytest.mark.parametrize("kind", ["hardlink", "symlink"])
def test_unprotecting_makes_a_link_a_writable_copy(stored: Path, tmp_path: Path, kind: str) -> None:
    target = tmp_path / "file"
    place(kind, stored, target)
    unprotect(str(target))
    assert not target.is_symlink()
    assert target.stat().st_nlink == 1
    assert mode(target) == 0o644
    target.write_text("mine")
    assert stored.read_bytes() == b"data\n"
    assert mode(stored) == 0o444


def test_unprotecting_a_directory(stored: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    (folder / "sub").mkdir(parents=True)
    place("symlink", stored, folder / "a")
    place("hardlink", stored, folder / "sub" / "b")
    (folder / "read-only").write_text("x")
    (folder / "read-only").chmod(0o444)
    (folder / "folder").symlink_to(tmp_path / "cache")
    (folder / "dangling").symlink_to(tmp_path / "nowhere")
    unprotect(str(folder))
    assert [mode(folder / name) for name in ("a", "sub/b", "read-only")] == [0o644] * 3
    assert (folder / "folder").is_symlink()
    assert (folder / "dangling").is_symlink()


def test_what_is_to_be_skipped_stays_protected(stored: Path, tmp_path: Path) -> None:
    for name in ("data/a", "data/private/b"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        place("hardlink", stored, tmp_path / name)
    (tmp_path / ".dvcignore").write_text("private/\n")
    unprotect(str(tmp_path / "data"), IgnoreRules(str(tmp_path)))
    assert (tmp_path / "data/a").stat().st_nlink == 1
    assert (tmp_path / "data/private/b").samefile(stored)


def test_unprotecting_keeps_the_executable_bit(stored: Path, tmp_path: Path) -> None:
    stored.chmod(0o544)  # as DVC leaves an executable object
    place("symlink", stored, tmp_path / "file")
    unprotect(str(tmp_path / "file"))
    assert mode(tmp_path / "file") == 0o744


def test_a_kind_that_is_refused_leaves_nothing_in_the_way_of_the_next(tmp_path: Path) -> None:
    """In a folder that nobody looks at files are built under their own names."""
    source = tmp_path / "object"
    source.write_bytes(b"x" * 100)
    target = tmp_path / "new" / "file"
    target.parent.mkdir()
    kind, status = Linker(("reflink", "copy")).place(str(source), str(target), private=True)
    assert kind in ("reflink", "copy")
    assert target.read_bytes() == b"x" * 100
    assert status is not None
    assert status.st_ino == target.stat().st_ino
    assert [path.name for path in target.parent.iterdir()] == ["file"]
