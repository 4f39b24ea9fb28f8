"""Objects between repositories: whole and thin ones arrive, bad ones leave no trace."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assay.git.packs import BadPack, receive, thin_pack, whole_pack
from assay.git.process import run
from assay.git.repository import Repository
from support.project import Project


def other(tmp_path: Path) -> Repository:
    root = tmp_path / "other"
    run(["init", "-q", str(root)], cwd=str(tmp_path))
    return Repository(str(root), f"{root}/.git", f"{root}/.git")


def content(repository: Repository) -> set[str]:
    return {
        os.path.join(folder, name)
        for folder, _, names in os.walk(repository.common_dir)
        for name in names
    }


@pytest.fixture
def commits(project: Project) -> tuple[Repository, str, str, str]:
    made = []
    for number in range(3):
        project.write_all({f"file{name}": f"{number}\n" for name in range(number * 60 + 3)})
        project.commit(str(number))
        made.append(project.git("rev-parse", "HEAD"))
    root = str(project.root)
    return Repository(root, f"{root}/.git", f"{root}/.git"), made[0], made[1], made[2]


def test_whole_commits_arrive_without_history_and_thin_ones_after_them(
    commits: tuple[Repository, str, str, str], tmp_path: Path
) -> None:
    source, first, second, third = commits
    target = other(tmp_path)
    receive(target, whole_pack(source, [second]), second, base=second, brings_base=True)
    receive(target, thin_pack(source, third, [second]), third, base=second)
    assert target.run(["fsck", "--strict", third]).code == 0
    assert target.log(third, -1) == [third, second]
    assert target.resolve_many([first]) == [None]


def test_nothing_is_left_of_what_git_refuses(
    commits: tuple[Repository, str, str, str], tmp_path: Path
) -> None:
    source, _, second, third = commits
    target = other(tmp_path)
    whole, thin = whole_pack(source, [second, third]), thin_pack(source, third, [second])
    before = content(target)
    for pack in (b"", b"PACK", b"noise" * 10, thin, whole[:-1], whole[:40], whole + b"x" * 30):
        try:
            receive(target, pack, third, base=second, brings_base=pack is whole)
        except BadPack:
            assert content(target) == before
    with pytest.raises(BadPack, match="do not hold the commit"):
        receive(target, b"", third, base=second)
    damaged = bytearray(whole)
    damaged[len(whole) // 2] ^= 0xFF
    with pytest.raises(BadPack):
        receive(target, bytes(damaged), third, base=second, brings_base=True)
    assert content(target) == before


def test_a_tree_that_leads_elsewhere_is_refused(
    commits: tuple[Repository, str, str, str], tmp_path: Path
) -> None:
    source, first, _, _ = commits
    blob = source.run(["hash-object", "-w", "--stdin"], stdin=b"#!/bin/sh\n").stdout.strip()
    for name in (b"..", b".git", b".GIT", b"a/b", b"."):
        entry = b"100755 " + name + b"\0" + bytes.fromhex(blob.decode())
        write = ["hash-object", "-w", "-t", "tree", "--stdin", "--literally"]
        tree = source.run(write, stdin=entry).stdout.decode().strip()
        commit = source.run(["commit-tree", tree, "-p", first], stdin=b"bad").stdout.decode()
        target = other(tmp_path / name.hex()) if (tmp_path / name.hex()).mkdir() is None else None
        assert target is not None
        receive(target, whole_pack(source, [first]), first, base=first, brings_base=True)
        before = content(target)
        with pytest.raises(BadPack):
            receive(target, thin_pack(source, commit.strip(), [first]), commit.strip(), base=first)
        assert content(target) == before


def test_what_a_pack_refers_to_must_be_there(
    commits: tuple[Repository, str, str, str], tmp_path: Path
) -> None:
    source, first, second, third = commits
    target = other(tmp_path)
    receive(target, whole_pack(source, [first]), first, base=first, brings_base=True)
    before = content(target)
    with pytest.raises(BadPack):
        receive(target, thin_pack(source, third, [second]), third, base=second)
    assert content(target) == before
