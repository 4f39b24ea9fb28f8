"""Nonsense for commands of experiments: one clear message, nothing changed.

Texts: spec/overrides.md §9, spec/experiments.md §9.
"""

from __future__ import annotations

import json

import pytest

from support.environment import SOURCES
from support.project import Project

PARAMS = "a: 1\nb: {c: hello, d: [1, 2]}\ne: {}\nl: []\nn: null\nx: 1\n"

INVALID = "Invalid `--set-param` value: "
UNEXPECTED = "unexpected error - "

OVERRIDES = {
    "x": UNEXPECTED + "Error parsing override 'x'",
    "": UNEXPECTED + "mismatched input '<EOF>' expecting",
    "=1": INVALID + "Could not override ''.",
    "x=a=b": UNEXPECTED + "mismatched input '=' expecting <EOF>",
    "x={a": UNEXPECTED + "no viable alternative at input '{a'",
    "x=[1,2": UNEXPECTED + "no viable alternative at input '[1,2'",
    "x=choice(1,2": UNEXPECTED + "no viable alternative at input 'choice(1,2'",
    "x=~": UNEXPECTED + "LexerNoViableAltException: x=~",
    "x=ü": UNEXPECTED + "LexerNoViableAltException: x=ü",
    "x='abc": UNEXPECTED + "LexerNoViableAltException: x='abc",
    "x=a;b": UNEXPECTED + "LexerNoViableAltException: x=a;b",
    "x=(a)": UNEXPECTED + "Error parsing override 'x=(a)'",
    "x=,a": UNEXPECTED + "Error parsing override 'x=,a'",
    "x=a,b,": UNEXPECTED + "mismatched input '<EOF>' expecting",
    "x=foo(1)": UNEXPECTED + "Error parsing override 'x=foo(1)'",
    "x=choice()": UNEXPECTED + "Error parsing override 'x=choice()'",
    "x=range(a)": UNEXPECTED + "Error parsing override 'x=range(a)'",
    "x=int(a)": UNEXPECTED + "Error parsing override 'x=int(a)'",
    "nope=1": INVALID + "Could not override 'nope'.",
    "new.deep=1": INVALID + "Could not override 'new.deep'.",
    "e={x:1}": INVALID,
    "a.x=1": INVALID + "Could not override 'a.x'.",
    "+x=1": INVALID + "Could not append to config. An item is already at 'x'.",
    "~nope": INVALID + "Could not delete from config. 'nope' does not exist.",
    "~x=5": INVALID + "Could not delete from config. The value of 'x' is 1 and not 5.",
    "b.d={a:1}": INVALID + "Error merging override b.d={a:1}",
    "b.d.5=9": INVALID + "Error merging override b.d.5=9",
    "a@b=1": INVALID + "Override a@b=1 looks like a config group override",
    "x=${nope}": UNEXPECTED + "Interpolation key 'nope' not found",
    "x=${nosuch:1}": UNEXPECTED + "Unsupported interpolation type",
    "x=???": UNEXPECTED + "Missing mandatory value: x",
    "x=1,2": "Sweep overrides can't be used without `--queue`",
    "nofile.yaml:x=1": INVALID + "Could not override 'x'.",
    "nowhere/p.yaml:+x=1": UNEXPECTED + "[Errno 2] No such file or directory: 'nowhere/p.yaml'",
    ":x=1": INVALID + "Could not override 'x'.",
    ":+x=1": "no file is named before the colon",
    "params.yaml=3": INVALID + "Could not override 'params.yaml'.",
    "+x.toml:k=1": INVALID + "Could not override 'k'.",
    "a b=1": UNEXPECTED + "LexerNoViableAltException: a b=1",
    '"a"=1': UNEXPECTED + "LexerNoViableAltException",
    "b.d[0]=9": UNEXPECTED + "LexerNoViableAltException",
    "1=2": UNEXPECTED + "LexerNoViableAltException",
    " a=1": UNEXPECTED + "LexerNoViableAltException",
}

SWEEPS = {
    "x=range(1,2,0)": UNEXPECTED + "range() arg 3 must not be zero",
    "x=interval(0,1)": UNEXPECTED + "BasicSweeper does not support sweep type : INTERVAL_SWEEP",
    "x=glob(*)": "Glob override 'x=glob(*)' is not supported.",
    "nope=1,2": INVALID + "Could not override 'nope'.",
}


COMMANDS = [
    ("exp run -S", 254, "argument -S/--set-param: expected one argument"),
    ("exp run -n", 254, "argument -n/--name: expected one argument"),
    ("exp run -n a/b", 255, "Invalid exp name a/b, the exp name must follow rules in"),
    ("exp run -n here", 255, "Experiment conflicts with existing experiment 'here'."),
    ("exp run nosuch", 255, "'nosuch' does not exist as an output or a stage name"),
    ("exp run other/dvc.yaml", 255, "'/"),
    ("exp run -r nosuch", 255, ""),
    ("exp run --temp nosuch", 255, "'nosuch' does not exist as an output or a stage name"),
    ("exp run --queue nosuch", 255, "'nosuch' does not exist as an output or a stage name"),
    ("exp run --temp -C nosuch", 255, "Unable to copy '/"),
    ("exp run -j x", 254, "argument -j/--jobs: invalid int value: 'x'"),
    ("exp save nosuch", 1, "failed to save experiment - 'nosuch' does not exist"),
    ("exp save -n a/b", 1, "failed to save experiment - Invalid exp name a/b"),
    ("exp save -n here", 1, "failed to save experiment - Experiment conflicts with"),
    ("exp show --rev nosuch", 1, "failed to show experiments - unknown Git revision"),
    ("exp show --sort-by nope", 255, "Unknown sort column 'nope'"),
    ("exp show --nosuch", 254, "unrecognized arguments: --nosuch"),
    ("exp show -n x", 254, "argument -n/--num: invalid int value: 'x'"),
    ("exp apply nosuch", 255, "'nosuch' does not appear to be an experiment commit."),
    ("exp branch e1 main", 255, "Git branch 'main' already exists."),
    ("exp branch nosuch", 255, "nosuch"),
    ("exp branch here bad..name", 255, "unexpected error - the given reference name"),
    ("exp remove", 255, "Either provide an `experiment` argument, or use"),
    ("exp remove here nosuch", 255, "'nosuch' is not a valid experiment name"),
    ("exp remove --keep --queue", 255, "Cannot use both `--keep` and `--queue`."),
    ("exp rename e1 e2", 255, "Experiment conflicts with existing experiment 'e2'."),
    ("exp rename here a/b", 255, "Invalid exp name a/b"),
    ("exp list --rev nosuch", 255, "unknown Git revision 'nosuch'"),
    ("exp list --name-only --sha-only", 254, "argument --sha-only/--shas-only: not allowed with"),
    ("exp list nosuch", 255, "'nosuch' is not a valid Git remote or URL"),
    ("exp diff -a", 254, "unrecognized arguments: -a"),
    ("exp diff nosuch", 1, "failed to show experiments diff - unknown Git revision"),
    ("exp push", 254, "the following arguments are required: <git_remote>"),
    ("exp push nosuch e1", 255, "'nosuch' is not a valid Git remote or URL"),
    ("exp pull nosuch", 255, ""),
    ("exp gc", 254, "argument cmd: invalid choice: 'gc'"),
    ("exp", 254, "the following arguments are required: cmd"),
    ("params show", 254, "argument cmd: invalid choice: 'show'"),
]


@pytest.fixture
def steady(project: Project) -> Project:
    """A project with the experiments `e1` and `e2`."""
    project.write("params.yaml", PARAMS)
    project.write("dvc.yaml", "stages: {one: {cmd: 'true', params: [x]}}\n")
    project.commit("pipeline")
    for name in ("e1", "e2"):
        project.dvc("exp", "run", "-n", name)
    project.commit("lock")
    project.dvc("exp", "run", "-n", "here")
    return project


def refused(project: Project, *words: str, code: int) -> str:
    """The one message of a command that fails, without `ERROR: `."""
    result = project.dvc(*words, code=code)
    assert "Traceback" not in result.err
    [line] = [line for line in result.err.splitlines() if line.startswith("ERROR: ")]
    return line.removeprefix("ERROR: ")


def state(project: Project) -> object:
    """What none of them may change."""
    files = [name for name in project.listing() if not name.startswith(".dvc/tmp/")]
    return project.git("status", "--porcelain"), project.refs("refs/"), files


# All in one process: starting one for each would take longer than all other tests of this file.
EACH = """\
import json, sys
from assay.cli.main import main
sys.argv[0] = "dvc"
for override in json.loads(sys.stdin.read()):
    code = main(["exp", "run", "-S", override])
    print("exit code", code, file=sys.stderr)
"""


def test_overrides(steady: Project) -> None:
    before = state(steady)
    result = steady.run(
        ["python", "-c", EACH], stdin=json.dumps([*OVERRIDES]), env={"PYTHONPATH": str(SOURCES)}
    )
    assert "Traceback" not in result.err
    answers = result.err.split("exit code 255\n")
    assert len(answers) == len(OVERRIDES) + 1
    for (override, message), said in zip(OVERRIDES.items(), answers, strict=False):
        assert said.startswith(f"ERROR: {message}"), (override, said)
    assert refused(steady, "exp", "run", "-S", "x=~", code=255).startswith(OVERRIDES["x=~"])
    assert state(steady) == before


def test_overrides_beside_the_workspace(steady: Project) -> None:
    before = state(steady)
    for override, message in SWEEPS.items():
        said = refused(steady, "exp", "run", "--queue", "-S", override, code=255)
        assert said.startswith(message), (override, said)
    for override in ("x=~", "nope=1", "x=1,2", "nowhere/p.yaml:+x=1", ":+x=1"):
        said = refused(steady, "exp", "run", "--temp", "-S", override, code=255)
        assert said.startswith(OVERRIDES[override]), (override, said)
    assert state(steady) == before


def test_commands(steady: Project) -> None:
    before = state(steady)
    for line, code, message in COMMANDS:
        said = refused(steady, *line.split(), code=code)
        assert said.startswith(message), (line, said)
    assert state(steady) == before


def test_what_is_not_there_to_run(project: Project) -> None:
    result = project.dvc("exp", "run", "-n", "x", code=255)
    assert result.err == f"ERROR: '{project.root}/dvc.yaml' does not exist\n"
    result = project.dvc("metrics", "diff", "--targets", "nosuch.json")
    assert result.err.startswith("DVC failed to load some metrics for following revisions:")


def test_a_name_that_the_queue_has_promised(steady: Project) -> None:
    steady.dvc("exp", "run", "--queue", "-n", "next")
    for force in ([], ["-f"]):
        result = steady.dvc("exp", "run", "--queue", "-n", "next", *force, code=255)
        assert result.err == (
            "ERROR: Experiment conflicts with 'next', which is in the queue already.\n"
            "hint: choose another name, or take that one back: `dvc queue remove next`\n"
        )
    assert steady.dvc("queue", "remove", "next").code == 0
    assert steady.dvc("exp", "run", "--queue", "-n", "next").code == 0
