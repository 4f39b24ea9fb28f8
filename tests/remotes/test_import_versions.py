"""`import-url --version-aware`: certain versions of what is in a bucket."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

from assay.formats.yaml_read import parse
from support.project import Project

from .buckets import Bucket, speaks_s3

ONE, TWO = "c4ca4238a0b923820dcc509a6f75849b", "b6d767d2f8ed5d21a44b0e5886680cb9"


@pytest.fixture
def bucket(s3_endpoint: str, project: Project) -> Bucket:
    """`raw/one` and `raw/d/two`, as the remote `raw` of the project."""
    found = Bucket(s3_endpoint)
    project.dvc("remote", "add", "-q", "raw", f"s3://{found.name}/raw")
    for option, value in found.options.items():
        project.dvc("remote", "modify", "-q", "raw", option, value)
    project.commit("remote")
    found.put("raw/one", "1")
    found.put("raw/d/two", "22")
    return found


def without_data(project: Project, *names: str) -> None:
    shutil.rmtree(project.path(".dvc/cache"), ignore_errors=True)
    for name in names:
        shutil.rmtree(project.path(name), ignore_errors=True)
        project.path(name).unlink(missing_ok=True)


def read(project: Project, name: str) -> Any:
    return parse(project.read(name))


def test_a_file_is_recorded_with_its_version(project: Project, bucket: Bucket) -> None:
    project.dvc("import-url", "-q", "--version-aware", "remote://raw/one")
    (version,) = bucket.versions()["raw/one"]
    found = read(project, "one.dvc")
    assert found["deps"] == [
        {
            "etag": ONE,
            "size": 1,
            "version_id": version,
            "hash": "md5",
            "path": "remote://raw/one",
            "fs_config": {"version_aware": True},
        }
    ]
    assert found["outs"] == [{"md5": ONE, "size": 1, "hash": "md5", "path": "one", "push": False}]


def test_later_versions_change_nothing_before_update(project: Project, bucket: Bucket) -> None:
    project.dvc("import-url", "-q", "--version-aware", "remote://raw/one")
    project.dvc("import-url", "-q", "--version-aware", "remote://raw/d")
    assert project.dvc("status", "--json").json == {}
    bucket.put("raw/one", "111")
    bucket.put("raw/d/two", "2222")
    assert project.dvc("status", "--json").json == {
        "d.dvc": [{"changed deps": {"remote://raw/d": "modified"}}],
        "one.dvc": [{"changed deps": {"remote://raw/one": "update available"}}],
    }
    without_data(project, "one", "d")
    project.dvc("pull", "-q")
    assert (project.read("one"), project.read("d/two")) == ("1", "22")
    before = read(project, "d.dvc")["deps"][0]["files"]
    project.dvc("update", "-q", "one.dvc", "d.dvc")
    assert (project.read("one"), project.read("d/two")) == ("111", "2222")
    now = read(project, "d.dvc")["deps"][0]["files"]
    assert before != now
    assert now[0]["version_id"] == bucket.versions()["raw/d/two"][0]
    assert "didn't change, skipping" in project.dvc("update", "d.dvc").out
    assert project.dvc("status", "--json").json == {}


def test_a_download_that_was_put_off_takes_the_versions_seen_then(
    project: Project, bucket: Bucket
) -> None:
    project.dvc("import-url", "-q", "--version-aware", "--no-download", "remote://raw/d")
    assert read(project, "d.dvc")["outs"] == [{"hash": "md5", "path": "d", "push": False}]
    bucket.put("raw/d/two", "2222")
    project.dvc("pull", "-q")
    assert project.read("d/two") == "22"


def test_names_on_record_lead_to_no_other_place(project: Project, bucket: Bucket) -> None:
    project.dvc("import-url", "-q", "--version-aware", "remote://raw/d")
    project.write("d.dvc", project.read("d.dvc").replace("relpath: two", "relpath: ../two"))
    without_data(project, "d")
    assert "refusing the path" in project.dvc("pull", code=1).err
    assert not project.exists("two")


def test_places_without_versions_are_refused(project: Project) -> None:
    project.write("../data", "x")
    told = project.dvc("import-url", "--version-aware", "../data", code=1).err
    assert "'../data' keeps no versions" in told
    assert not project.exists("data.dvc")


@pytest.mark.slow
@pytest.mark.compat
def test_the_real_dvc_reads_and_writes_the_same(
    project: Project, bucket: Bucket, real_dvc: str
) -> None:
    dvc = speaks_s3(real_dvc)
    for name in ("one", "d"):
        project.dvc("import-url", "-q", "--version-aware", f"remote://raw/{name}")
        ours = project.read(f"{name}.dvc")
        without_data(project, name, f"{name}.dvc")
        project.dvc("import-url", "-q", "--version-aware", f"remote://raw/{name}", by=dvc)
        assert project.read(f"{name}.dvc") == ours
    bucket.put("raw/d/two", "2222")
    ours = project.dvc("status", "--json").json
    assert project.dvc("status", "--json", by=dvc).json == ours
    without_data(project, "one", "d")
    project.dvc("pull", "-q", by=dvc)
    assert (project.read("one"), project.read("d/two")) == ("1", "22")
