"""What a host tells of a running experiment: shown if it is what it should be, else nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.compare.contents import Contents
from assay.compare.readings import Failure
from assay.queue.so_far import MOST_BYTES, SoFar, as_text, so_far

GONE = Failure("FileNotFoundError", "not there yet")
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def read(folder: Path, text: bytes) -> SoFar | None:
    path = folder / "so-far.json"
    path.write_bytes(text)
    return so_far(str(path))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("told")


@given(st.dictionaries(st.text(), values))
def test_what_was_told_is_shown(folder: Path, metrics: dict[str, object]) -> None:
    told = as_text(Contents(params={"p.yaml": GONE}, metrics=metrics))
    assert read(folder, told) == SoFar({"p.yaml": GONE}, metrics)


@given(st.dictionaries(st.sampled_from(["params", "metrics"]), values))
def test_what_is_something_else_is_nothing_or_can_be_shown(
    folder: Path, item: dict[str, object]
) -> None:
    found = read(folder, json.dumps(item).encode())
    for files in found or ():
        assert all(isinstance(path, str) for path in files)
        json.dumps(files)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b'{"params": {}, "metrics": {"m": {"data": %s1%s}}}' % (b"[" * 999, b"]" * 999),
        b'{"params": {}, "metrics": {"m": {"data": %s}}}' % (b"9" * 4000),
        b'{"params": {}, "metrics": {}, "x": "%s"}' % (b"x" * MOST_BYTES),
    ],
    ids=["empty", "list", "deep", "huge number", "long"],
)
def test_what_could_not_be_shown_is_nothing(folder: Path, text: bytes) -> None:
    assert read(folder, text) is None


def test_what_is_too_much_is_not_told() -> None:
    assert as_text(Contents(metrics={"m.json": "x" * MOST_BYTES})) == b""
