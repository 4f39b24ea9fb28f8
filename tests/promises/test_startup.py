"""Start-up is a feature: a command loads what it uses. The bounds are written down here."""

from __future__ import annotations

import pytest

from support.environment import SOURCES
from support.pipelines import two_stages
from support.project import Project

HEAVY = (
    "yaml", "ruamel", "hydra", "omegaconf", "rich", "tomlkit", "sqlite3", "subprocess", "asyncio",
    "dataclasses", "inspect", "logging", "pathlib", "tempfile", "multiprocessing", "typing",
    "urllib",
)  # fmt: skip

PROGRAM = "import sys; sys.argv[0] = 'dvc'; from assay.cli.main import main; main()"

# Modules loaded beyond those of `python -c pass`. Raise a bound only with a reason in the commit.
BOUNDS = {
    ("--version",): 4,
    ("--help",): 6,
    ("root",): 36,
    ("status",): 80,
    ("repro",): 100,
    ("exp", "run"): 145,
    ("exp", "list"): 47,
    ("exp", "show", "--json"): 135,
    ("metrics", "diff"): 137,
    ("plots", "show", "--json"): 93,
    ("queue", "status"): 65,
}


# What these commands do without when nothing changed: half of Python's start, and more.
LIGHT = [("root",), ("status",), ("repro",), ("exp", "list"), ("plots", "show", "--json")]
SPARED = {"argparse", "collections", "enum", "functools", "json", "re", "typing"}


def loaded_modules(project: Project, *command: str) -> set[str]:
    result = project.run(
        ["python", "-X", "importtime", "-c", PROGRAM, *command],
        env={"PYTHONPATH": str(SOURCES)},
    )
    lines = [line for line in result.err.splitlines() if line.startswith("import time:")]
    return {line.rsplit("|", 1)[1].strip() for line in lines[1:]}


@pytest.mark.parametrize("command", BOUNDS, ids=" ".join)
def test_a_command_loads_no_more_than_it_needs(project: Project, command: tuple[str, ...]) -> None:
    two_stages(project)
    project.dvc("repro")
    project.dvc("status")
    bare = project.run(["python", "-X", "importtime", "-c", "pass"]).err.count("import time:")
    loaded = loaded_modules(project, *command)
    heavy = {name for name in loaded if name.split(".")[0] in HEAVY}
    assert not heavy
    assert len(loaded) - bare <= BOUNDS[command], sorted(loaded)


def test_our_modules_are_found_without_a_search(project: Project) -> None:
    program = f"{PROGRAM}; import assay.cli.root as root; print(type(root.__loader__).__module__)"
    two_stages(project)
    told = project.run(["python", "-c", program, "root"], env={"PYTHONPATH": str(SOURCES)})
    assert told.lines[-1] == "assay.modules"


@pytest.mark.parametrize("command", LIGHT, ids=" ".join)
def test_plain_commands_load_no_parsers(project: Project, command: tuple[str, ...]) -> None:
    two_stages(project)
    project.dvc("repro")
    project.dvc("status")
    assert not SPARED & loaded_modules(project, *command)
