"""`fsck`: finds what is damaged or missing, says it to people and programs, and changes nothing."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from support.project import Project

ONE, TWO = "5bbf5a52328e7439ae6e719dfe712200", "c193497a1a06b2c72230e6146ff47080"
DAMAGED, LACKING = 1, 3

STAGE = "stages: {s: {cmd: cp p.yaml o, params: [p.yaml: [lr]], outs: [o]}}"


@pytest.fixture
def data(project: Project) -> Project:
    """A tracked directory, a stage that ran, and an experiment."""
    project.write_all({"raw/1.txt": "one\n", "raw/2.txt": "two\n"})
    project.write_all({"dvc.yaml": STAGE, "p.yaml": "lr: 1\n", ".gitignore": "/o\n"})
    project.dvc("add", "-q", "raw")
    project.dvc("repro", "-q")
    project.commit("base")
    project.dvc("exp", "run", "-q", "-n", "faster", "-S", "p.yaml:lr=2")
    project.git("checkout", "-q", ".")
    return project


def place(project: Project, object_id: str) -> Path:
    return project.path(f".dvc/cache/files/md5/{object_id[:2]}/{object_id[2:]}")


def damage(path: Path, content: str) -> None:
    path.chmod(0o644)
    path.write_text(content)
    path.chmod(0o444)


def facts(project: Project) -> dict[str, tuple[int, bytes]]:
    """Mode, time and content of every file but Git's."""
    found = {}
    for name in project.listing():
        path = project.path(name)
        found[name] = (path.stat().st_mode, path.stat().st_mtime_ns, path.read_bytes())
    return found


def test_all_is_well(data: Project) -> None:
    before = facts(data)
    for options in ([], ["--deep"]):
        assert data.dvc("fsck", *options).out == (
            "Checked 5 objects, 2 runs, 4 records, 1 experiments: nothing is wrong.\n"
        )
    assert data.dvc("fsck", "-q").out == ""
    assert data.dvc("fsck", "--json").json == {
        "checked": {"objects": 5, "runs": 2, "records": 4, "experiments": 1},
        "problems": [],
    }
    assert facts(data) == before


def test_a_flipped_bit_is_found_by_reading_everything(data: Project) -> None:
    damage(place(data, ONE), "onE\n")
    before = facts(data)
    assert data.dvc("fsck").lines[-1].endswith("nothing is wrong.")
    found = data.dvc("fsck", "--deep", code=DAMAGED)
    path = f".dvc/cache/files/md5/{ONE[:2]}/{ONE[2:]}"
    assert found.lines[0].startswith(f"damaged: {path}: holds other bytes than its name says")
    assert found.lines[-1].endswith(": 1 damaged.")
    assert found.err.startswith("hint: delete a damaged object and get it again")
    [problem] = data.dvc("fsck", "--deep", "--json", code=DAMAGED).json["problems"]
    assert (problem["severity"], problem["kind"], problem["name"]) == ("damaged", "object", ONE)
    assert problem["path"] == str(data.path(path))
    assert facts(data) == before


@pytest.mark.parametrize("content", ["", "one\nand more\n"])
def test_another_size_is_found_at_once(data: Project, content: str) -> None:
    """Of an output that is a file; what is empty cannot be right anywhere."""
    out = data.read("dvc.lock").split("md5: ")[-1].split()[0]
    damage(place(data, out), content)
    assert "damaged" in data.dvc("fsck", code=DAMAGED).lines[0]


def test_objects_that_somebody_touched_are_read(data: Project) -> None:
    place(data, ONE).chmod(0o644)
    place(data, TWO).chmod(0o644)
    place(data, TWO).write_text("tWo\n")
    lines = data.dvc("fsck", code=DAMAGED).lines
    assert "damaged" in lines[0] and TWO[2:] in lines[0]
    assert "note" in lines[1] and "can be written to (mode 0644)" in lines[1]
    assert place(data, TWO).exists()


def test_listings_are_always_read(data: Project) -> None:
    [raw] = [name for name in data.listing(".dvc/cache/files/md5") if name.endswith(".dir")]
    path = data.path(".dvc/cache/files/md5") / raw
    good = path.read_text()
    damage(path, good.replace("1.txt", "3.txt"))
    assert "holds other bytes" in data.dvc("fsck", code=DAMAGED).out


def test_a_hostile_listing_is_named(data: Project) -> None:
    data.path(".dvc/cache/ab").mkdir(parents=True)
    hostile = '[{"md5": "' + ONE + '", "relpath": "../../.git/hooks/x"}]'
    data.path(".dvc/cache/ab/" + "0" * 30 + ".dir").write_text(hostile)
    data.path(".dvc/cache/ab/" + "0" * 30 + ".dir").chmod(0o444)
    assert "is a hostile listing: refusing the path" in data.dvc("fsck", code=DAMAGED).out


def test_data_that_is_elsewhere_is_missing_not_damaged(data: Project) -> None:
    place(data, ONE).unlink()
    found = data.dvc("fsck", code=LACKING)
    assert found.lines[0] == (
        "missing: raw: 1 of the 2 objects of its files are not in the cache (needed by 1 more)"
    )
    shutil.rmtree(data.path(".dvc/cache"))
    lines = data.dvc("fsck", code=LACKING).lines
    assert [line.split(":")[1] for line in lines[:-1]] == [
        " o",
        " raw",
        " o in experiment 'faster'",
    ]
    assert lines[-1] == "Checked 0 objects, 0 runs, 4 records, 1 experiments: 3 missing."


def test_runs_that_are_not_what_their_names_say(data: Project) -> None:
    first, second = (
        data.path(f".dvc/cache/runs/{name}") for name in data.listing(".dvc/cache/runs")
    )
    first.write_text(first.read_text().replace("lr: ", "lr: 1"))
    second.write_text("{")
    messages = [p["message"] for p in data.dvc("fsck", "--json", code=DAMAGED).json["problems"]]
    assert messages == [
        "is the record of a run with other inputs than its folder says",
        "is no record of a run",
    ]


def test_files_that_cannot_be_read_do_not_hide_the_others(data: Project) -> None:
    data.write("raw.dvc", "outs: [\n")
    data.write("sub/dvc.yaml", "stages: {a: 1}\n")
    place(data, "f" * 32).parent.mkdir()
    problems = data.dvc("fsck", "--json", code=DAMAGED).json["problems"]
    assert [problem["name"] for problem in problems] == ["raw.dvc", "sub/dvc.yaml"]
    assert "cannot be read: './raw.dvc' is invalid." in problems[0]["message"]


def test_a_hash_that_is_none(data: Project) -> None:
    lock = data.read("dvc.lock")
    data.write("dvc.lock", lock.replace(lock.split("md5: ")[-1].split()[0], "../../../etc/passwd"))
    assert "is not the name of a cache object" in data.dvc("fsck", code=DAMAGED).out


def test_experiments_whose_commits_are_lost_or_broken(data: Project) -> None:
    data.write("raw.dvc", "outs: [\n")
    data.git("add", "-A")
    broken = data.git("commit-tree", "-p", data.head, "-m", "x", data.git("write-tree"))
    data.git("reset", "-q", "--hard")
    base = data.head
    data.git("update-ref", f"refs/exps/{base[:2]}/{base[2:]}/broken", broken)
    data.write(f".git/refs/exps/{base[:2]}/{base[2:]}/lost", "1" * 40 + "\n")
    data.git("update-ref", "refs/exps/odd", base)
    problems = data.dvc("fsck", "--json", code=DAMAGED).json["problems"]
    assert {(p["kind"], p["name"]) for p in problems} == {
        ("experiment", "refs/exps/odd"),
        ("experiment", "lost"),
        ("experiment", "broken"),
    }
    assert any("is invalid in revision" in problem["message"] for problem in problems)


def test_strangers_and_leftovers_are_only_noted(data: Project) -> None:
    data.write(".dvc/cache/files/md5/README", "mine")
    data.write(".dvc/cache/files/md5/ab/.x.tmp", "")
    data.write(".dvc/cache/runs/notes", "mine")
    lines = data.dvc("fsck").lines
    assert [line.split(":")[0] for line in lines[:-1]] == ["note"] * 3
    assert lines[-1].endswith("nothing is wrong.")


def test_without_git_and_without_anything(bare_project: Project) -> None:
    assert bare_project.dvc("fsck").out == (
        "Checked 0 objects, 0 runs, 0 records, 0 experiments: nothing is wrong.\n"
    )


def test_on_a_disk_that_nobody_may_write_to(data: Project) -> None:
    """Readers take no lock and need no permission to write (P4)."""
    folders = [data.root, *(path for path in data.root.rglob("*") if path.is_dir())]
    for folder in folders:
        os.chmod(folder, 0o555)
    try:
        data.dvc("fsck", "--deep")
    finally:
        for folder in folders:
            os.chmod(folder, 0o755)
