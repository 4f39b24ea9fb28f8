"""`cache migrate`: a project of DVC 2.x becomes one of DVC 3, and its records stay true."""

from __future__ import annotations

import hashlib
import json
import shutil

import pytest

from support.project import Project

CRLF = b"a\r\nb\r\n"
NEW_MD5 = "59b0d7772f0561efb95518f3cb8abc60"
OLD_MD5 = "dd8c6a395b5dd36c56d23275028f526c"
TREE_MD5 = "e4f1412db05875de0d54372eff98889b.dir"
FILE = f"outs:\n- md5: {OLD_MD5}\n  size: 6\n  path: crlf.txt\n"
LOCK = f"""\
schema: '2.0'
stages:
  s:
    cmd: cp crlf.txt s.txt
    deps:
    - path: crlf.txt
      md5: {OLD_MD5}
      size: 6
    outs:
    - path: s.txt
      md5: {OLD_MD5}
      size: 6
"""
HINT = """
To track the changes with git, run:

\tgit add crlf.txt.dvc dir.dvc dvc.lock

To enable auto staging, run:

\tdvc config core.autostage true
"""
UPDATES = """\
Updating DVC file 'crlf.txt.dvc'
Updating DVC file 'dir.dvc'
Updating lock file 'dvc.lock'
"""


def put(project: Project, data: bytes, hashed: bytes, suffix: str = "") -> str:
    """An object as DVC 2.x kept it: named by its bytes with CRLF read as LF."""
    name = hashlib.md5(hashed, usedforsecurity=False).hexdigest() + suffix
    project.write(f".dvc/cache/{name[:2]}/{name[2:]}", data).chmod(0o444)
    return name


@pytest.fixture
def old(project: Project) -> Project:
    """A tracked file with CRLF, a directory with two files, and a stage that has run."""
    crlf, one = put(project, CRLF, b"a\nb\n"), put(project, b"one\n", b"one\n")
    rows = [{"md5": one, "relpath": "one"}, {"md5": crlf, "relpath": "sub/c"}]
    listing = json.dumps(rows).encode()
    tree = put(project, listing, listing, ".dir")
    project.write_all(
        {
            ".gitignore": "/crlf.txt\n/dir\n/s.txt\n",
            "crlf.txt.dvc": FILE,
            "dir.dvc": f"outs:\n- md5: {tree}\n  size: 10\n  nfiles: 2\n  path: dir\n",
            "dvc.yaml": "stages:\n  s: {cmd: cp crlf.txt s.txt, deps: [crlf.txt], outs: [s.txt]}\n",
            "dvc.lock": LOCK,
        }
    )
    project.commit("old")
    project.dvc("checkout", "-q")
    return project


def records(project: Project) -> tuple[str, str, str]:
    return project.read("crlf.txt.dvc"), project.read("dir.dvc"), project.read("dvc.lock")


def objects(project: Project) -> list[str]:
    return project.listing(".dvc/cache/files/md5")


NEW_RECORDS = (
    f"outs:\n- md5: {NEW_MD5}\n  size: 6\n  path: crlf.txt\n  hash: md5\n",
    f"outs:\n- md5: {TREE_MD5}\n  size: 10\n  nfiles: 2\n  path: dir\n  hash: md5\n",
    LOCK.replace(f"      md5: {OLD_MD5}", f"      hash: md5\n      md5: {NEW_MD5}"),
)


def test_objects_only(old: Project) -> None:
    before = records(old)
    assert old.dvc("cache", "migrate").out == "Migrated 3 files to DVC 3.0 cache location.\n"
    assert f"{NEW_MD5[:2]}/{NEW_MD5[2:]}" in objects(old)
    assert records(old) == before
    assert old.dvc("cache", "migrate").out == "Migrated 0 files to DVC 3.0 cache location.\n"


def test_records_too(old: Project) -> None:
    said = old.dvc("cache", "migrate", "--dvc-files").out
    assert said == "Migrated 3 files to DVC 3.0 cache location.\n" + UPDATES + HINT
    assert records(old) == NEW_RECORDS
    assert old.dvc("status", "--json").json == {}
    said = old.dvc("cache", "migrate", "--dvc-files").out
    assert said.endswith("\nNo DVC files in the repo to migrate to the 3.0 format.\n")


def test_the_run_is_remembered(old: Project) -> None:
    old.dvc("cache", "migrate", "-q", "--dvc-files")
    for name in ("dvc.lock", "s.txt"):
        old.path(name).unlink()
    assert "Stage 's' is cached - skipping run" in old.dvc("repro").out


def test_dry(old: Project) -> None:
    before = old.listing(".dvc/cache"), records(old)
    plan = "3 files will be re-hashed and migrated to the DVC 3.0 cache location.\n"
    assert old.dvc("cache", "migrate", "--dry").out == plan
    assert old.dvc("cache", "migrate", "--dry", "--dvc-files").out == plan + (
        "Entries in following DVC files will be migrated to the 3.0 format:\n"
        "\tcrlf.txt.dvc\n\tdir.dvc\n\tdvc.yaml (dvc.lock)\n"
    )
    assert (old.listing(".dvc/cache"), records(old)) == before


def test_data_that_is_not_checked_out(old: Project) -> None:
    for name in ("crlf.txt", "s.txt"):
        old.path(name).unlink()
    shutil.rmtree(old.path("dir"))
    old.dvc("cache", "migrate", "-q", "--dvc-files")
    assert records(old) == NEW_RECORDS


def test_data_that_is_not_in_the_cache(old: Project) -> None:
    shutil.rmtree(old.path(".dvc/cache"))
    said = old.dvc("cache", "migrate", "--dvc-files").out
    assert said == "Migrated 0 files to DVC 3.0 cache location.\n" + UPDATES + HINT
    assert records(old) == NEW_RECORDS
    assert f"{TREE_MD5[:2]}/{TREE_MD5[2:]}" in objects(old)


def test_changed_data_is_still_changed(old: Project) -> None:
    old.write("crlf.txt", "changed\n")
    old.dvc("cache", "migrate", "-q", "--dvc-files")
    assert records(old) == NEW_RECORDS
    assert old.dvc("status", "--json", "crlf.txt.dvc").json == {
        "crlf.txt.dvc": [{"changed outs": {"crlf.txt": "modified"}}]
    }


def test_what_is_nowhere_keeps_its_record(old: Project) -> None:
    shutil.rmtree(old.path(".dvc/cache"))
    old.write("crlf.txt", "changed\n")
    said = old.dvc("cache", "migrate", "--dvc-files")
    assert said.err.splitlines()[0] == (
        "WARNING: 'crlf.txt' of 'crlf.txt.dvc' keeps its 2.x record: neither the cache nor the "
        "workspace has what was recorded"
    )
    assert records(old)[:2] == (FILE, NEW_RECORDS[1])
    assert "      hash: md5\n" in old.read("dvc.lock")  # of the output, which is there


def test_a_damaged_object(old: Project) -> None:
    path = old.path(f".dvc/cache/{OLD_MD5[:2]}/{OLD_MD5[2:]}")
    path.chmod(0o644)
    path.write_text("bits have flipped")
    path.chmod(0o444)
    said = old.dvc("cache", "migrate")
    assert said.out == "Migrated 2 files to DVC 3.0 cache location.\n"
    assert said.err == f"WARNING: '{path}' is damaged and stays where it is\n"


def test_a_project_without_a_past(project: Project) -> None:
    assert project.dvc("cache", "migrate", "--dvc-files").out == (
        "Migrated 0 files to DVC 3.0 cache location.\n"
        "No DVC files in the repo to migrate to the 3.0 format.\n"
    )


def test_the_same_as_dvc(old: Project, real_dvc: str) -> None:
    old.git("add", "-A")
    old.dvc("cache", "migrate", "-q", "--dvc-files", by=real_dvc)
    theirs = objects(old), old.listing(".dvc/cache/runs"), records(old)
    old.git("checkout", "-q", ".")
    for name in ("files", "runs"):
        shutil.rmtree(old.path(f".dvc/cache/{name}"))
    old.dvc("cache", "migrate", "-q", "--dvc-files")
    assert (objects(old), old.listing(".dvc/cache/runs"), records(old)) == theirs
