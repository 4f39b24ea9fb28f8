"""`checkout` when the cache has lost some of what is recorded: no only copy goes with the rest."""

from __future__ import annotations

import pytest

from support.project import Project

FAILED = "ERROR: Checkout failed for following targets:\nd\n"
STAYS = "WARNING: 'd' stays as it is: it holds what the cache lacks.\n"


@pytest.fixture
def lossy(project: Project) -> Project:
    """A directory of which the cache has lost `d/gone` and `d/s/kept`, and the workspace `gone`."""
    project.dvc("config", "cache.type", "copy")
    project.write_all({"d/a": "a\n", "d/gone": "gone\n", "d/s/kept": "kept\n"})
    project.dvc("add", "-q", "d")
    for path in project.path(".dvc/cache/files/md5").glob("*/*"):
        if path.read_text() in ("gone\n", "kept\n"):
            path.unlink()
    project.path("d/gone").unlink()
    return project


@pytest.mark.parametrize("options", [(), ("-f",)])
def test_the_only_copy_of_what_is_recorded_stays(lossy: Project, options: tuple[str]) -> None:
    """DVC 3.67 deletes the directory."""
    failed = lossy.dvc("checkout", *options, code=255)
    assert failed.out == ""
    assert failed.err.startswith(STAYS + FAILED)
    assert lossy.listing("d") == ["a", "s/kept"]


@pytest.mark.parametrize("options", [(), ("-f",)])
def test_the_rest_of_a_directory_stays_when_a_part_is_lost(
    lossy: Project, options: tuple[str]
) -> None:
    lossy.write("d/a", "edited\n")
    lossy.write("d/s/kept", "edited too\n")
    failed = lossy.dvc("checkout", *options, "d/gone", code=255)
    assert failed.err.startswith(FAILED)
    assert lossy.read("d/a") == "edited\n"
    assert lossy.read("d/s/kept") == "edited too\n"


def test_a_directory_that_the_cache_has_goes_as_with_dvc(lossy: Project) -> None:
    lossy.path("d/s/kept").unlink()
    failed = lossy.dvc("checkout", code=255)
    assert failed.out == "D\td\n"
    assert failed.err.startswith(FAILED)
    assert not lossy.exists("d")


@pytest.mark.parametrize("kind", ["copy", "hardlink", "symlink"])
def test_what_the_cache_lacks_is_not_linked_anew(project: Project, kind: str) -> None:
    project.write_all({"d/a": "a\n", "d/lost": "lost\n"})
    project.dvc("add", "-q", "d")
    project.dvc("config", "cache.type", kind)
    for path in project.path(".dvc/cache/files/md5").glob("*/*"):
        if path.read_text() == "lost\n":
            path.unlink()

    refused = project.dvc("checkout", "--relink", code=255).err
    assert refused.endswith(f"Use `--force` to force.\n{project.path('d/lost')}\n")

    failed = project.dvc("checkout", "--relink", "--force", code=255)
    assert failed.out == ""
    assert failed.err.startswith(STAYS + FAILED)
    project.dvc("checkout", "--relink", "--force", "--allow-missing")
    assert project.read("d/lost") == "lost\n"


def test_links_to_a_lost_cache_are_missing_files(project: Project) -> None:
    """As when the disk of the cache is not mounted: whoever only looks says what is missing."""
    project.dvc("config", "cache.type", "symlink")
    project.write_all({"data/a": "a", "data/b/c": "c", "one": "1"})
    project.dvc("add", "data", "one")
    recorded = project.read("data.dvc")
    cache = project.path(".dvc/cache")
    cache.rename(project.root.parent / "unmounted")
    status = project.dvc("status").out
    assert status.count("not in cache") == 2
    shown = project.dvc("data", "status").out
    assert "modified: data/" in shown
    assert "deleted: one" in shown
    project.dvc("diff")
    assert "data/a" in project.dvc("add", "data", code=255).err
    project.dvc("commit", "-f", code=None)
    assert project.read("data.dvc") == recorded
    (project.root.parent / "unmounted").rename(cache)
    assert "up to date" in project.dvc("status").out


def test_a_broken_link_to_anywhere_else_is_named(project: Project) -> None:
    project.write_all({"data/a": "a"})
    project.dvc("add", "data")
    project.path("data/b").symlink_to("nowhere")
    assert "data/b" in project.dvc("status", code=1).err


def test_a_link_to_a_lost_object_goes_with_checkout(project: Project) -> None:
    project.dvc("config", "cache.type", "symlink")
    project.write_all({"one": "1", "two": "2"})
    project.dvc("add", "one", "two")
    project.path("one").resolve().unlink()
    project.path("two").unlink()
    failed = project.dvc("checkout", code=255)
    assert "one" in failed.err
    assert project.read("two") == "2"
    assert not project.exists("one")
