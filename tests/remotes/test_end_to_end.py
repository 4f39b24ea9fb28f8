"""`push`, `status -c` and `pull` against real servers, as a user calls them."""

from __future__ import annotations

import contextlib
import getpass
import importlib.util
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.project import Project

from . import servers

pytestmark = pytest.mark.slow

LIBRARIES = {
    "http": "aiohttp",
    "webdav": "webdav4",
    "s3": "s3fs",
    "gs": "gcsfs",
    "azure": "adlfs",
    "ssh": "sshfs",
}


@pytest.fixture(params=LIBRARIES)
def served(
    request: pytest.FixtureRequest, project: Project, tmp_path: Path
) -> Iterator[tuple[str, Project]]:
    """A kind of server, and a project whose default remote it is."""
    kind = request.param
    pytest.importorskip(LIBRARIES[kind])
    folder = tmp_path / "served"
    folder.mkdir()
    with contextlib.ExitStack() as running:
        options: dict[str, str] = {}
        if kind == "http":
            url = running.enter_context(servers.http_server(folder))
        elif kind == "webdav":
            url = running.enter_context(servers.webdav_server(folder)) + "/base/dir"
            options = {"user": "ada", "password": "secret"}
        elif kind == "s3":
            url = f"s3://bucket/{tmp_path.name}"
            options = {
                "endpointurl": request.getfixturevalue("s3_endpoint"),
                "access_key_id": "key",
                "secret_access_key": "secret",
                "region": "us-east-1",
            }
        elif kind == "gs":
            url = f"gs://bucket/{tmp_path.name}"
            endpoint = request.getfixturevalue("gs_endpoint")
            options = {"endpointurl": endpoint, "allow_anonymous_login": "true"}
        elif kind == "azure":
            url = f"azure://bucket/{tmp_path.name}"
            options = {"connection_string": request.getfixturevalue("azure_connection")}
        else:
            port, key = running.enter_context(servers.ssh_server(project.home))
            url = f"ssh://127.0.0.1:{port}{folder}/data"
            options = {"user": getpass.getuser(), "keyfile": str(key)}
        project.dvc("remote", "add", "-q", "-d", "store", url)
        for name, value in options.items():
            project.dvc("remote", "modify", "--local", "-q", "store", name, value)
        yield kind, project


def test_data_goes_there_and_comes_back(served: tuple[str, Project]) -> None:
    _, project = served
    project.write("big", bytes(range(256)) * 10_000)
    for number in range(30):
        project.write(f"d/{number}", f"content {number}")
    project.dvc("add", "-q", "big", "d")
    assert project.dvc("status", "-c", "--json").json["d/7"] == "new"
    assert project.dvc("push")[1:] == ("32 files pushed\n", "")
    assert project.dvc("push").out == "Everything is up to date.\n"
    assert project.dvc("status", "-c").out == "Cache and remote 'store' are in sync.\n"
    shutil.rmtree(project.path(".dvc/cache"))
    shutil.rmtree(project.path("d"))
    assert project.dvc("pull", "d/3").out.endswith("2 files fetched and 1 file added\n")
    result = project.dvc("pull")
    assert result.out.endswith("30 files fetched and 29 files added\n")
    assert result.err == ""
    assert project.read("d/29") == "content 29"
    assert project.dvc("status").out == "Data and pipelines are up to date.\n"


def test_the_run_cache_goes_along_where_there_are_listings(served: tuple[str, Project]) -> None:
    kind, project = served
    project.write("in", "1")
    project.write("dvc.yaml", "stages: {s: {cmd: cp in out, deps: [in], outs: [out]}}")
    project.dvc("repro", "-q")
    result = project.dvc("push", "--run-cache")
    if kind == "http":
        assert result.err.startswith("WARNING: run-cache is not supported for http filesystem: ")
        return
    assert result.out == "2 files pushed\n"
    shutil.rmtree(project.path(".dvc/cache"))
    project.dvc("fetch", "--run-cache")
    assert len(project.listing(".dvc/cache/runs")) == 1


def test_a_server_that_is_gone_is_an_error_not_an_empty_remote(project: Project) -> None:
    pytest.importorskip("aiohttp")
    project.write("file", "x")
    project.dvc("add", "-q", "file")
    url = f"http://127.0.0.1:{servers.free_port()}"
    project.dvc("remote", "add", "-q", "-d", "store", url)
    result = project.dvc("status", "-c", code=255)
    assert result.err.startswith(f"ERROR: unexpected error - {url}/files/md5/")


def test_an_unknown_host_gets_nothing(served: tuple[str, Project]) -> None:
    kind, project = served
    if kind != "ssh":
        pytest.skip("only ssh knows its hosts")
    (project.home / ".ssh/known_hosts").write_text("")
    project.write("file", "x")
    project.dvc("add", "-q", "file")
    result = project.dvc("push", code=1)
    assert "is not known" in result.err
    assert "hint: connect once with `ssh " in result.err


@pytest.mark.skipif(importlib.util.find_spec("adlfs") is not None, reason="it is installed")
def test_a_library_that_is_missing_is_named(project: Project) -> None:
    project.write("file", "x")
    project.dvc("add", "-q", "file")
    project.dvc("remote", "add", "-q", "-d", "store", "azure://bucket")
    result = project.dvc("push", code=255)
    assert result.err.startswith(
        "ERROR: unexpected error - azure is supported, but requires 'adlfs'"
    )
    assert result.err.endswith("hint: pip install 'assay[azure]'\n")
