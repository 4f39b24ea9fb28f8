"""P2 and P9 on a full disk: a command says so in a line, and is given again when there is room.

Needs the right to mount a disk of some megabytes.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from promises.test_p2_every_step import COMMANDS, Bench, assert_objects_are_what_they_claim
from support.commands import write_commands
from support.forked import forked, load_all
from support.pipelines import two_stages
from support.project import Project, Result

PAGE = 4096
# How many pages are free: less and less of the command fits.
ROOM = (0, 1, 2, 3, 5, 8, 12, 18, 26, 40, 60, 90, 130)
# What is said of a file that cannot be written has to name it; Git has words of its own.
NAMELESS = re.compile(
    r"^ERROR: (?!.*\bgit [a-z-]+ failed: )(?:[^'\n]*|failed to reproduce '[^'\n]*': )"
    r"No space left on device$",
    re.MULTILINE,
)
MAKE_ROOM = ["gc -w -f", "exp clean", "exp remove first", "exp remove -A"]


class Disk:
    """A small disk at `top`, which can be filled."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self._filler = top / "filler"

    def project(self) -> Project:
        """An empty project on it."""
        write_commands(self.top / "bin")
        here = self.top / "here"
        project = Project(here / "project", home=here / "home", commands=self.top / "bin")
        project.write_all({".dvc/config": "", ".dvc/.gitignore": "/config.local\n/tmp\n/cache\n"})
        project.git("init", "-q", "-b", "main")
        project.commit("init")
        return project

    def run(self, project: Project, command: str, *, room: int) -> Result:
        """Run a command while only `room` pages are free."""
        self._fill(room)
        try:
            return forked(command.split(), cwd=str(project.root), env=project.env)
        finally:
            self._filler.unlink()

    def _fill(self, room: int) -> None:
        with open(self._filler, "wb", buffering=0) as file:
            for size in (64 * PAGE, PAGE):
                try:
                    while file.write(bytes(size)) == size:
                        pass
                except OSError:
                    pass
            file.truncate((file.tell() // PAGE - room) * PAGE)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    top = tmp_path / "disk"
    top.mkdir()
    load_all()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=60m", "none", str(top)]
    if os.geteuid() != 0 or subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount")
    yield Disk(top)
    subprocess.run(["umount", str(top)], check=True)


def play(disk: Disk, command: str) -> None:
    bench = Bench(disk.project(), command, COMMANDS[command])
    bench.reset()
    assert bench.run(command) == 0
    expected = bench.state()
    for room in ROOM:
        bench.reset()
        result = disk.run(bench.project, command, room=room)
        assert "Traceback" not in result.err and "unexpected" not in result.err, result.err
        assert not NAMELESS.search(result.err), result.err
        assert_objects_are_what_they_claim(bench.project)
        if result.code == 0 and bench.state() == expected:
            return
        # Of what happened before there may be warnings.
        assert result.code == 0 or "ERROR: " in {line[:7] for line in result.err.split("\n")}, (
            result
        )
        bench.run(command)
        found = bench.state()
        for part, value in expected.items():
            assert found[part] == value, (command, room, part)


@pytest.mark.parametrize("command", ["exp run -n x -S lr=7", "add dir"])
def test_a_command_is_given_again_when_there_is_room(disk: Disk, command: str) -> None:
    play(disk, command)


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_is_given_again_when_there_is_room(disk: Disk, command: str) -> None:
    play(disk, command)


@pytest.mark.parametrize("command", MAKE_ROOM)
def test_what_makes_room_needs_none(disk: Disk, command: str) -> None:
    project = two_stages(disk.project())
    project.dvc("exp", "run", "-n", "first")
    project.dvc("exp", "run", "--temp", "-n", "second", "-S", "lr=3")
    project.dvc("exp", "run", "--queue", "-n", "third", "-S", "lr=4")
    result = disk.run(project, command, room=0)
    assert result.code == 0, result.err
