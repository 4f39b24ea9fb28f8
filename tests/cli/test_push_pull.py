"""What a user sees of `push`, `fetch`, `pull` and `status -c`."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
from pathlib import Path

import pytest

from support.project import Project
from support.terminal import on_terminal

CONFIG = """\
[core]
    remote = store
[remote "store"]
    url = ../../remote
"""
GONE = "Is your cache up to date?\n<https://error.dvc.org/missing-files>\n"
MISSING = (
    "WARNING: Some of the cache files do not exist neither locally nor on remote. "
    "Missing cache files:\n"
)


@pytest.fixture
def data(project: Project) -> Project:
    """A file and a directory, tracked; the default remote is an empty place."""
    project.write_all(
        {".dvc/config": CONFIG, "file": "f", "d/a": "one", "d/sub/b": "two", "d/sub/c": "two"}
    )
    project.dvc("add", "-q", "file", "d")
    project.commit("data")
    return project


@pytest.mark.parametrize("command", ["push", "fetch", "pull", "status -c"])
def test_a_file_in_the_place_of_a_remote_is_told(data: Project, command: str) -> None:
    remote(data).write_text("a file\n")
    refused = data.dvc(*command.split(), code=255)
    assert f"unexpected error - [Errno 20] Not a directory: '{remote(data)}'" in refused.err
    assert "hint: correct the address with `dvc remote modify store url …`" in refused.err


def remote(project: Project) -> Path:
    return project.root.parent / "remote"


def lose(project: Project, *names: str) -> None:
    """Delete files and directories of the project."""
    for name in names:
        path = project.path(name)
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def object_of(project: Project, content: str, top: Path | None = None) -> Path:
    """Where the object with that content is."""
    for path in (top or remote(project)).rglob("*"):
        if path.is_file() and path.read_text() == content:
            return path
    raise AssertionError(f"no object holds {content!r}")


def test_push_says_how_many_objects_moved(data: Project) -> None:
    assert data.dvc("push").out == "4 files pushed\n"
    assert data.dvc("push").out == "Everything is up to date.\n"


def test_pull_restores_and_says_what_it_did(data: Project) -> None:
    data.dvc("push")
    lose(data, ".dvc/cache", "file", "d")
    result = data.dvc("pull")
    assert result.out == f"A\td{os.sep}\nA\tfile\n4 files fetched and 4 files added\n"
    assert data.read("d/sub/c") == "two"
    assert data.dvc("pull").out == "Everything is up to date.\n"


def test_fetch_leaves_the_workspace_alone(data: Project) -> None:
    data.dvc("push")
    lose(data, ".dvc/cache", "file")
    assert data.dvc("fetch").out == "4 files fetched\n"
    assert not data.exists("file")


def test_one_file_of_a_directory(data: Project) -> None:
    data.dvc("push")
    lose(data, ".dvc/cache", "file", "d")
    assert data.dvc("fetch", "d/a").out == "2 files fetched\n"
    assert data.dvc("pull", "d/sub").out == f"A\td{os.sep}\n1 file fetched and 2 files added\n"
    assert data.listing("d") == ["sub/b", "sub/c"]


def test_a_part_that_is_pushed_alone_cannot_be_mistaken_for_the_whole(data: Project) -> None:
    result = data.dvc("push", "d/a")
    assert result.out == "1 file pushed\n"
    assert result.err.startswith("WARNING: 'd' cannot be pulled from the remote before")
    assert data.dvc("push", "d").out == "2 files pushed\n"
    lose(data, ".dvc/cache", "d")
    assert data.dvc("pull", "d").out.endswith("3 files fetched and 3 files added\n")


def test_paths_are_named_as_seen_from_the_directory(data: Project) -> None:
    data.write("other/keep", "")
    assert data.dvc("push", "../d/a", cwd="other").err.startswith("WARNING: '../d' cannot be")
    assert "../file" in data.dvc("status", "-c", "--json", cwd="other").json


def test_status_of_the_cloud(data: Project) -> None:
    rows = {"d": "new", "d/a": "new", "d/sub/b": "new", "file": "new"}
    assert data.dvc("status", "-c", "--json").json == rows
    assert "\tnew:                file\n" in data.dvc("status", "-c").out
    assert data.dvc("status", "-c", "-q", code=1).out == ""
    data.dvc("push")
    assert data.dvc("status", "-c").out == "Cache and remote 'store' are in sync.\n"
    lose(data, ".dvc/cache")
    rows = {"d/a": "deleted", "d/sub/b": "deleted", "file": "deleted"}
    assert data.dvc("status", "-r", "store", "--json").json == rows
    shutil.rmtree(remote(data))
    assert data.dvc("status", "-c", "--json", "file").json == {"file": "missing"}


def test_objects_that_are_nowhere_are_a_warning_and_pull_fails_at_them(data: Project) -> None:
    lose(data, ".dvc/cache", "file")
    result = data.dvc("fetch", "file")
    assert result.out == "Everything is up to date.\n"
    assert result.err == MISSING + "md5: 8fa14cdd754f91cc6554c9e71929cce7\n"
    result = data.dvc("pull", "file", code=1)
    assert result.out == "Everything is up to date.\n"
    assert result.err.endswith(
        "ERROR: failed to pull data from the cloud - Checkout failed for following targets:\n"
        f"file\n{GONE}"
    )
    assert data.dvc("pull", "file", "--allow-missing").out == "Everything is up to date.\n"


def test_a_promised_file_that_is_not_there_fails_and_nothing_is_checked_out(data: Project) -> None:
    data.dvc("push")
    lose(data, ".dvc/cache", "file", "d")
    gone = object_of(data, "one")
    gone.unlink()
    result = data.dvc("pull", code=1)
    assert result.err == (
        f"ERROR: failed to transfer 'f97c5d29941bfb1b2fdab0874906ab82' - [Errno 2] No such file "
        f"or directory: '{gone}'\n"
        "ERROR: failed to pull data from the cloud - 2 files failed to download\n"
    )
    assert not data.exists("file")


def test_a_damaged_object_is_never_checked_out(data: Project) -> None:
    data.dvc("push")
    lose(data, ".dvc/cache", "file")
    flipped = object_of(data, "f")
    flipped.chmod(0o644)
    flipped.write_text("g")
    flipped.chmod(0o444)
    result = data.dvc("pull", "file", code=1)
    assert "is damaged" in result.err
    assert "1 files failed to download" in result.err
    assert not data.exists("file")


def test_a_hostile_listing_is_refused_with_the_entry_named(data: Project) -> None:
    listing = b'[{"md5": "f97c5d29941bfb1b2fdab0874906ab82", "relpath": ".git/hooks/pre-push"}]'
    name = hashlib.md5(listing, usedforsecurity=False).hexdigest()
    data.dvc("push")
    place = remote(data) / f"files/md5/{name[:2]}/{name[2:]}.dir"
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(listing)
    data.write("evil.dvc", f"outs:\n- md5: {name}.dir\n  hash: md5\n  path: evil\n")
    result = data.dvc("pull", code=1)
    assert "refusing the path '.git/hooks/pre-push'" in result.err
    assert "failed to pull data from the cloud - 1 files failed to download" in result.err
    assert not data.exists("evil")


def test_unsaved_files_are_not_overwritten_without_force(data: Project) -> None:
    data.dvc("push")
    lose(data, ".dvc/cache")
    data.write("file", "precious")
    result = data.dvc("pull", code=1)
    assert "Can't remove the following unsaved files without confirmation." in result.err
    assert data.read("file") == "precious"
    data.dvc("pull", "-f")
    assert data.read("file") == "f"


def test_no_remote_at_all(data: Project) -> None:
    data.write(".dvc/config", "")
    result = data.dvc("push", code=1)
    assert result.err == (
        "ERROR: failed to push data to the cloud - config file error: no remote specified in "
        f"{data.root}. Create a default remote with\n"
        "    dvc remote add -d <remote name> <remote url>\n"
    )
    for command in ("fetch", "pull"):
        result = data.dvc(command)
        assert result.out == "Everything is up to date.\n"
        assert result.err == "No remote provided and no default remote set.\n"


def test_a_remote_nobody_knows(data: Project) -> None:
    for command in ("push", "fetch", "pull"):
        preposition = "to" if command == "push" else "from"
        assert data.dvc(command, "-r", "nosuch", code=1).err.startswith(
            f"ERROR: failed to {command} data {preposition} the cloud - config file error: "
            "remote 'nosuch' doesn't exist"
        )
    assert data.dvc("status", "-r", "nosuch", code=1).err.startswith(
        "ERROR: config file error: remote 'nosuch' doesn't exist"
    )


def test_a_file_in_place_of_the_remote(data: Project) -> None:
    remote(data).touch()
    for command in (["push"], ["status", "-c"]):
        error = data.dvc(*command, code=255).err
        assert error.startswith("ERROR: unexpected error - [Errno 20] Not a directory: ")


def test_a_target_nobody_knows(data: Project) -> None:
    result = data.dvc("pull", "nope", code=1)
    assert result.err.startswith(
        "WARNING: failed to collect 'workspace', skipping\n"
        "ERROR: failed to pull data from the cloud - 'nope' does not exist as an output or a "
        "stage name in 'dvc.yaml'"
    )


def test_patterns(data: Project) -> None:
    assert data.dvc("push", "--glob", "fil*").out == "1 file pushed\n"
    assert data.dvc("push", "--glob", "z*", code=1).err == (
        "ERROR: failed to push data to the cloud - Glob ['z*'] has no matches.\n"
    )


def test_outputs_go_to_the_remote_they_name_and_stay_if_they_are_not_to_be_pushed(
    data: Project,
) -> None:
    data.dvc("remote", "add", "other", "../other")
    data.write("file.dvc", data.read("file.dvc") + "  remote: other\n")
    data.write("d.dvc", data.read("d.dvc") + "  push: false\n")
    assert data.dvc("push", "-r", "store").out == "Everything is up to date.\n"
    assert data.dvc("push").out == "1 file pushed\n"
    assert not remote(data).exists()
    assert object_of(data, "f", data.root.parent / "other")
    assert data.dvc("status", "-c").out == "Cache and remote 'other' are in sync.\n"


def test_history(data: Project) -> None:
    data.git("tag", "old")
    data.write("file", "second")
    data.dvc("add", "-q", "file")
    data.commit("second")
    assert data.dvc("push", "file").out == "1 file pushed\n"
    assert data.dvc("push", "-T", "file").out == "1 file pushed\n"
    assert data.dvc("push", "-A").out == "3 files pushed\n"
    lose(data, ".dvc/cache")
    assert data.dvc("fetch", "-a", "file").out == "1 file fetched\n"
    assert data.dvc("fetch", "--all-commits").out == "4 files fetched\n"


def test_a_commit_that_cannot_be_read_is_passed_over_but_not_by_status(data: Project) -> None:
    data.write("dvc.yaml", "stages: [")
    bad = data.commit("bad")
    data.git("rm", "-q", "dvc.yaml")
    data.commit("good")
    result = data.dvc("push", "-A")
    assert result.out == "4 files pushed\n"
    assert result.err == f"WARNING: failed to collect '{bad}', skipping\n"
    assert f"Failed to collect '{bad}'" in data.dvc("status", "-c", "-A", code=1).err


def test_kinds_and_sizes_of_outputs(data: Project) -> None:
    data.write("dvc.yaml", "stages: {s: {cmd: echo 1 > m.json, metrics: [m.json]}}")
    data.dvc("repro", "-q")
    data.dvc("push")
    lose(data, ".dvc/cache")
    assert data.dvc("fetch", "--type", "plots").out == "Everything is up to date.\n"
    assert data.dvc("fetch", "--type", "metrics").out == "1 file fetched\n"
    assert data.dvc("fetch", "--max-size", "2").out == "1 file fetched\n"
    assert data.dvc("fetch", "--max-size", "100").out == "3 files fetched\n"


def test_the_run_cache_travels(data: Project) -> None:
    data.write("in", "1")
    data.write(
        "dvc.yaml", "stages: {s: {cmd: cp in out && echo x >> ran, deps: [in], outs: [out]}}"
    )
    data.dvc("repro", "-q")
    assert data.dvc("push", "--run-cache").out == "6 files pushed\n"
    assert data.dvc("push", "--run-cache").out == "Everything is up to date.\n"
    lose(data, ".dvc/cache", "dvc.lock", "out")
    assert data.dvc("fetch", "--run-cache").out == "4 files fetched\n"
    data.dvc("fetch", "--run-cache", "--no-run-cache")
    assert len(list(data.path(".dvc/cache/runs").rglob("*/*/*"))) == 1


def test_a_number_of_transfers(data: Project) -> None:
    assert data.dvc("push", "-j", "1").out == "4 files pushed\n"
    assert data.dvc("push", "-j", "0").out == "Everything is up to date.\n"
    assert data.dvc("push", "-j", "-3", code=254).err.startswith("ERROR: argument -j/--jobs")


def test_readers_need_no_write_permission(data: Project) -> None:
    data.dvc("push")
    lose(data, ".dvc/cache")
    data.path(".dvc/cache").symlink_to("nowhere/at/all")
    assert data.dvc("status", "-c", "--json").json["file"] == "deleted"


def test_a_broken_pipeline_file(data: Project) -> None:
    data.write("dvc.yaml", "stages: [")
    for command in ("push", "fetch", "pull"):
        assert "'dvc.yaml' is invalid" in data.dvc(command, code=1).err.replace("./", "")


@pytest.mark.parametrize("command", ["push", "pull"])
def test_a_killed_transfer_goes_on_where_it_was(data: Project, command: str) -> None:
    """kill -9 at any moment; then success, without any repair."""
    for number in range(1200):
        data.write(f"many/{number}", f"content {number}\n")
    data.dvc("add", "-q", "many")
    if command == "pull":
        data.dvc("push")
        lose(data, ".dvc/cache", "many")
    process = data.start(["dvc", command])
    watched = data.path(".dvc/cache/files/md5") if command == "pull" else remote(data) / "files/md5"
    while process.poll() is None and len(list(watched.glob("??"))) < 20:
        pass
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    for path in watched.glob("??/*"):
        assert path.stat().st_mode & 0o777 == 0o444
    data.dvc(command)
    assert data.dvc("status", "-c").out == "Cache and remote 'store' are in sync.\n"
    if command == "pull":
        assert data.read("many/1199") == "content 1199\n"
        assert data.dvc("status").out == "Data and pipelines are up to date.\n"


def test_progress_is_silent_for_short_work_on_a_terminal(data: Project) -> None:
    result = on_terminal(data, str(data._program("dvc")), "push")
    assert result.out == "4 files pushed\n"


def test_dvc_pulls_what_we_pushed_and_we_what_it_pushed(data: Project, real_dvc: str) -> None:
    data.dvc("push")
    lose(data, ".dvc/cache", "file", "d")
    assert data.dvc("pull", by=real_dvc).code == 0
    assert data.dvc("status", "-c", by=real_dvc).out == "Cache and remote 'store' are in sync.\n"
    shutil.rmtree(remote(data))
    data.dvc("push", by=real_dvc)
    lose(data, ".dvc/cache", "file", "d")
    assert data.dvc("pull").out.endswith("4 files fetched and 4 files added\n")
    assert data.dvc("status", by=real_dvc).out == "Data and pipelines are up to date.\n"
