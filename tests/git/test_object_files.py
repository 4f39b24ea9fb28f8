from __future__ import annotations

import os
import random
import zlib

import pytest

from assay.git.object_files import ObjectFiles
from assay.git.repository import Repository
from support.project import Project

from .conftest import opened


def path_of(project: Project, object_id: str) -> str:
    return str(project.path(f".git/objects/{object_id[:2]}/{object_id[2:]}"))


def test_git_reads_what_was_written(project: Project, repository: Repository) -> None:
    objects = ObjectFiles(repository.common_dir)
    for number, data in enumerate((b"", b"text\n", bytes(range(256)) * 1000)):
        made = objects.write("blob", data)
        path = project.path(f"file{number}")
        path.write_bytes(data)
        assert made == project.git("hash-object", str(path))
        assert project.git("cat-file", "-s", made) == str(len(data))
    project.git("fsck", "--strict")


def test_what_git_wrote_is_read(project: Project, repository: Repository) -> None:
    objects = ObjectFiles(repository.common_dir)
    found = objects.read(project.head)
    assert found is not None
    assert found.kind == "commit"
    assert found.data.decode() == project.run(["git", "cat-file", "commit", "HEAD"]).out


def test_what_is_packed_or_damaged_is_left_to_git(project: Project, repository: Repository) -> None:
    objects = ObjectFiles(repository.common_dir)
    made = objects.write("blob", b"content")
    whole = zlib.compress(b"blob 8\0content")
    for damaged in (b"", b"nonsense", whole[:-6], whole):
        os.chmod(path_of(project, made), 0o644)
        with open(path_of(project, made), "wb") as file:
            file.write(damaged)
        assert objects.read(made) is None
    os.unlink(path_of(project, made))
    project.git("gc", "-q")
    assert objects.read(project.head) is None
    assert not objects.has(project.head)


def test_an_object_that_is_there_is_kept_and_counts_as_new(
    project: Project, repository: Repository
) -> None:
    """`git gc` removes objects that nothing refers to once they are old."""
    objects = ObjectFiles(repository.common_dir)
    made = objects.write("blob", b"content")
    before = os.stat(path_of(project, made))
    os.utime(path_of(project, made), (1, 1))
    assert objects.write("blob", b"content") == made
    after = os.stat(path_of(project, made))
    assert after.st_ino == before.st_ino
    assert after.st_mtime > 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("core.sharedRepository", "group"),
        ("core.sharedRepository", "0640"),
    ],
)
def test_a_shared_repository_is_written_by_git(project: Project, name: str, value: str) -> None:
    project.git("config", name, value)
    assert opened(project).object_files(durable=False) is None


def test_a_repository_with_replacements_is_read_by_git(project: Project) -> None:
    project.write("a", "1")
    project.commit()
    project.git("replace", "HEAD", "HEAD~1")
    assert opened(project).object_files(durable=False) is None
    project.git("pack-refs", "--all", "--prune")
    assert opened(project).object_files(durable=False) is None
    project.git("replace", "-d", project.head)
    assert opened(project).object_files(durable=False) is not None


def test_what_the_user_wants_synced_is(project: Project) -> None:
    plain = opened(project).object_files(durable=False)
    project.git("config", "core.fsync", "all")
    synced = opened(project).object_files(durable=False)
    assert plain is not None
    assert synced is not None
    assert (plain.durable, synced.durable) == (False, True)


@pytest.mark.parametrize("size", [0, 1, 4000, 4096, 4097, 200_000])
def test_git_reads_objects_of_all_sizes(
    project: Project, repository: Repository, size: int
) -> None:
    data = random.Random(size).randbytes(size)
    object_id = ObjectFiles(repository.common_dir).write("blob", data)
    assert project.run(["git", "cat-file", "-s", object_id]).out.strip() == str(size)
    project.git("fsck", "--strict")
