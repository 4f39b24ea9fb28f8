"""Listings compared without parsing what is the same in both."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import UnsafePath
from assay.store.hashes import are_md5s
from assay.store.trees import (
    TreeEntry,
    difference,
    hashes_in,
    parse_own_tree,
    parse_tree,
    tree_bytes,
)

PIECES = st.sampled_from(["}, {", '"', "\\", '"md5": "', '"relpath": "', "a", "b", "/", "é", ": "])
NAMES = st.lists(PIECES, min_size=1, max_size=5).map("".join)
LISTINGS = st.dictionaries(NAMES, st.integers(0, 2).map("{:032x}".format), min_size=1, max_size=6)

PLAIN = st.sampled_from(
    ['[{"md5": "', "1" * 32, '", "relpath": "', "a", "b/c", '"}, {"md5": "', '"}]']
)
TEXTS = st.lists(
    PLAIN
    | st.sampled_from(
        ['"', "\\", "\x7f", "\n", "é", "}", ", ", '{"md5": "', '"relpath": "', "2" * 31]
    ),
    max_size=12,
).map("".join)
ROWS = st.lists(st.tuples(st.sampled_from(["1" * 32, "2" * 32]), NAMES), max_size=4).map(
    lambda rows: json.dumps([{"md5": md5, "relpath": path} for md5, path in rows])
)


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


@given(
    st.dictionaries(NAMES, st.integers(0, (1 << 128) - 1).map("{:032x}".format), max_size=9),
    st.sets(st.integers(0, 255).map("{:02x}".format)),
)
def test_hashes_are_found_by_their_first_digits(
    listing: dict[str, str], prefixes: set[str]
) -> None:
    prefixes |= {md5[:2] for md5 in list(listing.values())[::2]}
    wanted = sorted(md5 for md5 in listing.values() if md5[:2] in prefixes)
    assert sorted(hashes_in(written(listing), [*prefixes])) == wanted


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


@given(TEXTS | ROWS | st.tuples(ROWS, TEXTS, ROWS).map("".join))
def test_a_listing_means_what_it_means_as_json(text: str) -> None:
    assert _parsed(text.encode()) == _as_json(text)


@pytest.mark.parametrize(
    "name", ["a\x7f", "a\n", "a\x00", 'a"', "a\\", "é", "a}, {", '", "relpath": "']
)
@pytest.mark.parametrize("is_ascii", [True, False])
def test_any_name_can_be_in_a_listing(name: str, is_ascii: bool) -> None:
    rows = [{"md5": "1" * 32, "relpath": "first"}, {"md5": "2" * 32, "relpath": name}]
    text = json.dumps(rows, ensure_ascii=is_ascii)
    assert _parsed(text.encode()) == (("first", "1" * 32), (name, "2" * 32))


@pytest.mark.parametrize("raw", ["\n", "\x00", "\t"])
def test_a_control_character_that_is_not_escaped_makes_no_listing(raw: str) -> None:
    assert parse_own_tree(f'[{{"md5": "{"1" * 32}", "relpath": "a{raw}b"}}]'.encode()) is None


@pytest.mark.parametrize(
    "odd", ["1" * 31, "1" * 33, "1" * 31 + "A", "1" * 31 + "é", "1" * 31 + " "]
)
def test_what_is_no_hash_is_among_no_hashes(odd: str) -> None:
    assert are_md5s(["1" * 32, "a" * 32]) and are_md5s([])
    assert not are_md5s(["1" * 32, odd])


def _parsed(data: bytes) -> tuple[TreeEntry, ...] | str | None:
    try:
        return parse_own_tree(data)
    except UnsafePath:
        return "unsafe"


def _as_json(text: str) -> tuple[TreeEntry, ...] | str | None:
    try:
        entries = tuple([TreeEntry(row["relpath"], row["md5"]) for row in json.loads(text)])
    except (ValueError, TypeError, KeyError):
        return None
    if not all(isinstance(each, str) for entry in entries for each in entry):
        return None
    hexadecimal = all(
        entry.md5.isascii() and not entry.md5.strip("0123456789abcdef") for entry in entries
    )
    return entries if hexadecimal and all(len(e.md5) == 32 for e in entries) else "unsafe"
