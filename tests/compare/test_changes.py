"""What counts as a change, and how it is told."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.compare.changes import Change, as_json, changes
from assay.compare.leaves import leaves
from assay.compare.readings import Failure

NAN = float("nan")

keys = st.text("abc.", min_size=1, max_size=2)
values = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3))
trees = st.dictionaries(
    keys, st.recursive(values, lambda inner: st.dictionaries(keys, inner, max_size=3)), max_size=5
)
files = st.dictionaries(st.sampled_from(["params.yaml", "p.json"]), trees)


def found(old: object, new: object, *, unchanged: bool = False) -> dict[str, dict[str, object]]:
    """The JSON of the changes in one file."""
    return as_json(changes({"f": old}, {"f": new}, unchanged=unchanged)).get("f", {})


def applied(old: dict[str, object], difference: dict[str, Change]) -> dict[str, object]:
    """`old` with every change made; nothing is kept for null, as there it means "not there"."""
    merged = old | {key: change.new for key, change in difference.items()}
    return {key: value for key, value in merged.items() if value is not None}


def same(left: object, right: object) -> bool:
    return left == right or (left != left and right != right)


def test_numbers_have_a_difference() -> None:
    old, new = {"acc": 0.123456789, "n": 3}, {"acc": 0.223456, "n": 5}
    assert found(old, new) == {
        "acc": {"old": 0.123456789, "new": 0.223456, "diff": 0.09999921099999999},
        "n": {"old": 3, "new": 5, "diff": 2},
    }


def test_one_sided_and_other_values_have_none() -> None:
    old, new = {"label": "x", "gone": 1}, {"label": "y", "fresh": {"z": 3}}
    assert json.dumps(found(old, new)) == (
        '{"label": {"old": "x", "new": "y"}, "gone": {"old": 1, "new": null}, '
        '"fresh.z": {"old": null, "new": 3}}'
    )


def test_truth_values_count_as_numbers() -> None:
    assert found({"a": True}, {"a": False}) == {"a": {"old": True, "new": False, "diff": -1}}
    assert found({"a": True}, {"a": 1}) == {}
    assert found({"a": 1}, {"a": 1.0}) == {}


def test_lists_are_one_string() -> None:
    assert found({"a": [1, {"b": 2}]}, {"a": [1, 5]}) == {
        "a": {"old": "[1, {'b': 2}]", "new": "[1, 5]"}
    }
    assert found({"a": [1]}, {"a": [1]}) == {}


def test_empty_mappings_vanish() -> None:
    assert found({"a": {}}, {"a": {"b": {}}}) == {}
    assert found({"a": {}}, {"a": 1}) == {"a": {"old": None, "new": 1}}


def test_null_is_like_nothing() -> None:
    assert found({"a": None}, {}) == {}
    assert found({"a": None}, {"a": 2}) == {"a": {"old": None, "new": 2}}


def test_not_a_number_equals_itself() -> None:
    assert found({"a": NAN}, {"a": NAN}) == {}
    [item] = found({"a": NAN}, {"a": 1.0}).values()
    assert isinstance(item, dict)
    assert math.isnan(item["diff"])


def test_a_file_that_is_one_value_has_the_empty_key() -> None:
    assert found(0.5, 0.75) == {"": {"old": 0.5, "new": 0.75, "diff": 0.25}}
    assert as_json(changes({}, {"f": 0.75})) == {"f": {"": {"old": None, "new": 0.75}}}


def test_unchanged_values_are_told_when_asked_for() -> None:
    assert found({"a": 0.25, "b": 2, "c": "x"}, {"a": 0.25, "b": 2, "c": "x"}, unchanged=True) == {
        "a": {"old": 0.25, "new": 0.25, "diff": 0.0},
        "b": {"old": 2, "new": 2, "diff": 0},
        "c": {"old": "x", "new": "x"},
    }


def test_files_and_keys_keep_their_order_and_new_ones_follow() -> None:
    difference = changes({"b": {"z": 1, "y": 1}, "a": {"k": 1}}, {"c": {"k": 1}, "b": {"x": 1}})
    assert {file: list(values) for file, values in difference.items()} == {
        "b": ["z", "y", "x"],
        "a": ["k"],
        "c": ["k"],
    }
    assert list(difference) == ["b", "a", "c"]


def test_an_unreadable_file_counts_as_empty() -> None:
    assert found(Failure("FileNotFoundError", "gone"), {"a": 1}) == {"a": {"old": None, "new": 1}}


def test_numbers_too_big_to_compare_have_no_difference() -> None:
    assert Change(10**400, 0.5).difference is None


@pytest.mark.parametrize("file", ["params.yaml", "sub/params.yaml"])
def test_equal_files_are_not_mentioned(file: str) -> None:
    assert changes({file: {"a": 1}}, {file: {"a": 1}}) == {}


@given(files)
def test_nothing_differs_from_itself(content: dict[str, object]) -> None:
    assert changes(content, content) == {}


@given(files, files, st.booleans())
def test_the_changes_applied_to_old_give_new(
    old: dict[str, dict[object, object]], new: dict[str, dict[object, object]], unchanged: bool
) -> None:
    difference = changes(old, new, unchanged=unchanged)
    for file in old | new:
        result = applied(leaves(old.get(file, {})), dict(difference.get(file, {})))
        wanted = applied(leaves(new.get(file, {})), {})
        assert result.keys() == wanted.keys()
        assert all(same(result[key], wanted[key]) for key in wanted)


@given(files, files)
def test_exchanging_the_sides_exchanges_old_and_new(
    old: dict[str, object], new: dict[str, object]
) -> None:
    there, back = changes(old, new), changes(new, old)
    assert there.keys() == back.keys()
    for file, values in there.items():
        turned = {key: Change(change.new, change.old) for key, change in back[file].items()}
        assert values.keys() == turned.keys()
        assert all(
            same(change.old, turned[key].old) and same(change.new, turned[key].new)
            for key, change in values.items()
        )
