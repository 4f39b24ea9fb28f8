"""Values of files in the form that tables, JSON and the cache share."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.compare.plain_values import Unshowable, plain
from assay.compare.selection import select
from assay.formats.parameters import lookup

KEYS = st.text("ab1", min_size=1, max_size=2)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False)
    | st.text(max_size=3)
)
FOREIGN = st.dates() | st.datetimes() | st.times() | st.binary(max_size=3) | st.tuples(SCALARS)
TREES = st.recursive(
    SCALARS | FOREIGN,
    lambda tree: st.lists(tree, max_size=3) | st.dictionaries(KEYS | st.integers(), tree),
    max_leaves=12,
)


@given(TREES)
def test_plain_values_survive_json(tree: object) -> None:
    assert json.loads(json.dumps(plain(tree))) == plain(tree)


@given(st.recursive(SCALARS, lambda tree: st.lists(tree) | st.dictionaries(KEYS, tree)))
def test_what_json_knows_stays_as_it_is(tree: object) -> None:
    assert plain(tree) == tree


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (date(2025, 3, 4), "2025-03-04"),
        (datetime(2025, 3, 4, 5, 6), "2025-03-04T05:06:00"),
        ((1, (2, 3)), [1, [2, 3]]),
        ({"b", "a"}, ["a", "b"]),
        ({1: "x", None: "z", 1.5: "w"}, {"1": "x", "null": "z", "1.5": "w"}),
        ({date(2025, 3, 4): 1}, {"2025-03-04": 1}),
    ],
)
def test_what_json_does_not_know_becomes_text_or_list(value: object, expected: object) -> None:
    assert plain(value) == expected


def test_what_nobody_could_print_is_refused() -> None:
    deep: object = 1
    for _ in range(1000):
        deep = [deep]
    with pytest.raises(Unshowable, match="nested deeper than 200 levels"):
        plain(deep)
    with pytest.raises(Unshowable, match="more than 8192 bits"):
        plain({"a": 1 << 20_000})


@given(TREES, st.lists(st.lists(KEYS, min_size=1, max_size=3).map(".".join), max_size=4))
def test_what_is_selected_is_found_under_the_same_path(tree: object, paths: list[str]) -> None:
    chosen = select(tree, paths)
    for path in paths:
        try:
            expected = lookup(tree, path)
        except KeyError:
            continue
        assert lookup(chosen, path) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("net.depth", {"net": {"depth": 3}}),
        ("net", {"net": {"depth": 3, "sizes": [1, 2, {"x": 4, "y": 5}]}}),
        ("net.sizes.1", {"net": {"sizes": [None, 2]}}),
        ("net.sizes.-1.y", {"net": {"sizes": [None, None, {"y": 5}]}}),
        ("7", {7: "seven"}),
        ("nope", {}),
        ("net.depth.deeper", {}),
        ("net.sizes.9", {}),
        ("net.sizes.x", {}),
    ],
)
def test_one_path_is_selected(path: str, expected: object) -> None:
    content = {"net": {"depth": 3, "sizes": [1, 2, {"x": 4, "y": 5}]}, 7: "seven"}
    assert select(content, [path]) == expected


def test_selected_items_of_one_list_keep_their_places() -> None:
    content = {"l": [{"a": 1, "b": 2}, 3, 4]}
    assert select(content, ["l.0.b", "l.2", "l.0.a"]) == {"l": [{"b": 2, "a": 1}, None, 4]}


def test_selection_leaves_the_content_alone() -> None:
    content = {"net": {"depth": 3, "width": 4}, "l": [1, 2]}
    select(content, ["net", "net.depth", "l", "l.1"])
    assert content == {"net": {"depth": 3, "width": 4}, "l": [1, 2]}
