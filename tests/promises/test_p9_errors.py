"""P9: whatever a file holds, the user reads a line about it, never a traceback."""

from __future__ import annotations

import pytest

from support.forked import forked, load_all
from support.pipelines import two_stages
from support.project import Project

COMMANDS = [
    ["status"],
    ["repro"],
    ["exp", "run"],
    ["exp", "show", "--json"],
    ["exp", "save"],
    ["metrics", "show"],
    ["params", "diff"],
    ["dag", "--dot"],
    ["stage", "list"],
    ["checkout"],
    ["commit", "-f"],
]

CONTENTS = {
    "truncated": None,
    "empty": b"",
    "binary": bytes(range(256)),
    "a list": b"- 1\n- 2\n",
    "a text": b"just words\n",
    "a number": b"42\n",
    "null": b"null\n",
    "broken yaml": b"stages:\n  a: {cmd: [\n",
    "tabs": b"stages:\n\ta:\n\t\tcmd: x\n",
    "wrong shapes": b"stages: {a: {cmd: {x: 1}, deps: 3, outs: [[1]], params: {a: 1}}}\n",
    "deep": b"[" * 3000,
    "merge conflict": b"<<<<<<< HEAD\nstages: {}\n=======\nstages: {a: {}}\n>>>>>>> other\n",
    "json": b'{"stages": {"a": 1}, "schema": 2.0}',
    "aliases": b"a: &a [1, 2]\nb: &b [*a, *a]\nstages: *b\n",
    "nul": b'stages: {a: {cmd: "x\0y"}}\n',
}

FILES = ["dvc.yaml", "dvc.lock", "params.yaml", "metrics.json", "data.txt.dvc", ".dvc/config"]


@pytest.mark.parametrize("file", FILES)
def test_no_content_of_a_file_gives_a_traceback(project: Project, file: str) -> None:
    load_all()
    two_stages(project)
    project.git("rm", "-q", "--cached", "data.txt")
    project.dvc("add", "data.txt")
    project.dvc("exp", "run", "-n", "good")
    whole = project.path(file).read_bytes()
    for kind, content in CONTENTS.items():
        project.write(file, whole[: len(whole) // 2] if content is None else content)
        for command in COMMANDS:
            result = forked(command, cwd=str(project.root), env=project.env)
            said = result.out + result.err
            assert "assay/cli/main.py" not in said, (file, kind, command, said)
            assert result.code in (0, 1, 251, 253, 255), (file, kind, command, said)
            assert result.code == 0 or result.err.strip(), (file, kind, command)
        project.write(file, whole)
        project.git("checkout", "-q", "--", "params.yaml", "dvc.yaml")


BESIDE_A_BROKEN_FILE = [
    ["add", "new"],
    ["add", "--to-remote", "new"],
    ["commit"],
    ["push"],
    ["move", "tracked", "moved"],
    ["import-url", "new", "out"],
    ["import", ".", "new", "-o", "out"],
    ["get", ".", "new", "-o", "out"],
    ["list", "."],
    ["update", "tracked.dvc"],
    ["exp", "save"],
    ["freeze", "broken.dvc"],
]


@pytest.mark.compat
def test_a_broken_stage_file_gives_the_exit_code_of_dvc(project: Project, real_dvc: str) -> None:
    project.write("tracked", "1\n")
    project.dvc("add", "-q", "tracked")
    project.commit("data")
    project.write_all({"new": "2\n", "broken.dvc": "outs: [\n"})
    for command in BESIDE_A_BROKEN_FILE:
        ours = project.dvc(*command, code=None)
        theirs = project.dvc(*command, code=None, by=real_dvc)
        assert "broken.dvc' is invalid." in ours.err
        assert (command, ours.code) == (command, theirs.code)


def test_an_unforeseen_error_shows_its_traceback_only_with_v(project: Project) -> None:
    project.write("dvc.yaml", "stages: {s: {cmd: 'true', deps: [no]}}\n")
    assert "Traceback" not in project.dvc("repro", code=255).err
    assert "Traceback" in project.dvc("repro", "-v", code=255).out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (r'stages: {a: {cmd: x, deps: ["a\0b"]}}', r"'a\x00b': no name of a file can hold a NUL"),
        (r'stages: {a: {cmd: x, wdir: "a\0b"}}', r"'a\x00b': no name of a file can hold a NUL"),
        ("stages: {a: {cmd: x, outs: [{}]}}", "stage 'a': an entry of 'outs' names no path"),
        (
            r'{vars: ["a\0b"], stages: {a: {cmd: x}}}',
            "failed to parse 'vars' in 'dvc.yaml': 'a\0b' does not exist",
        ),
        (
            "stages: {a: {cmd: x, params: [{p.yaml: true}]}}",
            "unexpected error - Expected list of params for custom params file 'p.yaml', "
            "got 'bool'.",
        ),
    ],
)
def test_what_can_be_no_path_is_named(project: Project, text: str, said: str) -> None:
    project.write("dvc.yaml", text)
    assert project.dvc("status", code=1).err.startswith(f"ERROR: {said}\n")


def test_a_file_of_parameters_may_have_a_number_for_a_name(project: Project) -> None:
    project.write("dvc.yaml", "stages: {a: {cmd: 'true', params: [{1: [lr]}]}}")
    project.write("1", "lr: 0.1\n")
    project.dvc("repro")
    assert "Data and pipelines are up to date." in project.dvc("status").out
