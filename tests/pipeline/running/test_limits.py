"""`meta` of a stage: what it may say about running it, and what is told about mistakes."""

from __future__ import annotations

from typing import Any

import pytest

from assay.pipeline.model import Stage
from assay.pipeline.running.limits import NO_LIMITS, BadMeta, Limits, limits_of


def limits(meta: Any, command: str | None = "true") -> Limits:
    return limits_of(Stage("train", "dvc.yaml", "", command, meta=meta), "train")


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("90s", 90),
        ("15m", 900),
        ("2h", 7200),
        ("1d", 86400),
        ("1h30m", 5400),
        ("1h 30m 5s", 5405),
        (" 1.5 H ", 5400),
        ("0.2s", 0.2),
        (45, 45),
        (0.5, 0.5),
    ],
)
def test_a_timeout_is_a_duration(written: object, seconds: float) -> None:
    assert limits({"timeout": written}).timeout_s == pytest.approx(seconds)


@pytest.mark.parametrize(
    "written", ["", "90", "soon", "1h x", "h", "-1s", "0s", 0, -1, True, [], float("nan"), "1w"]
)
def test_anything_else_is_no_timeout(written: object) -> None:
    with pytest.raises(BadMeta, match=r"^stage 'train': meta\.timeout must be a duration such as"):
        limits({"timeout": written})


def test_the_limit_is_remembered_as_it_was_written() -> None:
    assert limits({"timeout": "1h30m"}).timeout == "1h30m"
    assert limits({"timeout": 45}).timeout == "45s"


@pytest.mark.parametrize("written", [-1, 1.5, "2", True, [1]])
def test_retries_are_a_whole_number(written: object) -> None:
    with pytest.raises(BadMeta, match=r"meta\.retries must be a whole number, 0 or more, not "):
        limits({"retries": written})


def test_resources_are_amounts_by_name() -> None:
    found = limits({"resources": {"gpu": 2, "mem_gb": 1.5, "licence A": 1}})
    assert found.resources == {"gpu": 2.0, "mem_gb": 1.5, "licence A": 1.0}


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("large", r"meta\.resources must be a map of names and amounts, not 'large'"),
        ({"gpu": "1"}, r"meta\.resources\.gpu must be a number, 0 or more, not '1'"),
        ({"gpu": 0.5}, r"meta\.resources\.gpu must be a whole number, not 0\.5"),
        ({"mem_gb": -1}, r"meta\.resources\.mem_gb must be a number, 0 or more, not -1"),
        ({"mem_gb": None}, r"meta\.resources\.mem_gb must be a number, 0 or more, not None"),
    ],
)
def test_other_resources_are_refused(written: object, problem: str) -> None:
    with pytest.raises(BadMeta, match=problem):
        limits({"resources": written})


@pytest.mark.parametrize("meta", [None, "text", ["timeout"], {}, {"owner": "Ada", "Timeout": "x"}])
def test_whatever_else_is_below_meta_is_the_users_own(meta: object) -> None:
    assert limits(meta) == NO_LIMITS


def test_data_has_no_limits() -> None:
    assert limits({"timeout": "never"}, command=None) == NO_LIMITS
