"""`exp push`, `pull` and what else works on Git remotes, over each way to one."""

from __future__ import annotations

import contextlib
import getpass
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import NewProject
from remotes import servers
from support.sharing import Sharing, experiments_in, experiments_on, sharing

WAYS = ["path", "file", "http", pytest.param("ssh", marks=pytest.mark.slow)]


@pytest.fixture
def far(request: pytest.FixtureRequest, new_project: NewProject) -> Iterator[Sharing]:
    """Two people whose `origin` is reached by a path, file://, http:// or ssh://."""
    both = sharing(new_project)
    place = Path(both.git)
    with contextlib.ExitStack() as running:
        if request.param == "ssh":
            home = place.parent / "ssh"
            port, key = running.enter_context(servers.ssh_server(home))
            url = f"ssh://{getpass.getuser()}@127.0.0.1:{port}{place}"
            command = f"ssh -i {key} -F none -o UserKnownHostsFile={home}/.ssh/known_hosts"
            for project in (both.ours, both.theirs):
                project.env["GIT_SSH_COMMAND"] = command
        elif request.param == "http":
            both.ours.git("-C", str(place), "config", "http.receivepack", "true")
            url = f"{running.enter_context(servers.git_http_server(place.parent))}/{place.name}"
        else:
            url = str(place) if request.param == "path" else f"file://{place}"
        for project in (both.ours, both.theirs):
            project.git("remote", "set-url", "origin", url)
        yield both._replace(git=url)


@pytest.mark.parametrize("far", WAYS, indirect=True)
def test_all_that_can_be_done_with_a_git_remote(far: Sharing) -> None:
    ours, theirs, url, store = far
    for name, rate in (("slow", "0.01"), ("fast", "0.5"), ("mad", "9")):
        ours.dvc("exp", "run", "-q", "-n", name, "-S", f"lr={rate}")
    base = ours.head
    ours.git("commit", "-q", "-am", "next")
    ours.dvc("exp", "run", "-q", "-n", "later", "-S", "lr=7")

    # one, without data; then all of some commits; then all, with run cache, to a named remote
    pushed = ours.dvc("exp", "push", "--no-cache", "origin", "later")
    assert pushed.out.startswith("Pushed experiment later to Git remote 'origin'.")
    assert not Path(store).exists()
    ours.dvc("exp", "push", "--rev", base, "-n", "1", "origin")
    assert set(experiments_on(ours)) == {"later", "slow", "fast", "mad"}
    assert not list(Path(store).glob("runs"))
    again = ours.dvc("exp", "push", "-A", "--run-cache", "-j", "2", "-r", "store", url)
    assert "are up to date on Git remote" in again.out
    assert list(Path(store).glob("runs"))
    assert experiments_on(ours) == experiments_in(ours)

    # theirs sees and gets them, with their data
    assert set(theirs.dvc("exp", "list", "-A", "--name-only", url).lines) == {
        "later", "slow", "fast", "mad",
    }  # fmt: skip
    theirs.dvc("exp", "pull", "--no-cache", "origin", "slow")
    assert experiments_in(theirs) == {"slow": experiments_in(ours)["slow"]}
    assert not theirs.exists(".dvc/cache")
    pulled = theirs.dvc("exp", "pull", "-A", "--run-cache", "-j", "2", "-r", "store", "origin")
    assert "Pulled experiment" in pulled.out
    assert experiments_in(theirs) == experiments_in(ours)
    theirs.dvc("exp", "apply", "fast")
    assert theirs.read("model.txt") == "3 rows, lr 0.5\n"
    assert theirs.exists(".dvc/cache/runs")

    # of one that is another there only -f makes it ours
    theirs.dvc("exp", "run", "-q", "-f", "-n", "slow", "-S", "lr=0.02")
    assert "has diverged" in theirs.dvc("exp", "push", "origin", "slow", code=None).err
    theirs.dvc("exp", "push", "-f", "origin", "slow")
    assert experiments_on(ours)["slow"] == experiments_in(theirs)["slow"]
    assert "has diverged" in ours.dvc("exp", "pull", "origin", "slow", code=None).err
    ours.dvc("exp", "pull", "-f", "origin", "slow")
    assert experiments_in(ours)["slow"] == experiments_in(theirs)["slow"]

    # and what is there can be renamed and removed
    ours.dvc("exp", "rename", "-g", "origin", "later", "latest")
    ours.dvc("exp", "remove", "-g", url, "mad", "slow")
    assert set(experiments_on(ours)) == {"latest", "fast"}
    assert set(experiments_in(ours)) == {"later", "slow", "fast", "mad"}


@pytest.mark.parametrize("far", ["ssh"], indirect=True)
def test_there_and_back_over_ssh(far: Sharing) -> None:
    far.ours.dvc("exp", "run", "-q", "-n", "one")
    assert "Pushed experiment one" in far.ours.dvc("exp", "push", "origin", "one").out
    assert "Pulled experiment" in far.theirs.dvc("exp", "pull", "origin", "one").out
    assert experiments_in(far.theirs) == experiments_in(far.ours)
