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
