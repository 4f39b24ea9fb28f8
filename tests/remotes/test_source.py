"""Data at URLs that are no remotes of ours: tokens, listings, downloads, from real servers."""

from __future__ import annotations

import getpass
from pathlib import Path

import pytest

from assay.remotes.origin import UrlOrigin
from assay.ui.console import Console

from . import servers


def test_an_object_store_tells_its_entity_tags(s3_endpoint: str, tmp_path: Path) -> None:
    pytest.importorskip("s3fs")
    boto = pytest.importorskip("boto3")
    keys = {"access_key_id": "key", "secret_access_key": "secret"}
    client = boto.client(
        "s3",
        endpoint_url=s3_endpoint,
        region_name="us-east-1",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
    )
    top = tmp_path.name
    for name, data in (("one", b"one\n"), ("d/a", b"aa\n"), ("d/s/b", b"bb\n")):
        client.put_object(Bucket="bucket", Key=f"{top}/{name}", Body=data)
    options = {**keys, "endpointurl": s3_endpoint, "region": "us-east-1"}

    one = UrlOrigin(f"s3://bucket/{top}/one", options, shown="one")
    assert one.look() == {"etag": "5bbf5a52328e7439ae6e719dfe712200", "size": 4}
    folder = UrlOrigin(f"s3://bucket/{top}/d", options, shown="d")
    # The real DVC 3.67.1 with dvc-s3 records the same for the same files.
    md5 = "6a32a8f2966a19b302d1edaa4efa6afb.dir"
    assert folder.look() == {"md5": md5, "size": 6, "nfiles": 2}
    folder.bring(str(tmp_path / "got"), Console(), None)
    assert (tmp_path / "got/s/b").read_bytes() == b"bb\n"
    assert UrlOrigin(f"s3://bucket/{top}/none", options, shown="none").look() is None


def test_files_of_an_ssh_host_are_hashed_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("sshfs")
    home = tmp_path / "home"
    monkeypatch.setenv("HOME", str(home))
    data = tmp_path / "data"
    (data / "deep").mkdir(parents=True)
    (data / "deep" / "b").write_bytes(b"e\n")
    (data / "x").write_bytes(b"d\n")
    with servers.ssh_server(home) as (port, key):
        url = f"ssh://{getpass.getuser()}@127.0.0.1:{port}{data}"
        one = UrlOrigin(f"{url}/x", {"keyfile": str(key)}, shown="x")
        folder = UrlOrigin(url, {"keyfile": str(key)}, shown="data")
        assert one.look() == {"md5": "e29311f6f1bf1af907f9ef9f44b8328b", "size": 2}
        assert (folder.look() or {})["nfiles"] == 2
        folder.bring(str(tmp_path / "got"), Console(), None)
    assert (tmp_path / "got/deep/b").read_bytes() == b"e\n"
