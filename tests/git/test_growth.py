"""Commits that are small and whose checkout is not."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from assay.git.growth import Bounds, check_growth
from assay.git.pack_size import BadPack
from assay.git.packs import receive, thin_pack
from assay.git.repository import Repository
from support.project import Project


@pytest.fixture
def repository(project: Project) -> Repository:
    project.write_all({"a": "1\n", "b/c": "2\n", "b/d": "2\n"})
    project.commit("base")
    root = str(project.root)
    return Repository(root, f"{root}/.git", f"{root}/.git")


def written(repository: Repository, kind: str, data: bytes) -> str:
    """A loose object (gitformat-loose(5)); Git itself would need a process for each."""
    whole = b"%s %d\0%s" % (kind.encode(), len(data), data)
    name = hashlib.sha1(whole).hexdigest()
    path = Path(repository.common_dir, "objects", name[:2], name[2:])
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(zlib.compress(whole))
    return name


def blob(repository: Repository, data: bytes) -> str:
    return written(repository, "blob", data)


def tree(repository: Repository, entries: Mapping[str, str], mode: str = "100644") -> str:
    lines = (f"{mode} {name}\0".encode() + bytes.fromhex(item) for name, item in entries.items())
    return written(repository, "tree", b"".join(lines))


def commit(repository: Repository, top: str) -> str:
    head = repository.head_commit()
    assert head is not None
    made = repository.run(["commit-tree", top, "-p", head], stdin=b"bomb")
    return made.stdout.decode().strip()


def many(item: str, count: int) -> dict[str, str]:
    return {f"n{number:04}": item for number in range(count)}


def bomb(repository: Repository, levels: int, width: int) -> str:
    top = tree(repository, many(blob(repository, b"boom\n"), width))
    for _ in range(levels - 1):
        top = tree(repository, many(top, width), "40000")
    return commit(repository, top)


def test_a_tree_that_names_trees_again_and_again_is_counted_as_a_checkout_would(
    repository: Repository,
) -> None:
    head = repository.head_commit() or ""
    small = bomb(repository, 3, 4)
    check_growth(repository, small, head, environ={}, bounds=Bounds(files=4 + 16 + 64))
    with pytest.raises(BadPack, match="more than 83 files"):
        check_growth(repository, small, head, environ={}, bounds=Bounds(files=83))
    with pytest.raises(BadPack, match="more than 9999 files"):
        check_growth(repository, bomb(repository, 900, 2), head, environ={}, bounds=Bounds(9999))


def test_folders_in_folders_for_ever_are_refused(repository: Repository) -> None:
    with pytest.raises(BadPack, match="more than 1000 deep"):
        check_growth(repository, bomb(repository, 1100, 1), "", environ={})


def test_one_content_in_many_files_counts_as_often(repository: Repository) -> None:
    made = commit(repository, tree(repository, many(blob(repository, b"x" * 1000), 9)))
    check_growth(repository, made, "", environ={}, bounds=Bounds(size_bytes=9000))
    with pytest.raises(BadPack, match="more than 8999 bytes"):
        check_growth(repository, made, "", environ={}, bounds=Bounds(size_bytes=8999))


def test_only_what_differs_from_the_base_counts(repository: Repository, project: Project) -> None:
    head = repository.head_commit() or ""
    project.write("b/e", "3\n")
    project.commit("one more")
    new = repository.head_commit() or ""
    check_growth(repository, new, head, environ={}, bounds=Bounds(files=2))
    with pytest.raises(BadPack):
        check_growth(repository, new, "", environ={}, bounds=Bounds(files=2))


def test_of_a_commit_that_explodes_nothing_is_left(
    repository: Repository, new_project: Callable[..., Project]
) -> None:
    target = new_project("target")
    other = Repository(str(target.root), f"{target.root}/.git", f"{target.root}/.git")
    head = repository.head_commit() or ""
    target.git("fetch", "-q", repository.root, head)
    before = target.git("count-objects", "-v")
    made = bomb(repository, 40, 100)
    pack = thin_pack(repository, made, [head])
    assert len(pack) < 100_000
    with pytest.raises(BadPack, match="more than 1000000 files"):
        receive(other, pack, made, base=head)
    assert target.git("count-objects", "-v") == before
