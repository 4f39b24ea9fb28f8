"""Records that DVC writes for remotes that keep versions: read, believed, and not broken."""

from __future__ import annotations

import pytest

from support.project import Project

CLOUD = """\
    cloud:
      store:
        etag: {md5}
        version_id: 53d16d42
"""
ONE, TWO = "b026324c6904b2a9cb4b88d6d61c81d1", "26ab0db90d72e28ad0ba1e22ee510510"
FOLDER = f"""\
outs:
- hash: md5
  path: d
  files:
  - relpath: a
    md5: {ONE}
    size: 2
{CLOUD.format(md5=ONE)}  - relpath: sub/b
    md5: {TWO}
    size: 2
{CLOUD.format(md5=TWO)}"""


@pytest.fixture
def versioned(project: Project) -> Project:
    """A directory that was pushed to such a remote."""
    project.write_all({"d/a": "1\n", "d/sub/b": "2\n"})
    project.dvc("add", "-q", "d")
    project.write("d.dvc", FOLDER)
    project.commit("pushed")
    return project


def test_what_the_files_say_is_what_the_directory_is(versioned: Project) -> None:
    assert versioned.dvc("status", "--json").json == {}
    assert versioned.dvc("data", "status", "--json").json == {}
    versioned.write("d/a", "other\n")
    assert versioned.dvc("status", "--json").json == {
        "d.dvc": [{"changed outs": {"d": "modified"}}]
    }
    versioned.dvc("checkout", "-q", "-f")
    assert versioned.read("d/a") == "1\n"


def test_gc_keeps_what_they_name(versioned: Project) -> None:
    assert "No unused 'repo' cache to remove." in versioned.dvc("gc", "-w", "-f").out


def test_versions_stay_until_the_data_changes(versioned: Project) -> None:
    versioned.dvc("commit", "-q", "-f")
    assert versioned.read("d.dvc") == FOLDER
    versioned.write("d/a", "other\n")
    versioned.dvc("add", "-q", "d")
    text = versioned.read("d.dvc")
    assert "cloud" not in text and "files" not in text.replace("nfiles", "")
    assert versioned.dvc("status", "--json").json == {}


def test_a_file_is_added_to_such_a_directory(versioned: Project) -> None:
    versioned.write("d/new", "3\n")
    versioned.dvc("add", "-q", "d/new")
    assert "nfiles: 3" in versioned.read("d.dvc")
    assert versioned.dvc("status", "--json").json == {}


@pytest.mark.compat
def test_the_real_dvc_sees_the_same(versioned: Project, real_dvc: str) -> None:
    assert versioned.dvc("status", "--json", by=real_dvc).json == {}
    versioned.write("d/a", "other\n")
    versioned.dvc("add", "-q", "d")
    assert versioned.dvc("status", "--json", by=real_dvc).json == {}
