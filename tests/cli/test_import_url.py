"""`import-url`, `get-url`, `list-url`, and `update` of what they brought."""

from __future__ import annotations

import os

import pytest

from remotes.servers import http_server
from support.project import Project


@pytest.fixture
def source(project: Project) -> str:
    """A folder beside the project with a file and a directory."""
    top = project.root.parent / "elsewhere"
    (top / "dir" / "deep").mkdir(parents=True)
    (top / "one.txt").write_text("v1\n")
    (top / "dir" / "a").write_text("a\n")
    (top / "dir" / "deep" / "b").write_text("b\n")
    return str(top)


def test_a_file_is_copied_and_its_origin_recorded(project: Project, source: str) -> None:
    done = project.dvc("import-url", "../elsewhere/one.txt")

    assert f"Importing '{source}/one.txt' -> 'one.txt'" in done.out
    assert project.read("one.txt") == "v1\n"
    assert project.read("one.txt.dvc").splitlines()[1:] == [
        "frozen: true",
        "deps:",
        "- md5: 4f98f59e877ecb84ff75ef0fab45bac5",
        "  size: 3",
        "  hash: md5",
        "  path: ../elsewhere/one.txt",
        "outs:",
        "- md5: 4f98f59e877ecb84ff75ef0fab45bac5",
        "  size: 3",
        "  hash: md5",
        "  path: one.txt",
    ]
    assert project.dvc("status", "--json").json == {}


def test_update_brings_what_is_new_and_skips_what_is_not(project: Project, source: str) -> None:
    project.dvc("import-url", "-q", "../elsewhere/dir", "data")
    assert "'data.dvc' didn't change, skipping" in project.dvc("update", "data.dvc").out
    with open(os.path.join(source, "dir", "c"), "w") as file:
        file.write("c\n")

    assert project.dvc("update", "data.dvc").out.startswith("Importing ")
    assert project.listing("data") == ["a", "c", "deep/b"]


def test_a_download_that_was_put_off_is_made_up_for_by_pull(project: Project, source: str) -> None:
    project.dvc("import-url", "-q", "--no-download", "../elsewhere/one.txt", "later.txt")
    assert not project.exists("later.txt")

    assert "1 file fetched and 1 file added" in project.dvc("pull").out
    assert project.read("later.txt") == "v1\n"
    assert project.dvc("status", "--json").json == {}


def test_what_stands_in_the_way_stays_without_force(project: Project, source: str) -> None:
    project.write("one.txt", "mine\n")

    refused = project.dvc("import-url", "../elsewhere/one.txt", code=1)
    assert "The file 'one.txt' already exists locally." in refused.err
    assert project.read("one.txt") == "mine\n"
    project.dvc("import-url", "--force", "../elsewhere/one.txt")
    assert project.read("one.txt") == "v1\n"


def test_what_is_not_there_leaves_no_trace(project: Project, source: str) -> None:
    refused = project.dvc("import-url", "../elsewhere/none", code=1)

    assert f"dependency '{source}/none' does not exist" in refused.err
    assert not project.exists("none.dvc")
    assert not project.exists(".gitignore")


def test_a_pipe_is_refused_at_once(project: Project, source: str) -> None:
    os.mkfifo(os.path.join(source, "dir", "pipe"))

    assert "pipe" in project.dvc("import-url", "../elsewhere/dir", code=1).err


def test_data_goes_straight_to_a_remote(project: Project, source: str) -> None:
    project.dvc("remote", "add", "-d", "store", str(project.root.parent / "store"))

    project.dvc("import-url", "-q", "--to-remote", "../elsewhere/dir", "data")
    project.dvc("add", "-q", "--to-remote", "../elsewhere/one.txt", "-o", "one")
    assert not project.exists("data")
    assert project.listing(".dvc/cache") == []
    assert project.listing(".dvc/tmp/assay/incoming") == []
    project.dvc("pull")
    assert project.listing("data") == ["a", "deep/b"]
    assert project.read("one") == "v1\n"


def test_add_copies_from_outside(project: Project, source: str) -> None:
    project.dvc("add", "-q", "../elsewhere/dir", "-o", "data")

    assert project.listing("data") == ["a", "deep/b"]
    refused = project.dvc("add", "../elsewhere/dir", "-o", "data", "-r", "x", code=1)
    assert "--remote can't be used without --to-remote" in refused.err


def test_a_file_of_a_web_server_is_known_by_its_entity_tag(project: Project, source: str) -> None:
    pytest.importorskip("aiohttp")
    with http_server(project.root.parent / "elsewhere") as url:
        project.dvc("import-url", "-q", f"{url}/one.txt")
        assert "- checksum: " in project.read("one.txt.dvc")
        assert project.read("one.txt") == "v1\n"
        assert "didn't change" in project.dvc("update", "one.txt.dvc").out
        project.dvc("get-url", f"{url}/one.txt", "got.txt")
        assert project.read("got.txt") == "v1\n"
        assert "does not exist" in project.dvc("import-url", f"{url}/none", code=1).err


def test_get_url_downloads_in_silence(project: Project, source: str) -> None:
    assert project.dvc("get-url", "../elsewhere/dir", "got").out == ""

    assert project.listing("got") == ["a", "deep/b"]
    again = project.dvc("get-url", "../elsewhere/one.txt", "got")
    assert again.code == 0
    assert project.read("got/one.txt") == "v1\n"
    refused = project.dvc("get-url", "../elsewhere/none", code=1)
    assert "The path '../elsewhere/none' does not exist" in refused.err
    assert not [name for name in os.listdir(project.root) if name.endswith(".tmp")]


def test_list_url_shows_names_sizes_and_trees(project: Project, source: str) -> None:
    assert project.dvc("list-url", "../elsewhere").lines == ["dir", "one.txt"]
    assert project.dvc("list-url", "-R", "--size", "../elsewhere").lines == [
        "2  dir/a",
        "2  dir/deep/b",
        "3  one.txt",
    ]
    assert "does not exist" in project.dvc("list-url", "../none", code=255).err
