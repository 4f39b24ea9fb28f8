"""How tracked data differs between two places: pure comparisons of items."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assay.data.changes import (
    ADDED,
    DELETED,
    MODIFIED,
    RENAMED,
    UNCHANGED,
    UNKNOWN,
    DataChange,
    Item,
    Side,
    compare,
    with_renames,
)
from assay.data.tracked import Content
from assay.store.hashes import LEGACY_MD5

A, B, C = (Content(letter * 32) for letter in "abc")
TREE, OTHER_TREE = Content("d" * 32 + ".dir"), Content("e" * 32 + ".dir")


def place(closed: frozenset[str] = frozenset(), **contents: Content) -> Side:
    """A side; `_` in a name stands for a slash."""
    paths = {name.replace("_", "/"): content for name, content in contents.items()}
    return Side({p: Item(p, held, held.is_tree) for p, held in paths.items()}, closed)


def told(changes: list[DataChange]) -> list[tuple[str, str]]:
    return [(change.state, change.shown) for change in changes]


def test_states_are_told_by_content() -> None:
    found = compare(place(a=A, b=B, gone=C), place(a=A, b=C, new=B))
    assert told(list(found)) == [
        (UNCHANGED, "a"),
        (MODIFIED, "b"),
        (DELETED, "gone"),
        (ADDED, "new"),
    ]


def test_the_kind_of_hash_is_part_of_the_content() -> None:
    found = compare(place(a=Content(A.id, LEGACY_MD5)), place(a=A))
    assert told(list(found)) == [(MODIFIED, "a")]


def test_a_file_that_becomes_a_directory_is_shown_as_what_it_is_now() -> None:
    assert told(list(compare(place(a=A), place(a=TREE)))) == [(MODIFIED, "a/")]
    assert told(list(compare(place(a=TREE), place(a=A)))) == [(MODIFIED, "a")]


def test_a_directory_without_a_listing_says_nothing_about_its_files() -> None:
    old = place(closed=frozenset({"d"}), d=TREE)
    new = place(d=OTHER_TREE, d_x=A, d_s_y=B, dd=C)
    assert told(list(compare(old, new))) == [
        (MODIFIED, "d/"),
        (UNKNOWN, "d/s/"),
        (UNKNOWN, "d/s/y"),
        (UNKNOWN, "d/x"),
        (ADDED, "dd"),
    ]


def test_equal_content_at_another_path_is_a_rename() -> None:
    changes = compare(place(old=A, other=B), place(new=A, third=C))
    assert told(with_renames(changes)) == [(RENAMED, "new"), (DELETED, "other"), (ADDED, "third")]


def test_among_equals_the_first_goes_first() -> None:
    """By directories, then names: `a/z` before `a-b`, although `-` sorts before `/`."""
    renames = with_renames(compare(place(a_z=A, **{"a-b": A}), place(x=A)))
    assert [(c.state, c.old and c.old.path, c.new and c.new.path) for c in renames] == [
        (DELETED, "a-b", None),
        (RENAMED, "a/z", "x"),
    ]


paths = st.dictionaries(st.sampled_from(["a", "b", "c/d", "c/e"]), st.sampled_from([A, B, C]))


@given(paths, paths)
def test_every_item_is_told_once(old: dict[str, Content], new: dict[str, Content]) -> None:
    sides = [Side({p: Item(p, c) for p, c in one.items()}) for one in (old, new)]
    changes = with_renames(compare(*sides))
    before = [c.old.path for c in changes if c.old]
    after = [c.new.path for c in changes if c.new]
    assert sorted(before) == sorted(old)
    assert sorted(after) == sorted(new)
    assert all((c.state == UNCHANGED) == (c.old == c.new) for c in changes)
