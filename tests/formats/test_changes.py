"""Differences of nested values: complete, in order, and no larger than need be."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assay.formats.changes import Change, Delete, Set, difference, same

_SCALARS = st.sampled_from([None, True, False, 0, 1, 1.0, float("nan"), "", "1", "x"])
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abcd"), inner, max_size=4)
    ),
    max_leaves=12,
)
_MAPPINGS = st.dictionaries(st.sampled_from("abcd"), _VALUES, max_size=4)


def _made(value: object, changes: list[Change]) -> object:
    for change in changes:
        value = _with(value, change.path, change)
    return value


def _with(value, path, change):  # type: ignore[no-untyped-def]
    key, *rest = path
    if isinstance(value, list):
        new = _with(value[key], rest, change) if rest else change.value
        return [*value[:key], new, *value[key + 1 :]]
    if rest:
        return {**value, key: _with(value[key], rest, change)}
    if isinstance(change, Delete):
        return {name: item for name, item in value.items() if name != key}
    return {**value, key: change.value}


@given(_MAPPINGS, _MAPPINGS)
def test_the_changes_lead_from_one_to_the_other(before: object, after: object) -> None:
    result = _made(before, difference(before, after))  # type: ignore[arg-type]
    assert repr(result) == repr(after)


@given(_VALUES)
def test_a_value_is_the_same_as_its_copy(value: object) -> None:
    assert same(value, eval(repr(value), {"nan": float("nan")}))


def test_types_tell_values_apart() -> None:
    assert not same(1, 1.0) and not same(1, True) and not same({"a": 1}, {"a": True})
    assert same((1, [2]), [1, (2,)])


def test_changes_are_as_small_as_they_can_be() -> None:
    before = {"a": {"b": 1, "c": [1, {"x": 2}]}, "l": [1], "z": 0}
    after = {"a": {"b": 1, "c": [1, {"x": 3}]}, "l": [1, 2], "n": {"k": 1}}
    assert difference(before, after) == [
        Delete(("z",)),
        Set(("a", "c", 1, "x"), 3),
        Set(("l",), [1, 2]),
        Set(("n",), {"k": 1}),
    ]


def test_shared_parts_are_not_looked_into() -> None:
    bomb: object = "x"
    for _ in range(60):
        bomb = [bomb, bomb]
    assert difference({"a": 1, "b": bomb}, {"a": 2, "b": bomb}) == [Set(("a",), 2)]
