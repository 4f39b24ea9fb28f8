"""Which rows and columns `exp show` has, and what to say when that is unclear."""

from __future__ import annotations

import pytest

from support.exp_show import Save, experiments, rows, shown
from support.project import Project


@pytest.fixture
def history(ready: Project, save: Save) -> Project:
    """Three commits (base v1, second, third on main and twin) with experiments e1, e2, e3."""
    ready.git("tag", "v1")
    save("e1", {"params.yaml": "lr: 1\n"})
    for number in (2, 3):
        ready.write("params.yaml", f"lr: {number}\n")
        ready.commit(f"commit {number}")
        save(f"e{number}", {"params.yaml": f"lr: {number}5\n"})
    ready.git("branch", "twin")
    ready.git("branch", "second", "HEAD~1")
    return ready


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], ["e3"]),
        (["--rev", ""], ["e3"]),
        (["-n", "2"], ["e3", "e2"]),
        (["-n", "-1"], ["e3", "e2", "e1"]),
        (["-n", "0"], []),
        (["--rev", "HEAD~1"], ["e2"]),
        (["--rev", "v1", "--rev", "HEAD", "--rev", "main"], ["e1", "e3"]),
        (["--rev", "second", "-n", "2"], ["e2", "e1"]),
        (["--rev", "e2"], []),
        (["-T"], ["e1"]),
        (["-a"], ["e3", "e2"]),
        (["-a", "-T"], ["e3", "e2", "e1"]),
        (["-A"], ["e3", "e2", "e1"]),
        (["--rev", "v1", "-A"], ["e1", "e3", "e2"]),
    ],
)
def test_baselines_are_chosen_by_options(
    history: Project, options: list[str], expected: list[str]
) -> None:
    assert experiments(history, *options) == expected


def test_baselines_are_called_by_branch_or_tag(history: Project) -> None:
    names = [row["rev"] for row in rows(history, "-n", "-1") if not row["Experiment"]]
    init = history.git("rev-parse", "HEAD~3")
    assert names == ["workspace", "main", "second", "v1", init[:7]]
    shas = [row["rev"] for row in rows(history, "--sha") if not row["Experiment"]]
    assert shas == ["workspace", history.head[:7]]
    assert [row["name"] for row in shown(history, "--sha")] == [None, None]


def test_the_workspace_can_be_hidden(history: Project) -> None:
    assert [row["name"] for row in shown(history, "--hide-workspace")] == ["main"]


def test_options_for_the_queue_are_accepted(history: Project) -> None:
    assert experiments(history, "--hide-failed", "--hide-queued", "--no-fetch") == ["e3"]


def test_sorting_and_choosing_columns(ready: Project, save: Save) -> None:
    for name, lr in (("a", 3), ("b", 1), ("c", 2)):
        save(name, {"params.yaml": f"lr: {lr}\nseed: 1\n"})
    assert experiments(ready) == ["c", "b", "a"]
    assert experiments(ready, "--sort-by", "lr") == ["b", "c", "a"]
    assert experiments(ready, "--sort-by", "params.yaml:lr", "--sort-order", "desc") == [
        "a",
        "c",
        "b",
    ]
    kept = rows(ready, "--only-changed", "--drop", "Cr", "--drop", "typ", "--keep", "seed")
    assert list(kept[0]) == ["Experiment", "rev", "lr", "seed"]


def test_only_tracked_parameters_for_all_but_baselines(ready: Project, save: Save) -> None:
    save("one", {"params.yaml": "lr: 2\nseed: 3\n"})
    found = [(row["lr"], row["seed"]) for row in rows(ready, "--param-deps")]
    assert found == [("0.1", ""), ("0.1", "1"), ("2", "")]


@pytest.mark.parametrize(
    ("options", "code", "text"),
    [
        (["--rev", "nope"], 1, "failed to show experiments - unknown Git revision 'nope'"),
        (["--sort-by", "nope", "--rev", "main"], 255, "Unknown sort column 'nope'"),
        (["--pcpp"], 254, "unrecognized arguments: --pcpp"),
    ],
)
def test_mistakes(ready: Project, save: Save, options: list[str], code: int, text: str) -> None:
    save("one", {"params.yaml": "lr: 2\n"})
    assert ready.dvc("exp", "show", *options, code=code).err == f"ERROR: {text}\n"


def test_an_experiment_name_of_two_baselines_is_ambiguous(history: Project) -> None:
    for base in ("HEAD~1", "HEAD~2"):
        base = history.git("rev-parse", base)
        history.git("update-ref", f"refs/exps/{base[:2]}/{base[2:]}/dup", "HEAD")
    said = history.dvc("exp", "show", "--rev", "dup", code=1).err
    assert said.startswith("ERROR: failed to show experiments - Ambiguous name 'dup' refers to")
