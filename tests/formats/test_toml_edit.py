"""TOML keeps comments, order and spacing."""

from __future__ import annotations

import pytest

from assay.errors import AssayError
from assay.formats.changes import Change, Delete, Set
from assay.formats.toml_edit import edit

TEXT = """\
# settings
title = "x"   # name

[opt]
# rate
lr = 0.1
names = ["a", "b"]
ml = [
  1, # one
  2,
]
inl = {a = 1, b = "q"}

[[arr]]
x = 1
[[arr]]
x = 2

[dotted]
a.b = 1
"""


@pytest.mark.parametrize(
    ("change", "old", "new"),
    [
        (Set(("opt", "lr"), 0.2), "0.1", "0.2"),
        (Set(("title",), 'it"s'), '"x"', '"it\\"s"'),
        (Set(("opt", "names"), ["c"]), '["a", "b"]', '["c"]'),
        (Set(("opt", "ml", 0), 5), "1, # one", "5, # one"),
        (Set(("opt", "inl", "c"), True), '"q"}', '"q", c = true}'),
        (Set(("opt", "new"), 1), '"q"}\n', '"q"}\nnew = 1\n'),
        (Set(("top",), 1), "# name\n", "# name\ntop = 1\n"),
        (Set(("arr", 1, "x"), 5), "x = 2", "x = 5"),
        (Set(("dotted", "a", "c"), 3), "a.b = 1\n", "a.b = 1\na.c = 3\n"),
        (Set(("n",), {"m": {"x": 1}}), "a.b = 1\n", "a.b = 1\n\n[n.m]\nx = 1\n"),
        (Delete(("opt", "lr")), "lr = 0.1\n", ""),
    ],
)
def test_only_the_change_shows(change: Change, old: str, new: str) -> None:
    assert TEXT.count(old) == 1
    assert edit(TEXT, [change]) == TEXT.replace(old, new)


def test_a_new_file() -> None:
    changes = [Set(("k",), {"j": 1}), Set(("z",), 2)]
    assert edit("", changes) == "z = 2\n\n[k]\nj = 1\n"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            None,
            "unexpected error - Unable to convert an object of <class 'NoneType'> to a TOML item",
        ),
        (
            {"a": [None]},
            "unexpected error - Unable to convert an object of <class 'NoneType'> to a TOML item",
        ),
        ({1: 2}, "unexpected error - 'opt' cannot have the key 1: keys in TOML are text"),
    ],
)
def test_what_toml_cannot_hold_is_refused(value: object, message: str) -> None:
    with pytest.raises(AssayError) as caught:
        edit(TEXT, [Set(("opt",), value)])
    assert caught.value.message == message
