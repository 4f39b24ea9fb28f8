"""`move`: data, .dvc file and .gitignore line go together, or nothing does."""

from __future__ import annotations

import os

import pytest

from support.project import Project

HINT = """
To track the changes with git, run:

\tgit add {}

To enable auto staging, run:

\tdvc config core.autostage true
"""


@pytest.fixture
def data(project: Project) -> Project:
    """A tracked file and directory, committed, and a directory to move them into."""
    project.write_all({"f": "f\n", "d/1": "1\n", "d/sub/2": "2\n", "place/keep": ""})
    project.dvc("add", "-q", "f", "d")
    project.commit("data")
    return project


def refused(project: Project, source: str, target: str) -> str:
    before = project.listing()
    error = project.dvc("move", source, target, code=1).err.splitlines()[0]
    assert project.listing() == before
    start = f"ERROR: failed to move '{source}' -> '{target}' - "
    assert error.startswith(start), error
    return error.removeprefix(start)


def test_another_name(data: Project) -> None:
    record = data.read("f.dvc")
    assert data.dvc("move", "f", "g").out == HINT.format(".gitignore f.dvc g.dvc")
    assert not data.exists("f") and not data.exists("f.dvc")
    assert (data.read("g"), data.read("g.dvc")) == ("f\n", record.replace("path: f", "path: g"))
    assert data.read(".gitignore") == "/d\n/g\n"
    assert data.dvc("status", "--json").json == {}


def test_into_a_directory(data: Project) -> None:
    assert data.dvc("mv", "-q", "d", "place").out == ""
    data.dvc("move", "-q", "f", "place/g")
    assert data.listing("place") == [
        ".gitignore", "d.dvc", "d/1", "d/sub/2", "g", "g.dvc", "keep",
    ]  # fmt: skip
    assert data.read("place/.gitignore") == "/d\n/g\n"
    assert not data.exists(".gitignore")
    assert data.dvc("status", "--json").json == {}


def test_paths_are_those_of_the_current_directory(data: Project) -> None:
    said = data.dvc("move", "../f", ".", cwd="place").out
    assert said == HINT.format("../.gitignore ../f.dvc .gitignore f.dvc")
    assert data.exists("place/f")


def test_staging(data: Project) -> None:
    data.dvc("config", "--local", "core.autostage", "true")
    assert data.dvc("move", "f", "g").out == ""
    assert data.git("status", "--porcelain") == "M  .gitignore\nR  f.dvc -> g.dvc"


def test_files_that_git_never_had_are_not_named(project: Project) -> None:
    project.write("f", "f\n")
    project.dvc("add", "-q", "f")
    assert project.dvc("move", "f", "g").out == HINT.format(".gitignore g.dvc")
    project.dvc("config", "core.autostage", "true")
    project.dvc("move", "g", "h")
    assert project.git("status", "--porcelain", "*.dvc") == "A  h.dvc"


def test_links_and_changes_are_moved_as_they_are(data: Project) -> None:
    data.dvc("config", "cache.type", "symlink")
    data.dvc("checkout", "-q", "--relink")
    data.write("d/new", "unsaved\n")
    data.dvc("move", "f", "g")
    data.dvc("move", "d", "e")
    assert os.path.islink(data.path("g")) and os.path.islink(data.path("e/1"))
    assert data.read("e/new") == "unsaved\n"


def test_a_later_checkout_leaves_it_alone(data: Project) -> None:
    data.dvc("move", "f", "g")
    assert data.dvc("checkout").out == ""
    assert data.read("g") == "f\n"


def test_missing_data_is_no_obstacle(data: Project) -> None:
    data.path("f").unlink()
    assert data.dvc("move", "f", "g").err == f"WARNING: '{data.root}/f' missing\n"
    assert data.dvc("checkout").out == "A\tg\n"


def test_what_was_written_by_hand_stays(data: Project) -> None:
    text = "# mine\n" + data.read("f.dvc") + "  desc: text   # why\nmeta: {a: 1}\n"
    data.write("f.dvc", text)
    data.dvc("move", "f", "place/g")
    assert data.read("place/g.dvc") == text.replace("path: f", "path: g")


def test_a_file_of_another_name_stays_where_it_is(data: Project) -> None:
    both = "outs:\n- md5: {}\n  hash: md5\n  path: {}\n- md5: {}.dir\n  hash: md5\n  path: d\n"
    hashes = ("9a8ad92c50cae39aa2c5604fd0ab6d8c", "f", "8f2d5ae5d34ab5d5a2f1d5d3e6b8f6a7")
    data.write("both.dvc", both.format(*hashes))
    data.path("f.dvc").unlink()
    data.path("d.dvc").unlink()
    data.dvc("move", "f", "place/g")
    assert data.read("both.dvc") == both.format(*hashes).replace("path: f", "path: place/g")


def test_a_working_directory_in_the_file(data: Project) -> None:
    data.write("f.dvc", "wdir: place\n" + data.read("f.dvc"))
    data.path("f").rename(data.path("place/f"))
    data.dvc("move", "place/f", "f")
    assert "wdir" not in data.read("f.dvc")
    assert data.dvc("status", "--json", "f.dvc").json == {}


def test_the_output_of_a_stage_is_made_where_the_stage_says(data: Project) -> None:
    data.write("dvc.yaml", "stages:\n  s:\n    cmd: echo 1 > out\n    outs:\n    - out\n")
    data.dvc("repro", "-q")
    assert refused(data, "out", "place") == (
        "move is not permitted for stages that are not data sources. You need to either move 's' "
        "to a new location and edit it by hand, or remove 's' and create a new one at the desired "
        "location."
    )


def test_what_cannot_be_moved(data: Project) -> None:
    assert refused(data, "nope", "x") == "Unable to find DVC file with output 'nope'"
    assert refused(data, "d/1", "x") == "Unable to find DVC file with output 'd/1'"


def test_where_it_cannot_go(data: Project) -> None:
    root = data.root
    data.write_all({"other": "o\n", ".dvcignore": "*.tmp\n"})
    data.path("linked").symlink_to("place")
    assert refused(data, "f", "no/such") == f"stage working dir '{root}/no' does not exist"
    assert refused(data, "f", "no/") == f"stage working dir '{root}/no' does not exist"
    outside = refused(data, "f", "../out")
    assert outside == f"stage working dir '{root.parent}' is outside of DVC repo"
    assert refused(data, "f", "g.dvc") == "DVC file 'g.dvc' cannot be an output."
    assert refused(data, "f", "a.tmp") == f"Path '{root}/a.tmp' is ignored by .dvcignore:1:*.tmp"
    assert refused(data, "f", "d/f") == "'d/f' overlaps with what 'd.dvc' tracks"
    assert refused(data, "d", "d/in") == "'d/in' overlaps with what 'd.dvc' tracks"
    assert refused(data, "f", "linked/f") == f"'{root}/linked' is reached through a symbolic link"


def test_nothing_is_overwritten(data: Project) -> None:
    data.write_all({"other": "o\n", "half.dvc": "outs:\n- path: elsewhere\n"})
    assert refused(data, "f", "other") == "'other' already exists"
    assert refused(data, "f", "half") == "'half.dvc' already exists"
    data.git("add", "other")
    data.path("other").unlink()
    assert "already tracked by SCM" in refused(data, "f", "other")


def test_a_failure_in_the_middle_changes_nothing(data: Project) -> None:
    """There may be data of that name, but no .dvc file beside it."""

    def files() -> list[str]:
        return [name for name in data.listing() if not name.startswith(".dvc/")]

    before = files(), data.read(".gitignore")
    data.dvc("move", "f", "x" * 252, code=255)
    assert (files(), data.read(".gitignore")) == before


def test_an_import_still_knows_its_source(project: Project, real_dvc: str) -> None:
    project.write_all({"source": "s\n", "place/keep": ""})
    project.dvc("import-url", "-q", "source", "copy", by=real_dvc)
    project.dvc("move", "copy", "place")
    assert "path: ../source\n" in project.read("place/copy.dvc")
    for by in ("dvc", real_dvc):
        assert project.dvc("status", "--json", by=by).json == {}
    ours = project.read("place/copy.dvc")
    project.dvc("move", "place/copy", "copy", by=real_dvc)
    project.dvc("move", "copy", "place", by=real_dvc)
    assert project.read("place/copy.dvc") == ours
