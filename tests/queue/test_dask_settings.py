"""What Git's configuration says of a Dask cluster: TLS, and which variables travel."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from support.certificates import certificates
from support.dask_hosts import DaskHosts
from support.project import Project

pytest.importorskip("distributed")

STAGE = """\
stages:
  go:
    cmd: echo "<$WANTED|$UNWANTED>"
"""


@pytest.fixture
def queue(project: Project) -> Project:
    project.write("dvc.yaml", STAGE)
    project.commit("base")
    project.git("config", "assay.queue.engine", "dask")
    return project


@pytest.mark.skipif(shutil.which("openssl") is None, reason="OpenSSL makes the certificates")
def test_tasks_run_on_a_cluster_that_only_speaks_tls(queue: Project, tmp_path: Path) -> None:
    own = certificates(tmp_path)
    files = ["--tls-ca-file", str(own.authority), "--tls-cert", str(own.certificate)]
    hosts = DaskHosts(
        tmp_path, queue.env, options=[*files, "--tls-key", str(own.key), "--protocol", "tls"]
    )
    try:
        assert hosts.address.startswith("tls://")
        hosts.host("one")
        queue.git("config", "assay.engine.dask.address", hosts.address)
        assert "wants certificates" in queue.dvc("engine", "check", "dask", code=251).err
        queue.git("config", "assay.engine.dask.tls-ca-file", str(own.authority))
        queue.git("config", "assay.engine.dask.tls-cert", str(own.certificate))
        queue.git("config", "assay.engine.dask.tls-key", str(own.key))
        queue.dvc("exp", "run", "--queue", "-n", "safe")
        queue.dvc("exp", "run", "--run-all")
        assert next(iter(queue.refs())).endswith("/safe")
    finally:
        hosts.close()


def test_variables_that_are_named_travel_and_no_others(queue: Project, tmp_path: Path) -> None:
    hosts = DaskHosts(tmp_path, queue.env)
    try:
        hosts.host("one")
        queue.git("config", "assay.engine.dask.address", hosts.address)
        queue.git("config", "--add", "assay.engine.dask.env", "WANTED")
        queue.git("config", "--add", "assay.engine.dask.env", "NOT_SET")
        queue.dvc("exp", "run", "--queue", "-n", "told")
        queue.dvc("exp", "run", "--run-all", env={"WANTED": "a word", "UNWANTED": "secret"})
        assert "<a word|>" in queue.dvc("queue", "logs", "told").out
    finally:
        hosts.close()
