"""From the workspace into the cache, and links in its place."""

from __future__ import annotations

import os

import pytest

from assay.pipeline.workspace import Workspace
from assay.project import open_project
from support.project import Project


def workspace(project: Project) -> Workspace:
    return Workspace(open_project(str(project.root), project.env))


@pytest.mark.parametrize("kind", ["copy", "hardlink", "symlink"])
def test_what_was_written_while_data_was_gathered_stays(project: Project, kind: str) -> None:
    """In place, as a new file under that name, with the same size, or not at all."""
    project.dvc("config", "cache.type", kind)
    project.write_all({f"d/s/{name}": f"{name}\n" for name in ("same", "longer", "other", "gone")})
    project.write("f", "f\n")
    opened = workspace(project)
    found = {name: opened.gather(name, relink=False) for name in ("d", "f")}

    written = {"d/s/longer": "much longer\n", "d/s/other": "rehto\n", "f": "g\n"}
    for name, text in written.items():
        project.path(name).unlink()
        project.write(name, text)
    project.path("d/s/gone").unlink()
    for name, fingerprint in found.items():
        opened.link_back(name, fingerprint)

    assert {name: project.read(name) for name in written} == written
    assert not project.exists("d/s/gone")
    same = project.path("d/s/same")
    assert (same.is_symlink(), same.stat().st_nlink) == {
        "copy": (False, 1),
        "hardlink": (False, 2),
        "symlink": (True, 1),
    }[kind]


@pytest.mark.parametrize("kind", ["copy", "hardlink", "symlink"])
def test_what_a_link_of_the_users_leads_to_by_now_stays(project: Project, kind: str) -> None:
    project.dvc("config", "cache.type", kind)
    project.write_all({"d/a": "a\n", "old": "old\n", "new": "new\n"})
    link = project.path("d/link")
    link.symlink_to(project.path("old"))
    opened = workspace(project)
    found = opened.gather("d", relink=False)
    os.unlink(link)
    link.symlink_to(project.path("new"))
    opened.link_back("d", found)
    assert project.read("d/link") == "new\n"
