"""Another repository over the network: `import`, `update`, `get`, `list`, `du` by HTTP and SSH.

Git itself moves what is Git's: over real servers on loopback, `git http-backend` and OpenSSH.
"""

from __future__ import annotations

import contextlib
import getpass
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from conftest import NewProject
from remotes import servers
from support.project import Project

WAYS = ["http", pytest.param("ssh", marks=pytest.mark.slow)]


class Far(NamedTuple):
    """A project, and another one that `project` reaches at `url` only; its data is on a remote."""

    project: Project
    source: Project
    url: str


@pytest.fixture
def far(request: pytest.FixtureRequest, new_project: NewProject) -> Iterator[Far]:
    """The source is pushed to a bare repository, which a server serves."""
    source, project = new_project("source"), new_project("project")
    place = source.root.parent / "served" / "source.git"
    source.write_all({"data/a": "a\n", "data/sub/b": "b\n", "code/run.py": "1\n"})
    source.dvc("remote", "add", "-q", "-d", "store", str(source.root.parent / "store"))
    source.dvc("add", "-q", "data")
    source.dvc("push", "-q")
    source.commit("one")
    source.git("init", "-q", "--bare", "-b", "main", str(place))
    source.git("push", "-q", str(place), "HEAD:refs/heads/main")
    with contextlib.ExitStack() as running:
        if request.param == "ssh":
            home = place.parent / "home"
            port, key = running.enter_context(servers.ssh_server(home))
            url = f"ssh://{getpass.getuser()}@127.0.0.1:{port}{place}"
            known = f"{home}/.ssh/known_hosts"
            project.env["GIT_SSH_COMMAND"] = f"ssh -i {key} -F none -o UserKnownHostsFile={known}"
        else:
            url = f"{running.enter_context(servers.git_http_server(place.parent))}/{place.name}"
        yield Far(project, source, url)


def publish(far: Far, text: str) -> None:
    """The next commit of the source, with other data, on the server."""
    far.source.write("data/a", text)
    far.source.dvc("add", "-q", "data")
    far.source.dvc("push", "-q")
    far.source.commit("next")
    far.source.git("push", "-q", str(far.source.root.parent / "served/source.git"), "HEAD:main")


@pytest.mark.parametrize("far", WAYS, indirect=True)
def test_data_is_imported_told_to_be_old_and_brought_up_to_date(far: Far) -> None:
    project, source, url = far
    first = source.head
    project.dvc("import", "-q", url, "data")
    project.dvc("import", "-q", url, "code/run.py")
    assert project.listing("data") == ["a", "sub/b"]
    assert project.read("run.py") == "1\n"
    assert project.dvc("status", "--json").json == {}

    publish(far, "new\n")
    assert set(project.dvc("status", "--json").json) == {"data.dvc", "run.py.dvc"}
    project.dvc("update", "-q", "data.dvc")
    assert project.read("data/a") == "new\n"
    assert source.head in project.read("data.dvc")
    project.dvc("update", "-q", "--rev", first, "data.dvc")
    assert project.read("data/a") == "a\n"

    # and brought again by whoever has nothing but the records
    project.shell("rm -rf .dvc/cache data run.py")
    project.dvc("pull", "-q")
    assert project.read("data/sub/b") == "b\n"
    assert project.read("run.py") == "1\n"


@pytest.mark.parametrize("far", WAYS, indirect=True)
def test_it_is_listed_summed_up_and_got(far: Far) -> None:
    project, source, url = far
    names = project.dvc("list", "-R", "--dvc-only", url).lines
    assert names == ["data/a", "data/sub/b"]
    [code, data] = project.dvc("du", url).lines[1:-1]
    assert (code.split(), data.split()) == (["2", "code"], ["4", "data"])
    publish(far, "new\n")
    project.dvc("get", "-q", url, "data", "-o", "new")
    project.dvc("get", "-q", "--rev", f"{source.head}~1", url, "data/a", "-o", "old")
    assert (project.read("new/a"), project.read("old")) == ("new\n", "a\n")


@pytest.mark.parametrize("far", WAYS, indirect=True)
def test_what_is_not_there_is_named(far: Far) -> None:
    project, _, url = far
    assert "unexpected error - ['nothing']" in project.dvc("get", url, "nothing", code=255).err
    said = project.dvc("get", "--rev", "nothing", url, "data", code=1).err
    assert "unknown Git revision 'nothing'" in said
    said = project.dvc("list", f"{url}-not", code=1).err
    assert f"failed to list '{url}-not' - SCM error: Failed to clone repo" in said
    assert project.listing() == [".dvc/.gitignore", ".dvc/config", ".dvcignore"]
