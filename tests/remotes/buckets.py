"""A bucket that keeps versions, and projects whose remote it is."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from support.commands import real_dvc_path
from support.project import Project

_COUNTER = itertools.count()


class Bucket:
    """A new bucket on the S3 server at `endpoint`."""

    def __init__(self, endpoint: str, *, versions: bool = True) -> None:
        boto = pytest.importorskip("boto3")
        pytest.importorskip("s3fs")
        self.name = f"bucket-{next(_COUNTER)}"
        self._endpoint = endpoint
        self._client = boto.client(
            "s3",
            endpoint_url=endpoint,
            region_name="us-east-1",
            aws_access_key_id="key",
            aws_secret_access_key="secret",
        )
        self._client.create_bucket(Bucket=self.name)
        if versions:
            self._client.put_bucket_versioning(
                Bucket=self.name, VersioningConfiguration={"Status": "Enabled"}
            )

    def put(self, key: str, body: str) -> str:
        """Write a new version of an object; its name."""
        answer = self._client.put_object(Bucket=self.name, Key=key, Body=body.encode())
        return str(answer.get("VersionId"))

    def versions(self) -> dict[str, list[str]]:
        """Key → its versions, the newest first."""
        found: dict[str, list[str]] = {}
        told: dict[str, Any] = self._client.list_object_versions(Bucket=self.name)
        for version in told.get("Versions", ()):
            found.setdefault(version["Key"], []).append(version["VersionId"])
        return found

    def delete(self, key: str) -> None:
        """The latest version of an object is from now on that there is none."""
        self._client.delete_object(Bucket=self.name, Key=key)

    def latest(self) -> dict[str, str]:
        """Key → what its latest version holds."""
        told: dict[str, Any] = self._client.list_objects_v2(Bucket=self.name)
        keys = [one["Key"] for one in told.get("Contents", ())]
        return {key: self._body(key) for key in keys}

    def _body(self, key: str) -> str:
        answer = self._client.get_object(Bucket=self.name, Key=key)
        return str(answer["Body"].read().decode())

    def serve(
        self, project: Project, name: str = "store", folder: str = "top", *, mirror: bool = False
    ) -> None:
        """Make it the default remote of a project, for versions, or as its mirror."""
        project.dvc("remote", "add", "-q", "-d", "-f", name, f"s3://{self.name}/{folder}")
        options = {**self.options, "worktree" if mirror else "version_aware": "true"}
        for option, value in options.items():
            project.dvc("remote", "modify", "-q", name, option, value)

    @property
    def options(self) -> dict[str, str]:
        """What it takes to reach the server."""
        return {
            "endpointurl": self._endpoint,
            "access_key_id": "key",
            "secret_access_key": "secret",
            "region": "us-east-1",
        }


def speaks_s3(real_dvc: str) -> str:
    """The real DVC, if it has its plug-in for S3; skips otherwise."""
    installed = Path(real_dvc_path() or "").resolve()
    places = installed.parent.parent.glob("lib/python*/site-packages/dvc_s3")
    if not any(places):
        pytest.skip("the real DVC has no plug-in for S3")
    return real_dvc
