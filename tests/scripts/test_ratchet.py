"""The ratchet, with a harness of three scenarios: one passes, one fails, one is skipped."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from support.commands import ROOT
from support.project import Project, Result

HARNESS = """\
import sys
says = {"a/good": "ok   a/good (0.1s)", "a/bad": "FAIL a/bad (0.1s)\\n     step 1: $ dvc no",
        "b/private": "skip b/private (not for alternate mode)"}
if "crash" in sys.argv[-1]:
    sys.exit("no such thing")
with open("calls", "a") as calls:
    print(*sys.argv[1:], file=calls)
for name in sys.argv[1:]:
    print(says.get(name, ""))
print("1 passed, 1 failed")
"""

PASSING = "conformance/passing.txt"

# How many commands the scenarios have in which ours and the real DVC could take turns.
COMMANDS = {"a/good": 1, "a/bad": 2, "b/private": 2}


class Checkout:
    """A folder with the ratchet, its lists, a harness and a real DVC that only has to exist."""

    def __init__(self, project: Project) -> None:
        self.project = project
        for script in ("scripts/ratchet.py", "scripts/warm_dvc.py"):
            project.write(script, (ROOT / script).read_bytes())
        project.write("dvc", "#!/bin/sh\n").chmod(0o755)
        project.write_all({PASSING: "", "conformance/passing-alternate.txt": "a/good\n"})
        project.write("suite/conform.py", HARNESS)
        project.write("suite/bases/plain.yaml", "files: {}\n")
        for name, count in COMMANDS.items():
            steps = [*["run: dvc status"] * count, "run: cat dvclive", "state: [workspace]"]
            body = "".join(f"  - {step}\n" for step in steps)
            project.write(f"suite/scenarios/{name}.yaml", f"base: plain\nsteps:\n{body}")

    def turn(self, *args: str, code: int, real_dvc: str = "./dvc") -> Result:
        """Run the ratchet."""
        command = [sys.executable, "scripts/ratchet.py", "--suite", "suite", *args]
        return self.project.run(command, code=code, env={"ASSAY_REAL_DVC": real_dvc})


@pytest.fixture
def checkout(project: Project) -> Checkout:
    return Checkout(project)


def test_what_newly_passes_must_be_listed(checkout: Checkout) -> None:
    said = checkout.turn(code=1).out
    assert "pure: 2 of 3 scenarios played, 1 passed, 1 failed, 1 are not for this mode" in said
    assert "a/good" in said.splitlines()
    assert "  not yet: a/bad" in said
    assert checkout.project.read(PASSING) == ""


def test_update_lists_it_and_then_all_is_well(checkout: Checkout) -> None:
    checkout.turn("--update", code=0)
    assert checkout.project.read(PASSING) == "a/good\n"
    checkout.turn(code=0)


def test_the_only_command_of_a_scenario_is_ours(checkout: Checkout) -> None:
    checkout.turn(code=1)
    calls = [line.split() for line in checkout.project.read("calls").splitlines()]
    turns = [call for call in calls if "alternate" in call]
    first = {name: "--first" in call for call in turns for name in COMMANDS if name in call}
    assert first == {"a/good": True, "a/bad": False, "b/private": False}


def test_a_listed_scenario_must_not_fail_even_with_update(checkout: Checkout) -> None:
    checkout.project.write(PASSING, "a/bad\na/good\n")
    for arguments in ((), ("--update",)):
        said = checkout.turn(*arguments, code=1).out
        assert "BROKEN: FAIL a/bad (0.1s)\n     step 1: $ dvc no\n" in said
    assert checkout.project.read(PASSING) == "a/bad\na/good\n"


def test_a_listed_name_must_be_a_scenario(checkout: Checkout) -> None:
    checkout.project.write(PASSING, "a/good\na/renamed\n")
    said = checkout.turn(code=1).out
    assert f"{PASSING} names a/renamed, which is no scenario" in said


def test_a_harness_that_says_nothing_is_no_success(checkout: Checkout) -> None:
    checkout.project.write("suite/scenarios/z/crash.yaml", "")
    assert "the harness gave no verdict on" in checkout.turn(code=1).err


def test_a_part_can_be_played(checkout: Checkout) -> None:
    said = checkout.turn("--update", "a/good", code=0).out
    assert "pure: 1 of 1 scenarios played" in said


def test_what_is_not_played_is_said(checkout: Checkout, tmp_path: Path) -> None:
    checkout.project.write(PASSING, "a/good\n")
    said = checkout.turn(code=0, real_dvc=str(tmp_path / "none")).out
    assert f"alternate: not played, the real DVC is not at {tmp_path}/none" in said
    shutil.rmtree(checkout.project.path("suite"))
    assert "there is no suite at suite, nothing was played" in checkout.turn(code=0).out
