"""P2 and P9: of two commands at once each does its work or says why not, and nothing is damaged."""

from __future__ import annotations

import pytest

from support.pipelines import two_stages
from support.project import Project

PAIRS = [
    ("exp run -n one -S lr=2", "exp run -n two -S lr=3"),
    ("exp run -n one -S lr=2", "exp run --temp -n two -S lr=3"),
    ("exp run --run-all", "exp save -n two"),
    ("exp run --run-all", "gc -w -f"),
    ("add mine", "gc -w -f"),
    ("add mine", "add mine"),
    ("repro -f", "commit -f"),
    ("stage add -n a -o a.txt true", "stage add -n b -o b.txt true"),
]


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_two_at_once(project: Project, first: str, second: str) -> None:
    two_stages(project)
    project.dvc("exp", "run", "-n", "before")
    project.dvc("exp", "run", "--queue", "-n", "queued", "-S", "lr=5")
    project.write_all({f"mine/{number}": f"{number}\n" * 20_000 for number in range(20)})
    running = [project.start(["dvc", *command.split()]) for command in (first, second)]
    said = [process.communicate()[1] for process in running]
    codes = [process.returncode for process in running]
    assert 0 in codes, said
    for code, words in zip(codes, said, strict=True):
        assert "unexpected" not in words and "Traceback" not in words
        assert code == 0 or "ERROR: " in words
    project.dvc("status")
    project.dvc("fsck")
    assert "before" in project.dvc("exp", "list", "--name-only").lines


def test_of_many_at_once_each_finds_its_line_in_gitignore(project: Project) -> None:
    names = [f"data{number}" for number in range(6)]
    project.write_all(dict.fromkeys(names, "1\n"))
    running = [project.start(["dvc", "add", name]) for name in names]
    said = [process.communicate() for process in running]
    assert [process.returncode for process in running] == [0] * len(names), said
    assert sorted(project.read(".gitignore").split()) == [f"/{name}" for name in names]
