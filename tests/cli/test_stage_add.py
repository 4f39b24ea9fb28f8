"""`stage add`: what it writes, what it refuses, what it tells Git."""

from __future__ import annotations

import shlex

from support.project import Project

EVERYTHING = shlex.split(
    "-d d1 -d b -p a,c.d -p f.json: -p g.toml:x,y -o out1 -O out2 --outs-persist p1 "
    "--outs-persist-no-cache p2 -m m1 -M m2 --plots pl1 --plots-no-cache pl2 -w sub "
    "--always-changed"
)


def test_every_option_has_its_place_in_dvc_yaml(project: Project) -> None:
    project.path("sub").mkdir()
    words = ["python", "a b", 'c"d', "", "$X"]
    project.dvc("stage", "add", "-n", "full", *EVERYTHING, "--desc", "My desc", *words)
    assert project.read("dvc.yaml") == (
        "stages:\n"
        "  full:\n"
        "    desc: My desc\n"
        '    cmd: python "a b" c"d "" $X\n'
        "    wdir: sub\n"
        "    deps:\n    - b\n    - d1\n"
        "    params:\n    - a\n    - c.d\n    - f.json:\n    - g.toml:\n      - x\n      - y\n"
        "    outs:\n    - out1\n    - out2:\n        cache: false\n"
        "    - p1:\n        persist: true\n"
        "    - p2:\n        cache: false\n        persist: true\n"
        "    metrics:\n    - m1\n    - m2:\n        cache: false\n"
        "    plots:\n    - pl1\n    - pl2:\n        cache: false\n"
        "    always_changed: true\n"
    )
    assert project.read("sub/.gitignore") == "/p1\n/m1\n/pl1\n/out1\n"


def test_force_changes_a_stage_and_keeps_what_people_wrote_about_it(project: Project) -> None:
    project.write(
        "dvc.yaml",
        "# mine\nstages:\n  one:   # the first\n    cmd: echo 1\n    deps: [a]\n    outs:\n"
        "    - x:\n        desc: hello\n        cache: false\n    - y\n"
        "    meta: {owner: Ada}\n    desc: keep\n",
    )
    said = project.dvc("stage", "add", "-f", "-n", "one", "-o", "x", "-m", "new", "echo 2").out
    assert said.startswith("Added stage 'one' in 'dvc.yaml'\n")
    assert project.read("dvc.yaml") == (
        "# mine\nstages:\n  one:   # the first\n    cmd: echo 2\n    outs:\n"
        "    - x:\n        desc: hello\n    meta: {owner: Ada}\n    desc: keep\n"
        "    metrics:\n    - new\n"
    )


def test_without_force_neither_a_stage_nor_a_group_is_replaced(project: Project) -> None:
    text = "stages:\n  a:\n    cmd: echo\n  g:\n    foreach: [1]\n    do: {cmd: echo}\n"
    project.write("dvc.yaml", text)
    for name in ("a", "g"):
        refused = project.dvc("stage", "add", "-n", name, "echo 2", code=255)
        assert refused.err == (
            f"ERROR: Stage '{name}' already exists in 'dvc.yaml'. Use '--force' to overwrite.\n"
        )
    assert project.read("dvc.yaml") == text


def test_a_directory_that_is_to_come_gets_its_gitignore_when_the_stage_runs(
    project: Project,
) -> None:
    added = project.dvc("stage", "add", "-n", "a", "-o", "new/x", "mkdir new; echo 1 > new/x")
    assert added.err == (
        f"Could not create .gitignore entry in {project.path('new')}/.gitignore. DVC will attempt "
        "to create .gitignore entry again when the stage is run.\n"
    )
    project.dvc("repro")
    assert project.read("new/.gitignore") == "/x\n"


def test_a_variable_may_be_written_later(project: Project) -> None:
    project.dvc("stage", "add", "-n", "a", "-o", "${name}.txt", "echo 1 > ${name}.txt")
    assert not project.exists(".gitignore")
    project.write("params.yaml", "name: later\n")
    project.dvc("repro")
    assert project.read(".gitignore") == "/later.txt\n"


def test_what_does_not_fit_is_refused_and_nothing_is_written(project: Project) -> None:
    project.write("dvc.yaml", text := "stages:\n  a:\n    cmd: echo\n    outs:\n    - x\n")

    def refusal(*options: str) -> str:
        return project.dvc("stage", "add", "-n", "new", *options, "echo", code=255).err

    assert refusal("-o", "x") == (
        "ERROR: output 'x' is already specified in stage: 'a'.\n"
        "Use `dvc remove a` to stop tracking the overlapping output.\n"
    )
    assert refusal("-o", "q", "-d", "q") == (
        f"ERROR: '{project.path('q')}' is specified as an output and as a dependency.\n"
    )
    outside = project.path(".").resolve().parent
    assert refusal("-w", "..") == f"ERROR: stage working dir '{outside}' is outside of DVC repo\n"
    assert "overlap" in refusal("-o", "x/y")
    assert project.read("dvc.yaml") == text


def test_run_runs_the_stage_at_once(project: Project) -> None:
    project.dvc("stage", "add", "-n", "a", "--run", "-o", "x", "echo 1 > x")
    assert "didn't change" in project.dvc("repro").out
