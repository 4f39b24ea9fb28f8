"""Stages that read from URLs and from places in remotes: nothing is brought, changes are seen."""

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
