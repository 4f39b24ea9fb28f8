"""Listings compared without parsing what is the same in both."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import UnsafePath
from assay.store.trees import TreeEntry, difference, parse_tree, tree_bytes

PIECES = st.sampled_from(["}, {", '"', "\\", '"md5": "', '"relpath": "', "a", "b", "/", "é", ": "])
NAMES = st.lists(PIECES, min_size=1, max_size=5).map("".join)
LISTINGS = st.dictionaries(NAMES, st.integers(0, 2).map("{:032x}".format), min_size=1, max_size=6)


def written(listing: dict[str, str]) -> bytes:
    return tree_bytes(sorted(listing.items()))


@given(LISTINGS, LISTINGS)
def test_what_differs_is_what_parsing_both_would_tell(
    old: dict[str, str], new: dict[str, str]
) -> None:
    """Whatever the names are; or it says that it cannot tell, or that a name is not to be used."""
    try:
        found = difference(written(old), written(new))
    except UnsafePath:
        with pytest.raises(UnsafePath):
            parse_tree(written(old))
            parse_tree(written(new))
        return
    if found is not None:
        assert set(found.old) == {TreeEntry(*item) for item in old.items() - new.items()}
        assert set(found.new) == {TreeEntry(*item) for item in new.items() - old.items()}


def test_the_order_does_not_matter() -> None:
    one = b'[{"md5": "%s", "relpath": "a"}, {"md5": "%s", "relpath": "b"}]' % (b"1" * 32, b"2" * 32)
    other = b'[{"md5": "%s", "relpath": "b"}, {"md5": "%s", "relpath": "a"}]' % (
        b"2" * 32,
        b"1" * 32,
    )
    assert difference(one, other) == ((), ())


def test_another_spelling_is_left_to_parsing() -> None:
    rows = [{"md5": "1" * 32, "relpath": "a"}, {"md5": "2" * 32, "relpath": "b"}]
    spelled = json.dumps(rows, sort_keys=False, separators=(", ", ":")).encode()
    assert difference(written({"a": "1" * 32}), spelled) is None


@pytest.mark.parametrize("name", ["../a", "/a", ".git/hooks/a", "a/../b"])
def test_a_hostile_entry_that_differs_is_refused(name: str) -> None:
    good = {"a": "1" * 32, "b": "2" * 32}
    with pytest.raises(UnsafePath):
        difference(written(good), written({**good, name: "3" * 32}))
