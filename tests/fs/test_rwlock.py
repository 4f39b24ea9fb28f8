"""Claims on paths: who blocks whom, in the table that DVC reads and writes too."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from assay.errors import UnsafePath
from assay.fs.rwlock import PathBusy, PathLocks
from support.environment import SOURCES
from support.project import Project

NOBODY = 2_147_483_646  # far above what Linux gives to processes
SOMEBODY = os.getppid()


class Table:
    """A lock table in a temporary folder, and the warnings about it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "rwlock"
        self.warnings: list[str] = []

    def locks(self) -> PathLocks:
        return PathLocks(str(self.folder), "dvc repro", self.warnings.append)

    def write(self, table: object) -> None:
        self.file.write_text(json.dumps(table))

    def read(self) -> Any:
        return json.loads(self.file.read_text())


@pytest.fixture
def table(tmp_path: Path) -> Table:
    return Table(tmp_path)


def writer(path: str, pid: int = SOMEBODY) -> dict[str, object]:
    return {"write": {path: {"pid": pid, "cmd": "dvc repro -s"}}}


def reader(path: str, pid: int = SOMEBODY) -> dict[str, object]:
    return {"read": {path: [{"pid": pid, "cmd": "dvc status"}]}}


def test_claims_are_in_the_table_while_they_are_held(table: Table) -> None:
    me = {"pid": os.getpid(), "cmd": "dvc repro"}
    with table.locks().hold(read=["/p/in", "/p/data"], write=["/p/out"]):
        assert table.read() == {
            "write": {"/p/out": me},
            "read": {"/p/in": [me], "/p/data": [me]},
        }
    assert table.read() == {}


def test_nothing_to_claim_leaves_no_trace(table: Table) -> None:
    with table.locks().hold():
        pass
    assert os.listdir(table.folder) == []


@pytest.mark.parametrize("path", ["/p/d", "/p/d/x", "/p", "/"])
@pytest.mark.parametrize("mine", ["read", "write"])
def test_a_writer_blocks_all_others_around_its_path(table: Table, path: str, mine: str) -> None:
    table.write(writer("/p/d"))
    with pytest.raises(PathBusy) as caught, table.locks().hold(**{mine: [path]}):
        pass
    assert caught.value.message == (
        f"'{path}' is busy, it is being blocked by:\n"
        f"  (PID {SOMEBODY}): dvc repro -s\n"
        "\n"
        "If there are no processes with such PIDs, you can manually remove "
        f"'{table.file}' and try again."
    )
    assert table.read() == writer("/p/d")


def test_a_reader_blocks_writers_only(table: Table) -> None:
    table.write(reader("/p/d"))
    with table.locks().hold(read=["/p/d"]):
        assert len(table.read()["read"]["/p/d"]) == 2
    with pytest.raises(PathBusy), table.locks().hold(write=["/p/d/x"]):
        pass
    assert table.read() == reader("/p/d")


def test_neighbours_do_not_block_each_other(table: Table) -> None:
    table.write(writer("/p/d"))
    with table.locks().hold(read=["/p/da"], write=["/p/e"]):
        pass
    assert table.read() == writer("/p/d")


def test_all_who_block_are_named(table: Table) -> None:
    table.write({**writer("/p/d/x"), **reader("/p/d/y")})
    with pytest.raises(PathBusy) as caught, table.locks().hold(write=["/p/d"]):
        pass
    assert [holder.command for holder in caught.value.holders] == ["dvc repro -s", "dvc status"]


def test_a_killed_process_blocks_nobody(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    table.write({**writer("/p/out", NOBODY), **reader("/q/elsewhere", NOBODY)})
    with table.locks().hold(read=["/p/out"]):
        assert table.read().keys() == {"read"}
    assert table.warnings == [
        f"Process 'dvc repro -s' with (Pid {NOBODY}), in RWLock-file 'p/out' had been killed. "
        "Auto removed it from the lock file."
    ]
    assert table.read() == {}


@pytest.mark.parametrize("pid", [0, -1, 1 << 31, 1 << 80])
def test_a_number_that_is_no_process_blocks_nobody(table: Table, pid: int) -> None:
    table.write(writer("/p/out", pid))
    with table.locks().hold(write=["/p/out"]):
        pass


def test_a_process_does_not_block_itself(table: Table) -> None:
    locks = table.locks()
    with locks.hold(write=["/p/out"]):
        with locks.hold(read=["/p/out"], write=["/p/out"]), table.locks().hold(write=["/p/out/x"]):
            assert table.read()["write"].keys() == {"/p/out", "/p/out/x"}
        assert table.read()["write"].keys() == {"/p/out"}
    assert table.read() == {}


def test_an_error_inside_releases(table: Table) -> None:
    with pytest.raises(ZeroDivisionError), table.locks().hold(write=["/p/out"]):
        raise ZeroDivisionError
    assert table.read() == {}


@pytest.mark.parametrize(
    "damaged",
    ["", "{", '{"write": []}', "[]", '{"read": {"/p": 1}}', '{"write": {"/p": {}}}', "[" * 5000],
)
def test_a_damaged_table_is_written_anew(table: Table, damaged: str) -> None:
    table.file.write_text(damaged)
    with table.locks().hold(write=["/p/out"]):
        pass
    assert table.read() == {}
    assert "was damaged" in table.warnings[0]


def test_a_link_in_place_of_the_table_is_not_followed(table: Table, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.write_text("precious")
    table.file.symlink_to(mine)
    with pytest.raises(UnsafePath), table.locks().hold(write=["/p/out"]):
        pass
    assert mine.read_text() == "precious"


CLAIM_OFTEN = """
import sys
from assay.fs.rwlock import PathLocks
locks = PathLocks(sys.argv[1], sys.argv[2], print)
for number in range(20):
    with locks.hold(read=["/p/shared"], write=["/p/" + sys.argv[2]]):
        pass
"""


def test_processes_do_not_lose_each_others_claims(table: Table) -> None:
    with table.locks().hold(write=["/p/mine"]):
        processes = [
            subprocess.Popen(
                [sys.executable, "-c", CLAIM_OFTEN, str(table.folder), name],
                env={"PYTHONPATH": str(SOURCES)},
                stdout=subprocess.PIPE,
                text=True,
            )
            for name in ("a", "b")
        ]
        for process in processes:
            out, _ = process.communicate(timeout=60)
            assert (process.returncode, out) == (0, "")
        assert table.read()["write"].keys() == {"/p/mine"}
    assert table.read() == {}


def test_dvc_honours_our_claims(real_dvc: str, project: Project) -> None:
    project.write("dvc.yaml", "stages: {s: {cmd: echo 1 > out, outs: [out]}}")
    locks = PathLocks(str(project.root / ".dvc" / "tmp"), "assay repro", print)
    with locks.hold(write=[str(project.root / "out")]):
        blocked = project.dvc("status", by=real_dvc, code=1)
    assert f"'{project.root / 'out'}' is busy" in blocked.err
    assert f"(PID {os.getpid()}): assay repro" in blocked.err
    project.dvc("repro", by=real_dvc)
