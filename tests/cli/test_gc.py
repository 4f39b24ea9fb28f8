"""`gc`: what is removed, what never is, and what the user is told (spec/data.md §10)."""

from __future__ import annotations

import shutil

import pytest

from assay.store.guard import CacheGuard
from assay.store.hashes import md5_bytes
from support.project import Project

KEPT = "No unused 'repo' cache to remove."
NO_LEGACY = "No unused 'legacy' cache to remove."
ONE, TWO = "5bbf5a52328e7439ae6e719dfe712200", "c193497a1a06b2c72230e6146ff47080"
RAW = "848caa44169f8d9f960cb6ac10a72217.dir"
FILE = "bbe02f946d5455d74616fc9777557c22"


def objects(project: Project, top: str = ".dvc/cache") -> set[str]:
    return {name.replace("/", "") for name in project.listing(f"{top}/files/md5")}


@pytest.fixture
def history(project: Project) -> Project:
    """`v1`: raw (one, two, two) and a file; then the file holds `two`, then raw is gone."""
    project.write_all(
        {"raw/1.txt": "one\n", "raw/sub/2.txt": "two\n", "raw/sub/deep/same.txt": "two\n"}
        | {"file.txt": "file\n"}
    )
    project.dvc("add", "-q", "raw", "file.txt")
    project.commit("one")
    project.git("tag", "v1")
    project.write("file.txt", "two\n")
    project.dvc("add", "-q", "file.txt")
    project.commit("two")
    project.git("checkout", "-q", "-b", "side")
    project.shell("rm -rf raw && git rm -q raw.dvc")
    project.commit("three")
    return project


def gc(project: Project, *args: str, code: int = 0) -> list[str]:
    return project.dvc("gc", *args, code=code).lines


def test_each_scope_keeps_what_it_says(history: Project) -> None:
    everything = {ONE, TWO, RAW, FILE}
    assert gc(history, "-A", "-f") == [KEPT, NO_LEGACY]
    assert gc(history, "-T", "-f") == [KEPT, NO_LEGACY]
    assert objects(history) == everything
    assert gc(history, "-f", "--rev", "side", "-n", "2") == [
        "Removed 1 objects from repo cache.",
        NO_LEGACY,
    ]
    assert objects(history) == {ONE, TWO, RAW}
    assert gc(history, "-f", "-a") == [KEPT, NO_LEGACY]
    assert gc(history, "-f", "-w") == ["Removed 2 objects from repo cache.", NO_LEGACY]
    assert objects(history) == {TWO}


def test_a_dry_run_names_listings_first_and_removes_nothing(history: Project) -> None:
    top = history.path(".dvc/cache/files/md5")
    result = history.dvc("gc", "-w", "--dry")
    assert result.lines[0] == f"Removing {top}/{RAW[:2]}/{RAW[2:]}"
    assert sorted(result.lines[1:3]) == [
        f"Removing {top}/{ONE[:2]}/{ONE[2:]}",
        f"Removing {top}/{FILE[:2]}/{FILE[2:]}",
    ]
    assert result.lines[3:] == ["Removed 3 objects from repo cache.", NO_LEGACY]
    assert objects(history) == {ONE, TWO, RAW, FILE}


def test_nothing_happens_without_a_yes(history: Project) -> None:
    asked = history.dvc("gc", "-w", code=1, stdin="")
    assert asked.err == (
        "WARNING: This will remove all cache except items used in the workspace "
        "of the current repo.\n"
    )
    assert asked.out == "Are you sure you want to proceed? [y/n]: "
    history.dvc("gc", "-w", code=1, stdin="n\n")
    assert objects(history) == {ONE, TWO, RAW, FILE}
    history.dvc("gc", "-w", stdin="what\nY\n")
    assert objects(history) == {TWO}


def test_options_that_say_nothing_are_refused(history: Project) -> None:
    assert "ERROR: Either of `-w|--workspace`" in history.dvc("gc", "-f", code=255).err
    assert "unknown Git revision 'no'" in history.dvc("gc", "-f", "--rev", "no", code=255).err


def test_experiments_are_kept_if_asked_for(project: Project) -> None:
    project.write_all(
        {"dvc.yaml": "stages: {s: {cmd: cp p.yaml o, params: [p.yaml: [lr]], outs: [o]}}"}
        | {"p.yaml": "lr: 1\n", ".gitignore": "/o\n"}
    )
    project.dvc("repro", "-q")
    project.commit("base")
    project.dvc("exp", "run", "-q", "-n", "faster", "-S", "p.yaml:lr=2")
    project.git("checkout", "-q", ".")
    project.dvc("checkout", "-q", "-f")
    assert gc(project, "-f", "-w", "--all-experiments") == [KEPT, NO_LEGACY]
    assert gc(project, "-f", "-w")[0] == "Removed 1 objects from repo cache."
    assert project.listing(".dvc/cache/runs")  # entries of the run cache stay


def test_a_file_that_shares_its_content_with_a_directory_stays(history: Project) -> None:
    history.dvc("gc", "-f", "-w")
    assert history.dvc("status").out == "Data and pipelines are up to date.\n"


def test_a_listing_that_is_lost_is_replaced_by_the_workspace(history: Project) -> None:
    history.git("checkout", "-q", "main")
    history.dvc("checkout", "-q", "-f")
    history.path(f".dvc/cache/files/md5/{RAW[:2]}/{RAW[2:]}").unlink()
    gc(history, "-f", "-w")
    assert objects(history) == {ONE, TWO}


def test_nobody_loses_files_of_a_directory_unasked(history: Project) -> None:
    """Without its listing nothing tells which objects are its files."""
    history.path(f".dvc/cache/files/md5/{RAW[:2]}/{RAW[2:]}").unlink()
    failed = history.dvc("gc", "-T", code=255, stdin="y\n")
    assert "Failed to collect 'v1': unable to fully collect used cache" in failed.err
    assert "without cache for directory 'raw'" in failed.err
    assert objects(history) == {ONE, TWO, FILE}
    gc(history, "-T", "-f")
    assert objects(history) == {TWO, FILE}


def test_a_listing_may_come_from_the_remote(history: Project) -> None:
    history.dvc("remote", "add", "-q", "-d", "store", "../remote")
    history.dvc("push", "-q", "-A")
    history.path(f".dvc/cache/files/md5/{RAW[:2]}/{RAW[2:]}").unlink()
    gc(history, "-T", "-f")
    assert objects(history) == {ONE, TWO, FILE}


def test_an_unreadable_commit_stops_it_unless_it_may_be_skipped(history: Project) -> None:
    history.write("file.txt.dvc", "outs: [\n")
    commit = history.commit("broken")
    history.git("checkout", "-q", "HEAD~1", "--", "file.txt.dvc")
    failed = history.dvc("gc", "-f", "-A", code=255)
    assert f"ERROR: Failed to collect '{commit}': " in failed.err
    skipped = history.dvc("gc", "-f", "-A", "--skip-failed")
    assert f"WARNING: Failed to collect '{commit}', skipping" in skipped.err
    assert objects(history) == {ONE, TWO, RAW, FILE}


def test_a_broken_workspace_stops_it_always(history: Project) -> None:
    history.write("file.txt.dvc", "outs: [\n")
    failed = history.dvc("gc", "-f", "-w", "--skip-failed", code=255)
    assert "Failed to collect 'workspace'" in failed.err
    assert objects(history) == {ONE, TWO, RAW, FILE}


def test_outputs_that_nobody_recorded_are_named(project: Project) -> None:
    project.write("dvc.yaml", "stages: {s: {cmd: touch o, outs: [o]}}")
    project.write("o", "by hand")
    told = project.dvc("gc", "-f", "-w").err
    assert "WARNING: Output 'o'(stage: 's') is missing version info." in told
    assert "You can also use `dvc commit s` to associate existing 'o' with stage: 's'." in told


def test_other_projects_that_share_the_cache_are_kept(history: Project) -> None:
    other = history.root.parent / "other"
    shutil.copytree(history.root, other)
    cache = str(history.path(".dvc/cache"))
    history.shell(f"cd ../other && git checkout -q v1 && dvc cache dir -q --local {cache}")
    told = history.dvc("gc", "-f", "-w", "-p", "../other")
    assert told.lines == [KEPT, NO_LEGACY]
    assert told.err.endswith(f"of the current and the following repos:\n  - {other}\n")
    gc(history, "-f", "-w", "-p", ".")
    assert objects(history) == {TWO}
    missing = history.dvc("gc", "-f", "-w", "-p", "nope", code=253)
    assert "ERROR: directory 'nope' does not exist" in missing.err


def test_on_the_remote_too(history: Project) -> None:
    history.dvc("remote", "add", "-q", "-d", "store", "../remote")
    history.dvc("push", "-q", "-A")
    remote = "../remote"
    assert objects(history, remote) == {ONE, TWO, RAW, FILE}
    dry = gc(history, "-w", "-c", "--dry")
    assert f"Removing {history.root.parent}/remote/files/md5/{RAW[:2]}/{RAW[2:]}" in dry
    assert objects(history, remote) == {ONE, TWO, RAW, FILE}
    assert gc(history, "-f", "-w", "-c")[2:] == [
        "Removed 3 objects from remote.",
        "No unused cache to remove from remote.",
    ]
    assert objects(history, remote) == {TWO}


def test_what_was_pushed_need_not_stay(history: Project) -> None:
    history.dvc("remote", "add", "-q", "-d", "store", "../remote")
    history.dvc("push", "-q", "-A")
    history.shell("echo new > new && dvc add -q new")
    gc(history, "-f", "-w", "--not-in-remote")
    assert objects(history) == {md5_bytes(b"new\n")}
    assert history.dvc("pull", "-q").code == 0


def test_without_a_remote_nothing_is_removed(history: Project) -> None:
    for option in ("-c", "--not-in-remote"):
        failed = history.dvc("gc", "-f", "-w", option, code=251)
        assert "ERROR: configuration error - config file error: no remote specified" in failed.err
        assert objects(history) == {ONE, TWO, RAW, FILE}


def test_it_waits_for_those_who_record(history: Project) -> None:
    """An object that is in the cache and in no record yet is not garbage (P2)."""
    with CacheGuard(str(history.path(".dvc/cache")), alone=False, tell=print):
        process = history.start(["dvc", "gc", "-f", "-w"])
        assert process.stdout is not None
        assert process.stdout.readline().startswith("Waiting while other commands record")
        assert objects(history) == {ONE, TWO, RAW, FILE}
    out, _ = process.communicate()
    assert process.returncode == 0
    assert out.startswith("Removed 3 objects")


def test_the_same_as_dvc(history: Project, real_dvc: str) -> None:
    twin = history.root.parent / "twin"
    shutil.copytree(history.root, twin, symlinks=True)
    for args in (["-A"], ["-a", "-n", "2"], ["-a"], ["-w", "--dry"], ["-w"]):
        ours = history.dvc("gc", "-f", *args)
        theirs = history.run([real_dvc, "--cd", str(twin), "gc", "-f", *args])
        same = {line.replace(str(twin), str(history.root)) for line in theirs.lines}
        assert set(ours.lines) == same
        assert ours.err == theirs.err
        assert history.listing(".dvc/cache") == history.listing("../twin/.dvc/cache")


def test_the_list_of_verified_objects_shrinks_with_the_cache(project: Project) -> None:
    project.write_all({"a": "1\n", "b": "2\n"})
    project.dvc("add", "-q", "a", "b")
    log = ".dvc/tmp/assay/state/objects.log"
    assert len(project.read(log).splitlines()) == 2
    project.path("b.dvc").unlink()
    project.dvc("gc", "-q", "-w", "-f")
    [line] = project.read(log).splitlines()
    assert line.startswith("b026324c6904b2a9cb4b88d6d61c81d1 ")
