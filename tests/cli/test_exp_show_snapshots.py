"""What tables of experiments look like, as files to read in tests/cli/snapshots.

`make snapshots` renews them. The letter ␛ stands for the control character that starts a colour.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from conftest import NewProject
from support.project import Project
from support.terminal import on_terminal

FOLDER = Path(__file__).parent / "snapshots"
WIDTHS = ("80", "120", "200")

STAGES = """\
stages:
  train:
    cmd: python train.py
    deps: [train.py]
    params: [lr, net]
    metrics:
    - m.json:
        cache: false
        meta:
          direction: {acc: max, "loss.*": min}
"""
NAMES = ("hübsch", "実験-一", "plain-name", "Ωmega")


def made(project: Project, *, extra: int) -> Project:
    """Four experiments with fixed ids; with so many more metrics than `acc` and `loss`."""
    project.env["GIT_COMMITTER_DATE"] = project.env["GIT_AUTHOR_DATE"] = "2025-03-04T05:06:07Z"
    project.write_all(
        {
            ".dvc/config": "",
            ".dvc/.gitignore": "/tmp\n/cache\n",
            "dvc.yaml": STAGES,
            "train.py": "",
            **values(0, extra),
        }
    )
    project.git("init", "-q", "-b", "main")
    base = project.commit("base")
    for number, name in enumerate(NAMES, 1):
        project.env["GIT_COMMITTER_DATE"] = f"2025-03-05T05:0{number}:00Z"
        project.write_all(values(number, extra))
        project.git("add", "-A")
        commit = project.git("commit-tree", project.git("write-tree"), "-p", base, "-m", name)
        project.git("update-ref", f"refs/exps/{base[:2]}/{base[2:]}/{name}", commit)
    project.git("reset", "-q", "--hard")
    return project


def values(number: int, extra: int) -> dict[str, str]:
    """The files of one experiment; every third of the further metrics is the same everywhere."""
    metrics = {
        "acc": round(0.5 + 0.123456789 * (number % 3), 7),
        "loss": {"train": 1 / (number + 1), "验证": 2e-7 * number},
        **{f"extra_{i:02}": i if i % 3 == 0 else i * number / 7 for i in range(extra)},
    }
    net = {"depth": 3 + number % 2, "größe": "klein" if number < 2 else "groß", "act": "relu"}
    params = {"lr": 0.1 / 10**number, "seed": 1, "net": net, "sizes": [1, 2.123456789]}
    return {"params.yaml": json.dumps(params), "m.json": json.dumps(metrics)}


@pytest.fixture
def few(new_project: NewProject) -> Project:
    return made(new_project(git=False, dvc=False), extra=0)


def compare(name: str, text: str) -> None:
    path = FOLDER / f"{name}.txt"
    text = text.replace("\x1b", "␛")
    if os.environ.get("RENEW_SNAPSHOTS"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text, "`make snapshots` shows it as a change"


def seen(project: Project, width: str, *options: str, **environ: str) -> str:
    project.env.update({"COLUMNS": width, **environ})
    return on_terminal(project, "dvc", "exp", "show", *options).out


@pytest.mark.parametrize("width", WIDTHS)
def test_on_a_terminal_with_colours(few: Project, width: str) -> None:
    compare(f"terminal-{width}", seen(few, width))


@pytest.mark.parametrize("width", WIDTHS)
def test_on_a_terminal_without_colours(few: Project, width: str) -> None:
    compare(f"no-color-{width}", seen(few, width, NO_COLOR="1"))


@pytest.mark.parametrize("width", WIDTHS)
def test_with_sixty_metrics(new_project: NewProject, width: str) -> None:
    project = made(new_project(git=False, dvc=False), extra=57)
    compare(f"sixty-metrics-{width}", seen(project, width, NO_COLOR="1"))


def test_in_a_pipe_the_width_does_not_matter(few: Project) -> None:
    texts = {few.dvc("exp", "show", env={"COLUMNS": width}).out for width in WIDTHS}
    assert len(texts) == 1
    compare("pipe", texts.pop())


def test_markdown(few: Project) -> None:
    compare("markdown", few.dvc("exp", "show", "--md").out)


def test_wide(few: Project) -> None:
    compare("wide-80", seen(few, "80", "--wide", NO_COLOR="1"))


DIFFERENCES = """\
dvc metrics diff hübsch 実験-一
dvc metrics diff hübsch 実験-一 --md --precision 2
dvc params diff hübsch 実験-一 --all
dvc params diff hübsch 実験-一 --no-path --deps
dvc exp diff hübsch Ωmega
dvc metrics show
dvc metrics show -a --md
"""


def test_differences(few: Project) -> None:
    said = [f"$ {line}\n{few.dvc(*line.split()[1:]).out}\n" for line in DIFFERENCES.splitlines()]
    compare("differences", "".join(said))


def test_no_snapshot_is_left_over() -> None:
    kinds = ("terminal", "no-color", "sixty-metrics")
    known = {f"{kind}-{width}" for kind in kinds for width in WIDTHS}
    assert {path.stem for path in FOLDER.iterdir()} == known | {
        "pipe",
        "markdown",
        "wide-80",
        "differences",
    }
