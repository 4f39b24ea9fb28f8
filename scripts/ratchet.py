"""The conformance ratchet: what conforms once must conform for ever, and what newly does is noted.

Plays the recorded scenarios of the conformance suite with our `dvc` and compares the outcome with
two committed lists, one scenario name a line:

    conformance/passing.txt            every command of a scenario is ours
    conformance/passing-alternate.txt  ours and the real DVC take turns on the same repository

Fails when a listed scenario fails, and when one that is not listed passes. With `--update` the
latter are added to the lists; a name is only ever taken out by hand, with the reason in the commit.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import yaml
from warm_dvc import warm

ROOT = Path(__file__).resolve().parent.parent
LISTS = ROOT / "conformance"
OURS = ROOT / ".venv/bin/dvc"
REAL_DVC = Path(os.environ.get("ASSAY_REAL_DVC") or ROOT / ".venv-dvc/bin/dvc")

ALTERNATE_BUDGET_S = float(os.environ.get("ALTERNATE_BUDGET_S", "360"))
"""When to stop in alternate mode, where half of the commands are the real DVC's."""

BATCH = 25
"""Scenarios per call of the harness; the clock is looked at in between."""

VERDICT = re.compile(r"^(ok|FAIL|skip) +([\w/.-]+).*(?:\n +.*)*", re.MULTILINE)
"""One scenario in what the harness says: a line, and below it, indented, the difference."""

TURN = re.compile(r"\b(?:dvc|wait-queue)\b")
"""What the harness takes for a command whose turn it is."""


class Mode(NamedTuple):
    """A way to play the scenarios, its list and the most time it may take.

    `arguments` go to the harness, and `for_one` for scenarios of one command.
    """

    name: str
    list_path: Path
    arguments: list[str]
    for_one: list[str]
    budget_s: float


PURE = Mode("pure", LISTS / "passing.txt", ["--mode", "pure"], [], float("inf"))
# The real DVC takes the first turn. Where there is no second one it must be ours: else nothing of
# ours is tested, and the verdict hangs on whether DVC loses a task on a busy machine.
ALTERNATE = Mode(
    "alternate",
    LISTS / "passing-alternate.txt",
    ["--mode", "alternate"],
    ["--first", "tested"],
    ALTERNATE_BUDGET_S,
)


class Outcome(NamedTuple):
    """What became of the scenarios that were played; of a failed one, the report."""

    passed: set[str]
    failed: dict[str, str]
    skipped: set[str]


def main() -> int:
    """Play both modes and hold the lists against what was seen; 1 if one does not fit."""
    options = parse_arguments()
    if not options.suite.is_dir():
        print(f"conformance: there is no suite at {options.suite}, nothing was played")
        return 0
    known = scenarios_of(options.suite)
    names = [name for name in known if is_chosen(name, options.scenarios)]
    problems = 0
    for mode in (PURE, ALTERNATE):
        if mode is ALTERNATE and not os.access(REAL_DVC, os.X_OK):
            print(f"alternate: not played, the real DVC is not at {REAL_DVC}")
            continue
        listed = read_list(mode.list_path)
        outcome = outcome_of(mode, in_turn(names, listed), options.suite)
        report(mode, names, listed, outcome)
        problems += mend_or_tell(mode, listed, known, outcome, update=options.update)
    return 1 if problems else 0


def parse_arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--suite", type=Path, required=True, help="the folder of conform.py")
    parser.add_argument("--update", action="store_true", help="add what newly passes to the lists")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help="area or area/name")
    return parser.parse_args()


def scenarios_of(suite: Path) -> list[str]:
    """The names of all scenarios, `area/name`, sorted."""
    top = suite / "scenarios"
    return sorted(path.relative_to(top).with_suffix("").as_posix() for path in top.rglob("*.yaml"))


def is_chosen(name: str, selectors: list[str]) -> bool:
    """Whether an area or a name among `selectors` means this scenario; all are, without any."""
    return not selectors or any(f"{name}/".startswith(f"{selector}/") for selector in selectors)


def in_turn(names: list[str], listed: set[str]) -> list[str]:
    """The listed ones first, starting elsewhere after each commit, then the others.

    Where time does not suffice for all, each has its turn in the course of some commits.
    """
    git = ["git", "-C", str(ROOT), "rev-parse", "HEAD"]
    head = subprocess.run(git, capture_output=True, text=True, check=True).stdout
    expected = [name for name in names if name in listed]
    start = int(head[:8], 16) % max(len(expected), 1)
    return expected[start:] + expected[:start] + [name for name in names if name not in listed]


def outcome_of(mode: Mode, names: list[str], suite: Path) -> Outcome:
    """Play scenarios, with the real DVC where the mode needs it."""
    if mode is PURE:
        return play(mode, names, suite)
    with warm(REAL_DVC) as oracle:
        return play(mode._replace(arguments=[*mode.arguments, "--oracle", oracle]), names, suite)


def play(mode: Mode, names: list[str], suite: Path) -> Outcome:
    """Play scenarios in batches until all are played or the mode's time is up."""
    outcome = Outcome(set(), {}, set())
    started = time.monotonic()
    single = mode._replace(arguments=[*mode.arguments, *mode.for_one])
    for first in range(0, len(names), BATCH):
        if time.monotonic() - started > mode.budget_s:
            print(f"{mode.name}: {mode.budget_s:.0f} s are over, the rest is not played")
            break
        batch = names[first : first + BATCH]
        alone = [name for name in batch if mode.for_one and is_one_command(suite, name)]
        for part, way in (([one for one in batch if one not in alone], mode), (alone, single)):
            if part:
                play_batch(way, part, suite, outcome)
    return outcome


def is_one_command(suite: Path, name: str) -> bool:
    """Whether a single line of the scenario, and of what it is based on, is a turn of `dvc`."""
    scenario = yaml.safe_load((suite / "scenarios" / f"{name}.yaml").read_text())
    base = suite / "bases" / f"{scenario.get('base')}.yaml"
    before = yaml.safe_load(base.read_text()) if base.is_file() else {}
    lines = [*(before.get("setup") or ()), *(scenario.get("setup") or ())]
    lines += [step["run"] for step in scenario["steps"] if "run" in step]
    return sum(TURN.search(line) is not None for line in lines) == 1


def play_batch(mode: Mode, names: list[str], suite: Path, outcome: Outcome) -> None:
    """Call the harness once and add its verdicts to `outcome`; each name must have one."""
    command = [sys.executable, str(suite / "conform.py"), "run", "--jobs", "2"]
    command += [*mode.arguments, "--dvc", str(OURS), *names]
    said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False).stdout
    for match in VERDICT.finditer(said):
        verdict, name = match[1], match[2].rstrip(":")
        if verdict == "ok":
            outcome.passed.add(name)
        elif verdict == "skip":
            outcome.skipped.add(name)
        else:
            outcome.failed[name] = match[0]
    lost = set(names) - outcome.passed - outcome.skipped - outcome.failed.keys()
    if lost:
        raise SystemExit(f"the harness gave no verdict on {', '.join(sorted(lost))}:\n{said}")


def report(mode: Mode, names: list[str], listed: set[str], outcome: Outcome) -> None:
    """Say what was seen; of the failures, those that are new in full."""
    played = len(outcome.passed) + len(outcome.failed)
    print(
        f"{mode.name}: {played} of {len(names)} scenarios played, {len(outcome.passed)} passed, "
        f"{len(outcome.failed)} failed, {len(outcome.skipped)} are not for this mode, "
        f"{len(names) - played - len(outcome.skipped)} left for another time"
    )
    for name in sorted(outcome.failed.keys() - listed):
        print(f"  not yet: {name}")
    for name in sorted(outcome.failed.keys() & listed):
        print(f"  BROKEN: {outcome.failed[name]}")


def mend_or_tell(
    mode: Mode, listed: set[str], known: list[str], outcome: Outcome, *, update: bool
) -> int:
    """Add what newly passes to the list, or say that it must be added; how much does not fit."""
    path = mode.list_path.relative_to(ROOT)
    unknown = sorted(listed.difference(known))
    for name in unknown:
        print(f"{path} names {name}, which is no scenario")
    new = sorted(outcome.passed - listed)
    if new and update:
        mode.list_path.write_text("".join(f"{name}\n" for name in sorted(listed.union(new))))
        print(f"{path}: {len(new)} added")
        new = []
    if new:
        print(f"These pass and are not in {path}; `make conformance UPDATE=1` adds them:")
        print("\n".join(new))
    return len(unknown) + len(new) + len(outcome.failed.keys() & listed)


def read_list(path: Path) -> set[str]:
    """The names in a list."""
    return set(path.read_text().split())


if __name__ == "__main__":
    sys.exit(main())
