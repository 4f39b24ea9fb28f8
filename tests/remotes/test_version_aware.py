"""Remotes that keep versions: `push`, `fetch`, `pull` by path and version."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest

from assay.formats.yaml_read import parse
from support.project import Project

from .buckets import Bucket, speaks_s3

ONE, TWO = "b026324c6904b2a9cb4b88d6d61c81d1", "26ab0db90d72e28ad0ba1e22ee510510"


@pytest.fixture
def bucket(s3_endpoint: str) -> Bucket:
    return Bucket(s3_endpoint)


@pytest.fixture
def stocked(project: Project, bucket: Bucket) -> Project:
    """A file in a folder, a directory, and a stage with one output of each kind."""
    bucket.serve(project)
    project.write_all({"w/f": "1\n", "d/a": "1\n", "d/sub/b": "2\n"})
    project.write("dvc.yaml", "stages: {s: {cmd: cp -r d o && cp w/f y, outs: [o, y]}}")
    project.dvc("add", "-q", "d", "w/f")
    project.dvc("repro", "-q")
    project.commit("data")
    return project


def clone(project: Project, name: str, by: str = "dvc") -> Project:
    """A clone without any data, after `pull`."""
    target = project.root.parent / name
    project.git("clone", "-q", str(project.root), str(target))
    copy = Project(target, home=project.home, commands=project._commands)
    copy.dvc("pull", by=by)
    return copy


def outs(text: str) -> Any:
    return parse(text)["outs"]  # type: ignore[index]


def test_each_file_goes_to_its_path_and_its_version_into_the_record(
    stocked: Project, bucket: Bucket
) -> None:
    result = stocked.dvc("push")
    assert result.out == "Updating lock file 'dvc.lock'\n6 files pushed\n"
    latest = {key: versions[0] for key, versions in bucket.versions().items()}
    assert sorted(latest) == [f"top/{p}" for p in ("d/a", "d/sub/b", "o/a", "o/sub/b", "w/f", "y")]

    def cloud(md5: str, path: str) -> dict[str, Any]:
        return {"cloud": {"store": {"etag": md5, "version_id": latest[f"top/{path}"]}}}

    assert outs(stocked.read("w/f.dvc")) == [
        {"md5": ONE, "size": 2, "hash": "md5", "path": "f", **cloud(ONE, "w/f")}
    ]
    assert outs(stocked.read("d.dvc")) == [
        {
            "hash": "md5",
            "path": "d",
            "files": [
                {"relpath": "a", "md5": ONE, "size": 2, **cloud(ONE, "d/a")},
                {"relpath": "sub/b", "md5": TWO, "size": 2, **cloud(TWO, "d/sub/b")},
            ],
        }
    ]
    directory, file = parse(stocked.read("dvc.lock"))["stages"]["s"]["outs"]  # type: ignore[index]
    assert list(directory) == ["path", "hash", "files"]
    assert file == {"path": "y", "hash": "md5", "md5": ONE, "size": 2, **cloud(ONE, "y")}

    stocked.commit("pushed")
    assert stocked.dvc("push").out == "Everything is up to date.\n"
    assert stocked.dvc("status").out == "Data and pipelines are up to date.\n"
    assert stocked.dvc("data", "status", "--not-in-remote", "--json").json == {}
    assert stocked.git("status", "--short") == ""
    assert {key: versions[0] for key, versions in bucket.versions().items()} == latest


def test_the_versions_on_record_come_back(stocked: Project, bucket: Bucket) -> None:
    stocked.dvc("push", "-q")
    stocked.commit("first")
    stocked.write_all({"d/a": "other\n", "d/new": "3\n"})
    stocked.dvc("add", "-q", "d")
    assert stocked.dvc("push").out == "2 files pushed\n"
    stocked.commit("second")
    bucket.put("top/d/a", "by somebody else")

    copy = clone(stocked, "copy")
    assert (copy.read("d/a"), copy.read("d/new"), copy.read("y")) == ("other\n", "3\n", "1\n")
    copy.git("checkout", "-q", "HEAD~1")
    copy.dvc("pull")
    assert copy.read("d/a") == "1\n"
    assert not copy.exists("d/new")
    shutil.rmtree(copy.path(".dvc/cache"))
    copy.git("checkout", "-q", "main")
    assert copy.dvc("fetch", "-aT").out.endswith("files fetched\n")
    copy.dvc("checkout", "-q")
    assert copy.read("d/a") == "other\n"


def test_what_a_killed_push_has_sent_is_found_and_recorded(
    stocked: Project, bucket: Bucket
) -> None:
    stocked.dvc("push", "-q")
    sent = bucket.versions()
    records = {name: stocked.read(name) for name in ("d.dvc", "w/f.dvc", "dvc.lock")}
    stocked.git("checkout", "-q", ".")  # as if nothing had been recorded
    assert stocked.dvc("push").out.endswith("Everything is up to date.\n")
    assert bucket.versions() == sent
    assert {name: stocked.read(name) for name in records} == records


@pytest.mark.slow
def test_a_kill_half_way_leaves_no_half_record(stocked: Project, bucket: Bucket) -> None:
    for number in range(60):
        stocked.write(f"many/{number}", str(number))
    stocked.dvc("add", "-q", "many")
    before = stocked.read("many.dvc")
    push = stocked.start(["dvc", "push", "-j", "1", "many"])
    while push.poll() is None and len(bucket.versions()) < 3:
        pass
    os.killpg(push.pid, signal.SIGKILL)
    push.communicate()
    assert stocked.read("many.dvc") == before
    stocked.dvc("push", "many")
    assert [len(versions) for versions in bucket.versions().values()] == [1] * 60
    rows = outs(stocked.read("many.dvc"))[0]["files"]
    assert sum("cloud" in row for row in rows) == 60


@pytest.mark.slow
def test_a_part_of_a_directory(stocked: Project, bucket: Bucket) -> None:
    assert stocked.dvc("push", "d/sub").out == "1 file pushed\n"
    rows = outs(stocked.read("d.dvc"))[0]["files"]
    assert [row["relpath"] for row in rows if "cloud" in row] == ["sub/b"]
    assert stocked.dvc("status", "d.dvc").out == "Data and pipelines are up to date.\n"
    lacking = stocked.dvc("data", "status", "--not-in-remote", "--granular", "--json").json
    assert lacking["not_in_remote"] == ["d/", "d/a", "o/", "o/a", "o/sub/b", "w/f", "y"]
    stocked.dvc("push", "-q")
    stocked.commit("all of it")
    shutil.rmtree(stocked.path(".dvc/cache"))
    shutil.rmtree(stocked.path("d"))
    stocked.dvc("pull", "d/sub/b")
    assert stocked.listing("d") == ["sub/b"]


def test_bytes_that_are_not_those_on_record_get_nowhere(stocked: Project, bucket: Bucket) -> None:
    stocked.dvc("push", "-q")
    other = bucket.put("top/w/f", "2\n")
    version = outs(stocked.read("w/f.dvc"))[0]["cloud"]["store"]["version_id"]
    stocked.write("w/f.dvc", stocked.read("w/f.dvc").replace(version, other))
    shutil.rmtree(stocked.path(".dvc/cache"))
    stocked.path("w/f").unlink()
    result = stocked.dvc("pull", "w/f", code=1)
    assert "is damaged: its bytes have another hash than its name says" in result.err
    assert not stocked.exists("w/f")
    assert stocked.listing(".dvc/cache/files/md5") == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["../out", ".git/hooks/post-checkout", "/tmp/out", "a/../../out"])
def test_a_record_leads_to_no_other_place(stocked: Project, name: str) -> None:
    stocked.dvc("push", "-q")
    stocked.write("d.dvc", stocked.read("d.dvc").replace("relpath: sub/b", f"relpath: {name}"))
    shutil.rmtree(stocked.path(".dvc/cache"))
    shutil.rmtree(stocked.path("d"))
    assert "refusing the path" in stocked.dvc("pull", "d", code=1).err
    assert not stocked.exists("d")


def test_a_version_that_is_gone_and_one_that_never_was(stocked: Project, bucket: Bucket) -> None:
    shutil.move(stocked.path(".dvc/cache"), stocked.path(".dvc/away"))
    never = stocked.dvc("fetch", "w/f", code=1).err
    assert "no version of it on this remote was recorded: push it from where it is" in never
    shutil.rmtree(stocked.path(".dvc/cache"), ignore_errors=True)
    shutil.move(stocked.path(".dvc/away"), stocked.path(".dvc/cache"))
    stocked.dvc("push", "-q")
    version = outs(stocked.read("w/f.dvc"))[0]["cloud"]["store"]["version_id"]
    lost = "00000000-0000-0000-0000-000000000000"
    stocked.write("w/f.dvc", stocked.read("w/f.dvc").replace(version, lost))
    shutil.rmtree(stocked.path(".dvc/cache"))
    gone = stocked.dvc("fetch", "w/f", code=None)
    assert ONE in gone.err
    assert stocked.listing(".dvc/cache/files/md5") == []


@pytest.mark.slow
def test_what_such_a_remote_cannot_do_is_said(stocked: Project, s3_endpoint: str) -> None:
    stocked.dvc("push", "-q")
    stocked.commit("first")
    for command in (["status", "-c"], ["gc", "-c", "-w", "-f"]):
        assert "is set to `version_aware`" in stocked.dvc(*command, code=None).err
    stocked.write("w/f", "3\n")
    stocked.dvc("add", "-q", "w/f")
    refused = stocked.dvc("push", "-a", code=1).err
    assert "Multiple rev push is unsupported for cloud versioned remotes" in refused
    told = stocked.dvc("push", "--run-cache")
    assert "run-cache is not supported for remote 'store'" in told.err
    assert told.out == "1 file pushed\n"
    plain = Bucket(s3_endpoint, versions=False)
    plain.serve(stocked, "plain")
    assert "switch versioning of the bucket on" in stocked.dvc("push", code=1).err
    stocked.dvc("remote", "add", "-q", "-d", "disk", "../disk")
    stocked.dvc("remote", "modify", "-q", "disk", "version_aware", "true")
    assert "keeps no versions" in stocked.dvc("push", code=1).err


@pytest.mark.slow
def test_other_repositories_take_data_from_there(stocked: Project, bucket: Bucket) -> None:
    stocked.dvc("push", "-q")
    stocked.commit("pushed")
    source = clone(stocked, "source")
    shutil.rmtree(source.path(".dvc/cache"))
    stocked.dvc("get", "-q", str(source.root), "d", "-o", "got", "--rev", "HEAD")
    assert sorted(stocked.listing("got")) == ["a", "sub/b"]


@pytest.mark.slow
@pytest.mark.compat
def test_the_real_dvc_and_we_take_turns(stocked: Project, bucket: Bucket, real_dvc: str) -> None:
    dvc = speaks_s3(real_dvc)
    stocked.dvc("push", "-q")
    stocked.commit("ours")
    theirs = clone(stocked, "theirs", by=dvc)
    assert (theirs.read("d/sub/b"), theirs.read("o/a"), theirs.read("w/f")) == ("2\n", "1\n", "1\n")
    assert theirs.dvc("push", by=dvc).out == "Everything is up to date.\n"
    assert theirs.git("status", "--short") == ""
    theirs.write("d/a", "3\n")
    theirs.dvc("add", "-q", "d", by=dvc)
    theirs.dvc("push", "-q", by=dvc)
    theirs.commit("theirs")
    ours = clone(theirs, "ours")
    assert ours.read("d/a") == "3\n"
    assert ours.dvc("push").out == "Everything is up to date.\n"
    assert ours.git("status", "--short") == ""


@pytest.mark.slow
@pytest.mark.compat
def test_records_are_written_as_by_the_real_dvc(
    stocked: Project, bucket: Bucket, real_dvc: str, tmp_path: Path
) -> None:
    dvc = speaks_s3(real_dvc)
    stocked.dvc("push", "-q")
    records = {name: stocked.read(name) for name in ("d.dvc", "w/f.dvc", "dvc.lock")}
    stocked.git("checkout", "-q", ".")
    stocked.dvc("push", "-q", by=dvc)
    for name, text in records.items():
        theirs = stocked.read(name)
        for key, versions in bucket.versions().items():
            for version in versions:
                theirs, text = theirs.replace(version, key), text.replace(version, key)
        assert text == theirs
