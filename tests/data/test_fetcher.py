"""What `--pull` asks of the remotes, piece by piece."""

from __future__ import annotations

import shutil
from io import StringIO

import pytest

from assay.data.fetcher import Fetcher
from assay.pipeline.address import Addresses
from assay.pipeline.workbench import Workbench, open_workbench
from assay.project import open_project
from assay.ui.console import Console
from support.project import Project

PIPELINE = """\
stages:
  one: {cmd: cp data one, deps: [data], outs: [one]}
  two: {cmd: mkdir d && cp one d/x, deps: [one], outs: [d]}
  three: {cmd: cp d/x three, deps: [d/x], outs: [three]}
"""


@pytest.fixture
def bare(project: Project) -> Project:
    """A finished pipeline that was pushed; of its data nothing is left here."""
    project.write_all({"dvc.yaml": PIPELINE, "data": "1"})
    project.dvc("remote", "add", "-q", "-d", "store", "../remote")
    project.dvc("add", "-q", "data")
    project.dvc("repro", "-q")
    project.dvc("push", "-q", "--run-cache")
    for name in (".dvc/cache", "d"):
        shutil.rmtree(project.path(name))
    for name in ("data", "one", "three"):
        project.path(name).unlink()
    return project


def bench_of(project: Project) -> tuple[Workbench, StringIO]:
    said = StringIO()
    root = str(project.root.resolve())
    opened = open_project(root, project.env)
    return open_workbench(opened, Addresses(root, root), Console(out=said, err=said)), said


def test_outputs_of_a_stage_come_into_cache_and_workspace(bare: Project) -> None:
    bench, said = bench_of(bare)
    assert Fetcher(bench).pull_stage_outputs(bench.graph.stages["dvc.yaml:two"])
    assert said.getvalue() == "Pulling data for stage: 'two'\n"
    assert bare.read("d/x") == "1"
    assert not bare.exists("one")


def test_outputs_that_no_remote_has_are_told(bare: Project) -> None:
    shutil.rmtree(bare.root.parent / "remote")
    bench, said = bench_of(bare)
    assert not Fetcher(bench).pull_stage_outputs(bench.graph.stages["data.dvc"])
    assert said.getvalue().startswith("Pulling data for stage: 'data.dvc'\nWARNING: Some of")
    assert said.getvalue().endswith("Unable to pull data for stage: 'data.dvc'\n")


def test_missing_dependencies_come_from_the_stages_that_made_them(bare: Project) -> None:
    bench, _ = bench_of(bare)
    Fetcher(bench).pull_missing_dependencies(bench.graph.stages["dvc.yaml:three"])
    assert bare.listing("d") == ["x"]
    Fetcher(bench).pull_missing_dependencies(bench.graph.stages["dvc.yaml:one"])
    assert bare.read("data") == "1"


def test_recorded_runs_and_what_they_mention(bare: Project) -> None:
    bench, _ = bench_of(bare)
    fetcher = Fetcher(bench)
    fetcher.pull_run_cache()
    assert len(bare.listing(".dvc/cache/runs")) == 3
    stage = bench.graph.stages["dvc.yaml:one"]
    fetcher.fetch_outputs(stage, bench.pipeline.entry(stage) or {})
    assert len(bare.listing(".dvc/cache/files")) == 1


def test_without_a_remote_the_run_goes_on(bare: Project) -> None:
    bare.write(".dvc/config", "")
    bench, said = bench_of(bare)
    fetcher = Fetcher(bench)
    fetcher.pull_run_cache()
    assert not fetcher.pull_stage_outputs(bench.graph.stages["data.dvc"])
    assert said.getvalue() == (
        "WARNING: Failed to pull run cache: config file error: no remote specified in "
        f"{bench.project.root}. Create a default remote with\n"
        "    dvc remote add -d <remote name> <remote url>\n"
        "Pulling data for stage: 'data.dvc'\n"
        "Unable to pull data for stage: 'data.dvc'\n"
    )
