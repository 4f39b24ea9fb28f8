"""Merging listings: as Git merges trees, and never half."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.data.merge import Conflict, merged

BASE = {"same": "0", "d/x": "1", "d/y": "2"}

listings = st.dictionaries(st.sampled_from(["a", "b/x", "c"]), st.sampled_from("012"))


def test_each_side_keeps_its_changes() -> None:
    ours = {"same": "0", "d/x": "changed", "d/y": "2", "new": "3"}
    theirs = {"same": "0", "d/x": "1", "other/new": "4"}
    assert merged(BASE, ours, theirs) == {
        "same": "0", "d/x": "changed", "new": "3", "other/new": "4",
    }  # fmt: skip


def test_the_same_change_on_both_sides() -> None:
    both = {"same": "0", "d/x": "changed"}
    assert merged(BASE, both, both) == both


@pytest.mark.parametrize("theirs", [{**BASE, "d/x": "two"}, {"same": "0", "d/y": "2"}])
def test_different_changes_of_one_path(theirs: dict[str, str]) -> None:
    with pytest.raises(Conflict, match=r"(?s)following paths:\nd/x\Z"):
        merged(BASE, {**BASE, "d/x": "one"}, theirs)


def test_a_file_against_a_directory() -> None:
    with pytest.raises(Conflict, match=r"d/new\Z"):
        merged({}, {"d": "1"}, {"d/new": "2"})


@given(listings, listings)
def test_a_side_without_changes_gives_way(base: dict[str, str], changed: dict[str, str]) -> None:
    assert merged(base, base, changed) == merged(base, changed, base) == changed


@given(listings, listings, listings)
def test_sides_may_be_swapped(
    base: dict[str, str], ours: dict[str, str], theirs: dict[str, str]
) -> None:
    results = []
    for one, other in ((ours, theirs), (theirs, ours)):
        try:
            results.append(str(sorted(merged(base, one, other).items())))
        except Conflict as conflict:
            results.append(conflict.message)
    assert results[0] == results[1]
