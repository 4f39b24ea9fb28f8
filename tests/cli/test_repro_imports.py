"""Imports that are not frozen, in runs: brought anew when what they came from changed."""

from __future__ import annotations

import pytest

from conftest import NewProject
from support.project import Project

PIPELINE = "stages:\n  use: {cmd: cat in > out, deps: [in], outs: [out]}\n"


@pytest.fixture
def importing(project: Project) -> Project:
    """A stage reads `in`, which is imported from `../outside`, unfrozen."""
    project.write("../outside", "v1\n")
    project.dvc("import-url", "-q", "../outside", "in")
    project.write("dvc.yaml", PIPELINE)
    project.dvc("unfreeze", "in.dvc")
    project.dvc("repro", "-q")
    project.commit("base")
    return project


def test_a_changed_file_is_imported_and_what_reads_it_runs(importing: Project) -> None:
    importing.write("../outside", "v2\n")

    done = importing.dvc("repro")
    assert f"Importing '{importing.path('../outside').resolve()}' -> 'in'" in done.out
    assert "git add dvc.lock in.dvc" in done.out
    assert importing.read("out") == "v2\n"
    assert "frozen" not in importing.read("in.dvc")
    again = importing.dvc("repro").out
    assert "'in.dvc' didn't change, skipping" in again
    assert "Importing" not in again


def test_a_rehearsal_only_says_so(importing: Project) -> None:
    importing.write("../outside", "v2\n")
    before = importing.read("in.dvc")

    assert "-> 'in'" in importing.dvc("repro", "--dry").out
    assert importing.read("in") == "v1\n"
    assert importing.read("in.dvc") == before


def test_lost_data_is_brought_again(importing: Project) -> None:
    importing.path("in").unlink()

    assert "Importing" in importing.dvc("repro").out
    assert importing.read("in") == "v1\n"


def test_what_cannot_be_imported_leaves_what_was_there(importing: Project) -> None:
    importing.path("../outside").unlink()

    failed = importing.dvc("repro", code=255)
    assert "failed to reproduce 'in.dvc': dependency" in failed.err
    assert importing.read("in") == "v1\n"
    assert importing.dvc("status", "in.dvc", "--json").json == {
        "in.dvc": [{"changed deps": {str(importing.path("../outside").resolve()): "deleted"}}]
    }


def test_an_experiment_takes_the_new_data_along(importing: Project) -> None:
    importing.write("../outside", "v2\n")

    assert "Importing" in importing.dvc("exp", "run", "-n", "fresh").out
    importing.git("checkout", "-q", ".")
    importing.dvc("checkout", "-q")
    assert importing.read("out") == "v1\n"
    importing.dvc("exp", "apply", "fresh")
    assert importing.read("in") == importing.read("out") == "v2\n"


def test_a_repository_stays_at_the_commit_on_record(
    project: Project, new_project: NewProject
) -> None:
    source = new_project("source")
    source.write("model", "one\n")
    source.commit("one")
    project.dvc("import", "-q", str(source.root), "model")
    project.dvc("unfreeze", "model.dvc")
    recorded = project.read("model.dvc")
    source.write("model", "two\n")
    source.commit("two")

    assert "'model.dvc' didn't change, skipping" in project.dvc("repro", "model.dvc").out
    project.path("model").unlink()
    assert f"Importing 'model ({source.root})' -> 'model'" in project.dvc("repro", "model.dvc").out
    assert project.read("model") == "one\n"
    assert project.read("model.dvc") == recorded


@pytest.mark.parametrize("ours_first", [True, False])
def test_both_programs_make_the_same_record(
    importing: Project, real_dvc: str, ours_first: bool
) -> None:
    first, second = ("dvc", real_dvc) if ours_first else (real_dvc, "dvc")
    importing.write("../outside", "v2\n")
    importing.dvc("repro", "-q", by=first)
    record = importing.read("in.dvc")
    assert "up to date" in importing.dvc("repro", by=second).out
    assert importing.read("in.dvc") == record
