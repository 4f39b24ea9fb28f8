"""Remotes with `worktree`: their latest versions are what was pushed, and `update` takes them."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

from assay.formats.yaml_read import parse
from support.project import Project

from .buckets import Bucket, speaks_s3


@pytest.fixture
def bucket(s3_endpoint: str) -> Bucket:
    return Bucket(s3_endpoint)


@pytest.fixture
def mirrored(project: Project, bucket: Bucket) -> Project:
    """A file, a directory of four files, and a stage with an output; all of it pushed."""
    bucket.serve(project, mirror=True)
    project.write_all({"f": "1\n", "d/a": "1\n", "d/b": "2\n", "d/c": "3\n", "d/sub/e": "5\n"})
    project.write("dvc.yaml", "stages: {s: {cmd: cp f y, deps: [f], outs: [y]}}")
    project.dvc("add", "-q", "d", "f")
    project.dvc("repro", "-q")
    assert project.dvc("push").out.endswith("6 files pushed\n")
    project.commit("data")
    return project


def rows(project: Project) -> dict[str, dict[str, Any]]:
    """Path in `d` → what its record says."""
    listed = parse(project.read("d.dvc"))["outs"][0]["files"]  # type: ignore[index]
    return {row["relpath"]: row for row in listed}


def test_the_latest_versions_are_what_was_pushed(mirrored: Project, bucket: Bucket) -> None:
    assert mirrored.dvc("push").out == "Everything is up to date.\n"
    mirrored.write_all({"f": "2\n", "d/a": "4\n"})
    mirrored.dvc("add", "-q", "f", "d")
    mirrored.dvc("push", "-q")
    mirrored.git("checkout", "-q", ".")  # back to versions that the bucket has, as older ones
    mirrored.dvc("checkout", "-q", "-f")
    assert mirrored.dvc("push").out == "2 files pushed\n"
    latest = bucket.latest()
    assert (latest["top/f"], latest["top/d/a"]) == ("1\n", "1\n")
    assert mirrored.dvc("push").out == "Everything is up to date.\n"
    assert mirrored.dvc("status", "f.dvc", "d.dvc").out == "Data and pipelines are up to date.\n"


def test_update_takes_what_is_there_now(mirrored: Project, bucket: Bucket) -> None:
    old = rows(mirrored)
    bucket.put("top/f", "new\n")
    bucket.put("top/d/n/m", "6\n")
    bucket.put("top/d2/x", "another directory\n")
    changed = bucket.put("top/d/a", "9\n")
    bucket.put("top/d/b", "2\n")  # the same bytes: the version on record stays
    bucket.delete("top/d/c")
    assert mirrored.dvc("update", "f.dvc", "d").err == ""
    assert mirrored.read("f") == "new\n"
    assert mirrored.listing("d") == ["a", "b", "n/m", "sub/e"]
    now = rows(mirrored)
    assert now["a"]["cloud"]["store"]["version_id"] == changed
    assert {path: now[path] for path in ("b", "sub/e")} == {
        path: old[path] for path in ("b", "sub/e")
    }
    assert mirrored.dvc("status", "f.dvc", "d.dvc").out == "Data and pipelines are up to date.\n"
    assert mirrored.dvc("push").out == "Everything is up to date.\n"
    before = mirrored.read("d.dvc")
    mirrored.dvc("update", "d.dvc")
    assert mirrored.read("d.dvc") == before


def test_an_output_of_a_stage(mirrored: Project, bucket: Bucket) -> None:
    bucket.put("top/y", "better\n")
    assert mirrored.dvc("update", "s").out == "Updating lock file 'dvc.lock'\n"
    assert mirrored.read("y") == "better\n"
    assert mirrored.dvc("status").out == "Data and pipelines are up to date.\n"


def test_what_was_never_made_was_never_pushed(mirrored: Project, bucket: Bucket) -> None:
    mirrored.path("dvc.lock").unlink()
    told = mirrored.dvc("update", "s")
    assert told.err == "WARNING: Could not update 'y', it was never pushed to a remote\n"
    assert not mirrored.exists("dvc.lock")


@pytest.mark.slow
def test_only_what_changed_is_brought(mirrored: Project, bucket: Bucket) -> None:
    shutil.rmtree(mirrored.path(".dvc/cache"))
    bucket.put("top/d/a", "9\n")
    shutil.rmtree(mirrored.path("d"))
    mirrored.dvc("update", "d.dvc")
    assert mirrored.listing("d") == ["a", "b", "c", "sub/e"]
    assert len(mirrored.listing(".dvc/cache/files/md5")) == 5


def test_changes_that_are_nowhere_else_are_not_replaced(mirrored: Project, bucket: Bucket) -> None:
    bucket.put("top/d/a", "9\n")
    mirrored.write("d/b", "mine\n")
    record = mirrored.read("d.dvc")
    refused = mirrored.dvc("update", "d.dvc", code=1).err
    assert "'d' has changes that are in no cache:\nd/b" in refused
    assert (mirrored.read("d/b"), mirrored.read("d/a")) == ("mine\n", "1\n")
    assert mirrored.read("d.dvc") == record
    mirrored.dvc("add", "-q", "d")
    mirrored.dvc("update", "d.dvc")
    assert (mirrored.read("d/b"), mirrored.read("d/a")) == ("2\n", "9\n")


def test_what_cannot_be_updated_stays_and_is_named(mirrored: Project, bucket: Bucket) -> None:
    for name in ("a", "b", "c", "sub/e"):
        bucket.delete(f"top/d/{name}")
    bucket.delete("top/f")
    mirrored.write("other", "1\n")
    mirrored.dvc("add", "-q", "other")
    told = mirrored.dvc("update", "f.dvc", "d.dvc", "other.dvc").err
    assert told == (
        "WARNING: Could not update 'f', it does not exist in the remote\n"
        "WARNING: Could not update 'd', it does not exist in the remote\n"
        "WARNING: Could not update 'other', it does not exist in the remote\n"
    )
    assert mirrored.read("f") == "1\n"
    assert mirrored.listing("d") == ["a", "b", "c", "sub/e"]
    assert mirrored.git("status", "--short", "--", "f.dvc", "d.dvc") == ""


@pytest.mark.parametrize("option", [["--rev", "x"], ["--no-download"], ["--to-remote"]])
def test_options_for_imports_are_refused(project: Project, option: list[str]) -> None:
    project.write("f", "1\n")
    project.dvc("add", "-q", "f")
    result = project.dvc("update", *option, "f.dvc", code=1)
    expected = f"ERROR: failed update data - {option[0]} can't be used with worktree update\n"
    assert result.err == expected


@pytest.mark.parametrize("key", ["d/.git/hooks/pre-commit", "d/.dvc/config", "d/x\\..\\y"])
def test_a_name_on_the_remote_leads_to_no_other_place(
    mirrored: Project, bucket: Bucket, key: str
) -> None:
    bucket.put(f"top/{key}", "hostile")
    assert "refusing the path" in mirrored.dvc("update", "d.dvc", code=1).err
    assert mirrored.listing("d") == ["a", "b", "c", "sub/e"]
    assert mirrored.git("status", "--short") == ""


def test_a_remote_that_is_no_mirror(mirrored: Project) -> None:
    mirrored.dvc("remote", "modify", "-q", "store", "--unset", "worktree")
    mirrored.dvc("remote", "modify", "-q", "store", "version_aware", "true")
    refused = mirrored.dvc("update", "f.dvc", code=1).err
    assert "update is not supported for 'f.dvc' that is not an import." in refused
    mirrored.dvc("remote", "modify", "-q", "store", "version_aware", "false")
    mirrored.dvc("remote", "modify", "-q", "store", "worktree", "true")
    refused = mirrored.dvc("push", code=1).err
    assert "worktree remotes require version_aware cloud" in refused


@pytest.mark.slow
@pytest.mark.compat
def test_the_real_dvc_and_we_take_turns(mirrored: Project, bucket: Bucket, real_dvc: str) -> None:
    dvc = speaks_s3(real_dvc)
    assert mirrored.dvc("push", by=dvc).out == "Everything is up to date.\n"
    assert mirrored.git("status", "--short") == ""
    bucket.put("top/d/a", "9\n")
    bucket.put("top/f", "new\n")
    mirrored.dvc("update", "-q", "d.dvc", "f.dvc", by=dvc)
    assert (mirrored.read("d/a"), mirrored.read("f")) == ("9\n", "new\n")
    sent = bucket.versions()
    mirrored.dvc("push", "-q")
    assert bucket.versions() == sent
    bucket.put("top/d/b", "8\n")
    mirrored.dvc("update", "-q", "d.dvc")
    assert mirrored.dvc("push", by=dvc).out == "Everything is up to date.\n"
    assert mirrored.dvc("status", "d.dvc", by=dvc).out == "Data and pipelines are up to date.\n"
