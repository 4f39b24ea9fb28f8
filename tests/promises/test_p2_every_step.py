"""P2: killed before any of its effects, a command is simply given again, and all is as if it had
not been killed.

Each test kills one command at a few of its steps, the slow one at every step.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterable, Sequence

import pytest

from conftest import NewProject
from support.forked import Steps, forked, load_all
from support.objects import assert_objects_are_sound
from support.project import Project

STAGES = """\
stages:
  one:
    cmd: cp data.txt one.txt && echo "lr $(cat params.yaml)" >> one.txt
    deps: [data.txt]
    params: [lr]
    outs: [one.txt]
  two:
    cmd: mkdir -p tree && cp one.txt tree/a && echo b > tree/b && echo '{"a":1}' > m.json
    deps: [one.txt, dir]
    outs: [tree]
    metrics: [m.json: {cache: false}]
"""

CONFIG = "[core]\n    remote = store\n['remote \"store\"']\n    url = ../../store\n"

# Command → what is done before it, in a project where everything is committed and up to date.
COMMANDS: dict[str, list[str]] = {
    "exp run -n x -S lr=7": [],
    "exp run -n x -S lr=0.2": [],  # from the run cache
    "exp run -n x -S lr=7 --temp": [],
    "exp run -n x -S lr=7 --queue": [],
    "exp save -n x": ["!echo 'lr: 8' > params.yaml"],
    "exp apply second": ["!echo mine >> dvc.yaml"],
    "exp remove second": [],
    "exp rename second other": [],
    "exp branch second other": [],
    "undo": ["exp apply second"],
    "repro": ["!echo more >> data.txt"],
    "add mine": ["!mkdir -p mine/deep && echo 1 > mine/a && echo 2 > mine/deep/b"],
    "add dir": ["!echo changed > dir/a && rm dir/b && echo new > dir/c"],
    "commit -f": ["!echo changed > dir/a && echo changed > one.txt"],
    "checkout -f": ["!rm -r dir one.txt && echo changed > tree/a && rm tree/b"],
    "remove dir.dvc": [],
    "move dir folder": [],
    "move mine.txt sub/moved.txt": ["!mkdir sub && echo a > mine.txt", "add mine.txt"],
    "move mine.txt sub": ["!mkdir sub && echo a > mine.txt", "add mine.txt"],
    "move mine.txt moved.txt": ["!echo a > mine.txt", "add mine.txt", "!mv mine.txt.dvc own.dvc"],
    "stage add -f -n three -d one.txt -o three.txt -O plain.txt cp one.txt three.txt": [],
    "stage add -f -n three --run -d one.txt -o three.txt cp one.txt three.txt": [],
    "freeze one": [],
    "config core.autostage true": [],
    "remote modify store jobs 3": [],
    "gc -w -f": [],
    "push": [],
    "pull": ["push", "!rm -rf .dvc/cache dir one.txt"],
    "exp clean": [],
    "install": [],
}


# A killed `undo` may have kept what it replaced twice.
# Of which sandbox a reference keeps the files: a killed temporary run keeps its own until its note
# is taken over.
SANDBOXES = "refs/assay/sandbox/"
HISTORY = ("refs/assay/undo/", "refs/assay/redo/", "refs/assay/unsaved/")


class Bench:
    """A project that can be put back into the state before the command."""

    def __init__(self, project: Project, command: str, before: Sequence[str]) -> None:
        self.project = project
        self.command = command
        self._saved = project.root.parent / "saved"
        project.write_all({"dvc.yaml": STAGES, "params.yaml": "lr: 1\n", "data.txt": "data\n"})
        project.write_all({"dir/a": "a\n", "dir/b": "b\n", ".dvc/config": CONFIG})
        (project.root.parent / "store").mkdir()
        self._play("add dir", "exp run -n first", "!git add -A && git commit -qm ran")
        self._play("exp run -n second -S lr=0.2", "exp apply first", *before)
        for place in self._places():
            shutil.copytree(place, self._saved / place.name, symlinks=True)
        project.env["GIT_COMMITTER_DATE"] = project.env["GIT_AUTHOR_DATE"] = "2030-01-01T00:00:00Z"

    def _play(self, *steps: str) -> None:
        for step in steps:
            if step.startswith("!"):
                self.project.shell(step[1:])
            else:
                assert self.run(step) == 0, step

    def _places(self) -> list[object]:
        return [self.project.root, self.project.root.parent / "store"]

    def run(self, command: str, steps: Steps | None = None) -> int:
        result = forked(
            command.split(), cwd=str(self.project.root), env=self.project.env, steps=steps
        )
        assert "Traceback" not in result.err, result.err
        return result.code

    def reset(self) -> None:
        for place in self._places():
            shutil.rmtree(place)
            shutil.copytree(self._saved / place.name, place, symlinks=True)

    def state(self) -> dict[str, object]:
        """All that a user would miss; what only saves time or waits for `gc` is left out."""
        project = self.project
        files = {name: project.path(name) for name in project.listing()}
        kept = {
            name: path.read_bytes()
            for name, path in files.items()
            if not name.startswith((".dvc/tmp/", ".dvc/cache/"))
        }
        refs = {
            name: value if "/heads/" in name else project.git("rev-parse", f"{value}^{{tree}}")
            for name, value in project.refs("refs").items()
            if not name.startswith(("refs/assay/queue", "refs/exps/exec", SANDBOXES, *HISTORY))
        }
        return {
            "files": kept,
            "refs": refs,
            "stash": project.git("stash", "list"),
            "branch": project.git("symbolic-ref", "HEAD"),
            "index": project.git("ls-files", "-s"),
        }


def assert_objects_are_what_they_claim(project: Project) -> None:
    for place in (project.path(".dvc/cache"), project.root.parent / "store"):
        assert_objects_are_sound(place)


def try_kills(bench: Bench, kills: Iterable[int], expected: dict[str, object]) -> None:
    for number in kills:
        bench.reset()
        assert bench.run(bench.command, Steps(number)) == -9, number
        assert_objects_are_what_they_claim(bench.project)
        code = bench.run(bench.command)
        found = bench.state()
        for part, value in expected.items():
            assert found[part] == value, (bench.command, number, code, part)
        assert_objects_are_what_they_claim(bench.project)


def prepared(
    new_project: NewProject, command: str, before: Sequence[str] | None = None
) -> tuple[Bench, int, dict[str, object]]:
    """The bench, the number of steps of the command, and what it leaves when nothing kills it."""
    load_all()
    before = COMMANDS[command] if before is None else before
    bench = Bench(new_project(), command, before)
    bench.reset()
    steps = Steps()
    assert bench.run(command, steps) == 0
    return bench, steps.count, bench.state()


@pytest.mark.parametrize("command", ["exp run -n x -S lr=7", "add dir", "checkout -f"])
def test_a_killed_command_is_given_again(new_project: NewProject, command: str) -> None:
    bench, count, expected = prepared(new_project, command)
    assert count > 3
    some = random.Random(1).sample(range(1, count + 1), min(12, count))
    try_kills(bench, some, expected)


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_killed_at_any_step_is_given_again(new_project: NewProject, command: str) -> None:
    bench, count, expected = prepared(new_project, command)
    try_kills(bench, range(1, count + 1), expected)


def test_what_a_stage_in_dvc_yaml_writes_is_hidden_from_git_already(
    new_project: NewProject,
) -> None:
    command = "stage add -n three -o three.txt cp one.txt three.txt"
    bench, count, _ = prepared(new_project, command, [])
    for number in range(1, count + 1):
        bench.reset()
        assert bench.run(command, Steps(number)) == -9
        is_there = "three:" in bench.project.read("dvc.yaml")
        assert not is_there or "/three.txt" in bench.project.read(".gitignore"), number
