"""What was seen in the cache is believed as long as nothing can have gone since."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path

import pytest

from assay.store.cache import ObjectCache
from assay.store.completeness import Completeness
from assay.store.hashes import md5_bytes
from assay.store.trees import TreeEntry, tree_bytes, tree_id
from support.project import Project


def test_what_went_after_the_clock_was_set_back_is_missed(tmp_path: Path) -> None:
    cache = ObjectCache(str(tmp_path / "cache"))
    one = md5_bytes(b"one")
    cache.put_bytes(one, b"one")
    listing = tree_bytes([TreeEntry("one", one)])
    tree = tree_id(listing)
    cache.put_bytes(tree, listing)
    seen = Completeness(str(tmp_path / "state"))
    seen.note(cache, tree, time.time_ns() + 3_600_000_000_000)
    seen.save()

    os.unlink(cache.path(one))
    after = Completeness(str(tmp_path / "state"))
    assert not after.is_untouched(cache, tree)
    assert not after.has_tree(cache, tree, {one[:2]}, lambda _: [one], are_all=True)


def test_an_older_cache_in_the_place_of_a_newer_one_is_looked_into(project: Project) -> None:
    """Copied with its times, as by `cp -a` or `rsync -a`."""
    project.write_all({"d/a": "a\n", "d/b": "b\n"})
    project.dvc("add", "-q", "d")
    objects = project.path(".dvc/cache/files/md5")
    lost = next(path for path in objects.glob("*/*") if path.read_text() == "b\n")
    lost.unlink()
    older = project.root.parent / "older"
    project.shell(f"cp -a .dvc/cache '{older}'")
    project.dvc("commit", "-f")
    assert lost.exists()
    time.sleep(0.1)
    assert project.dvc("status", "--json").json == {}

    shutil.rmtree(project.path(".dvc/cache"))
    project.shell(f"cp -a '{older}' .dvc/cache")
    changes = project.dvc("status", "--json").json["d.dvc"]
    assert changes == [{"changed outs": {"d": "not in cache"}}]
    project.dvc("add", "-q", "d")
    assert lost.exists()


@pytest.mark.parametrize("edit", ["rm d/b", "echo edited > d/b"])
def test_who_adds_another_directory_has_not_seen_all_of_the_recorded_one(
    project: Project, edit: str
) -> None:
    """Only what the two have in common was looked for."""
    project.dvc("config", "cache.type", "copy")
    project.write_all({"d/a": "a\n", "d/b": "b\n"})
    project.dvc("add", "-q", "d")
    project.commit("both")
    project.shell(edit)
    project.dvc("data", "status")
    objects = project.path(".dvc/cache/files/md5")
    next(path for path in objects.glob("*/*") if path.read_text() == "b\n").unlink()
    project.dvc("add", "-q", "d")

    project.git("checkout", "-q", "d.dvc")
    time.sleep(0.1)
    lacking = project.dvc("data", "status", "--granular", "--json").json["not_in_cache"]
    assert lacking == ["d/b"]


def test_who_adds_again_need_not_look_for_each_object_a_third_time(project: Project) -> None:
    project.write_all({f"d/{number}": str(number) for number in range(9)})
    project.dvc("add", "-q", "d")
    folders = project.path(".dvc/cache/files/md5").iterdir()
    last_change_ns = max(folder.stat().st_ctime_ns for folder in folders)
    project.dvc("add", "-q", "d")
    (seen_ns,) = json.loads(project.read(".dvc/tmp/assay/state/present.json")).values()
    assert seen_ns > last_change_ns
