"""Hosts in network namespaces, data over SSH: whatever is killed or cut, the experiments are those
of a run on one machine, each once, and their data is on the remote.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from remotes.servers import ssh_server
from support.dask_hosts import DaskHosts
from support.project import Project
from support.waiting import until

pytest.importorskip("distributed")

COUNT = 60
CUT_S = 20.0
HOSTS = ("a", "b", "c")
STAGE = """\
stages:
  go:
    cmd: sleep 0.3 && grep x params.yaml > out.txt
    params: [x]
    outs: [out.txt]
"""


class Network:
    """A namespace for each host, joined to ours; `address` is ours, reachable from all of them."""

    def __init__(self, number: int) -> None:
        self.address = f"10.{number}.0.1"
        self._prefix = f"10.{number}"
        self._number = number
        self._up: list[str] = []

    def __enter__(self) -> Network:
        _ip(f"address add {self.address}/32 dev lo")
        for index, host in enumerate(HOSTS, 1):
            space, ours = self.space(host), self.link(host)
            _ip(f"netns add {space}")
            self._up.append(host)
            _ip(f"link add {ours} type veth peer name eth0 netns {space}")
            _ip(f"address add {self._prefix}.{index}.1/24 dev {ours}")
            _ip(f"link set {ours} up")
            _ip(f"-n {space} link set lo up")
            _ip(f"-n {space} address add {self._prefix}.{index}.2/24 dev eth0")
            _ip(f"-n {space} link set eth0 up")
            _ip(f"-n {space} route add default via {self._prefix}.{index}.1")
        return self

    def __exit__(self, *_: object) -> None:
        for host in self._up:
            subprocess.run(["ip", "netns", "delete", self.space(host)], check=False)
        subprocess.run(["ip", "address", "delete", f"{self.address}/32", "dev", "lo"], check=False)

    def space(self, host: str) -> str:
        return f"assay{self._number}{host}"

    def link(self, host: str) -> str:
        return f"as{self._number}{host}"

    def inside(self, host: str) -> list[str]:
        """The command that runs another one on the host."""
        return ["ip", "netns", "exec", self.space(host)]

    @contextlib.contextmanager
    def cut(self, host: str) -> Iterator[None]:
        """Nothing comes from the host or gets there."""
        _ip(f"link set {self.link(host)} down")
        try:
            yield
        finally:
            _ip(f"link set {self.link(host)} up")


def _ip(command: str) -> None:
    subprocess.run(["ip", *command.split()], check=True, capture_output=True)


@pytest.fixture
def network() -> Iterator[Network]:
    if os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("network namespaces need root and iproute2")
    network = Network(20 + os.getpid() % 200)
    try:
        network.__enter__()
    except subprocess.CalledProcessError as error:
        network.__exit__()
        pytest.skip(f"no network namespaces here: {error.stderr.decode().strip()}")
    yield network
    network.__exit__()


def sweep(project: Project) -> None:
    project.dvc("exp", "run", "--queue", "-n", "s", "-S", f"x=range(0,{COUNT})")


def trees(project: Project) -> dict[str, str]:
    lines = project.git("for-each-ref", "--format=%(refname:lstrip=4) %(tree)", "refs/exps")
    return dict(line.split(" ") for line in lines.splitlines())


def done(project: Project) -> int:
    return len(trees(project))


def missing_on(project: Project, store: Path) -> list[str]:
    """Objects that an experiment has recorded and the remote lacks."""
    found = []
    for name in trees(project):
        ref = project.git("for-each-ref", "--format=%(refname)", f"refs/exps/*/*/{name}")
        lock = project.git("show", f"{ref}:dvc.lock")
        out = lock.partition("outs:")[2]
        md5 = out.partition("md5: ")[2].split()[0]
        if not (store / "files" / "md5" / md5[:2] / md5[2:]).is_file():
            found.append(md5)
    return found


@pytest.mark.slow
def test_sixty_experiments_on_hosts_that_die(
    network: Network, new_project: Callable[..., Project], tmp_path: Path
) -> None:
    ours = new_project("ours")
    store = tmp_path / "store"
    store.mkdir()
    folder = tmp_path / "dask"
    folder.mkdir()
    with (
        ssh_server(tmp_path / "server", network.address) as (port, key),
        contextlib.ExitStack() as s,
    ):
        ours.write_all({"dvc.yaml": STAGE, "params.yaml": "x: 0\n"})
        url = f"ssh://root@{network.address}:{port}{store}"
        ours.dvc("remote", "add", "-d", "store", url)
        ours.dvc("remote", "modify", "store", "keyfile", str(key))
        ours.commit("base")
        alone = new_project("alone", git=False, dvc=False)
        alone.git("clone", "-q", str(ours.root), ".")
        sweep(alone)
        alone.dvc("queue", "start", "-j", "2")
        hosts = DaskHosts(folder, ours.env, address=network.address)
        s.callback(hosts.close)
        for host in HOSTS:
            known = folder / host / ".ssh"
            known.mkdir(parents=True)
            shutil.copy(key.parent / "known_hosts", known)
            hosts.host(host, inside=network.inside(host))
        ours.git("config", "assay.queue.engine", "dask")
        ours.git("config", "assay.engine.dask.address", hosts.address)
        sweep(ours)
        ours.dvc("queue", "start")
        until(lambda: done(ours) >= 3)
        hosts.kill("a")
        until(lambda: done(ours) >= 6)
        with network.cut("b"):
            (lock,) = [
                one
                for one in (ours.root / ".dvc/tmp/exps/queue/workers").iterdir()
                if not one.name.endswith(".log")
            ]
            os.kill(int(lock.read_text()), signal.SIGKILL)
            ours.dvc("queue", "start")
            time.sleep(CUT_S)  # the cut itself: nobody says when it is long enough
        hosts.host("a", inside=network.inside("a"))
        for _ in range(10):
            if ours.dvc("queue", "wait", "--timeout", "60", code=None).code == 0:
                break
        alone.dvc("queue", "wait", "--timeout", "100")
        states = [one["state"] for one in ours.dvc("queue", "status", "--json").json["tasks"]]
        assert states == ["success"] * COUNT
        assert trees(ours) == trees(alone) and len(trees(ours)) == COUNT
        assert missing_on(ours, store) == []
