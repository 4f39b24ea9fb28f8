"""How much there is: settings of Git, else what the machine tells."""

from __future__ import annotations

import os

import pytest

from assay.errors import ConfigError
from assay.pipeline.running.capacities import Capacities, capacities, setting
from support.project import Project


def found(project: Project, *names: str, visible: str | None = None) -> Capacities:
    environ = {} if visible is None else {"CUDA_VISIBLE_DEVICES": visible}
    return capacities(names, str(project.root), environ)


def test_a_setting_of_git_says_how_much_there_is(project: Project) -> None:
    project.git("config", setting("licence A"), "3")
    project.git("config", setting("mem_gb"), "1.5")
    assert found(project, "licence A", "mem_gb").amounts == {"licence A": 3.0, "mem_gb": 1.5}


def test_the_name_of_a_setting_is_one_that_git_allows() -> None:
    assert setting("mem_gb") == "assay.resources.mem-gb"


def test_cores_and_memory_are_detected(project: Project) -> None:
    amounts = found(project, "cores", "mem_gb").amounts
    assert amounts["cores"] == len(os.sched_getaffinity(0))
    assert 0.1 < amounts["mem_gb"] < 1e6


def test_of_anything_else_nothing_is_known(project: Project) -> None:
    assert found(project, "licence").amounts == {}


def test_settings_hold_outside_a_repository_too(bare_project: Project) -> None:
    assert found(bare_project, "licence").amounts == {}


@pytest.mark.parametrize("text", ["many", "-1", "inf", ""])
def test_an_amount_must_be_one(project: Project, text: str) -> None:
    project.git("config", "assay.resources.licence", text)
    with pytest.raises(ConfigError, match=f"'{text}' is no amount of 'licence'"):
        found(project, "licence")


@pytest.mark.parametrize(
    ("text", "visible", "gpus"),
    [
        (None, "2,3", ("2", "3")),
        (None, "", ()),
        (None, "-1", ()),
        (None, "0,-1,1", ("0",)),
        (None, "GPU-1a,MIG-2b", ("GPU-1a", "MIG-2b")),
        ("1", "2,3", ("2",)),
        ("2", "", ("0", "1")),
        ("0", "2,3", ()),
        ("1,3", "0", ("1", "3")),
        ("3,", None, ("3",)),
    ],
)
def test_gpus_are_those_that_are_set_else_the_visible_ones(
    project: Project, text: str | None, visible: str | None, gpus: tuple[str, ...]
) -> None:
    if text is not None:
        project.git("config", "assay.resources.gpu", text)
    assert found(project, "gpu", visible=visible) == ({"gpu": float(len(gpus))}, gpus)
