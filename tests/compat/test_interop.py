"""The real DVC and we on one repository, in turn: neither notices."""

from __future__ import annotations

import pytest

from support.pipelines import two_stages
from support.project import Project

UP_TO_DATE = "Data and pipelines are up to date."


def test_dvc_finds_what_we_ran_up_to_date(project: Project, real_dvc: str) -> None:
    two_stages(project)
    project.write("raw/a.txt", "a\n")
    project.write("raw/sub/b.txt", "b\n")
    project.dvc("add", "raw")
    project.dvc("repro")
    assert UP_TO_DATE in project.dvc("status", by=real_dvc).out
    assert UP_TO_DATE in project.dvc("repro", by=real_dvc).out
    assert UP_TO_DATE in project.dvc("repro").out


def test_we_find_what_dvc_ran_up_to_date(project: Project, real_dvc: str) -> None:
    two_stages(project)
    project.write("raw/a.txt", "a\n")
    project.dvc("add", "raw", by=real_dvc)
    project.dvc("repro", by=real_dvc)
    assert UP_TO_DATE in project.dvc("status").out
    assert UP_TO_DATE in project.dvc("repro").out


def test_both_write_the_same_bytes(new_project, real_dvc: str) -> None:
    written = []
    for name, program in (("ours", "dvc"), ("theirs", real_dvc)):
        project = two_stages(new_project(name))
        project.write("raw/a.txt", "a\n")
        project.dvc("add", "raw", by=program)
        project.dvc("repro", by=program)
        files = [name for name in project.listing(".dvc/cache") if not name.endswith(".tmp")]
        texts = [project.read(name) for name in ("dvc.lock", "raw.dvc", ".gitignore")]
        written.append((sorted(files), texts))
    assert written[0] == written[1]


@pytest.mark.parametrize("ours_first", [True, False])
def test_each_uses_the_run_cache_of_the_other(
    project: Project, real_dvc: str, ours_first: bool
) -> None:
    two_stages(project)
    first, second = ("dvc", real_dvc) if ours_first else (real_dvc, "dvc")
    project.dvc("repro", by=first)
    for name in ("dvc.lock", "clean.txt", "model.txt", "metrics.json"):
        project.path(name).unlink()
    out = project.dvc("repro", by=second).out
    assert out.count("is cached - skipping run") == 2


@pytest.mark.parametrize("ours_first", [True, False])
def test_each_lists_and_applies_experiments_of_the_other(
    project: Project, real_dvc: str, ours_first: bool
) -> None:
    two_stages(project)
    maker, user = ("dvc", real_dvc) if ours_first else (real_dvc, "dvc")
    project.dvc("exp", "run", "-n", "slow", "-S", "lr=0.01", by=maker)
    project.dvc("exp", "run", "-n", "fast", "-S", "lr=0.5", by=maker)
    assert sorted(project.dvc("exp", "list", "--name-only", by=user).lines) == ["fast", "slow"]
    project.dvc("exp", "apply", "slow", by=user)
    assert "lr: 0.01" in project.read("params.yaml")
    assert "lr 0.01" in project.read("model.txt")
    assert UP_TO_DATE in project.dvc("status", by=user).out
    rows = project.dvc("exp", "show", "--json", by=user).json
    names = {exp["name"] for row in rows for exp in row["experiments"] or ()}
    assert names == {"fast", "slow"}
