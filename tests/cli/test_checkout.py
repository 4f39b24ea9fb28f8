from __future__ import annotations

import os
import resource

import pytest

from assay.fs.atomic import is_temporary
from assay.fs.remove import remove
from support.pipelines import two_stages
from support.project import Project


def test_data_of_a_stage_that_is_gone_is_cleared_and_what_git_tracks_stays(
    project: Project,
) -> None:
    two_stages(project)
    project.dvc("repro", "-q")
    project.commit("ran")
    project.write("dvc.yaml", project.read("dvc.yaml").partition("  train:")[0])
    assert project.dvc("checkout").out == "D\tmodel.txt\n"
    assert project.exists("metrics.json")
    assert project.git("status", "--porcelain") == "M dvc.yaml"


def test_what_a_killed_checkout_left_in_a_directory_goes(project: Project) -> None:
    """To other programs it would be a file of the directory."""
    project.write_all({"d/a": "a\n", "d/b": "b\n"})
    project.dvc("add", "-q", "d")
    left = project.write(f"d/.{'0' * 22}.tmp", "half")
    os.utime(left, (1, 1))
    project.path("d/a").unlink()

    project.dvc("checkout", "-q")
    assert project.listing("d") == ["a", "b"]


def test_outputs_that_were_never_made_are_no_failure_where_data_may_be_missing(
    project: Project,
) -> None:
    project.write("dvc.yaml", "stages: {a: {cmd: echo 1 > a, outs: [a]}}\n")
    project.dvc("checkout", code=255)
    assert "No file hash info found" in project.dvc("checkout", "--allow-missing").err


def test_a_file_in_the_place_of_a_directory_goes_and_the_other_way_round(project: Project) -> None:
    project.write_all({"d/a": "a\n", "f": "f\n"})
    project.dvc("add", "-q", "d", "f")
    project.path("d/a").unlink()
    project.path("d").rmdir()
    project.write("d", "precious\n")
    assert "unsaved" in project.dvc("checkout", code=255).err
    project.path("f").unlink()
    project.path("f").mkdir()

    assert project.dvc("checkout", "-f").out == "M\td/\nM\tf\n"
    assert project.read("d/a") == "a\n"
    assert project.read("f") == "f\n"


def test_a_part_that_is_right_is_not_told(project: Project) -> None:
    project.write_all({"d/a": "a\n", "d/s/b": "b\n"})
    project.dvc("add", "-q", "d")
    project.write("d/a", "other\n")
    assert project.dvc("checkout", "d/s").out == ""
    assert project.read("d/a") == "other\n"


def test_data_of_dvc_2_is_added_with_its_own_bytes_after_a_checkout(project: Project) -> None:
    """DVC 2.x named a file with CRLF by the MD5 of other bytes, which may be an object too."""
    old = "60b725f10c9c85c70d97880dfe8191b3"  # MD5 of "a\n", and what DVC 2.x called "a\r\n"
    project.write("lf", "a\n")
    project.dvc("add", "-q", "lf")
    project.write(f".dvc/cache/{old[:2]}/{old[2:]}", "a\r\n").chmod(0o444)
    project.write("crlf.dvc", f"outs:\n- md5: {old}\n  size: 3\n  path: crlf\n")
    project.dvc("checkout", "-q")
    assert project.path("crlf").read_bytes() == b"a\r\n"

    project.path("crlf.dvc").unlink()
    project.dvc("add", "-q", "crlf")
    project.path("crlf").unlink()
    project.dvc("checkout", "-q")
    assert project.path("crlf").read_bytes() == b"a\r\n"


def test_a_new_directory_comes_whole_or_not_at_all(project: Project) -> None:
    """One object is damaged: no part of the directory appears, and nothing is left elsewhere."""
    project.write_all({"d/a": "a\n", "d/s/b": "b\n", "d/s/c": "c\n"})
    project.dvc("add", "-q", "d")
    remove(str(project.path("d")))
    objects = project.path(".dvc/cache/files/md5")
    damaged = next(path for path in objects.glob("*/*") if path.read_bytes() == b"c\n")
    damaged.chmod(0o644)
    damaged.write_text("C\n")
    damaged.chmod(0o444)

    assert "Checkout failed" in project.dvc("checkout", code=255).err
    assert not project.exists("d")
    assert not [name for name in os.listdir(project.path(".dvc/tmp")) if is_temporary(name)]


@pytest.mark.parametrize("kind", ["copy", "hardlink", "symlink", "reflink,copy"])
def test_a_new_directory_is_known_to_be_right(project: Project, kind: str) -> None:
    project.dvc("config", "cache.type", kind)
    project.write_all({"d/a": "a\n", "d/empty": "", "d/s/t/b": "b\n"})
    project.dvc("add", "-q", "d")
    remove(str(project.path("d")))

    assert project.dvc("checkout").out == "A\td/\n"
    assert project.listing("d") == ["a", "empty", "s/t/b"]
    assert project.read("d/s/t/b") == "b\n"
    assert project.dvc("status").out == "Data and pipelines are up to date.\n"


def test_a_new_directory_is_filled_in_place_where_nothing_may_be_built(project: Project) -> None:
    project.write_all({"d/a": "a\n", "d/s/b": "b\n"})
    project.dvc("add", "-q", "d")
    remove(str(project.path("d")))
    remove(str(project.path(".dvc/tmp")))
    project.write(".dvc/tmp", "not a folder\n")

    project.dvc("checkout", "-q")
    assert project.listing("d") == ["a", "s/b"]


def test_a_file_that_cannot_be_written_is_named_as_the_user_knows_it(project: Project) -> None:
    project.write_all({"d/a": "a\n", "d/s/big": "x" * 5000})
    project.dvc("add", "-q", "d")
    remove(str(project.path("d")))

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, before[1]))
    try:
        failed = project.dvc("checkout", code=255)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert f"{project.path('d/s/big')}" in failed.err
    assert not project.exists("d")


@pytest.mark.parametrize("kind", ["hardlink", "symlink"])
def test_a_directory_that_comes_back_as_links_is_as_its_index_says(
    project: Project, kind: str
) -> None:
    project.dvc("config", "cache.type", kind)
    project.write_all({f"d/{folder}/{name}": folder + name for folder in "abcd" for name in "xyz"})
    project.dvc("add", "-q", "d")
    for path in project.path(".dvc/cache/files/md5").glob("*/*"):
        os.utime(path, (1, 1))  # what is new might change within the clock's tick
    written = []
    for gone in ("d", ".dvc/tmp"), ("d",), ("d",):
        for path in gone:
            remove(str(project.path(path)))
        assert project.dvc("checkout").out == "A\td/\n"
        (index,) = project.path(".dvc/tmp/assay/state").glob("tree-*.index")
        written.append(index.stat().st_ino)
        assert project.dvc("status").out == "Data and pipelines are up to date.\n"
    assert len(set(written)) == 1
    assert project.read("d/b/y") == "by"
