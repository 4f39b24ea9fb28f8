"""One remote of each kind, empty; and a cache beside it."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assay.remotes.connect import connect
from assay.remotes.remote import Remote

from . import servers

KINDS = ("local", "http", "webdav", "s3", "gs", "azure", "ssh")


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """One server for all tests: it takes seconds to start."""
    with servers.s3_server() as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def gs_endpoint() -> Iterator[str]:
    """The same for Google's kind."""
    with servers.gs_server() as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def azure_connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same for Azure's."""
    with servers.azure_server(tmp_path_factory.mktemp("azurite")) as connection:
        yield connection


@pytest.fixture
def open_remote(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], Remote]]:
    """A function that starts the server of a kind and connects to it."""
    import contextlib

    with contextlib.ExitStack() as running:

        def make(kind: str) -> Remote:
            folder = tmp_path / "remote"
            if kind == "local":
                return connect("there", {"url": str(folder)})
            pytest.importorskip("fsspec")
            folder.mkdir()
            if kind == "http":
                pytest.importorskip("aiohttp")
                return connect("there", {"url": running.enter_context(servers.http_server(folder))})
            if kind == "webdav":
                pytest.importorskip("webdav4")
                url = running.enter_context(servers.webdav_server(folder))
                return connect("there", {"url": url, "user": "ada", "password": "secret"})
            if kind == "s3":
                pytest.importorskip("s3fs")
                options = {
                    "url": f"s3://bucket/{tmp_path.name}",
                    "endpointurl": request.getfixturevalue("s3_endpoint"),
                    "access_key_id": "key",
                    "secret_access_key": "secret",
                    "region": "us-east-1",
                }
                return connect("there", options)
            if kind == "gs":
                options = {
                    "url": f"gs://bucket/{tmp_path.name}",
                    "endpointurl": request.getfixturevalue("gs_endpoint"),
                    "allow_anonymous_login": "true",
                }
                return connect("there", options)
            if kind == "azure":
                connection = request.getfixturevalue("azure_connection")
                url = f"azure://bucket/{tmp_path.name}"
                return connect("there", {"url": url, "connection_string": connection})
            pytest.importorskip("sshfs")
            home = tmp_path / "ssh-home"
            monkeypatch.setenv("HOME", str(home))
            port, key = running.enter_context(servers.ssh_server(home))
            url = f"ssh://{getpass.getuser()}@127.0.0.1:{port}{folder}"
            return connect("there", {"url": url, "keyfile": str(key)})

        yield make


@pytest.fixture(params=KINDS)
def remote(open_remote: Callable[[str], Remote], request: pytest.FixtureRequest) -> Remote:
    """A remote of each kind, in turn."""
    return open_remote(request.param)
