"""Data sets in a bucket that keeps versions: what `dataset add --url` locks."""

from __future__ import annotations

import pytest

from assay.formats.yaml_read import parse
from support.project import Project


def test_the_versions_of_objects_are_locked(project: Project, s3_endpoint: str) -> None:
    pytest.importorskip("s3fs")
    boto = pytest.importorskip("boto3")
    client = boto.client(
        "s3",
        endpoint_url=s3_endpoint,
        region_name="us-east-1",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
    )
    client.create_bucket(Bucket="versions")
    client.put_bucket_versioning(Bucket="versions", VersioningConfiguration={"Status": "Enabled"})

    def put(key: str, body: bytes) -> str:
        return str(client.put_object(Bucket="versions", Key=key, Body=body)["VersionId"])

    project.dvc("remote", "add", "-q", "store", "s3://versions/top")
    for option in (
        ("endpointurl", s3_endpoint),
        ("access_key_id", "key"),
        ("secret_access_key", "secret"),
        ("region", "us-east-1"),
    ):
        project.dvc("remote", "modify", "-q", "store", *option)
    first, two = put("top/one", b"1"), put("top/d/two", b"22")
    project.dvc("ds", "add", "-q", "--url", "remote://store/one", "one")
    project.dvc("ds", "add", "-q", "--url", "remote://store", "all")

    one, everything = parse(project.read("dvc.lock"))["datasets"]
    etags = ["c4ca4238a0b923820dcc509a6f75849b", "b6d767d2f8ed5d21a44b0e5886680cb9"]
    meta = {"size": 1, "version_id": first, "etag": etags[0]}
    assert one["meta"] == meta
    assert everything["meta"] == {"isdir": True, "size": 3, "nfiles": 2}
    assert everything["files"] == [
        {"relpath": "d/two", "meta": {"size": 2, "version_id": two, "etag": etags[1]}},
        {"relpath": "one", "meta": meta},
    ]

    second = put("top/one", b"1")
    assert "Updating one (remote://store/one)" in project.dvc("ds", "update", "one").out
    assert parse(project.read("dvc.lock"))["datasets"][0]["meta"]["version_id"] == second
    assert "Nothing to update" in project.dvc("ds", "update", "one").out
    missing = project.dvc("ds", "add", "--url", "remote://store/no", "no", code=255).err
    assert "dependency 'remote://store/no' does not exist" in missing
