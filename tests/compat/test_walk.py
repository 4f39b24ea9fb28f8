"""P7: random walks of DVC and us on one repository; neither ever notices the other."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from compat.walk import QUESTIONS, Step, Walk
from compat.walk_start import LINES
from conftest import NewProject
from support.forked import load_all

STEPS = st.builds(Step, st.sampled_from(LINES).flatmap(st.sampled_from), st.booleans())
WALKS = int(os.environ.get("ASSAY_WALKS", "60"))

# Walks that once led to a disagreement.
FOUND = {
    "add inside of a directory that is gone": "!rm -rf dir; add dir/a; add dir/deep",
    "add inside of a directory whose listing is gone": "!rm -rf .dvc/cache; add dir/a",
    "a metrics file of Git's is gone": "!rm -f m.json; exp run -n e1",
    "outputs that were never made": "!cp three.yaml dvc.yaml; checkout --allow-missing -f",
    "nobody has the objects, but the files are there": "!rm -rf .dvc/cache; repro --pull",
    "nobody has the objects yet, and the files are there": (
        "!sed -i 's/^lr:.*/lr: 3/' params.yaml; repro --no-commit; checkout; pull; pull -f;"
        " checkout -f train; repro --pull"
    ),
    "what fails comes earlier with one of the two": (
        "!rm -rf dir; !rm -f one.txt && echo hand > one.txt; repro"
    ),
    "another run with the same inputs is recorded": (
        "!rm -rf .dvc/cache; exp run --queue -n q5 -S seed=3,4 && queue start"
    ),
    "a task is known by its name to its own queue": (
        "exp run --queue -n e1 -S lr=6; exp apply e1; exp remove e1"
    ),
    "own changes of .gitignore": "exp run --temp -n t1 -S lr=8; remove dir.dvc; exp apply t1",
    "a task that can only fail": "!rm dvc.yaml; exp run --queue -n q1",
    "lists of a stage that is written anew": "freeze train; unfreeze train; repro",
}


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    load_all()


@pytest.mark.parametrize("name", FOUND)
def test_a_walk_that_once_went_wrong(new_project: NewProject, real_dvc: str, name: str) -> None:
    walk = Walk(new_project(), real_dvc)
    for number, line in enumerate(FOUND[name].split("; ")):
        walk.take(Step(line, number % 2 == 0))


def test_what_one_has_queued_is_nothing_to_the_other(
    new_project: NewProject, real_dvc: str
) -> None:
    walk = Walk(new_project(), real_dvc)
    walk.take(Step("exp run --queue -n q1", ours=True))
    walk.take(Step("exp run --queue -n q2 -S lr=2", ours=False))
    walk.take(Step("gc -w -f", ours=True))
    walk.take(Step("queue remove --all", ours=False), [])


def test_what_came_of_a_queued_task_is_an_experiment_to_both(
    new_project: NewProject, real_dvc: str
) -> None:
    walk = Walk(new_project(), real_dvc)
    walk.take(Step("exp run --queue -n q1 -S lr=2,3 && queue start -j 1", ours=False))
    walk.take(Step("exp apply q1-2", ours=True), ["exp show --json -A"])


def test_a_short_walk(new_project: NewProject, real_dvc: str) -> None:
    """Always the same one; only some questions after each step."""
    chance = random.Random(3)
    walk = Walk(new_project(), real_dvc)
    for _ in range(12):
        step = Step(chance.choice(chance.choice(LINES)), chance.random() < 0.5)
        walk.take(step, chance.sample(QUESTIONS, 2))


@pytest.mark.slow
def test_many_walks(new_project: NewProject, real_dvc: str, tmp_path: Path) -> None:
    """As many as $ASSAY_WALKS says. A disagreement tells the steps that led to it."""

    @settings(
        max_examples=WALKS,
        phases=[Phase.reuse, Phase.generate],  # to make a walk shorter costs more than to read it
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(st.lists(STEPS, min_size=6, max_size=16))
    def walks(steps: list[Step]) -> None:
        for place in ("project", "store", "origin.git", "walk", "home"):
            shutil.rmtree(tmp_path / place, ignore_errors=True)
        walk = Walk(new_project(), real_dvc)
        for step in steps:
            walk.take(step)

    walks()
