"""Stages that read and write at URLs and in remotes: nothing is moved, changes are seen."""

from __future__ import annotations

import pytest

from assay.formats.yaml_read import parse
from remotes.servers import http_server
from support.project import Project

UP_TO_DATE = "Data and pipelines are up to date."


def reader(project: Project, *places: str) -> None:
    """A stage that reads the places."""
    listed = "".join(f"    - {place}\n" for place in places)
    project.write(
        "dvc.yaml",
        f"stages:\n  read:\n    cmd: echo hi > out\n    deps:\n{listed}    outs: [out]\n",
    )


def test_a_changed_url_makes_its_stage_run(project: Project) -> None:
    pytest.importorskip("aiohttp")
    project.write("../served/data.csv", "1\n")
    with http_server(project.path("../served")) as url:
        reader(project, f"{url}/data.csv")
        project.dvc("repro", "-q")
        assert UP_TO_DATE in project.dvc("status").out
        project.write("../served/data.csv", "1\n2\n")
        state = {"changed deps": {f"{url}/data.csv": "modified"}}
        assert project.dvc("status", "--json").json == {"read": [state]}
        assert "Running stage 'read'" in project.dvc("repro").out
        project.path("../served/data.csv").unlink()
        told = project.dvc("repro", code=255).err
        assert f"dependency '{url}/data.csv' does not exist" in told


@pytest.mark.parametrize("ours_first", [True, False])
def test_both_programs_agree_about_a_place_in_a_remote(
    project: Project, real_dvc: str, ours_first: bool
) -> None:
    first, second = ("dvc", real_dvc) if ours_first else (real_dvc, "dvc")
    project.write_all({"../there/file": "1\n", "../there/folder/a": "2\n"})
    project.dvc("remote", "add", "-q", "there", str(project.path("../there")))
    reader(project, "remote://there/file", "remote://there/folder")
    project.dvc("repro", "-q", by=first)
    assert UP_TO_DATE in project.dvc("repro", by=second).out

    project.write("../there/folder/a", "3\n")
    project.dvc("repro", "-q", by=second)
    assert UP_TO_DATE in project.dvc("repro", by=first).out
    items = parse(project.read("dvc.lock"))["stages"]["read"]["deps"]
    assert [item["path"] for item in items] == ["remote://there/file", "remote://there/folder"]


@pytest.fixture
def uploading(project: Project) -> Project:
    """One stage copies `in` to a remote, another takes it from there."""
    project.path("../there").mkdir()
    project.dvc("remote", "add", "-q", "there", str(project.path("../there")))
    project.write("in", "1\n")
    project.write(
        "dvc.yaml",
        "stages:\n"
        "  take: {cmd: cp ../there/o back, deps: ['remote://there/o'], outs: [back]}\n"
        "  give: {cmd: cp in ../there/o, deps: [in], outs: ['remote://there/o': {cache: false}]}\n",
    )
    return project


def test_what_a_stage_writes_elsewhere_is_looked_at(uploading: Project) -> None:
    done = uploading.dvc("repro").out
    assert done.index("Running stage 'give'") < done.index("Running stage 'take'")
    assert UP_TO_DATE in uploading.dvc("status").out

    uploading.write("../there/o", "spoiled\n")
    assert uploading.dvc("status", "--json").json == {
        "give": [{"changed outs": {"remote://there/o": "modified"}}],
        "take": [{"changed deps": {"remote://there/o": "modified"}}],
    }
    uploading.dvc("repro", "-q")
    assert uploading.read("../there/o") == "1\n"
    uploading.path("../there/o").unlink()
    assert "Running stage 'give'" in uploading.dvc("repro").out
    assert '"remote://there/o" -> "back"' in uploading.dvc("dag", "--outs", "--dot").out


def test_what_lies_there_is_not_deleted_before_the_command(uploading: Project) -> None:
    uploading.write("../there/o", "theirs\n")
    uploading.write("dvc.yaml", uploading.read("dvc.yaml").replace("cp in ../there/o", "false"))

    uploading.dvc("repro", "give", code=255)
    assert uploading.read("../there/o") == "theirs\n"


def test_an_output_elsewhere_that_was_not_made_is_an_error(uploading: Project) -> None:
    uploading.write("dvc.yaml", uploading.read("dvc.yaml").replace("cp in ../there/o", "exit"))

    told = uploading.dvc("repro", "give", code=255).err
    assert "failed to reproduce 'give': output 'remote://there/o' does not exist" in told


def test_the_cache_takes_nothing_from_elsewhere(uploading: Project) -> None:
    told = uploading.dvc("stage", "add", "-n", "x", "-o", "remote://there/x", "true", code=255).err
    assert "Cached output(s) outside of DVC project: remote://there/x" in told
    uploading.dvc("stage", "add", "-q", "-n", "x", "-O", "remote://there/x", "-d", "in", "true")
    assert "Outputs remote://there/x" in uploading.dvc("stage", "list").out


@pytest.mark.parametrize("ours_first", [True, False])
def test_both_programs_agree_about_what_was_written_elsewhere(
    uploading: Project, real_dvc: str, ours_first: bool
) -> None:
    first, second = ("dvc", real_dvc) if ours_first else (real_dvc, "dvc")
    uploading.dvc("repro", "-q", by=first)
    lock = uploading.read("dvc.lock")
    assert UP_TO_DATE in uploading.dvc("repro", by=second).out
    assert uploading.read("dvc.lock") == lock
