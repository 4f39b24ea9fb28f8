"""P9: no file, whatever is wrong with it, makes a command hang, show a traceback or stay silent.

Every kind of damage to every file that commands read, tried with every command that reads it. Each
test plays a part of the table, chosen by a fixed seed; the slow ones play it whole.
"""

from __future__ import annotations

import contextlib
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import NewProject
from promises.damage import Damage, damages
from support.forked import forked, load_all
from support.project import Project, Result

COMMANDS_THAT_READ = """\
status
status --json
status -c
data status --json --granular
diff --json
exp show --json -A
exp show --no-pager
exp show --csv
exp list -A
exp diff
metrics show
metrics diff --json
params diff
plots show -o plots
plots diff --json
dag --mermaid
stage list --all
root
config -l
check-ignore -d x.skip
queue status
queue logs queued
remote list
version
fsck
undo --list
cache dir
repro --dry
exp run --dry
""".splitlines()

COMMANDS_THAT_WRITE = """\
repro
exp run -S lr=7
exp run --queue -S lr=8
exp run --temp
exp save
checkout -f
commit -f
add mine.txt
add data.txt
remove dir.dvc
move data.txt moved.txt
unprotect data.txt
freeze one
stage add -n x true
gc -w -f
push
pull
exp apply second
exp branch second b
exp remove -A
exp rename second other
exp push origin second
exp pull origin first
exp clean
queue remove --all
undo
install
config core.autostage true
remote modify store jobs 3
git-hook post-checkout a b 1
cache migrate
init -f
""".splitlines()

STAGES = """\
vars: [vars.yaml]
stages:
  one:
    cmd: >-
      cp data.txt one.txt && echo '{"a":1}' > m.json && printf 'x,y\\n1,2\\n' > plot.csv
    deps: [data.txt]
    params: [lr, p.json: [x], p.toml: [t.y], p.py: [z]]
    outs: [one.txt]
    metrics: [m.json: {cache: false}]
    plots: [plot.csv: {cache: false, x: x, y: y}]
  two:
    cmd: mkdir -p tree/sub && cp one.txt tree/a && cp one.txt tree/sub/b && echo ${v}
    deps: [one.txt, dir]
    outs: [tree]
"""

FILES = {
    "dvc.yaml": STAGES,
    "vars.yaml": "v: 3\n",
    "params.yaml": "lr: 0.1\n",
    "p.json": '{"x": 1}\n',
    "p.toml": "[t]\ny = 2\n",
    "p.py": "z = 3\n",
    "data.txt": "data\n",
    "dir/a": "a\n",
    "dir/sub/b": "b\n",
    ".dvcignore": "*.skip\n",
    ".dvc/config": "[core]\n    remote = store\n['remote \"store\"']\n    url = ../../store\n",
}

# Patterns: the names below `cache` and `state` are hashes and places.
TARGETS = [
    *FILES,
    "dvc.lock",
    "dir.dvc",
    ".gitignore",
    ".gitattributes",
    "one.txt",
    "m.json",
    "plot.csv",
    ".dvc/config.local",
    ".dvc/.gitignore",
    ".dvc/cache/files/md5/61/*",
    ".dvc/cache/files/md5/*/*.dir",
    ".dvc/cache/runs/*/*/*",
    ".dvc/tmp/lock",
    ".dvc/tmp/rwlock",
    ".dvc/tmp/assay/meaning.json",
    ".dvc/tmp/assay/revisions",
    ".dvc/tmp/assay/state/files.json",
    ".dvc/tmp/assay/state/placed.json",
    ".dvc/tmp/assay/state/present.json",
    ".dvc/tmp/assay/state/tree-*.index",
    ".dvc/tmp/assay/state/tree-*.index.edits",
    ".dvc/tmp/exps/queue/tasks.db",
    ".dvc/tmp/exps/queue/tasks.db-wal",
    ".git/HEAD",
    ".git/config",
    ".git/index",
    ".git/packed-refs",
    ".git/info/exclude",
    ".git/refs/heads/main",
    ".git/refs/exps/*/*/fourth",
    ".git/refs/assay/workspace/*",
]

DOCUMENTED = {0, 1, 2, 251, 252, 253, 254, 255}


class Bench:
    """A project with a bit of everything, which can be put back into its first state."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._saved = project.root.parent / "saved"
        _furnish(project)
        for place in (project.root, *self._neighbours()):
            shutil.copytree(place, self._saved / place.name, symlinks=True)

    def _neighbours(self) -> list[Path]:
        return [self.project.root.parent / name for name in ("store", "origin.git")]

    def reset(self) -> None:
        for place in (self.project.root, *self._neighbours()):
            shutil.rmtree(place, ignore_errors=True)
            shutil.copytree(self._saved / place.name, place, symlinks=True)

    def find(self, pattern: str) -> Path:
        """The first file that fits; for a plain name the place where it would be."""
        found = sorted(self.project.root.glob(pattern))
        return found[0] if found else self.project.path(pattern)

    def run(self, command: str) -> Result:
        return forked([*command.split(), "-v"], cwd=str(self.project.root), env=self.project.env)


def _furnish(project: Project) -> None:
    project.write_all(FILES)
    project.git("init", "-q", "--bare", "../origin.git")
    project.git("remote", "add", "origin", "../origin.git")

    def play(*steps: str) -> None:
        for step in steps:
            result = forked(step.split(), cwd=str(project.root), env=project.env)
            assert result.code == 0, (step, result)

    play("add -q data.txt dir")
    project.commit("one")
    play("exp run -q -n first")
    project.commit("two")
    play("push -q", "exp run -q -n second -S lr=0.2", "exp apply -q first")
    play("exp run -q --queue -n queued -S lr=0.5", "exp show --json", "metrics show", "status")
    project.git("push", "-q", "origin", "main")
    play("exp push -q origin first")
    project.git("pack-refs", "--all")
    project.write("mine.txt", "mine\n")
    play("exp run -q -n fourth -S lr=0.4")
    for text in ("changed\n", FILES["dir/a"]):
        project.write("dir/a", text)
        play("status")


@pytest.fixture
def bench(new_project: NewProject) -> Bench:
    load_all()
    return Bench(new_project())


def damages_of(bench: Bench, pattern: str) -> list[tuple[str, Damage]]:
    """What can be done to a file of the project."""
    path = bench.find(pattern)
    return list(damages(path.read_bytes() if path.is_file() else b"x"))


@contextlib.contextmanager
def damaged(bench: Bench, pattern: str, put: Damage) -> Iterator[None]:
    """While this is open, the damage stands in the place of the file."""
    path = bench.find(pattern)
    moved = bench.project.root.parent / "moved"
    is_there = path.exists()
    if is_there:
        path.rename(moved)
    put(path)
    yield
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
    if is_there:
        path.parent.mkdir(parents=True, exist_ok=True)  # `init -f` starts anew
        moved.rename(path)


def complaint(command: str, result: Result) -> str:
    """What is wrong with how a command ended; nothing if it behaved."""
    if command.startswith("check-ignore") and result.code == 1:
        return ""  # an answer, as Git's: nothing ignores the path
    if command.startswith("fsck") and result.code == 3:
        return ""  # its answer: data that was recorded is not in the cache
    if result.code not in DOCUMENTED:
        return f"exit code {result.code}"
    if result.code and not result.err.strip():
        return "failed without a word"
    # With -v a foreseen error has its traceback on stdout, as all talk; others have it on stderr.
    if "Traceback" in result.err:
        return "unforeseen"
    return ""


def tried(bench: Bench, pattern: str, name: str, put: Damage, command: str) -> list[str]:
    """Run a command beside a damaged file; what it did wrong."""
    with damaged(bench, pattern, put):
        result = bench.run(command)
    assert not bench.project.exists("pwned")
    wrong = complaint(command, result)
    return [f"{wrong}: {pattern}, {name}: {command}\n{result.out}{result.err}"] if wrong else []


def test_whatever_is_wrong_with_a_file_readers_say_so(bench: Bench) -> None:
    chance = random.Random(1)
    wrong = []
    for pattern in TARGETS:
        for name, put in chance.sample(damages_of(bench, pattern), 8):
            wrong += tried(bench, pattern, name, put, chance.choice(COMMANDS_THAT_READ))
    assert not wrong, "\n".join(wrong)


def test_whatever_is_wrong_with_a_file_writers_say_so(bench: Bench) -> None:
    chance = random.Random(2)
    wrong = []
    for pattern in TARGETS:
        name, put = chance.choice(damages_of(bench, pattern))
        wrong += tried(bench, pattern, name, put, chance.choice(COMMANDS_THAT_WRITE))
        bench.reset()
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
@pytest.mark.parametrize("pattern", TARGETS)
def test_readers_of_a_damaged_file(bench: Bench, pattern: str) -> None:
    wrong = []
    for name, put in damages_of(bench, pattern):
        for command in COMMANDS_THAT_READ:
            wrong += tried(bench, pattern, name, put, command)
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
@pytest.mark.parametrize("pattern", TARGETS)
def test_writers_that_meet_a_damaged_file(bench: Bench, pattern: str) -> None:
    """Each damage once, every time with another command."""
    chance = random.Random(pattern)
    wrong = []
    for name, put in damages_of(bench, pattern):
        wrong += tried(bench, pattern, name, put, chance.choice(COMMANDS_THAT_WRITE))
        bench.reset()
    assert not wrong, "\n".join(wrong)


def test_a_head_with_a_nul_names_no_file(project: Project) -> None:
    """As a power cut may leave it."""
    project.write(".git/HEAD", "ref: refs/he\0ads/main\n")
    for command in ("exp list", "exp show", "data status"):
        assert "unexpected" not in project.dvc(*command.split(), code=None).err
